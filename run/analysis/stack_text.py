"""What a report tells of the stack: currents, temperature, and what turns m, as text."""

from collections.abc import Mapping

from hebbfilm.common.tables import aligned
from hebbfilm.common.text import percent
from hebbfilm.run.folder.stack import (
    EffectiveFieldEntry,
    HeatBalanceEntry,
    StackEntries,
    TemperatureEntry,
)
from hebbfilm.solvers.magnetisation.field_names import DAMPING_LIKE, DRIFT, FIELD_LIKE, OERSTED
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY

_NAMES = {
    DRIFT: "Zhang and Li",
    DAMPING_LIKE: "spin-orbit, damping-like",
    FIELD_LIKE: "spin-orbit, field-like",
    OERSTED: "Oersted",
}
_LEAST = 1e-9
"""In T: what is below that is round-off."""


def stack_text(stack: StackEntries) -> str:
    """A line or a table for each thing that a run has of it; empty if none."""
    parts = [_currents(stack)]
    if stack.temperature is not None:
        parts.append(temperature_text(stack.temperature))
    if stack.heat_balance is not None:
        parts.append(_balance(stack.heat_balance))
    parts.append(_fields(stack.effective_fields))
    return "\n".join(part for part in parts if part)


def temperature_text(found: TemperatureEntry) -> str:
    """How hot a film became, where and when."""
    place = ", ".join(f"{1e9 * value:.0f}" for value in found.place)
    near = f", {1e9 * found.distance:.0f} nm from contact {found.contact}" if found.contact else ""
    return (
        f"Temperature: {found.highest:.1f} K at most, at ({place}) nm{near}, "
        f"after {1e9 * found.time:.4g} ns; mean of the film {found.highest_mean:.1f} K at most\n"
        f"At the end of the run {found.final_highest:.1f} K at most, mean {found.final_mean:.1f} K"
    )


def _currents(stack: StackEntries) -> str:
    if len(stack.current_shares) < 2:
        return ""
    return shares_text(stack.current_shares, stack.sheet_amr_ratio)


def shares_text(shares: Mapping[str, float], amr: float | None) -> str:
    """How the current is shared between film and layers, and what AMR they have together."""
    told = ", ".join(
        f"{percent(share)} % in {'the film' if name == 'film' else f'layer {name}'}"
        for name, share in shares.items()
    )
    diluted = "" if amr is None else f"; film and layers together have an AMR of {100 * amr:.2f} %"
    return f"Current: {told}{diluted}"


def hall_text(largest: float, what: str) -> str:
    """What is read with Hall effect, and how large (G - Gᵀ)/2 is at most in S."""
    return (
        f"Hall effect: {what} those of the symmetric part of G; |G_ij - G_ji|/2 is {largest:.3e} S "
        "at most"
    )


def _balance(found: HeatBalanceEntry) -> str:
    if not found.work:
        return ""
    ways = {"the substrate": found.substrate}
    ways |= {f"contact {name}": heat for name, heat in found.sinks.items()}
    ways |= {"what is still warm": found.stored}
    told = ", ".join(f"{100 * heat / found.work:.1f} % to {name}" for name, heat in ways.items())
    off = abs(found.missing / found.work)
    return f"Heat: of {found.work:.3g} J from the sources went {told}; off by {off:.0e}"


def _fields(found: dict[str, EffectiveFieldEntry]) -> str:
    """A table of those that are there, the strongest first."""
    tesla = {name: VACUUM_PERMEABILITY * entry.largest for name, entry in found.items()}
    shown = sorted((name for name in found if tesla[name] > _LEAST), key=lambda n: -tesla[n])
    if not shown:
        return ""
    rows = [("what turns m", "largest / mT", "mean / mT")]
    for name in shown:
        mean = VACUUM_PERMEABILITY * found[name].mean
        told = _NAMES.get(name, name.replace("_", " "))
        rows.append((told, f"{1e3 * tesla[name]:.4g}", f"{1e3 * mean:.4g}"))
    head = "At the end of the last drive, as fields μ₀|m × H|:"
    return "\n".join([head, *aligned(rows)])
