"""What `hebbfilm check` says of a case or a study in which nothing is wrong."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hebbfilm.common.tables import aligned
from hebbfilm.common.text import rounded, some_of
from hebbfilm.meshing.bounds import MOST_MESHED
from hebbfilm.run.check.checked import Checked, check_case
from hebbfilm.run.check.cost import (
    LEAST_SHARE,
    MEASURED_RANKS,
    Cost,
    together,
    worthwhile_ranks,
)
from hebbfilm.run.inputs.case import read_case
from hebbfilm.run.inputs.workload import reading_at_end
from hebbfilm.solvers.magnetisation.resolution import RESOLVED

if TYPE_CHECKING:
    from mpi4py import MPI

_MUCH = 3e7
"""Bytes of pictures that are worth a word."""
_MADE_BY = (
    "Reckoned from the speed of one core of an AMD EPYC (docs/performance.md) that nobody else "
    "uses; right within a factor of two there."
)


def case_as_text(path: Path, settings: Sequence[str], comm: MPI.Intracomm, *, pictures: str) -> str:
    """What a case will cost; collective.

    Args:
        path: of the case.
        settings: "section.key=value" that overrule it.
        comm: ranks that check it.
        pictures: that its run draws, "all", "few" or "none".

    Raises:
        InputError: something is wrong.
    """
    case = read_case(path, settings)
    checked = check_case(case, comm, pictures=pictures)
    cost, folder = checked.cost, Path("runs") / path.stem
    rows = [
        ("contacts", some_of(checked.contacts, 12)),
        ("mesh", _mesh(checked, case.numerics.dimension)),
        ("run", _course(cost, reading_at_end(case, len(checked.contacts)))),
        ("time", _time(cost, _ranks(comm))),
        ("ranks", _worthwhile(cost)),
        *_room(cost, 1),
    ]
    title = f"{path}: {case.title or 'a film'}"
    notes = [f"{folder} is there already: --resume, --overwrite, or another --out"]
    there = notes if folder.exists() else []
    return "\n".join([title, *aligned(rows, "<"), *there, _MADE_BY])


def study_as_text(
    path: Path, settings: Sequence[str], comm: MPI.Intracomm, *, pictures: str
) -> str:
    """What a study will cost; arguments as of `case_as_text`; collective.

    Raises:
        InputError: something is wrong with it, or with the case of a member.
    """
    from hebbfilm.run.study.members import members_of
    from hebbfilm.run.study.study_file import read_study

    study = read_study(path, settings)
    members = members_of(study, path)
    drawn = pictures if study.pictures else "none"
    found = [check_case(each.case, comm, pictures=drawn) for each in members]
    costs = [each.cost for each in found]
    total, ranks = together(costs), _ranks(comm)
    vertices = sorted(cost.vertices for cost in costs)
    one = sorted(cost.seconds(1) for cost in costs)
    beside = max(sum(one) / ranks, one[-1])
    rows = [
        ("runs", f"{len(members)}, that vary {', '.join(study.keys)}"),
        ("mesh", f"{_range(vertices[0], vertices[-1])} vertices each"),
        ("run", f"{total.simulated * 1e9:.3g} ns in about {rounded(total.steps)} steps, all told"),
        (
            "time",
            f"{_duration(sum(one))} on 1 rank; {_duration(one[0])} to {_duration(one[-1])} a run",
        ),
        ("", f"{_duration(beside)} on {ranks}, one run each" if ranks > 1 else ""),
        *_room(total, ranks),
    ]
    return "\n".join([f"{path}: {study.title}", *aligned([r for r in rows if r[1]], "<"), _MADE_BY])


def _ranks(comm: MPI.Intracomm) -> int:
    """Those that there are, or could be."""
    return comm.size if comm.size > 1 else len(os.sched_getaffinity(0))


def _mesh(checked: Checked, dimension: int) -> str:
    number = f"{checked.cost.vertices:.0f}" if checked.exact else rounded(checked.cost.vertices)
    about = "" if checked.exact else "about "
    found = checked.resolution
    told = f"{about}{number} vertices in {dimension}D{_refined(checked)}"
    if not found.lengths:
        return told
    if found.turn > RESOLVED:
        return f"{told}, too coarse for the texture: {found}"
    return f"{told}; m turns by up to {found.turn:.1f} rad from one to the next"


def _refined(checked: Checked) -> str:
    """Who makes a large mesh, from what."""
    if checked.refinements:
        parts = 4**checked.refinements
        return f", made of a coarser mesh by dividing each triangle into {parts}"
    large = checked.cost.vertices > MOST_MESHED and not checked.exact
    return ", all made by one rank" if large else ""


def _time(cost: Cost, ranks: int) -> str:
    alone = f"{_duration(cost.seconds(1))} on 1 rank"
    if ranks == 1:
        return alone
    told = f"{alone}, {_duration(cost.seconds(ranks))} on {ranks} (mpirun -n {ranks} hebbfilm …)"
    if ranks > MEASURED_RANKS:
        told += f"; extrapolated, as more than {MEASURED_RANKS} ranks were not measured"
    return told


def _course(cost: Cost, at_end: float) -> str:
    told = f"{cost.simulated * 1e9:.3g} ns in about {rounded(cost.steps)} steps"
    if at_end:
        told += f"; {at_end * 1e9:.2g} ns of it check at the end what reading does to the film"
    return told


def _worthwhile(cost: Cost) -> str:
    share = f"{rounded(LEAST_SHARE)} vertices"
    if (most := worthwhile_ranks(cost.vertices)) == 1:
        return f"1 is enough: two pay from {share} each; use more cores for other runs"
    return f"up to {most}, of at least {share} each; with fewer vertices they wait for messages"


def _room(cost: Cost, ranks: int) -> list[tuple[str, str]]:
    """Memory and disk, beside what there is."""
    has = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    free = shutil.disk_usage(Path.cwd()).free
    memory = f"{_bytes(ranks * cost.memory)} of {_bytes(has)}"
    if ranks > 1:
        memory += f", on {ranks} ranks"
    short = "  Too little!" if ranks * cost.memory > has else ""
    full = "  Too little!" if cost.written > free else ""
    drawn = cost.of_snapshots
    most = drawn > max(_MUCH, cost.written / 4)
    why = f", {_bytes(drawn)} of it pictures of snapshots (--pictures few leaves them out)"
    why = why if most else ""
    return [
        ("memory", memory + short),
        ("files", f"{_bytes(cost.written)}, with {_bytes(free)} free here{why}{full}"),
    ]


def _bytes(number: float) -> str:
    if number < 0.95e9:
        return f"{rounded(max(number / 1e6, 1))} MB"
    return f"{rounded(number / 1e9) if number >= 1e10 else f'{number / 1e9:.2g}'} GB"


def _duration(seconds: float) -> str:
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.2g} {unit}"
    return f"{seconds:.2g} s"


def _range(low: float, high: float) -> str:
    ends = dict.fromkeys([rounded(low), rounded(high)])
    return f"about {' to '.join(ends)}"
