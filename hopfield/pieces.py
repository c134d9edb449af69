"""Whether what is presented drives a current, on a film that may be in several pieces."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.patterns import Pattern, format_pattern
from hebbfilm.hopfield.training import Training
from hebbfilm.solvers import Film
from hebbfilm.solvers.drives.drive import check_pieces


def drives_current(film: Film, neurons: Neurons, pattern: Pattern) -> bool:
    """Whether a pattern puts contacts of one piece of film at different voltages.

    Args:
        film: with contacts.
        neurons: that its contacts make.
        pattern: (N,).
    """
    voltages, conduction = neurons.presented(pattern), film.conduction
    groups = () if conduction is None else conduction.joined
    return any(np.ptp(voltages[group]) > 0 for group in groups)


def require_currents(film: Film, neurons: Neurons, schedule: Training) -> None:
    """Refuse a training whose currents cannot flow on a film in several pieces.

    Args:
        film: with contacts.
        neurons: that its contacts make.
        schedule: of the training.

    Raises:
        InputError: a pattern that drives no current in any piece, or currents into a piece without
            a voltage that do not sum to zero.
    """
    for pattern in schedule.parsed(neurons):
        if not drives_current(film, neurons, pattern):
            raise InputError(
                f"pattern '{format_pattern(pattern)}' puts all contacts of each piece of film at "
                "one voltage, so no current flows and nothing is learnt; signs must differ in one"
            )
    groups = () if film.conduction is None else film.conduction.joined
    for segment in schedule.segments(neurons):
        if isinstance(segment.drives, tuple):
            check_pieces(groups, segment.drives, film.contacts)
