"""The summary of a run: what was learnt, what it took, and whether the numbers hold together."""

from collections.abc import Callable, Sequence

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield import (
    HopfieldFilm,
    hebb_correlation,
    ideal_networks,
    read_disturbance,
    recall_success,
    storage_criteria,
)
from hebbfilm.hopfield.checks import driven_checks, matrix_checks
from hebbfilm.hopfield.contact_pairs import hall_conductance, pair_names, relative_change
from hebbfilm.hopfield.displacements import Presentation
from hebbfilm.hopfield.moments import TRAINED, UNIFORM, UNTRAINED
from hebbfilm.hopfield.reading import fluctuation
from hebbfilm.run.folder.chip_entries import ChipEntry
from hebbfilm.run.folder.leads import LeadsEntry
from hebbfilm.run.folder.neurons import neuron_entries
from hebbfilm.run.folder.summary import (
    ChecksEntry,
    CriteriaEntry,
    DisturbanceEntry,
    HeatingEntry,
    PresentationEntry,
    ReferenceEntry,
    Summary,
)
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.recall import recall_by
from hebbfilm.run.training.run_notes import RunNotes
from hebbfilm.run.training.stack_notes import stack_summary
from hebbfilm.run.training.texture import textures_at
from hebbfilm.solvers import Film


def summarise(
    case: Case,
    network: HopfieldFilm,
    notes: RunNotes,
    on_chip: ChipEntry | None = None,
    observer: Callable[[Film, float], None] | None = None,
) -> Summary:
    """What the run has to tell at its end; collective.

    Args:
        case: of the run.
        network: trained, its conductances read.
        notes: of the recorder.
        on_chip: what recall on chip came to, if there was any.
        observer: told how far the readings on trial are, as of `read_disturbance`.
    """
    film, patterns = network.film, network.patterns
    if UNIFORM not in network.readings:
        network.read_uniform()
    before, after = np.array(network.before), np.array(network.after)
    presented = np.array(notes.presented)
    weights = network.weights
    coupled = network.coupled
    ideal = ideal_networks(patterns, coupled)
    success = {
        name: recall_success(recall_by(case.reading, w, patterns))
        for name, w in {"film": weights, "hebb": ideal["hebb"], "oja": ideal["oja"]}.items()
    }
    judged = {
        name: CriteriaEntry(**storage_criteria(w, patterns, seed=case.reading.seed).as_dict())
        for name, w in {"film": weights, **ideal}.items()
    }
    return Summary(
        contacts=tuple(film.contacts),
        neurons=neuron_entries(network.neurons),
        patterns=np.array(patterns, dtype=np.int64),
        conductance_before=before,
        conductance_presented=presented,
        presented_power=notes.presented_power,
        conductance_after=after,
        readings=dict(network.readings),
        reference_film=dict(network.reference_film),
        hall_conductance=hall_conductance(after) if film.has_hall_effect else None,
        conductance_fluctuation={
            moment: fluctuation(samples) for moment, samples in notes.samples.items()
        },
        uncoupled_pairs=[
            name for name, one in zip(_names(network), coupled, strict=True) if not one
        ],
        relative_change=_changes(network, after),
        relative_change_presented=_changes(network, presented),
        reference=_reference(network),
        weights=weights,
        ideal_weights=ideal["hebb"],
        oja_weights=ideal["oja"],
        hebb_correlation=network.hebb_correlation,
        oja_correlation=hebb_correlation(ideal["oja"], patterns, coupled),
        recall_success=success["film"],
        ideal_recall_success=success["hebb"],
        oja_recall_success=success["oja"],
        network=judged,
        predicted_margins=network.predicted_margins(case.initial.direction),
        presentations=_presentations(notes.presentations),
        max_current_density=notes.max_current_density,
        mean_current_density=notes.mean_current_density,
        energy_dissipated=film.heating.energy,
        adiabatic_temperature_rise=film.heating.energy / film.heating.capacity,
        heating=heating_summary(film, notes.power_concentration),
        leads=leads_summary(film),
        stack=stack_summary(film, notes),
        texture=textures_at(notes.fields, (UNTRAINED, TRAINED)),
        recall_on_chip=on_chip,
        current_renewals=film.current.record.renewals,
        largest_change_between_renewals=film.current.record.largest_change,
        checks=_checks(case, network, notes.largest_angle, observer),
    )


def _changes(network: HopfieldFilm, present: FloatArray) -> dict[str, float]:
    """Relative to the untrained film, of the pairs that are coupled."""
    change = relative_change(np.array(network.before), present)
    names = _names(network)
    return {name: float(r) for name, r, c in zip(names, change, network.coupled, strict=True) if c}


def _names(network: HopfieldFilm) -> list[str]:
    return pair_names(network.neurons.names)


def _reference(network: HopfieldFilm) -> ReferenceEntry:
    reference = network.reference
    compared = reference.matrices(network.readings, network.reference_film)
    return ReferenceEntry(**reference.as_dict(*compared))


def heating_summary(film: Film, concentration: float) -> HeatingEntry:
    """The lumped estimate of Joule heating, in SI units; None where no heat leaves the film."""
    heating = film.heating
    leaves = heating.conductance > 0
    return HeatingEntry(
        heat_capacity=heating.capacity,
        area=film.operators.area,
        thermal_conductance=heating.conductance,
        peak_power=heating.peak_power,
        power_concentration=concentration,
        time_constant=heating.time_constant if leaves else None,
        steady_temperature_rise=heating.peak_power / heating.conductance if leaves else None,
        peak_temperature_rise=heating.peak_temperature_rise,
        final_temperature_rise=heating.temperature_rise,
    )


def leads_summary(film: Film) -> LeadsEntry | None:
    """What the leads took, and what sources see through them; None without leads; collective."""
    conduction = film.conduction
    if conduction is None or not conduction.lead_resistance.any():
        return None
    ohms = map(float, conduction.lead_resistance)
    return LeadsEntry(
        resistance=dict(zip(film.contacts, ohms, strict=True)),
        energy=film.heating.lead_energy,
        conductance=film.outside_conductance_matrix(),
    )


def _checks(
    case: Case,
    network: HopfieldFilm,
    angles: dict[str, float],
    observer: Callable[[Film, float], None] | None,
) -> ChecksEntry:
    film, reading = network.film, case.reading
    driven = driven_checks(film, case.required_training().last_voltages(network.neurons))
    disturbance = read_disturbance(
        film,
        voltage=reading.voltage,
        duration=reading.duration,
        neurons=network.neurons,
        observer=observer,
    )
    return ChecksEntry(
        **matrix_checks(film, film.conductance_matrix()),
        **driven,
        turn_from_vertex_to_vertex=film.mesh_watch.resolution.turn,
        unit_length_of_m=film.dynamics.largest_deviation_from_unit_length(),
        read_disturbance=DisturbanceEntry(**disturbance.as_dict()),
        largest_angle=angles,
    )


def _presentations(presentations: Sequence[Presentation]) -> list[PresentationEntry]:
    """The presentations as they stand in the summary."""
    return [
        PresentationEntry(
            pattern=entry.pattern,
            sign=1 if entry.sign == 1 else -1,
            displacement=entry.displacement,
            peak_to_peak=entry.highest - entry.lowest,
            explained=entry.explained / entry.turned if entry.turned else 0.0,
            largest_turn_between_samples=entry.largest_turn,
        )
        for entry in presentations
    ]
