"""The manifest of a run at work."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from hebbfilm.hopfield import Neurons
from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.folder.neurons import neuron_entries
from hebbfilm.run.folder.session import Session
from hebbfilm.run.folder.versions import CONVENTIONS
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.plugins import described
from hebbfilm.run.training.run_notes import RunNotes
from hebbfilm.solvers import Film


def manifest_of(
    case: Case,
    film: Film,
    neurons: Neurons,
    folder: Path,
    sessions: Sequence[Session],
    notes: RunNotes,
) -> Manifest:
    """What a run says of itself; collective.

    Args:
        case: of the run.
        film: its film.
        neurons: that its contacts make.
        folder: where it stands.
        sessions: in which it was done, the present one last.
        notes: with the snapshots so far.
    """
    now = sessions[-1]
    mesh, operators = film.film_mesh, film.operators
    return Manifest(
        folder=folder,
        title=case.title,
        sessions=tuple(sessions),
        commit=now.commit,
        versions=now.versions,
        ranks=now.ranks,
        contacts=tuple(film.contacts),
        neurons=neuron_entries(neurons),
        contact_sizes={name: film.conductor.operators.contact_size(name) for name in mesh.contacts},
        region_sizes={name: mesh.region_size(name) for name in mesh.regions},
        thickness=operators.mean_thickness,
        mesh=asdict(mesh.quality()) | {"refinements": mesh.refinements},
        partition=asdict(mesh.partition()),
        case=case.as_kept(),
        terms=[described(table.model_dump(), "terms") for table in case.terms],
        torques=[described(table.model_dump(), "torques") for table in case.torques],
        layers=[layer.layer.described() for layer in film.layers],
        conventions=CONVENTIONS,
        snapshots=tuple(notes.fields),
    )
