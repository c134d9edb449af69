"""`hebbfilm bench --model`: strong and weak scaling to thousands of ranks, foretold."""

import os
from collections.abc import Sequence
from functools import partial
from typing import Any

from hebbfilm.common.tables import aligned
from hebbfilm.run.bench.model.counting import Talk, on_ranks
from hebbfilm.run.bench.model.law import GROWTHS, Count, Law
from hebbfilm.run.bench.model.network import CLUSTER, Network
from hebbfilm.run.bench.model.prediction import Model
from hebbfilm.run.folder.versions import all_versions

_PROGRAM = "hebbfilm.run.bench.model.counted_parts"
_NETWORK = "hebbfilm.run.bench.model.network"
_COUNTED_RANKS, _CHECKED_RANKS = (2, 4, 8), 16
_COUNTED_SIZES = (2e4, 8e4)
_TIMED_SIZES = (5e2, 2e3, 8e3, 3.2e4, 1.28e5)
_STRONG, _WEAK = (1e6, 1e7), 1e5
"""Vertices of films that more and more ranks share, and of each rank's share."""
MOST_RANKS = 4096
NAMES = {
    "step": "step",
    "renewal": "renewal",
    "conductance": "G of two",
    "demagnetisation": "demagnetisation",
}


def foretell(mesh_size: float) -> dict[str, Any]:
    """Count, time, measure the network, and foretell; starts ranks of its own.

    Args:
        mesh_size: of the films in m.

    Raises:
        InputError: ranks cannot be started.
    """
    counted = [
        _counted(size, ranks, mesh_size) for size in _COUNTED_SIZES for ranks in _COUNTED_RANKS
    ]
    checked = _counted(_COUNTED_SIZES[0], _CHECKED_RANKS, mesh_size)
    alone = [_timed(size, 1, mesh_size) for size in _TIMED_SIZES]
    together = [_timed(size, 2, mesh_size) for size in _TIMED_SIZES[2:]] if _cores() > 1 else []
    measured = Network(**on_ranks(2, _NETWORK, []))
    laws = {name: Law(name, [_count(each, name) for each in counted]) for name in GROWTHS}
    times = {
        name: [(each["vertices"], each["seconds"][name]) for each in alone] for name in GROWTHS
    }
    planes = alone[-1]["planes"] / alone[-1]["vertices"] ** 0.5
    model = partial(Model, laws, times, planes=planes)
    renewals = alone[-2]["renewals_per_step"]
    return {
        "versions": all_versions(),
        "mesh_size_m": mesh_size,
        "renewals_per_step": renewals,
        "counted": [*counted, checked],
        "alone": alone,
        "checked": {name: _beside(laws[name], _count(checked, name)) for name in GROWTHS},
        "networks": {
            "this machine": _on(model(network=measured), measured, renewals),
            "a cluster": _on(model(network=CLUSTER), CLUSTER, renewals),
        },
        "beside_measured": [
            {
                "vertices": each["vertices"],
                "ranks": each["ranks"],
                **{
                    name: model(network=measured)
                    .part(name, each["vertices"], each["ranks"])
                    .seconds
                    / each["seconds"][name]
                    for name in GROWTHS
                },
            }
            for each in together
        ],
    }


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _counted(size: float, ranks: int, mesh_size: float) -> dict[str, Any]:
    return on_ranks(ranks, _PROGRAM, [str(size), str(mesh_size)])


def _timed(size: float, ranks: int, mesh_size: float) -> dict[str, Any]:
    return on_ranks(ranks, _PROGRAM, [str(size), str(mesh_size), "timed"])


def _count(found: dict[str, Any], name: str) -> Count:
    return Count(found["vertices"], found["ranks"], Talk(*found["most"][name]))


def _beside(law: Law, count: Count) -> dict[str, tuple[float, float]]:
    """Of each kind of talk what the law says and what was counted."""
    foretold = law.talk(count.vertices, count.ranks)
    return {
        kind: (getattr(foretold, kind), getattr(count.talk, kind)) for kind in ("messages", "bytes")
    }


def _on(model: Model, network: Network, renewals: float) -> dict[str, Any]:
    ranks = [2**k for k in range(MOST_RANKS.bit_length())]
    return {
        "network": network._asdict(),
        "strong": {
            f"{size:.0e}": course(model, ranks, renewals, [size] * len(ranks)) for size in _STRONG
        },
        "weak": course(model, ranks, renewals, [_WEAK * p for p in ranks]),
        "breaks_at": {
            name: {f"{size:.0e}": model.breaks_at(name, size, MOST_RANKS) for size in _STRONG}
            for name in GROWTHS
        },
    }


