"""What follows from the layout alone: conductances, couplings, and which patterns it separates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import isnan
from pathlib import Path
from typing import Any

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import on_every_rank, on_root
from hebbfilm.hopfield import Neurons, format_pattern, pair_conductances
from hebbfilm.hopfield.checks import matrix_checks
from hebbfilm.hopfield.contact_pairs import coupled_pairs, hall_conductance, pair_name, pair_names
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.hopfield.pieces import drives_current
from hebbfilm.hopfield.prediction import predicted_separations
from hebbfilm.hopfield.separability import Separation, distinct_patterns
from hebbfilm.meshing import Layout
from hebbfilm.run.folder import files
from hebbfilm.run.folder.reader import read_case_of_run
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.run.inputs.functions import training_with_functions
from hebbfilm.run.inputs.regions import thickness_of
from hebbfilm.run.training.stack_notes import sheet_amr_ratio
from hebbfilm.solvers import Film, load_state

_MOST_WITH_ALL_PATTERNS = 8
"""Up to which all patterns are tried: 127 of them."""


@dataclass(frozen=True, eq=False)
class Conductances:
    """Conductances between the contacts of a film, or the neurons that they make.

    Attributes:
        contacts: their names.
        neurons: their names; by default each contact is one.
        conductance: conductance matrix G, (N, N), S.
        checks: how far G is from what must hold, see `matrix_checks`.
        couplings: of the coupled pairs by their names, in squares of film (g/σt), with layers of
            both together (g/Σ); None in a film without contacts.
        hall_conductance: the largest entry of (G - Gᵀ)/2 in S; None without Hall effect, with
            which couplings are those of the symmetric part.
        current_shares: of the film ("film") and of each layer, without magnetoresistance; empty
            without layers.
        sheet_amr_ratio: of film and layers as one sheet; None without layers, or where that of the
            film differs.
        uncoupled_pairs: the names of all other pairs.
        separations: which patterns a uniform film tells apart; None where that is not asked.
        moment: at which the film of a run was so.
    """

    contacts: tuple[str, ...]
    neurons: tuple[str, ...]
    conductance: FloatArray
    checks: dict[str, float]
    couplings: dict[str, float] | None = None
    uncoupled_pairs: tuple[str, ...] = ()
    hall_conductance: float | None = None
    current_shares: dict[str, float] = field(default_factory=dict)
    sheet_amr_ratio: float | None = None
    separations: tuple[Separation, ...] | None = None
    moment: str = ""

    def as_dict(self) -> dict[str, Any]:
        """All of it, as it is printed as JSON."""
        found: dict[str, Any] = {
            "contacts": list(self.contacts),
            **({} if self.neurons == self.contacts else {"neurons": list(self.neurons)}),
            "conductance": self.conductance.tolist(),
            **self.checks,
        }
        if self.moment:
            found["moment"] = self.moment
        if self.couplings is not None:
            found |= {"coupling": self.couplings, "uncoupled_pairs": list(self.uncoupled_pairs)}
        if self.hall_conductance is not None:
            found["hall_conductance"] = self.hall_conductance
        if self.current_shares:
            found["current_shares"] = self.current_shares
            found["sheet_amr_ratio"] = self.sheet_amr_ratio
        if self.separations is not None:
            found["patterns"] = [_as_dict(item, self.neurons) for item in self.separations]
        return found


def conductances_of_film(film: Film, neurons: Neurons | None = None) -> Conductances:
    """G of the film as it is, and the couplings of its pairs; collective.

    Args:
        film: with contacts.
        neurons: between which the pairs are; None: each contact is one.

    Raises:
        SolverError: no convergence.
    """
    made, whole = Neurons.of(neurons or film.contacts), film.conductance_matrix()
    matrix = made.conductance(whole)
    found = Conductances(made.contacts, made.names, matrix, matrix_checks(film, whole))
    conduction = film.conduction
    if conduction is None:
        return found
    names = np.array(pair_names(made.names), dtype=object)
    coupled = coupled_pairs(matrix)
    squares = pair_conductances(matrix) / conduction.sheet_conductance
    couplings = dict(zip(names[coupled], map(float, squares[coupled]), strict=True))
    return replace(
        found,
        couplings=couplings,
        uncoupled_pairs=tuple(names[~coupled]),
        hall_conductance=hall_conductance(matrix) if film.has_hall_effect else None,
        current_shares=film.read().current_shares() if film.layers else {},
        sheet_amr_ratio=sheet_amr_ratio(film, conduction) if film.layers else None,
    )


def conductances_of_case(case: Case, comm: MPI.Intracomm) -> Conductances:
    """G and couplings of the uniform film of a case, and which patterns it separates; collective.

    All patterns up to 8 neurons, those of the case beyond.

    Raises:
        InputError: a layout that cannot be, or a pattern that does not fit it.
        SolverError: no convergence.
    """
    source = case.shared_film_source(comm)
    if isinstance(source.geometry, Layout):  # before it is meshed; others tell only then
        nodes = list(case.contacts.nodes(source.geometry.contact_names))
        on_every_rank(comm, lambda: _require_fit(case, nodes))
    film_mesh = source.mesh(comm)
    film = Film(
        film_mesh,
        case.film_material(),
        thickness=thickness_of(case.regions, film_mesh.thickness),
        electrodes=case.contacts,
        layers=case.film_layers(),
        numerics=case.numerics.of_film(),
    )
    on_every_rank(comm, lambda: _require_fit(case, film.contacts))
    film.set_magnetisation(np.array(case.initial.direction))
    neurons = case.neurons_of(film.contacts)
    found = conductances_of_film(film, neurons)
    patterns = np.array([p for p in _patterns(case, neurons) if drives_current(film, neurons, p)])
    if found.couplings is None or not len(patterns):
        return found
    return replace(found, separations=tuple(predicted_separations(film, patterns, neurons)))


def conductances_of_run(folder: Path, settings: Iterable[str], comm: MPI.Intracomm) -> Conductances:
    """G and couplings of the saved state of a run; collective.

    Of a film on which a circuit recalls it is the trained one, before any recall.

    Args:
        folder: of the run.
        settings: "section.key=value" that overrule its case.
        comm: ranks that share the film.

    Raises:
        InputError: a file of the run is missing or damaged, or a setting that does not fit it.
    """
    case = comm.bcast(on_root(comm, lambda: read_case_of_run(folder, settings)))
    film = build_film(case, comm, shown=True)
    on_every_rank(comm, lambda: _require_fit(case, film.contacts))
    trained = comm.bcast(on_root(comm, lambda: (folder / files.TRAINED).exists()))
    load_state(film, folder / (files.TRAINED if trained else files.STATE))
    told = "the trained film, before any recall on it" if trained else "the film as it was saved"
    found = conductances_of_film(film, case.neurons_of(film.contacts))
    return replace(found, moment=f"{told}, t = {film.time * 1e9:.4g} ns")


def _require_fit(case: Case, contacts: Sequence[str]) -> None:
    neurons = case.neurons_of(contacts)
    if case.training is not None:
        training_with_functions(case.training).require_fit(neurons)


def _patterns(case: Case, neurons: Neurons) -> Pattern:
    if len(neurons.names) <= _MOST_WITH_ALL_PATTERNS:
        return distinct_patterns(len(neurons.names))
    own = case.training.parsed(neurons) if case.training else []
    return np.array(own, dtype=np.int8)


def _as_dict(item: Separation, neurons: Sequence[str]) -> dict[str, Any]:
    changes = zip(pair_names(neurons), map(float, item.changes), strict=True)
    equal = item.strongest_equal
    return {
        "pattern": format_pattern(item.pattern),
        "margin": item.margin,
        "weakest_opposite": pair_name(item.weakest_opposite, neurons),
        "strongest_equal": None if equal is None else pair_name(equal, neurons),
        "response": {name: value for name, value in changes if not isnan(value)},
    }
