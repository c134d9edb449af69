"""Readings of the weights: whether they leave the film as it is, and how far they fluctuate."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from mpi4py import MPI

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.hopfield.contact_pairs import relative_change
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.reading_rounds import reading_rounds
from hebbfilm.solvers import Film, constant, rest


@dataclass(frozen=True)
class ReadDisturbance:
    """What reading did to a film, compared with leaving it alone for the same time.

    Attributes:
        voltage: in V.
        duration: in s, for each contact.
        largest_change_of_m: largest |difference of m| over the film, without unit.
        largest_change_of_conductance: largest relative change of a pair conductance, of the
            pairs that are coupled.
    """

    voltage: float
    duration: float
    largest_change_of_m: float
    largest_change_of_conductance: float

    def as_dict(self) -> dict[str, float]:
        """The attributes by name."""
        return asdict(self)


def read_disturbance(
    film: Film,
    *,
    voltage: float = 1e-3,
    duration: float = 1e-10,
    neurons: Neurons | None = None,
    observer: Callable[[Film, float], None] | None = None,
) -> ReadDisturbance:
    """Read every contact in turn at a voltage, on trial: the film stays as it is; collective.

    Contacts that share no film are read at the same time, see `reading_rounds`. It then is left
    alone for as long, also on trial: `reading_time.disturbance_time` in all, at most.

    Args:
        film: with contacts.
        voltage: of the contact that is read, in V; the others are grounded.
        duration: of each reading in s.
        neurons: that are read in place of contacts.
        observer: told the film on trial and how much of that time in s is over, after each reading
            and each `duration` that it is left alone. What it raises ends the trial.
    """
    made = Neurons.of(neurons or film.contacts)
    together = voltage * reading_rounds(film, made)
    n = len(together)
    readings = [
        segment
        for unit in together
        for segment in constant([float(v) for v in made.recalling(unit)], duration, "read")
    ]
    begin = film.time

    def tell(passed: float) -> Callable[[Film], None] | None:
        return None if observer is None else lambda at: observer(at, passed + at.time - begin)

    with film.on_trial():
        film.evolve(readings, observer=tell(0.0))
        read_m, read = film.m.copy(), made.conductance(film.conductance_matrix())
    with film.on_trial():
        film.evolve(n * rest(duration), observer=tell(n * duration))
        left_m, left = film.m, made.conductance(film.conductance_matrix())
        change = float(np.linalg.norm(read_m - left_m, axis=1).max(initial=0.0))
    return ReadDisturbance(
        voltage,
        duration,
        film.comm.allreduce(change, MPI.MAX),
        float(np.nanmax(np.abs(relative_change(left, read)))),
    )


def fluctuation(readings: ArrayLike) -> float:
    """Largest standard deviation of a pair conductance between readings, relative to its mean.

    Args:
        readings: conductance matrices of one film, (n_readings, N, N), S.
    """
    values = np.array(readings)
    apart = np.triu(np.ones(values.shape[1:], dtype=bool), 1)
    mean = np.abs(values.mean(axis=0))
    coupled = apart & (mean > 1e-9 * mean.max())
    return float((values.std(axis=0)[coupled] / mean[coupled]).max())
