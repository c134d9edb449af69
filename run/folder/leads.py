"""What `summary.json` tells of the leads on which the contacts of a film hang."""

from __future__ import annotations

from pydantic.dataclasses import dataclass

from hebbfilm.run.folder.schema import STRICT, Matrix, NotNegative, Word


@dataclass(frozen=True, kw_only=True, eq=False, config=STRICT)
class LeadsEntry:
    """Leads with a resistance.

    `resistance` is that of each contact in Ω; `energy` what all of them took in J, beside what the
    film dissipated. `conductance` is G at the end as the sources see it in S, (contacts, contacts);
    all other conductances are those of the film itself.
    """

    resistance: dict[Word, NotNegative]
    energy: NotNegative
    conductance: Matrix

    @property
    def told(self) -> str:
        """The resistances in words: one that all have, or the least and the largest."""
        least, most = min(self.resistance.values()), max(self.resistance.values())
        return f"{least:g} Ω" if least == most else f"{least:g} to {most:g} Ω"
