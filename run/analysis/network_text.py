"""The analysis of networks as text for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from hebbfilm.common.tables import aligned
from hebbfilm.common.text import compact, counted, listed, some_of
from hebbfilm.hopfield.pattern_names import MOST_SIGNS
from hebbfilm.run.analysis.uncoupled_text import uncoupled_text
from hebbfilm.run.folder.learnt import FILM, NAMES

_MOST_LISTED = 12


def run_text(found: Mapping[str, Any]) -> str:
    """One run: the film beside the ideal rules, its fixed points, and how robust it is."""
    networks = found["networks"]
    flips = [found["flips"] for found in networks[FILM]["correction"]]
    rows = [
        ("stored states stable", [f"{n['stable']} of {n['stored']}" for n in networks.values()]),
        ("  without a tie", [f"{n['firm']} of {n['stored']}" for n in networks.values()]),
        ("fixed points", [_number(n["fixed_points"]) for n in networks.values()]),
        ("exact", [_yes(n["exact"]) for n in networks.values()]),
        ("exact and firm", [_yes(n["exact_and_firm"]) for n in networks.values()]),
    ]
    for flipped in flips:
        if flipped and not networks[FILM]["from_flips"]:
            cells = [_corrected(n["correction"], flipped) for n in networks.values()]
            rows.append((f"corrected, {flipped} flipped", cells))
    rows += _rows_of_flips([n["from_flips"] for n in networks.values()])
    head = f"{len(found['contacts'])} neurons trained on {_patterns(found['patterns'])}"
    lines = [head, f"Reference: {found['reference']}", ""]
    if not any(map(any, networks[FILM]["weights"])):
        lines.insert(
            2,
            "All weights of the film are 0: a single pair changes by just the mean; "
            "read it with --offset",
        )
    if found["uncoupled_pairs"]:
        number = len(found["contacts"])
        of, meaning = number * (number - 1) // 2, ", weight 0 in all networks"
        lines.insert(1, uncoupled_text(found["uncoupled_pairs"], of, meaning=meaning))
    lines += _table(list(networks), rows)
    lines += ["", *_fixed_points(networks[FILM]), "", *_doses(found["doses"]), ""]
    return "\n".join([*lines, *_borne(found)])


def study_text(found: Mapping[str, Any]) -> str:
    """All runs of a study: how many store their patterns, and how well they correct signs."""
    networks, without = found["networks"], found["runs_without_weights"]
    told = [f"Left out, as all weights are 0: {counted(len(without), 'run')}; read with --offset"]
    if not found["runs"]:
        return "\n".join([*told, "", *_doses(found["doses"])])
    rows = [
        ("runs exact", [_count(n["exact"]) for n in networks.values()]),
        ("runs stable", [_count(n["stable"]) for n in networks.values()]),
        (
            "stored states stable",
            [f"{n['states_stable']} of {n['states_stored']}" for n in networks.values()],
        ),
        ("corrected, 1 flipped", [_mean(n["one_bit"]) for n in networks.values()]),
        ("corrected, 2 flipped", [_mean(n["two_bit"]) for n in networks.values()]),
        *_study_rows_of_flips([n["from_flips"] for n in networks.values()]),
    ]
    lines = [f"{counted(len(found['runs']), 'run')}; 95 % confidence intervals in brackets"]
    lines += [*(told if without else []), ""]
    lines += _table(list(networks), rows)
    failed = [
        name
        for name, run in zip(found["runs"], networks[FILM]["by_run"], strict=True)
        if run["stable"] < run["stored"] or run["exact"] is False
    ]
    if failed:
        lines += ["", f"Not exact: {some_of(failed, _MOST_LISTED)}"]
    return "\n".join([*lines, "", *_doses(found["doses"])])


def _table(names: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    return aligned([["", *(NAMES[name] for name in names)], *([name, *row] for name, row in rows)])


def _rows_of_flips(networks: Sequence[Sequence[Mapping[str, Any]]]) -> list[tuple[str, list[str]]]:
    """Recall of each pattern itself from flipped signs, and how often of its negative."""
    rows = []
    for each in zip(*networks, strict=True):
        first = each[0]
        flipped = f"{100 * first['share']:g} % ({first['flips']}) flipped"
        cells = [f"{one['itself'] / one['trials']:.3f}{_interval(one['interval'])}" for one in each]
        rows.append((f"pattern {first['pattern']} recalled, {flipped}", cells))
        if any(one["negative"] for one in each):
            negatives = [f"{one['negative'] / one['trials']:.3f}" for one in each]
            rows.append(("  its negative", negatives))
        rows.append(("  overlap of the end", [f"{one['overlap']:+.3f}" for one in each]))
    return rows


def _study_rows_of_flips(
    networks: Sequence[Sequence[Mapping[str, Any]]],
) -> list[tuple[str, list[str]]]:
    rows = []
    for each in zip(*networks, strict=True):
        flipped = f"{100 * each[0]['share']:g} % flipped"
        rows.append((f"recalled, {flipped}", [_mean(one["recalled"]) for one in each]))
        counts = [_count(one["each_recalled"]) for one in each]
        rows.append((f"runs recalling each, {flipped}", counts))
    return rows


def _fixed_points(network: Mapping[str, Any]) -> list[str]:
    points = network["fixed_point_list"]
    lines = ["Fixed points of the film, and the share of all starts that end there"]
    lines += aligned(
        [
            (
                compact(point["state"]),
                f"{100 * point['basin']:.1f} %",
                "stored" if point["stored"] else "spurious",
            )
            for point in points[:_MOST_LISTED]
        ],
        "<><",
    )
    if len(points) > _MOST_LISTED:
        lines.append(f"and {(network['fixed_points'] or len(points)) - _MOST_LISTED} more")
    return lines


def _doses(doses: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = [
        "Relative change of conductance (± standard deviation), by how many patterns drive a pair"
    ]
    rows = []
    for dose in doses:
        deviation = dose["deviation"]
        spread = "" if deviation is None else f" ± {100 * deviation:.3f}"
        count = counted(dose["pairs"], "pair")
        rows.append((str(dose["driven_by"]), f"{100 * dose['mean']:+.3f}{spread} %", f"({count})"))
    return lines + aligned(rows, "><")


def _borne(found: Mapping[str, Any]) -> list[str]:
    """How far each disturbance may go with 95 % of the draws as good as without it."""
    exact = found["networks"][FILM]["exact"]
    stable = found["networks"][FILM]["stable"] == found["networks"][FILM]["stored"]
    if not exact and not stable:
        return ["Noise: not stable even without noise"]
    criterion = "exact" if exact else "stable"
    lines = []
    for key, text in (
        ("weight_noise", "noise on weights, in units of their root mean square"),
        ("read_noise", "relative error of reading a conductance"),
    ):
        borne = None
        for level in found[key][FILM]:
            if level[criterion] < 0.95:
                break
            borne = level["level"]
        told = "not even at the lowest level tried" if not borne else f"up to {borne:g}"
        lines.append(f"Still {criterion} in 95 % of draws: {told} ({text})")
    levels = found["levels"][FILM]
    enough = [f"{level['level']:.0f}" for level in levels if level[criterion] == 1]
    tried = ", ".join(f"{level['level']:.0f}" for level in levels)
    lines.append(
        f"Still {criterion} with weights rounded to {', '.join(enough) or 'no'} levels "
        f"(tried: {tried})"
    )
    return lines


def _patterns(patterns: Sequence[str]) -> str:
    signs = patterns[0].count(",") + 1
    return listed(patterns) if signs <= MOST_SIGNS else counted(len(patterns), "pattern")


def _number(value: int | None) -> str:
    return "not known" if value is None else str(value)


def _yes(value: bool | None) -> str:
    return "not known" if value is None else "yes" if value else "no"


def _corrected(correction: Sequence[Mapping[str, Any]], flips: int) -> str:
    found = next((found for found in correction if found["flips"] == flips), None)
    if found is None:
        return "no starts"
    return f"{found['corrected']:.3f}{_interval(found['interval'])}"


def _count(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return "not known"
    return f"{found['count']} of {found['runs']}{_interval(found['interval'])}"


def _mean(found: Mapping[str, Any] | None) -> str:
    return "no starts" if found is None else f"{found['mean']:.3f}{_interval(found['interval'])}"


def _interval(interval: Sequence[float] | None) -> str:
    return "" if interval is None else f" [{interval[0]:.2f}, {interval[1]:.2f}]"
