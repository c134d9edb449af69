"""What a run will cost in time, memory and files, from its case alone.

The figures are those of the processor that docs/performance.md measured, in seconds of one core:
of the parts of a step there, of the rest of runs with the film of `run/cases/four_node.toml` of
3 500 to 84 000 vertices. They are meant to be right within a factor of two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import log2

from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.workload import (
    IMPLICIT_STEP,
    Workload,
    explicit_step,
    reading_at_end,
    running_time,
)

_START = 2.0
"""In s, until all libraries are loaded."""
_MADE, _REFINED = 1.5e-4, 3e-5
"""In s a vertex: meshed, assembled, preconditioned; and made by the ranks of a coarser mesh."""
_STEP = 6e-8
"""In s a vertex and step, of nine evaluations of all fields of a film of triangles."""
_IMPLICIT, _NOISY = 2.4, 6.0
"""A midpoint step by itself and with thermal noise, in those."""
_SOLID = 1.6
"""A vertex of tetrahedra, in those of triangles; it has twice as many neighbours."""
_LONGEST_STEP = 2e-12
"""In s, to which accuracy limits steps while current moves the texture."""
_LEAST_EXPLICIT, _NOISY_STEP = 4.5e-13, 1.6e-12
"""In s: steps below the first are not taken, see `integrators.selection`; midpoint steps with noise
are fixed."""
_NOISY_SHARE = 0.2
"""Of the longest stable step, with noise."""
_MINIMISED = 300
"""Steps for which a minimisation stands."""
_RENEWAL, _RENEWALS = 1.5e-7, 3.9e11
"""In s a vertex, to assemble and solve once; and how often in a simulated second under voltage, at
an AMR ratio of 0.2 and a tolerance of 0.04."""
_READING, _FACTORED = 2e-7, 2.2e-6
"""In s a vertex: of one contact for a row of the table; and of all together, if there are many."""
_SOLID_SOLVE = 4.0
"""Solving in tetrahedra, in triangles."""
_STACKED = 1.6
"""A renewal with layers, or with heat, in one without."""
_GRID = 1.4e-7
"""In s a cell of the grid of the demagnetising field, and step."""
_PICTURES, _PICTURES_A_VERTEX, _PICTURES_A_PATTERN = 7.0, 2e-4, 2.0
"""In s; the last of each pattern but the first."""
_ALL_DRAWN, _THINNED = 1e5, 0.15
"""Vertices of which each is drawn, about; and the work and memory that one beyond those takes."""
_SNAPSHOT_DRAWN, _SNAPSHOT_DRAWN_A_VERTEX, _SNAPSHOT_PICTURE = 0.2, 3e-5, 9e5
"""In s, and bytes, of each picture of a snapshot that a field interval or a reading keeps."""
_WITHOUT_PATTERNS = 0.25
"""Pictures of a run without patterns, in those of a training."""
_ASSESSED, _MOST_STATES = 2e-3, 4096
"""In s a state of the network, to see where it goes; and as many as are tried of large ones."""
_BYTES, _BYTES_A_VERTEX, _BYTES_A_CELL = 2.3e8, 2.2e3, 3e2
"""Of memory that is kept, the second with triangles."""
_MEANWHILE_A_VERTEX = 8e2
"""Of memory used beyond that while a film is made and sampled."""
_DRAWN, _DRAWN_A_VERTEX = 2.3e8, 8e3
"""The same while pictures are drawn."""
_PICTURES_WRITTEN, _FIELDS_A_VERTEX, _STATE_A_VERTEX = 1e7, 145.0, 80.0
"""Bytes on the disk, the second of a film of triangles."""
_SOLID_FIELDS = 1.6
"""A vertex of tetrahedra in a snapshot, in those of triangles."""
_GAIN, _GAIN_MORE, _LARGE = 0.58, 0.77, 1.6e5
"""Of p ranks, p to the power of the first with 2e4 vertices and the second with this many."""
MEASURED_RANKS = 2
"""More have not been timed."""
LEAST_SHARE = 2e4
"""Vertices of a rank below which more ranks are a waste. Nine evaluations, a tenth of a renewal and
messages to six neighbours: an evaluation of so many computes for 0.16 ms and waits for 0.01 ms, by
the figures of a cluster (`run/bench/model`), but a renewal, whose coarse levels send hundreds of
messages, computes for 3 ms and waits for about one. Two ranks of 9 600 each gained 1.5, two of
80 000 gained 1.7."""


@dataclass(frozen=True)
class FilmSize:
    """Of a film, as it will be meshed.

    Args:
        vertices: of the mesh.
        contacts: nodes, or neurons.
        finest: shortest edge in m.
        cells: of the grid of the demagnetising field; 0 without.
        refinements: how often its triangles are divided into four.
    """

    vertices: float
    contacts: int
    finest: float
    cells: float
    refinements: int


@dataclass(frozen=True)
class Cost:
    """Of a run, or of several.

    Args:
        vertices: of the mesh.
        steps: in time.
        simulated: time in s, at most.
        start: s of one core that do not get less with more ranks.
        work: s of one core for all that does.
        memory: bytes, of a run on one rank.
        written: bytes.
        of_snapshots: bytes of these that are pictures of single snapshots.
    """

    vertices: float
    steps: float
    simulated: float
    start: float
    work: float
    memory: float
    written: float
    of_snapshots: float = 0.0

    def seconds(self, ranks: int) -> float:
        """Wall time in s, if no other process wants the cores.

        Args:
            ranks: that share the film; more than `MEASURED_RANKS` are extrapolated.
        """
        small, large = 2e4, _LARGE
        share = log2(max(self.vertices, small) / small) / log2(large / small)
        gain = _GAIN + (_GAIN_MORE - _GAIN) * min(share, 1.0)
        return float(self.start + self.work / ranks**gain)


def worthwhile_ranks(vertices: float) -> int:
    """The most ranks that leave each one `LEAST_SHARE` of so many vertices; one of small films."""
    return max(int(vertices / LEAST_SHARE), 1)


def cost_of(case: Case, work: Workload, film: FilmSize, *, pictures: str) -> Cost:
    """What a run will cost.

    Args:
        case: of the run.
        work: what it comes to.
        film: how large its film is.
        pictures: that are drawn: "all", "few" without those of snapshots, or "none".
    """
    course = running_time(case, film.contacts)
    at_end = reading_at_end(case, film.contacts)
    simulated = course + at_end
    # Half of the readings at the end are under voltage.
    in_course = _driven_time(case, film.contacts)
    driven = in_course + at_end / 2
    longest, implicit = _steps(case, film)
    slow = driven / min(longest, _LONGEST_STEP)
    steps = slow + max(simulated - driven, 0.0) / longest
    turned = abs(case.material.amr_ratio) / 0.2 * 0.04 / case.numerics.renewal_tolerance
    renewals = min(driven * _RENEWALS * turned, slow)
    stacked = _STACKED ** (bool(case.layers) + (case.heat is not None))
    rows = work.rows if case.recall is None else course / case.output.sample_interval
    readings = rows * min(film.contacts * _READING, _FACTORED)
    evaluated = (steps + _minimisations(case) * _MINIMISED) * (
        film.vertices * _step(case, implicit) + film.cells * _GRID
    )
    solid = case.numerics.dimension == 3
    solved = film.vertices * (renewals * _RENEWAL * stacked + readings)
    patterns = 1 if case.training is None else len(case.training.parsed())
    drawn = pictures != "none"
    share = drawn * (_WITHOUT_PATTERNS if case.training is None else 1.0)
    # One of m, and under voltage one of the current.
    seen = (pictures == "all") * work.fields * (1 + min(in_course / course, 1) if course else 1)
    kept = 2 + patterns + work.fields
    shown = _drawn_vertices(film.vertices)
    snapshot = _SNAPSHOT_DRAWN + _SNAPSHOT_DRAWN_A_VERTEX * shown
    drawing = _PICTURES + _PICTURES_A_VERTEX * shown + _PICTURES_A_PATTERN * (patterns - 1)
    meshed = film.vertices / 4**film.refinements
    divided = _REFINED * film.vertices if film.refinements else 0.0
    meanwhile = _MEANWHILE_A_VERTEX * film.vertices
    states = 0 if case.training is None else min(2**film.contacts, _MOST_STATES)
    return Cost(
        vertices=film.vertices,
        steps=steps,
        simulated=simulated,
        start=_START + _MADE * meshed + _ASSESSED * states + share * drawing + seen * snapshot,
        work=divided + evaluated + solved * (_SOLID_SOLVE if solid else 1.0),
        memory=_BYTES
        + max(meanwhile, drawn * (_DRAWN + _DRAWN_A_VERTEX * shown))
        + film.vertices * _BYTES_A_VERTEX * (2.0 if solid else 1.0)
        + film.cells * _BYTES_A_CELL,
        written=work.tables
        + film.vertices
        * (kept * _FIELDS_A_VERTEX * (_SOLID_FIELDS if solid else 1.0) + _STATE_A_VERTEX)
        + share * _PICTURES_WRITTEN
        + seen * _SNAPSHOT_PICTURE,
        of_snapshots=seen * _SNAPSHOT_PICTURE,
    )


def together(costs: Sequence[Cost]) -> Cost:
    """Of several runs: sums, and the memory of the largest."""
    sums = {each.name: sum(getattr(cost, each.name) for cost in costs) for each in fields(Cost)}
    return Cost(**sums | {"memory": max(cost.memory for cost in costs)})


def _drawn_vertices(vertices: float) -> float:
    """Those whose drawing takes as much as that of a film, which leaves out some of many."""
    return min(vertices, _ALL_DRAWN) + _THINNED * max(vertices - _ALL_DRAWN, 0.0)


def _driven_time(case: Case, neurons: int) -> float:
    """Simulated time under voltage in s."""
    if case.training is None:
        return float(case.steps().extent().time)
    stored = len(case.training.parsed(None))
    recall = 0.0 if case.recall is None else case.recall.expected_time(neurons, stored)
    return float(case.training.extent()[1] - case.training.rest + recall)


def _steps(case: Case, film: FilmSize) -> tuple[float, bool]:
    """How long steps are in s, as far as stability goes, and whether they are implicit."""
    explicit = explicit_step(case, film.finest)
    choice = case.numerics.integrator
    noisy = case.thermal.temperature > 0
    if choice == "implicit" or (choice == "auto" and explicit < _LEAST_EXPLICIT and not noisy):
        return (_NOISY_STEP if noisy else IMPLICIT_STEP), True
    return (_NOISY_SHARE * explicit if noisy else explicit), False


def _step(case: Case, implicit: bool) -> float:
    """In s a vertex, of one step."""
    solid = _SOLID if case.numerics.dimension == 3 else 1.0
    if not implicit:
        return _STEP * solid
    return _STEP * solid * (_NOISY if case.thermal.temperature else _IMPLICIT)


def _minimisations(case: Case) -> float:
    """How often a film is minimised, that at the start included."""
    at_first = float(case.initial.method == "minimise")
    return at_first if case.training is not None else at_first + case.steps().extent().minimisations
