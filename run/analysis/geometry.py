"""What follows from the layout alone: conductances, couplings, and which patterns it separates."""

from collections.abc import Iterable, Sequence
from math import isnan
from pathlib import Path
from typing import Any

from mpi4py import MPI

import numpy as np

from hebbfilm.common.collective import on_root
from hebbfilm.common.tables import aligned
from hebbfilm.common.text import counted
from hebbfilm.hopfield import format_pattern, pair_conductances
from hebbfilm.hopfield.checks import matrix_checks
from hebbfilm.hopfield.contact_pairs import coupled_pairs, pair_names
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.hopfield.separability import Separation, distinct_patterns, separations
from hebbfilm.meshing import Layout
from hebbfilm.run.folder import files
from hebbfilm.run.folder.reader import read_case_of_run
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.solvers import Film, load_state
from hebbfilm.solvers.conduction.linear_response import conductance_response

_MOST_CONTACTS = 8
"""Up to which all patterns are tried: 127 of them."""
_MOST_LINES = 32
_SCALE = "Margins are at most 2; at 1 pairs of equal signs do not change and all others grow alike"


def conductances(film: Film) -> dict[str, Any]:
    """G of the film as it is, and the couplings of its pairs; collective."""
    matrix = film.conductance_matrix()
    found: dict[str, Any] = {
        "contacts": list(film.contacts),
        "conductance": matrix.tolist(),
        **matrix_checks(film, matrix),
    }
    if film.material.anomalous_hall_ratio:
        return found
    coupled, names = coupled_pairs(matrix), pair_names(film.contacts)
    squares = pair_conductances(matrix) / (film.material.conductivity * film.film_mesh.thickness)
    found["coupling"] = {
        name: float(value)
        for name, value, counts in zip(names, squares, coupled, strict=True)
        if counts
    }
    found["uncoupled_pairs"] = [n for n, counts in zip(names, coupled, strict=True) if not counts]
    return found


def geometry(case: Case, comm: MPI.Intracomm) -> dict[str, Any]:
    """G and couplings of the uniform film of a case, and which patterns it separates; collective.

    All patterns up to 8 contacts, those of the case beyond; none with Hall effect, where pairs
    have no conductance of their own.

    Raises:
        InputError: a layout that cannot be, or a pattern that does not fit it.
        SolverError: no convergence.
    """
    source = case.shared_film_source(comm)
    if isinstance(source.geometry, Layout):  # before it is meshed; others tell only then
        _require_fit(case, list(case.contacts.nodes(source.geometry.contact_names)))
    film = Film(
        source.mesh(comm),
        case.material,
        electrodes=case.contacts,
        numerics=case.numerics.of_film(),
    )
    _require_fit(case, film.contacts)
    film.set_magnetisation(np.array(case.initial.direction))
    found = conductances(film)
    patterns = _patterns(case, film)
    if "coupling" not in found or not len(patterns):
        return found
    responses = conductance_response(film.read(), patterns.astype(float))
    separated = separations(np.array(found["conductance"]), responses, patterns)
    names = pair_names(film.contacts)
    found["patterns"] = [_as_dict(item, film.contacts, names) for item in separated]
    return found


def conductances_of_run(
    folder: Path, settings: Iterable[str], comm: MPI.Intracomm
) -> dict[str, Any]:
    """G and couplings of the saved state of a run; collective.

    Args:
        folder: of the run.
        settings: "section.key=value" that overrule its case.
        comm: ranks that share the film.

    Raises:
        InputError: a file of the run is missing or damaged, or a setting that does not fit it.
    """
    case = comm.bcast(on_root(comm, lambda: read_case_of_run(folder, settings)))
    film = build_film(case, comm)
    _require_fit(case, film.contacts)
    load_state(film, folder / files.STATE)
    return conductances(film)


def _require_fit(case: Case, contacts: Sequence[str]) -> None:
    if case.training is not None:
        case.training.require_fit(contacts)


def _patterns(case: Case, film: Film) -> Pattern:
    if len(film.contacts) <= _MOST_CONTACTS:
        return distinct_patterns(len(film.contacts))
    own = case.training.parsed(film.contacts) if case.training else []
    return np.array(own, dtype=np.int8)


def _as_dict(item: Separation, contacts: tuple[str, ...], names: list[str]) -> dict[str, Any]:
    changes = zip(names, map(float, item.changes), strict=True)
    equal = item.strongest_equal
    return {
        "pattern": format_pattern(item.pattern),
        "margin": item.margin,
        "weakest_opposite": "-".join(contacts[k] for k in item.weakest_opposite),
        "strongest_equal": None if equal is None else "-".join(contacts[k] for k in equal),
        "response": {name: value for name, value in changes if not isnan(value)},
    }


def geometry_text(found: dict[str, Any]) -> str:
    """The same for a terminal."""
    return "\n\n".join(
        part for part in (_matrix(found), _couplings(found), _margins(found)) if part
    )


def _matrix(found: dict[str, Any]) -> str:
    contacts = found["contacts"]
    rows = [("G (S)", *contacts)]
    rows += [
        (name, *(f"{value:.5e}" for value in row))
        for name, row in zip(contacts, found["conductance"], strict=True)
    ]
    return "\n".join(aligned(rows, ">"))


def _couplings(found: dict[str, Any]) -> str:
    if "coupling" not in found:
        return ""
    lines = ["Coupling of each pair, in squares of film (g/σt)"]
    lines += aligned([(name, f"{value:.4f}") for name, value in found["coupling"].items()])
    if found["uncoupled_pairs"]:
        lines.append(f"Not coupled: {', '.join(found['uncoupled_pairs'])}")
    return "\n".join(lines)


def _margins(found: dict[str, Any]) -> str:
    if "patterns" not in found:
        return ""
    rows = sorted(found["patterns"], key=lambda row: -row["margin"])
    table = [["margin", "pattern", "weakest opposite", "strongest equal"]]
    table += [
        [
            f"{row['margin']:.3f}",
            row["pattern"],
            row["weakest_opposite"],
            row["strongest_equal"] or "none",
        ]
        for row in rows
    ]
    lines = aligned(table, "><")
    half = _MOST_LINES // 2
    if len(rows) > _MOST_LINES:
        lines[1 + half : -half] = [f"… {len(rows) - _MOST_LINES} more (all with --json)"]
    separated = sum(row["margin"] > 0 for row in rows)
    head = (
        f"Separates {separated} of {counted(len(rows), 'pattern')} (margin above 0); smallest "
        f"margin {rows[-1]['margin']:.3f}"
    )
    return "\n".join([head, _SCALE, *lines])
