"""The conductances that weights are made of, read from a film at its temperature."""

import numpy as np

from hebbfilm.run.inputs.case import Case
from hebbfilm.run.training.recorder import Recorder
from hebbfilm.solvers import Film, rest
from hebbfilm.solvers.film import Observer

_SAMPLES = 20
"""In the time over which conductances are averaged."""


def equilibrate(case: Case, film: Film, observer: Observer) -> None:
    """Let a film that was relaxed without heat come to its temperature; collective."""
    if film.thermal is not None and case.thermal.equilibration > 0:
        interval = case.output.sample_interval
        film.evolve(
            rest(case.thermal.equilibration),
            start=film.position,
            sample_interval=interval,
            observer=observer,
        )


def read(case: Case, film: Film, recorder: Recorder, moment: str) -> None:
    """Keep the conductances as `moment`, with heat their mean over a while; collective.

    The samples stand in the notes, so that an interrupted reading goes on.
    """
    samples = recorder.notes["samples"].setdefault(moment, [])

    def observe(film: Film) -> None:
        samples.append(film.conductance_matrix().tolist())
        recorder.observe(film)

    if film.thermal is not None and case.reading.average > 0:
        interval = case.reading.average / _SAMPLES
        film.evolve(
            rest(case.reading.average),
            start=film.position,
            sample_interval=interval,
            observer=observe,
        )
    else:
        samples.append(film.conductance_matrix().tolist())
    recorder.notes[moment] = np.mean(samples, axis=0).tolist()
