"""How fast runs forget: the form and the rate of the decay, barriers, and how many lose recall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hebbfilm.common.errors import InputError
from hebbfilm.common.statistics import mean_interval, rate_interval
from hebbfilm.hopfield.arrhenius import Arrhenius, arrhenius
from hebbfilm.hopfield.decay_fit import Course, FormFit, Rate, decay_rate, rank_forms
from hebbfilm.run.analysis.conditions import condition_text
from hebbfilm.run.analysis.retention_courses import KindOfRuns, RunCourse
from hebbfilm.solvers.materials.constants import BOLTZMANN

_AS_TEMPERATURES = ("thermal.temperature", "layout.thickness")
"""Keys in which films may differ that lie on one line of Arrhenius."""


@dataclass(frozen=True)
class Losses:
    """How many runs lost recall for good, and when.

    Attributes:
        lost: of the runs that recalled when the fit begins, how many did not at their end.
        runs: that recalled then.
        exposure: s that they recalled, in sum.
        rate_interval: of losses per s, 95 %; from 0 up to the rule of three where none was lost.
    """

    lost: int
    runs: int
    exposure: float
    rate_interval: tuple[float, float]


@dataclass(frozen=True)
class KindForgets:
    """How runs of a kind forget.

    Attributes:
        kind: the runs.
        forms: of decay, that which foretells films held out best first.
        rate: of an exponential decay of the contrast.
        losses: of recall; None where no run recalled.
        grows: whether the later halves of the courses are above the earlier ones on average, with
            95 % confidence.
    """

    kind: KindOfRuns
    forms: tuple[FormFit, ...]
    rate: Rate
    losses: Losses | None
    grows: bool

    @property
    def known(self) -> bool:
        """Whether any contrast is there to decay."""
        return bool(np.isfinite(self.forms[0].held_out))


@dataclass(frozen=True)
class Barrier:
    """Kinds of films that differ in temperature and thickness alone, and what parts their states.

    Attributes:
        values: of the keys that they share.
        kinds: their places among all kinds.
        fit: attempt rate and energy.
    """

    values: Mapping[str, Any]
    kinds: tuple[int, ...]
    fit: Arrhenius

    @property
    def name(self) -> str:
        """The values in words."""
        return condition_text(self.values)


@dataclass(frozen=True)
class Forgetting:
    """How runs forget, kind by kind.

    Attributes:
        since: the beginning of all fits, s after switch-off.
        kinds: of two or more runs.
        barriers: of sets of these.
        single: runs that are the only ones of their kind, by the names of these.
    """

    since: float
    kinds: tuple[KindForgets, ...]
    barriers: tuple[Barrier, ...]
    single: tuple[str, ...]


def forgetting_of(kinds: Sequence[KindOfRuns], since: float) -> Forgetting:
    """Fit how runs forget.

    Args:
        kinds: of runs; those of a single run are left out if there are others.
        since: s after switch-off at which fits begin, when the texture no longer springs back.

    Raises:
        InputError: a time that is none, or too few runs of a kind, or too few rows of a run.
    """
    if not since >= 0:
        raise InputError(f"--from {since:g}: must be 0 or more, in s after switch-off")
    single = [kind.name for kind in kinds if len(kind.courses) < 2]
    kinds = [kind for kind in kinds if len(kind.courses) > 1] or kinds
    courses = [[_course(run, since) for run in kind.courses] for kind in kinds]
    for kind, each in zip(kinds, courses, strict=True):
        _require_enough(kind, each, since)
    found = [
        KindForgets(
            kind, tuple(rank_forms(each)), decay_rate(each), _losses(kind, since), _grows(each)
        )
        for kind, each in zip(kinds, courses, strict=True)
    ]
    return Forgetting(since, tuple(found), tuple(_barriers(kinds, courses)), tuple(single))


def _course(run: RunCourse, since: float) -> Course:
    there = run.time >= since * (1 - 1e-9)
    # A row at this very moment may lie before it by round-off.
    return Course(np.maximum(run.time[there] - since, 0.0), run.contrast[there])


def _require_enough(kind: KindOfRuns, courses: Sequence[Course], since: float) -> None:
    names = [run.name for run in kind.courses]
    if len(courses) < 2:
        raise InputError(
            f"--fit: {names[0]} is the only run of its kind ({kind.name}); give two or more that "
            "differ in their seeds alone"
        )
    for name, course in zip(names, courses, strict=True):
        if len(course.time) < 8:
            raise InputError(
                f"--fit: {name} has {len(course.time)} rows from {since:g} s after switch-off on; "
                "a fit takes 8 or more: a longer training.rest, a shorter output.sample_interval, "
                "or an earlier --from"
            )


def _grows(courses: Sequence[Course]) -> bool:
    """Whether what is there grows, above 0 or below it."""
    rise = []
    for course in courses:
        early, late = np.split(course.value, [len(course.value) // 2])
        mean = np.abs(course.value.mean())
        rise.append((np.abs(late.mean()) - np.abs(early.mean())) / mean if mean > 0 else 0.0)
    return mean_interval(np.array(rise))[0] > 0


def _losses(kind: KindOfRuns, since: float) -> Losses | None:
    exposure, lost, runs = 0.0, 0, 0
    for run in kind.courses:
        time, recalled = run.time, run.recalled
        known = np.flatnonzero(recalled & (time >= since * (1 - 1e-9)))
        if not known.size:
            continue
        runs += 1
        exposure += float(time[known[-1]] - since)
        lost += not recalled[-1]
    if not exposure > 0:
        return None
    return Losses(lost, runs, exposure, rate_interval(lost, exposure))


def _barriers(kinds: Sequence[KindOfRuns], courses: Sequence[Sequence[Course]]) -> list[Barrier]:
    """One for each set of kinds of three or more temperatures over thicknesses, above 0 K."""
    sets: dict[str, list[int]] = {}
    for place, kind in enumerate(kinds):
        if kind.temperature > 0:
            sets.setdefault(condition_text(_shared(kind)), []).append(place)
    found = []
    for places in sets.values():
        x = [BOLTZMANN * kinds[p].temperature / kinds[p].thickness for p in places]
        if len({f"{value:.9g}" for value in x}) > 2:
            fit = arrhenius(x, [courses[place] for place in places])
            found.append(Barrier(_shared(kinds[places[0]]), tuple(places), fit))
    return found


def _shared(kind: KindOfRuns) -> dict[str, Any]:
    return {key: value for key, value in kind.values.items() if key not in _AS_TEMPERATURES}
