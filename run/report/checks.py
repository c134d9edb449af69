"""What must vanish in every run, and how far it did."""

from __future__ import annotations

from collections.abc import Iterator

from hebbfilm.run.folder.protocol_summary import ProtocolSummary
from hebbfilm.run.folder.summary import ChecksEntry, Summary
from hebbfilm.run.report.content import Table
from hebbfilm.run.report.words import plain, quantity
from hebbfilm.solvers.magnetisation.resolution import LARGEST_ANGLE

_MEANINGS = {
    "symmetry": "G = Gᵀ, relative",
    "onsager": "G(−m) = G(m)ᵀ, relative",
    "row_sums": "rows of G sum to zero, relative",
    "column_sums": "columns of G sum to zero, relative",
    "negative_eigenvalue": "G has no negative eigenvalue, relative",
    "current_sum": "contact currents sum to zero, relative",
    "power_balance": "the power of the sources is the Joule power, relative",
    "unit_length_of_m": "|m| = 1",
}
_MUST_VANISH = "0, to the tolerance of the solvers"


def checks_table(summary: Summary | ProtocolSummary) -> Table:
    """All checks of a finished run."""
    found = _of_training(summary.checks) if isinstance(summary, Summary) else _named(summary.checks)
    angles = summary.checks.largest_angle if isinstance(summary, Summary) else summary.largest_angle
    rows = [*found, *_angles(angles)]
    return Table("Checks", ("what", "found", "should be"), rows)


def _named(checks: dict[str, float]) -> Iterator[tuple[str, str, str]]:
    for name, value in checks.items():
        yield _MEANINGS.get(name, name.replace("_", " ")), plain(value, 2), _MUST_VANISH


def _of_training(checks: ChecksEntry) -> Iterator[tuple[str, str, str]]:
    found = {name: getattr(checks, name) for name in _MEANINGS}
    turn = checks.turn_from_vertex_to_vertex
    yield from _named({name: value for name, value in found.items() if value is not None})
    if turn is not None:
        told = "by which m turns along an edge, from material and mesh"
        yield told, f"{turn:.2f} rad", "at most 1 rad: the mesh resolves the texture"
    reading = checks.read_disturbance
    at = f"reading at {quantity(reading.voltage, 'V')}: largest change of"
    yield f"{at} m", plain(reading.largest_change_of_m, 2), "far below 1"
    change = plain(reading.largest_change_of_conductance, 2)
    yield f"{at} g, relative", change, "far below the changes that were learnt"


def _angles(angles: dict[str, float]) -> Iterator[tuple[str, str, str]]:
    for phase, angle in angles.items():
        limit = f"at most {LARGEST_ANGLE:.2f} rad" if phase in ("relax", "rest") else "–"
        if angle > LARGEST_ANGLE and phase in ("relax", "rest"):
            limit += ": the mesh may pin walls"
        yield f"largest angle between neighbours, {phase}", f"{angle:.2f} rad", limit
