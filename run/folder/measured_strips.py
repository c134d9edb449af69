"""The strips of finished runs, by the number of patterns that they were shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.hopfield import Reference
from hebbfilm.hopfield.contact_pairs import pair_conductances
from hebbfilm.hopfield.strips import Strips, joined_strips, strip_signs, with_quiet_strips
from hebbfilm.run.folder.learnt import Learnt, read_learnt
from hebbfilm.run.folder.reader import case_as_made

_OF_THE_GRAPH = (
    "layout.kind",
    "layout.rows",
    "layout.columns",
    "layout.rings",
    "layout.corners",
    "layout.reach",
    "layout.diagonals",
    "layout.spacing",
    "layout.radius",
    "layout.packed",
    "layout.vertices",
    "layout.edges",
    "initial.seed",
    "thermal.seed",
    "training.patterns",
)
"""Keys that say which strips there are, not what a strip is."""
_FREE = ("title", "limits", "output", "numerics", "recall", "reading.recall", "reading.orders")
_SAME_SCHEDULE = "training."
"""Keys that runs of different numbers of patterns may differ in."""


@dataclass(frozen=True, eq=False)
class Measured:
    """All strips of some runs.

    Attributes:
        runs: their folders.
        pools: strips by their number of patterns.
        reference: by which weights are read, the same in all runs.
    """

    runs: Sequence[Path]
    pools: Mapping[int, Strips]
    reference: Reference


def read_strips(runs: Sequence[Path]) -> Measured:
    """Read the strips of finished runs.

    Raises:
        InputError: a run of something else than independent strips, or runs that differ in what a
            strip is or went through.
    """
    parts: dict[int, list[Strips]] = {}
    first: dict[int, tuple[Path, dict[str, Any]]] = {}
    references = {}
    for folder in runs:
        learnt = read_learnt(folder)
        count = len(learnt.patterns)
        own = _values(folder)
        _require_strips(folder, own)
        for other, (its_folder, values) in first.items():
            _require_same(folder, own, its_folder, values, other == count)
        first.setdefault(count, (folder, own))
        references[learnt.reference] = folder
        parts.setdefault(count, []).append(strips_of(learnt))
    if len(references) > 1:
        told = " and ".join(f"{reference.rule} ({run})" for reference, run in references.items())
        raise InputError(f"weights of these runs are read by different rules: {told}")
    pools = with_quiet_strips({count: joined_strips(each) for count, each in sorted(parts.items())})
    return Measured(list(runs), pools, next(iter(references)))


def strips_of(learnt: Learnt) -> Strips:
    """The strips of one run, one for each pair that is joined."""
    coupled = learnt.coupled
    before, after = (pair_conductances(G)[coupled] for G in (learnt.before, learnt.after))
    return Strips(strip_signs(learnt.patterns, coupled), before, after)


def _values(folder: Path) -> dict[str, Any]:
    # A key that is newer than a run has its default there.
    return {key: value for key, value in case_as_made(folder).items() if not _is_free(key)}


def _is_free(key: str) -> bool:
    return any(key == each or key.startswith(f"{each}.") for each in _FREE)


def _require_strips(folder: Path, values: Mapping[str, Any]) -> None:
    """Strips are independent if metal lies between them, and wires have no resistance."""
    if values.get("layout.strip_length") is None:
        raise InputError(
            f"{folder}: its strips share film: layout.strip_length is not given, so that what one "
            "of them learns depends on its neighbours; give runs of strips between metal pads"
        )
    leads = {key: value for key, value in values.items() if key.startswith("contacts.lead_res")}
    for key, value in leads.items():
        if value:
            raise InputError(
                f"{folder}: {key} = {shown(value)}: behind wires with a resistance strips are not "
                "independent; give runs without"
            )


def _require_same(
    folder: Path,
    own: Mapping[str, Any],
    other_folder: Path,
    other: Mapping[str, Any],
    same_count: bool,
) -> None:
    for key in sorted({*own, *other}):
        of_graph = any(key == each or key.startswith(f"{each}.") for each in _OF_THE_GRAPH)
        if of_graph or (not same_count and key.startswith(_SAME_SCHEDULE)):
            continue
        if own.get(key) != other.get(key):
            raise InputError(
                f"{folder}: {key} = {shown(own.get(key))}, but {shown(other.get(key))} in "
                f"{other_folder}: strips of both cannot be taken together"
            )
