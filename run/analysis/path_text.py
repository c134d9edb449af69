"""A path between two states, and those between the snapshots of a run, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from hebbfilm.common.tables import aligned
from hebbfilm.solvers.paths.energy_path import TOPS, EnergyPath


def path_text(path: EnergyPath, names: Sequence[str]) -> str:
    """A path with its barriers.

    Args:
        path: that was found.
        names: of its first and its last state.
    """
    kinds = {stop.image: stop.kind for stop in path.stops}
    rows = [["image", "arc / rad", "E − E_A / J", "/ k_BT(300 K)", "torque / (A/m)", ""]]
    found = zip(path.arc, path.energies - path.energies[0], path.torques, strict=True)
    for number, (arc, energy, torque) in enumerate(found):
        heat = f"{path.in_heat(energy):+.3f}"
        row = [str(number), f"{arc:.4f}", f"{energy:+.4e}", heat, f"{torque:.3g}"]
        rows.append([*row, kinds.get(number, "")])
    lines = [] if path.converged else [f"Not converged: {_lacking(path)}", ""]
    lines += [*aligned(rows, ">>>>><"), "", *_barriers(path, names)]
    hops = path.hops()
    if len(hops) > 1:
        lines += ["", "Over one top after another:", *_hops(path)]
    return "\n".join(lines)


def _barriers(path: EnergyPath, names: Sequence[str]) -> list[str]:
    lines = _no_saddles(path) if path.converged else ["These are no barriers:"]
    ways = (("A", "B", path.forward), ("B", "A", path.backward))
    for start, end, height in ways:
        what = f"Barrier {start} → {end}" if path.converged else f"Highest image above {start}"
        heat = f"{path.in_heat(height):.3f} k_BT at 300 K"
        lines.append(f"{what}: {height:.4e} J = {heat}")
    if path.highest in (0, len(path.arc) - 1):
        which = "A" if path.highest == 0 else "B"
        lines.append(f"Nothing on the path is higher than {which}.")
    lines.append(f"A is {names[0]}, B is {names[-1]}; {path.steps} steps")
    return lines


def _no_saddles(path: EnergyPath) -> list[str]:
    """What is to be known of maxima that are no saddles, ahead of barriers over them."""
    lines = []
    for stop in path.stops:
        if stop.kind == "maximum" and stop.downhill > 1:
            lines.append(
                f"Image {stop.image} is no saddle between two valleys: {stop.downhill} directions "
                "lead downhill, so there is a lower way; look for it with --tilt 0.1 or --through"
            )
        elif stop.kind == "maximum":
            lines.append(
                f"Image {stop.image} is no saddle: {stop.torque:.3g} A/m are left in it, more than "
                "--equilibrium; use more --images"
            )
    return lines


def _hops(path: EnergyPath) -> list[str]:
    rows = [["from", "top", "to", "forward / k_BT", "backward / k_BT"]]
    for hop in path.hops():
        heats = [f"{path.in_heat(each):.3f}" for each in (hop.forward, hop.backward)]
        rows.append([str(hop.start), str(hop.top), str(hop.end), *heats])
    return aligned(rows, ">")


def _lacking(path: EnergyPath) -> str:
    flat = [stop for stop in path.stops if stop.kind in TOPS and stop.curvature >= 0]
    if flat and path.torques.max() <= path.tolerance:
        return f"image {flat[0].image} is the highest around, but no saddle; use more --images"
    if path.unresolved and path.torques.max() <= path.tolerance:
        left, right = path.unresolved[0]
        return (
            f"a saddle between image {left} and image {right} was not found, though the higher of "
            "them is a minimum; use more --images"
        )
    return (
        f"{path.torques.max():.3g} A/m are left across the path, {path.tolerance:.3g} A/m were "
        "asked for; use more --images, or more --steps"
    )
