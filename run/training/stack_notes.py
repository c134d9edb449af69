"""What a run notes of its stack: temperature, shares of the current, and what turns m."""

from dataclasses import replace

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.memory import give_back
from hebbfilm.run.folder.stack import (
    EffectiveFieldEntry,
    HeatBalanceEntry,
    StackEntries,
    TemperatureEntry,
)
from hebbfilm.run.training.run_notes import RunNotes
from hebbfilm.solvers import Conduction, Film
from hebbfilm.solvers.sized_fields import effective_fields


def note_drive(film: Film, notes: RunNotes) -> None:
    """Note shares of the current and what turns m, at the end of a drive; collective."""
    found = effective_fields(film)
    give_back(len(film.m))
    entries = {name: EffectiveFieldEntry(**field._asdict()) for name, field in found.items()}
    notes.stack = replace(notes.stack, effective_fields=entries)
    drives = film.current.drives
    if film.layers and drives is not None:
        conduction = film.solve_current(drives)
        shares, amr = conduction.current_shares(), sheet_amr_ratio(film, conduction)
        notes.stack = replace(notes.stack, current_shares=shares, sheet_amr_ratio=amr)


def sheet_amr_ratio(film: Film, conduction: Conduction) -> float | None:
    """(ρ∥ - ρ⊥)/ρ⊥ of film and layers as one sheet; collective.

    With the share s of the film in Σ⊥, Σ∥/Σ⊥ = 1 - s a/(1 + a). None where a of the film differs
    from place to place.
    """
    ratio = film.dynamics.material["amr_ratio"].value
    if ratio is None:
        return None
    # Of a current that is not found yet: the shares without magnetoresistance.
    lost = conduction.anew().current_shares()["film"] * float(ratio) / (1 + float(ratio))
    return lost / (1 - lost)


def keeps_its_heat(film: Film) -> bool:
    """Whether a film has heat that nothing takes away: neither a substrate nor a contact."""
    heat = film.heat
    return heat is not None and not heat.heat.sinks and not film.heating.conductance


def stack_summary(film: Film, notes: RunNotes) -> StackEntries:
    """What the summary of a run tells of it; collective."""
    if film.heat is None:
        return notes.stack
    balance = film.heat.balance()
    entry = HeatBalanceEntry(
        work=balance.work,
        stored=balance.stored,
        substrate=balance.substrate,
        sinks=dict(balance.sinks),
        missing=balance.missing,
    )
    return replace(notes.stack, heat_balance=entry)


def note_temperature(film: Film, notes: RunNotes) -> TemperatureEntry:
    """Note how hot a film with heat is, and where it was hottest so far; collective."""
    assert film.heat is not None
    operators = film.operators
    temperature = film.heat.temperature[: operators.owned]
    total = film.comm.allreduce(float(operators.vertex_volumes @ temperature))
    mean = float(total / operators.volume)
    highest, place = _hottest(film, temperature)
    before = notes.stack.temperature
    if before is not None and before.highest >= highest:
        entry = replace(before, highest_mean=max(before.highest_mean, mean))
    else:
        contact, distance = _nearest_contact(film, place)
        entry = TemperatureEntry(
            highest=highest,
            time=film.time,
            place=tuple(map(float, place)),
            contact=contact,
            distance=distance,
            highest_mean=mean if before is None else max(before.highest_mean, mean),
            final_highest=highest,
            final_mean=mean,
            substrate=film.heat.heat.substrate_temperature,
        )
    entry = replace(entry, final_highest=highest, final_mean=mean)
    notes.stack = replace(notes.stack, temperature=entry)
    return entry


def _hottest(film: Film, temperature: FloatArray) -> tuple[float, FloatArray]:
    """The highest temperature in K, and where in m, (3,)."""
    places = film.film_mesh.coordinates[: len(temperature)]
    found: list[tuple[float, FloatArray]] = []
    if len(temperature):
        row = int(np.argmax(temperature))
        found = [(float(temperature[row]), places[row])]
    # Of several alike, that of the same place on any number of ranks.
    every = [each for part in film.comm.allgather(found) for each in part]
    highest, place = max(every, key=lambda each: (each[0], *each[1]))
    return highest, np.array(place)


def _nearest_contact(film: Film, place: FloatArray) -> tuple[str, float]:
    """Which is nearest to a place, and how far it is in m; nothing in a film without contacts."""
    mesh, found = film.conductor.mesh, []
    for name in mesh.contacts:
        there = mesh.coordinates[mesh.contact_vertices(name)]
        distance = np.linalg.norm(there - place, axis=1).min(initial=np.inf)
        found.append((min(film.comm.allgather(float(distance))), name))
    distance, name = min(found, default=(0.0, ""))
    return name, float(distance)
