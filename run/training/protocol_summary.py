"""The summary of a run without patterns: what it took, and whether the numbers hold together."""

from hebbfilm.hopfield.checks import matrix_checks
from hebbfilm.run.folder.protocol_summary import ProtocolSummary
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.training.run_notes import RunNotes
from hebbfilm.run.training.sampling import conductances_of
from hebbfilm.run.training.stack_notes import stack_summary
from hebbfilm.run.training.summary import heating_summary, leads_summary
from hebbfilm.run.training.texture import texture_entry
from hebbfilm.solvers import Film


def summarise_protocol(case: Case, film: Film, notes: RunNotes) -> ProtocolSummary:
    """What the run has to tell at its end; collective.

    Args:
        case: of the run.
        film: as its last step left it.
        notes: of the recorder.
    """
    conductance = conductances_of(film)
    checks = {} if film.conduction is None else matrix_checks(film, conductance)
    x, y, z = map(float, film.dynamics.mean_magnetisation())
    record = film.current.record
    return ProtocolSummary(
        contacts=tuple(film.contacts),
        steps=sum(1 for _ in case.steps().in_order()),
        readings=notes.readings,
        magnetisation=(x, y, z),
        conductance=conductance,
        max_current_density=notes.max_current_density,
        mean_current_density=notes.mean_current_density,
        energy_dissipated=film.heating.energy,
        adiabatic_temperature_rise=film.heating.energy / film.heating.capacity,
        heating=heating_summary(film, notes.power_concentration),
        leads=leads_summary(film),
        stack=stack_summary(film, notes),
        texture=texture_entry(film),
        current_renewals=record.renewals,
        largest_change_between_renewals=record.largest_change,
        checks={
            **checks,
            "turn_from_vertex_to_vertex": film.mesh_watch.resolution.turn,
            "unit_length_of_m": film.dynamics.largest_deviation_from_unit_length(),
        },
        largest_angle=notes.largest_angle,
    )
