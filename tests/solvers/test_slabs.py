"""Layers of a film in three dimensions and its mesh must be the same."""

import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import Slab, mesh_film, strip
from hebbfilm.solvers import Layer
from hebbfilm.solvers.layers.slabs import require_slabs

PT, CAP = Layer("pt", 3e-9, conductivity=4e6), Layer("cap", 2e-9, conductivity=1e6, side="above")
SLABS = Slab("pt", 3e-9), Slab("cap", 2e-9, "above")


def mesh(comm, *slabs, dimension=3):
    return mesh_film(
        strip(60e-9, 20e-9, 2e-9, mesh_size=1e-8), comm, dimension=dimension, slabs=slabs
    )


def test_layers_that_fit(comm):
    require_slabs(mesh(comm, *SLABS), [PT, CAP])
    require_slabs(mesh(comm), [])
    require_slabs(mesh(comm, dimension=2), [PT, CAP])


@pytest.mark.parametrize(
    ("slabs", "layers", "message"),
    [
        (
            [],
            [PT, CAP],
            "layers: in 3D they are part of the mesh, and this mesh is of a film alone: "
            "mesh_film(…, slabs=[Slab('pt', 3e-09), Slab('cap', 2e-09, 'above')])",
        ),
        (
            SLABS,
            [],
            "layers: the mesh holds pt (3e-09 m below), cap (2e-09 m above): say what they are "
            "made of, each a Layer of that name",
        ),
        (
            SLABS,
            [CAP, PT],
            "layers: cap (2e-09 m above), pt (3e-09 m below): must be those of the mesh in their "
            "order, pt (3e-09 m below), cap (2e-09 m above)",
        ),
    ],
)
def test_layers_that_do_not_fit(comm, slabs, layers, message):
    with pytest.raises(InputError) as caught:
        require_slabs(mesh(comm, *slabs), layers)
    assert str(caught.value) == message
