"""All that can be checked of a case, or of a study, before it is run, and what it will cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hebbfilm.common.collective import on_every_rank, on_root
from hebbfilm.hopfield import Neurons
from hebbfilm.meshing import Layout
from hebbfilm.run.check.cost import Cost, FilmSize, cost_of
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.layouts import FilmSource
from hebbfilm.run.inputs.resolution import require_resolved, resolution_of_case
from hebbfilm.run.inputs.textures import require_texture
from hebbfilm.run.inputs.workload import check_workload
from hebbfilm.solvers.magnetisation.resolution import Resolution

if TYPE_CHECKING:
    from mpi4py import MPI


@dataclass(frozen=True)
class Checked:
    """A case in which nothing is wrong.

    Args:
        contacts: names of its nodes, or neurons, in the order of the signs of patterns.
        resolution: of its mesh.
        cost: of its run.
        exact: whether the film was meshed, so that its vertices are counted.
        refinements: how often its triangles will be divided into four.
    """

    contacts: Sequence[str]
    resolution: Resolution
    cost: Cost
    exact: bool
    refinements: int


def check_case(case: Case, comm: MPI.Intracomm, *, pictures: str) -> Checked:
    """Check all of a case, as a run does before it begins.

    Meshes the film of a file, and the coarse mesh of one that will be refined, and no other.

    Collective; runs the code in modules that the case names.

    Args:
        case: with a training, or a run without patterns.
        comm: ranks that do so.
        pictures: that the run draws, "all", "few" or "none".

    Raises:
        InputError: what is wrong.
    """
    source = case.shared_film_source(comm)
    work = on_every_rank(comm, lambda: check_workload(case, source))
    on_root(comm, lambda: require_texture(case.initial.texture, source))
    _require_modules(case, comm)
    if isinstance(source.geometry, Layout):
        layout = source.geometry
        names, exact = layout.contact_names, False
        vertices = work.vertices
        finest, edge = layout.finest_mesh_size, layout.mesh_size
    else:
        from hebbfilm.run.inputs.films import require_flat_face

        mesh = source.mesh(comm)
        require_flat_face(mesh, case)
        names, exact, quality = mesh.contacts, True, mesh.quality()
        vertices, finest, edge = quality.vertices, quality.shortest_edge, quality.typical_edge
    nodes = list(case.contacts.nodes(names))
    neurons = on_every_rank(comm, lambda: case.neurons_of(nodes))
    on_every_rank(comm, lambda: _require_fit(case, nodes, neurons))
    resolution = resolution_of_case(case, edge)
    require_resolved(resolution, case)
    refinements = comm.bcast(on_root(comm, source.foreseen_refinements))
    cells = _cells(case, source, vertices)
    film = FilmSize(vertices, len(neurons.names), finest, cells, refinements)
    cost = cost_of(case, work, film, pictures=pictures)
    return Checked(neurons.names, resolution, cost, exact, refinements)


def _require_modules(case: Case, comm: MPI.Intracomm) -> None:
    """Make the terms and torques of modules, which loads what they are written with."""
    if case.terms or case.torques:
        from hebbfilm.run.inputs.films import own_terms, own_torques

        own_terms(case, comm)
        own_torques(case, comm)


def _require_fit(case: Case, nodes: Sequence[str], neurons: Neurons) -> None:
    """Refuse patterns, drives and starts that are of other contacts."""
    if case.training is None:
        case.steps().require_fit(nodes)
        return
    training = case.required_training()
    training.require_fit(neurons)
    if case.recall is not None:
        case.recall.require_fit(neurons, training.parsed(neurons))


def _cells(case: Case, source: FilmSource, vertices: float) -> float:
    """Of the grid of the demagnetising field, over the bounding box of the film."""
    if case.demagnetisation != "full":
        return 0.0
    if not isinstance(source.geometry, Layout):
        return vertices
    left, low, right, top = source.geometry.outline.bounds
    box = (right - left) * (top - low)
    return float(source.layers_of_vertices * box / source.geometry.mesh_size**2)
