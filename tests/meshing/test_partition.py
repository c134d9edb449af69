"""How a mesh is shared out."""

from mpi4py import MPI

from hebbfilm.meshing import disc, mesh_film


def test_partition(comm: MPI.Intracomm) -> None:
    mesh = mesh_film(disc(1e-7, (0, 180), 30, 4e-8, 4e-9, 1.2e-8), comm)
    found = mesh.partition()
    vertices = mesh.space.dofmap.index_map
    assert found.ranks == comm.size
    assert found.most_vertices == comm.allreduce(vertices.size_local, MPI.MAX)
    assert found.imbalance == found.most_vertices * comm.size / mesh.numbering.size - 1
    assert found.most_ghosts == comm.allreduce(len(vertices.ghosts), MPI.MAX)
    assert (found.most_ghosts > 0) == (comm.size > 1)
    assert found.most_neighbours <= comm.size - 1
    assert (found.most_neighbours > 0) == (comm.size > 1)
    ghosts = f"up to {found.most_ghosts} ghost vertices from {found.most_neighbours} neighbour"
    assert str(found).startswith(
        f"{comm.size} ranks of up to {found.most_vertices} vertices, {found.imbalance:.1%} above "
        f"the mean; {ghosts}"
    )
