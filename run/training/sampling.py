"""What a row of the table tells of a film."""

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield import Neurons
from hebbfilm.run.folder.conductance_table import EXTRAS, UNDER_VOLTAGE, Sample
from hebbfilm.run.training.run_notes import RunNotes
from hebbfilm.run.training.stack_notes import note_temperature
from hebbfilm.solvers import Conduction, Film
from hebbfilm.solvers.conduction.followed_conductance import FollowedConductance
from hebbfilm.solvers.conduction.leads import contact_voltages, outside_conductance
from hebbfilm.solvers.conduction.node_voltages import node_voltages
from hebbfilm.solvers.magnetisation.observables.texture_measures import UNITS

_OF_SHARE = 1e-5
"""Of the share of the film in the current, the error of the current density."""


def sampled(
    film: Film,
    neurons: Neurons,
    notes: RunNotes,
    rows: FollowedConductance | None,
    word: str,
    displacement: float,
    *,
    texture: bool = False,
    exact: bool = False,
) -> tuple[Sample, FloatArray]:
    """The row of this moment, and its conductances between neurons in S, (N, N); collective.

    G of a row, and with it voltages, currents and power, is to 1e-5 of √(G_ii G_jj), see
    `FollowedConductance`. G and the power are those of the film, voltages those of the
    sources, which leads may part from it.

    Args:
        film: as it is.
        neurons: that its contacts make.
        notes: of the run, which take the extremes.
        rows: follows G from row to row; None for a film without a current.
        word: what the table calls the phase.
        displacement: of the texture since the last row, in m.
        texture: whether to measure it.
        exact: whether G is to the tolerance of all other readings.
    """
    reading = None
    if rows is not None and rows.follows and not exact:
        conductance = rows.conductance_matrix(film.dynamics.m)
    else:
        reading = None if rows is None else film.read()
        conductance = _conductances(film, reading, exact=exact)
    leads = _leads(film)
    seen = outside_conductance(conductance, leads)
    voltages = _voltages(film, seen)
    currents = seen @ voltages
    at_film = contact_voltages(conductance, leads, voltages)
    between = neurons.conductance(conductance)
    _note_current_density(film, notes)
    sample = Sample(
        time=film.time,
        phase=word,
        conductance=_pair_conductances(between),
        voltage=voltages,
        current=currents,
        power=float(at_film @ currents),
        displacement=displacement,
        angle=_noted_angle(film, notes, word),
        **_temperatures(film, notes),
        film_share=_film_share(film, reading, rows, conductance, voltages, at_film),
        texture=_texture(film) if texture else None,
    )
    return sample, between


def _texture(film: Film) -> FloatArray:
    measures = film.texture_measures()
    return np.array([getattr(measures, name) for name in UNITS])


def extras_of(film: Film, *, texture: bool) -> tuple[str, ...]:
    """What it has of `EXTRAS`, for which the table has columns."""
    there = {"heat": film.heat is not None, "layers": bool(film.layers), "texture": texture}
    return tuple(name for name in EXTRAS if there[name])


def _temperatures(film: Film, notes: RunNotes) -> dict[str, float]:
    if film.heat is None:
        return {}
    found = note_temperature(film, notes)
    return {"highest_temperature": found.final_highest, "mean_temperature": found.final_mean}


def _film_share(
    film: Film,
    reading: Conduction | None,
    rows: FollowedConductance | None,
    conductance: FloatArray,
    voltages: FloatArray,
    at_film: FloatArray,
) -> float | None:
    if not film.layers:
        return None
    if rows is None or film.current.drives is None:
        return np.nan
    # Like G of the row that of this moment: the current that drives may be older. The potentials
    # of G are not as exact as G is.
    if reading is None:
        reading = film.read()
        reading.begin_from(rows.potential(at_film), at_film, conductance @ at_film)
    else:
        reading.superpose(conductance, at_film)
    reading.solve(tuple(map(float, voltages)), tolerance=_OF_SHARE)
    return reading.current_shares()["film"]


def _pair_conductances(conductance: FloatArray) -> FloatArray:
    """Of all pairs, (P,); with Hall effect the mean of both directions, and none without pairs."""
    upper = np.triu_indices(len(conductance), k=1)
    found: FloatArray = -(conductance + conductance.T)[upper] / 2
    return found


def conductances_of(film: Film) -> FloatArray:
    """G in S, (N, N); zeros where no current can flow; collective."""
    return _conductances(film, None if film.conduction is None else film.read(), exact=True)


def _conductances(film: Film, reading: Conduction | None, *, exact: bool) -> FloatArray:
    if reading is None:
        nodes = len(film.contacts)
        return np.zeros((nodes, nodes))
    return reading.conductance_matrix() if exact else reading.sampled_conductance()


def _leads(film: Film) -> FloatArray:
    """R of the lead of each contact in Ω, (N,)."""
    conduction = film.conduction
    return np.zeros(len(film.contacts)) if conduction is None else conduction.lead_resistance


def _voltages(film: Film, conductance: FloatArray) -> FloatArray:
    """Of the sources of the contacts in V, (N,), at this moment; 0 where all are open.

    Args:
        film: as it is.
        conductance: as the sources see it in S, (N, N).
    """
    drives, conduction = film.current.drives, film.conduction
    if drives is None or conduction is None:
        return np.zeros(len(conductance))
    return node_voltages(conductance, drives, conduction.joined)


def _note_current_density(film: Film, notes: RunNotes) -> None:
    conduction = film.conduction
    if conduction is None or film.current.drives is None:
        return
    found = conduction.current_density_statistics()
    concentration = conduction.power_concentration()
    notes.max_current_density = max(notes.max_current_density, found["max"])
    notes.mean_current_density = max(notes.mean_current_density, found["mean"])
    notes.power_concentration = max(notes.power_concentration, concentration)


def _noted_angle(film: Film, notes: RunNotes, word: str) -> float:
    """Largest angle between neighbours in rad; a note of it for each phase.

    That of the end of relaxation and rest, and the largest under voltage.
    """
    angle, noted = film.mesh_watch.largest_angle(), notes.largest_angle
    noted[word] = max(angle, noted.get(word, 0.0)) if word in UNDER_VOLTAGE else angle
    return angle
