"""What a run will take, in steps and output, from its case and its layout alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, inf

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.reading_time import disturbance_time
from hebbfilm.meshing import Layout
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.drawn import require_pictures_fit
from hebbfilm.run.inputs.layouts import FilmSource
from hebbfilm.run.inputs.material import MaterialSection
from hebbfilm.run.inputs.recall_section import NO_RECALL, RecallExtent
from hebbfilm.solvers.magnetisation.observables.texture_measures import UNITS
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.schemes.limits import longest_step
from hebbfilm.solvers.schemes.stability import Spectrum

_STIFFEST = 14.0
"""Largest eigenvalue of the lumped Laplacian on even triangles, in 1/h²: measured, 12 to 16."""
IMPLICIT_STEP = 5e-13
"""In s. Midpoint steps of a driven texture, as `integrators.selection` has them."""
_BYTES_OF_A_NUMBER = 17
_BYTES_OF_A_VERTEX = 200
"""In a snapshot: point, m, potential, contact, two triangles with their current."""


@dataclass(frozen=True)
class Workload:
    """What a run comes to, at most.

    Args:
        vertices: of the mesh; 0 where only the mesh tells, of a solid or a mesh file.
        neurons: that its film has; 0 where only the mesh tells, of a run without patterns.
        rows: of the table of conductances.
        fields: snapshots beside those of the main moments.
        tables: bytes of the tables.
    """

    vertices: float
    neurons: int
    rows: float
    fields: float
    tables: float


def check_workload(case: Case, source: FilmSource) -> Workload:
    """Refuse a run whose work or output is beyond the limits of the case; before it is meshed.

    Args:
        case: with a training, or a run without patterns.
        source: its film.

    Returns:
        What it comes to.

    Raises:
        InputError: a pattern or drives that do not fit the contacts; or the key, the estimate, the
            limit.
    """
    layout = source.geometry if isinstance(source.geometry, Layout) else None
    nodes = None if layout is None else list(case.contacts.nodes(layout.contact_names))
    work = _work_of_training(case, nodes) if case.training else _work_of_protocol(case, nodes)
    limits = case.limits
    limits.require("segments", work.segments, work.cause)
    if nodes is not None and case.training is None:
        case.steps().require_fit(nodes)
    times = {
        "initial.relaxation": case.initial.relaxation if case.initial.method == "relax" else 0.0,
        "thermal.equilibration and reading.average": reading_time(case),
        work.cause: work.time,
        "recall.starts and most_periods": work.recall.time,
    }
    total, at_end = sum(times.values()), reading_at_end(case, work.neurons)
    longest = max(times, key=lambda key: times[key])
    if at_end > times[longest]:
        longest = "reading.duration"
    step, whole = expected_step(case, layout), total + at_end
    limits.require("steps", whole / step, f"{longest}: {whole:g} s in steps of {step:.2g} s")
    interval = case.output.sample_interval
    rows = total / interval + work.segments + work.recall.periods
    limits.require("rows", rows, f"output.sample_interval = {interval:g} over {total:g} s")
    every = case.output.field_interval
    fields = min(total / every, rows) if every is not None else 0.0
    limits.require("fields", fields, f"output.field_interval = {every} over {total:g} s")
    limits.require("fields", work.fields, work.cause)
    columns = _columns(case, work.neurons, work.contacts)
    vertices = source.expected_vertices()
    cells = rows * columns + work.readings * (work.contacts**2 + 2 * work.contacts + 10)
    fields += work.fields
    tables = cells * _BYTES_OF_A_NUMBER
    written = tables + fields * vertices * _BYTES_OF_A_VERTEX
    limits.require("bytes", written, f"output: {rows:.2g} rows and {fields:.2g} fields")
    return Workload(vertices, work.neurons, rows, fields, tables)


def _columns(case: Case, neurons: int, contacts: int) -> float:
    """Of the table of conductances: those of each sample, each contact, each pair, and extras."""
    found = 5 + 2 * contacts + neurons * (neurons - 1) / 2
    extras = {2: case.heat is not None, 1: bool(case.layers), len(UNITS): case.output.texture}
    return found + sum(number for number, there in extras.items() if there)


@dataclass(frozen=True)
class _Work:
    """What the course of a run comes to, after the film has settled for the first time."""

    cause: str
    neurons: int
    contacts: int
    segments: float
    time: float
    readings: float = 0
    fields: float = 0
    recall: RecallExtent = NO_RECALL


def _work_of_training(case: Case, nodes: Sequence[str] | None) -> _Work:
    training = case.required_training()
    neurons = None if nodes is None else case.neurons_of(nodes)
    if neurons is not None:
        require_pictures_fit(case, neurons)
    patterns = training.parsed(neurons)
    size = max(len(pattern) for pattern in patterns)
    contacts = size
    if neurons is not None:
        training.require_fit(neurons)
        contacts = len(neurons.contacts)
        if case.recall is not None:
            case.recall.require_fit(neurons, patterns)
    segments, time = training.extent()
    recall = NO_RECALL if case.recall is None else case.recall.extent(size, len(patterns))
    counts = size, contacts, segments, time
    return _Work(_training_cause(case), *counts, fields=training.reading_count, recall=recall)


def _work_of_protocol(case: Case, nodes: Sequence[str] | None) -> _Work:
    if case.neurons is not None:
        raise InputError(
            "neurons: a run without patterns has none; leave them out, or give [training]"
        )
    found = case.steps().extent()
    size = 0 if nodes is None else len(nodes)
    counts = found.segments, found.time, found.readings, found.fields
    return _Work("protocol.steps", size, size, *counts)


def running_time(case: Case, neurons: int) -> float:
    """Simulated time of a whole run in s, at most; that of recall on chip as a rule.

    Args:
        case: of the run.
        neurons: how many its film has.
    """
    if case.training is None:
        course, recall = case.steps().extent().time, 0.0
    else:
        course, stored = case.training.extent()[1], len(case.training.parsed(None))
        recall = case.recall.expected_time(neurons, stored) if case.recall is not None else 0.0
    return case.initial.relaxation + course + recall + reading_time(case)


def reading_at_end(case: Case, neurons: int) -> float:
    """Simulated time in s that the check of the readings at the end takes, see `read_disturbance`.

    Args:
        case: of the run.
        neurons: how many its film has.
    """
    return disturbance_time(neurons, case.reading.duration) if case.training is not None else 0.0


def reading_time(case: Case) -> float:
    """Time in s that coming to the temperature and all readings take."""
    if case.training is None or not case.thermal.temperature:
        return _equilibration(case)
    readings = 2 + case.training.reading_count + (case.recall is not None)
    return _equilibration(case) + readings * case.reading.average


def _equilibration(case: Case) -> float:
    return case.thermal.equilibration if case.thermal.temperature else 0.0


def expected_step(case: Case, layout: Layout | None) -> float:
    """About how long a time step will be, in s; rather too long than too short.

    Explicit steps are limited by exchange on the finest part of the mesh and by the fields at
    single vertices; implicit ones by how fast the texture moves.

    Args:
        case: its material, fields and integrator.
        layout: the film; None where only its mesh will tell, which then counts as coarse.
    """
    explicit = explicit_step(case, inf if layout is None else layout.finest_mesh_size)
    return explicit if case.numerics.integrator == "explicit" else max(explicit, IMPLICIT_STEP)


def explicit_step(case: Case, finest: float) -> float:
    """About the longest stable step of the explicit integrator, in s.

    Args:
        case: its material and fields.
        finest: shortest edge of the mesh in m.
    """
    return min(_step_of(case, finest, material) for material in case.materials().values())


def _step_of(case: Case, finest: float, material: MaterialSection) -> float:
    stiffness = 2 * material.exchange_stiffness / VACUUM_PERMEABILITY
    anisotropy = 2 * abs(material.uniaxial_anisotropy) / VACUUM_PERMEABILITY
    field = anisotropy / material.saturation_magnetisation + max(map(abs, case.applied_field))
    if case.protocol is not None:
        field += case.protocol.largest_field()
    for waveform in case.applied_field_waveform:
        field += waveform.strength * waveform.largest()
    exchange = _STIFFEST * stiffness / (material.saturation_magnetisation * finest**2)
    rate = material.gyromagnetic_ratio * (exchange + field)
    if not rate:
        return inf
    damping, local = material.damping, max(material.gyromagnetic_ratio * field, 1.0)
    return longest_step(Spectrum(damping, damping, rate / hypot(1, damping), local))


def _training_cause(case: Case) -> str:
    training = case.required_training()
    shown = [f"repeats = {training.repeats}", f"duration = {training.duration:g}"]
    if training.presentation == "alternating":
        shown.append(f"half_period = {training.half_period:g}")
    if training.forming is not None:
        shown.append(f"forming at {len(training.forming.amplitudes)} amplitudes")
    return f"training with {', '.join(shown)}"
