"""What a film that learnt knows in some of its states, by their conductances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import on_root
from hebbfilm.hopfield.contact_pairs import relative_change
from hebbfilm.hopfield.moments import UNTRAINED
from hebbfilm.hopfield.separability import learnt_changes
from hebbfilm.run.folder.reader import Run, read_case_of_run, read_run
from hebbfilm.run.paths.search import states_on_film
from hebbfilm.run.paths.states import NamedState, named_state
from hebbfilm.solvers import Film
from hebbfilm.solvers.paths.barrier import relaxed


@dataclass(frozen=True, eq=False)
class Known:
    """What a film knows in states, against the minimum below the untrained one of its run.

    Args:
        margins: (n,) least change of the pairs that should grow less the largest of the others.
        contrasts: (n,) mean change of the former less that of the latter.
    """

    margins: FloatArray
    contrasts: FloatArray


def known_in_states(
    film: Film, named: Sequence[NamedState], states: FloatArray, equilibrium: float
) -> Known | None:
    """What a film knows in states, by the patterns of the run that it is of; collective.

    Args:
        film: of the states; it stays as it is.
        named: of which the first that is one of a run tells what was learnt.
        states: (n, owned, 3), minima.
        equilibrium: largest |m × H| in A/m in the minimum below the untrained state.

    Returns:
        None where there is no such run, it learnt nothing, or all pairs should change alike.

    Raises:
        InputError: the run cannot be read.
        SolverError: the untrained state does not relax.
    """
    folders = [state.run for state in named if state.run is not None]
    found = film.comm.bcast(on_root(film.comm, lambda: _learnt(folders[0]) if folders else None))
    if found is None:
        return None
    run, untrained = found
    (m,) = states_on_film(film, [untrained])
    conductances = [_conductance(film, run, relaxed(film, m, equilibrium))]
    conductances += [_conductance(film, run, state) for state in states]
    changes = [relative_change(conductances[0], each)[run.coupled] for each in conductances[1:]]
    learnt = [learnt_changes(change, run.patterns, run.coupled) for change in changes]
    margins, contrasts = [], []
    for each in learnt:
        if each.strengthened is None or each.others is None or each.margin is None:
            return None
        margins.append(each.margin)
        contrasts.append(each.strengthened - each.others)
    return Known(np.array(margins), np.array(contrasts))


def _learnt(folder: Path) -> tuple[Run, NamedState] | None:
    if read_case_of_run(folder).training is None:
        return None
    return read_run(folder), named_state(f"{folder}:{UNTRAINED}")


def _conductance(film: Film, run: Run, m: FloatArray) -> FloatArray:
    with film.on_trial():
        film.set_magnetisation(m)
        return run.manifest.as_neurons().conductance(film.conductance_matrix())