def course(
    model: Model, ranks: Sequence[int], renewals: float, sizes: Sequence[float]
) -> list[dict[str, float]]:
    """Of each number of ranks, the times of the parts in s and how well the ranks are used."""
    rows = []
    first = model.step(sizes[0], ranks[0], renewals).seconds / sizes[0]
    for p, size in zip(ranks, sizes, strict=True):
        step = model.step(size, p, renewals)
        rows.append(
            {
                "ranks": p,
                "vertices": size,
                "coupled_s": step.seconds,
                "coupled_talking_s": step.talking,
                "efficiency": first * size / p / step.seconds,
                **{f"{name}_s": model.part(name, size, p).seconds for name in GROWTHS},
            }
        )
    return rows


def as_text(found: dict[str, Any]) -> str:
    """The figures as people read them."""
    lines = ["What a rank says in one call, the most of any rank", *_talk_table(found["counted"])]
    lines += ["", f"On {_CHECKED_RANKS} ranks, as foretold from fewer and as counted"]
    lines += _checked_table(found["checked"])
    for where, foretold in found["networks"].items():
        network = Network(**foretold["network"])
        lines += [
            "",
            f"Foretold for {where}: {network.latency * 1e6:.2f} µs and "
            f"{network.bandwidth / 1e9:.1f} GB/s a message, {network.reduction * 1e6:.2f} µs a "
            "reduction of two ranks",
        ]
        for size, course in foretold["strong"].items():
            lines += ["", f"a film of {size} vertices", *_course_table(course)]
        lines += ["", f"{_WEAK:.0e} vertices a rank", *_course_table(foretold["weak"])]
        lines += ["", "Ranks from which talking takes longer than computing"]
        lines += _breaking_table(foretold["breaks_at"])
    if found["beside_measured"]:
        lines += ["", "Foretold in relation to measured times"]
        rows = [["vertices", "ranks", *NAMES.values()]]
        rows += [
            [str(each["vertices"]), str(each["ranks"]), *(f"{each[name]:.2f}" for name in NAMES)]
            for each in found["beside_measured"]
        ]
        lines += aligned(rows, ">")
    return "\n".join(lines)


def _talk_table(counted: Sequence[dict[str, Any]]) -> list[str]:
    rows = [["vertices", "ranks", "ghosts", "part", "messages", "kB", "reductions"]]
    for each in counted:
        shared = each["partition"]
        for name, label in NAMES.items():
            talk = Talk(*each["most"][name])
            rows.append(
                [
                    str(each["vertices"]),
                    str(each["ranks"]),
                    str(shared["most_ghosts"]),
                    label,
                    f"{talk.messages:.0f}",
                    f"{talk.bytes / 1e3:.1f}",
                    f"{talk.reductions:.0f}",
                ]
            )
    return aligned(rows, ">")


def _checked_table(checked: dict[str, dict[str, tuple[float, float]]]) -> list[str]:
    rows = [["part", "messages", "counted", "kB", "counted"]]
    for name, found in checked.items():
        (sent, truly), (size, really) = found["messages"], found["bytes"]
        rows.append(
            [
                NAMES[name],
                f"{sent:.0f}",
                f"{truly:.0f}",
                f"{size / 1e3:.1f}",
                f"{really / 1e3:.1f}",
            ]
        )
    return aligned(rows, ">")


def _course_table(course: Sequence[dict[str, float]]) -> list[str]:
    rows = [["ranks", "coupled step", "of that talk", "efficiency", *NAMES.values()]]
    for each in course:
        rows.append(
            [
                f"{each['ranks']:.0f}",
                _in_us(each["coupled_s"]),
                f"{each['coupled_talking_s'] / each['coupled_s']:.0%}",
                f"{each['efficiency']:.0%}",
                *(_in_us(each[f"{name}_s"]) for name in NAMES),
            ]
        )
    return aligned(rows, ">")


def _in_us(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs"


def _breaking_table(breaks: dict[str, dict[str, int | None]]) -> list[str]:
    sizes = list(next(iter(breaks.values())))
    rows = [["part", *(f"{size} vertices" for size in sizes)]]
    for name, found in breaks.items():
        rows.append([NAMES[name], *(str(found[size] or "none") for size in sizes)])
    return aligned(rows, ">")
