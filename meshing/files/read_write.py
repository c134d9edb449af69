"""Mesh files: Gmsh's .msh, read by physical names or written, and XDMF for ParaView."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack
from pathlib import Path

from mpi4py import MPI

import gmsh
import numpy as np
from dolfinx.io import XDMFFile
from dolfinx.mesh import entities_to_geometry

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import MeshError
from hebbfilm.common.whole_files import replacing
from hebbfilm.meshing.distribution import distribute
from hebbfilm.meshing.files.groups import PHYSICAL_NAME, REGION_NAME, SLAB_NAME, Groups
from hebbfilm.meshing.files.user_mesh import load
from hebbfilm.meshing.film_mesh import FilmMesh
from hebbfilm.meshing.gmsh_session import gmsh_model
from hebbfilm.meshing.tagged_mesh import FILM_TAG, TaggedMesh


def read_msh(
    path: str | os.PathLike[str],
    comm: MPI.Intracomm,
    *,
    thickness: float,
    unit: float | None = None,
) -> FilmMesh:
    """Read a film from a .msh file of any version; collective.

    The triangles (2D) or tetrahedra (3D) carry the physical name "film"; every other named group
    is a contact: a pad where it holds cells, an edge contact where it holds facets. Groups named
    "region:soft", or alike, are regions of the film beside. Contacts and regions come in the order
    of their physical tags.

    Args:
        path: the file.
        comm: ranks that share the mesh.
        thickness: of the film, m; in 3D it must agree with the mesh.
        unit: metres per length unit of the file, 1e-9 for nanometres; 1, for edges up to
            1 µm, if not given.

    Raises:
        MeshError: a file that is no film with contacts; one line, on all ranks.
    """
    return read_mesh(path, comm, thickness=thickness, unit=unit)


def read_mesh(
    path: str | os.PathLike[str],
    comm: MPI.Intracomm,
    *,
    thickness: float,
    unit: float | None = None,
    groups: Groups | None = None,
) -> FilmMesh:
    """Read a film from a mesh file of any program that meshio, or Gmsh, knows; collective.

    Args:
        path: the file; see `read_msh` for a .msh file whose physical names say what is what.
        comm: ranks that share the mesh.
        thickness: of the film, m; in 3D it must agree with the mesh.
        unit: metres per length unit of the file; 1, for edges up to 1 µm, if not given.
        groups: which of its groups are film, contacts and regions.

    Raises:
        MeshError: a file that is no film with contacts; one line, on all ranks.
    """
    source, wanted = Path(path), groups or Groups()
    tagged = on_root(comm, lambda: load(source, thickness, unit, wanted))
    return distribute(tagged, comm, thickness)


def write_msh(film: FilmMesh, path: str | os.PathLike[str]) -> None:
    """Write mesh and physical names in metres as .msh 4.1, whole or not at all; collective.

    Raises:
        MeshError: a name that does not end in .msh, a film that is meshed with layers, or a folder
            that cannot be written to.
    """
    target = _target(path, ".msh")
    if film.slabs:
        layers = ", ".join(slab.name for slab in film.slabs)
        raise MeshError(
            f"mesh file {str(target)!r}: it holds a film alone, and this one is meshed with layers "
            f"({layers}): write .xdmf, or leave the layers out"
        )
    tagged = gather_mesh(film)

    def write() -> None:
        with replacing(target, error=MeshError) as path, gmsh_model() as model:
            assert tagged is not None
            tagged.to_gmsh(model)
            # Else Gmsh counts nodes twice that lie in cells and facets, and meshio reads as many.
            gmsh.option.setNumber("Mesh.SaveAll", 1)
            gmsh.write(str(path))
            # Gmsh says nothing of a disk that is full.
            if not path.read_bytes().rstrip().endswith(b"$EndElements"):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    on_root(film.comm, write)


def write_xdmf(film: FilmMesh, path: str | os.PathLike[str]) -> None:
    """Write mesh and tags of cells, facets, regions and slabs, with their names, as .xdmf.

    Collective. What is read of it is the film of a mesh without slabs; see `read_mesh`.

    Raises:
        MeshError: a name that does not end in .xdmf, or a folder that cannot be written to.
    """
    target = _target(path, ".xdmf")

    comm = film.comm
    with ExitStack() as on_rank_0:
        entered = on_root(comm, lambda: on_rank_0.enter_context(replacing(target, error=MeshError)))
        with XDMFFile(comm, str(comm.bcast(entered)), "w") as file:
            file.write_mesh(film.mesh)
            for name, tag in ({"film": FILM_TAG} | film.contact_tags).items():
                file.write_information(PHYSICAL_NAME + name, str(tag))
            for number, name in enumerate(film.regions, 1):
                file.write_information(REGION_NAME + name, str(number))
            for number, slab in enumerate(film.slabs, 1):
                file.write_information(SLAB_NAME + slab.name, str(number))
            numbered = [tags for tags in (film.region_tags, film.slab_tags) if tags is not None]
            for tags in (film.cell_tags, film.facet_tags, *numbered):
                film.mesh.topology.create_connectivity(tags.dim, film.dimension)
                file.write_meshtags(tags, film.mesh.geometry)
        on_root(comm, on_rank_0.close)


def gather_mesh(film: FilmMesh) -> TaggedMesh | None:
    """The whole mesh in canonical order on rank 0, None elsewhere; collective."""
    numbering = film.numbering
    marks = np.full(film.origin.cells.shape, FILM_TAG, dtype=np.int32)
    marks[film.cell_tags.indices] = film.cell_tags.values
    points = numbering.gather(film.coordinates)
    cells = numbering.gather_cells()
    cell_tags = numbering.gather_cell_values(marks[: len(film.cells)])
    regions = numbering.gather_cell_values(film.cell_regions) if film.regions else None
    parts = film.comm.gather(_owned_facets(film), root=0)
    if points is None or cells is None or cell_tags is None or parts is None:
        return None
    facets = np.concatenate([part[0] for part in parts])
    facet_tags = np.concatenate([part[1] for part in parts])
    order = np.lexsort([*np.sort(facets, axis=1).T[::-1], facet_tags])
    return TaggedMesh(
        points,
        cells,
        cell_tags,
        facets[order],
        facet_tags[order],
        film.contacts,
        film.regions,
        regions,
    )


def _owned_facets(film: FilmMesh) -> tuple[IntArray, IntArray]:
    """Canonical vertices (n, d) and tags (n,) of this rank's tagged facets."""
    dimension = film.dimension - 1
    owned = film.facet_tags.indices < film.mesh.topology.index_map(dimension).size_local
    facets = film.facet_tags.indices[owned]
    if not len(facets):  # DOLFINx 0.9 divides by zero without entities
        return np.empty((0, film.dimension), dtype=np.int64), np.empty(0, dtype=np.int32)
    nodes = entities_to_geometry(film.mesh, dimension, facets)
    return film.origin.nodes[nodes], film.facet_tags.values[owned]


def _target(path: str | os.PathLike[str], suffix: str) -> Path:
    target = Path(path)
    if target.suffix != suffix:
        raise MeshError(f"mesh file {str(target)!r}: its name must end in {suffix}")
    return target
