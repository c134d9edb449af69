"""A route by patches as a table, and what it bounds."""

from __future__ import annotations

from collections.abc import Sequence

from hebbfilm.common.tables import aligned
from hebbfilm.run.paths.known import Known
from hebbfilm.solvers.paths.energy_path import EnergyPath
from hebbfilm.solvers.paths.patch_route import PatchRoute

_TOLD = 1e-3
"""Of k_BT: lower bounds that are less are rounding."""


def route_text(route: PatchRoute, known: Known | None, names: Sequence[str]) -> str:
    """A row for each minimum, and the bounds.

    Args:
        route: that was found.
        known: what the film knows in its minima.
        names: of its first and its last state.
    """
    heat, first = EnergyPath.in_heat, float(route.energies[0])
    rows = [["patches", "arc / rad", "E − E_A", "highest on the way there", "hop", "back"]]
    if known is not None:
        rows[0] += ["margin / %", "contrast / %"]
    hops = {hop.end: hop for hop in route.hops()}
    for k, place in enumerate(route.minima):
        row = [
            str(k),
            f"{route.arc[place]:.4f}",
            f"{heat(float(route.energies[place]) - first):+.2f}",
        ]
        hop = hops.get(int(place))
        if hop is None:
            row += [""] * 3
        else:
            rises = (float(route.energies[hop.top]) - first, hop.forward, hop.backward)
            row += [f"{heat(rise):.2f}" for rise in rises]
        if known is not None:
            row += [f"{100 * values[k]:z.2f}" for values in (known.margins, known.contrasts)]
        rows.append(row)
    lines = [
        "Minima of which so many patches are B's, the others A's; energies by k_BT at 300 K",
        *aligned(rows, ">"),
        "",
        "Bounds, no barriers; any better way is lower:",
    ]
    for way, height in (("A → B", route.forward), ("B → A", route.backward)):
        told = f"{height:.4e} J = {heat(height):.3f} k_BT at 300 K"
        lines.append(f"Least barrier {way}: at most {told}")
    if heat(route.least) > _TOLD:
        lines.append(f"and at least {heat(route.least):.3f} k_BT from A, as B lies so much higher")
    rise = max(hop.forward for hop in hops.values())
    lines += [
        f"Highest hop {heat(rise):.3f} k_BT, {route.distinct} minima between",
        f"{route.torque:.3g} A/m are left across the strings between minima",
        f"A is {names[0]}, B is {names[-1]}",
    ]
    return "\n".join(lines)
