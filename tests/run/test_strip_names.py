"""Which films are named strip by strip in pictures, and what long texts say."""

import numpy as np
import pytest

from hebbfilm.common.text import beginning, compact
from hebbfilm.meshing import mesh_film
from hebbfilm.meshing.families import hexagonal_lattice, pixel_lattice
from hebbfilm.run.pictures.layout_show import mesh_fields
from hebbfilm.run.pictures.surface import film_surface

NM = 1e-9
STRIP = {"strip_width": 110 * NM, "wires": 2, "slit_width": 30 * NM, "strip_length": 150 * NM,
         "contact_length": 30 * NM, "mesh_size": 30 * NM}  # fmt: skip
DRAWN = {**STRIP, "spacing": 500 * NM}


def surface_of(layout, comm):
    mesh = mesh_film(layout, comm)
    fields = mesh_fields(mesh, mesh.contact_numbers({name: (name,) for name in mesh.contacts}))
    return None if fields is None else film_surface(fields)


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("layout", "strips"),
    [
        (pixel_lattice(rows=3, columns=4, **STRIP), 29),
        (hexagonal_lattice(rings=2, packed=True, **STRIP), 42),
        (hexagonal_lattice(rings=2, **DRAWN), 0),
        (hexagonal_lattice(rings=1, **DRAWN), 0),
    ],
)
def test_strips_are_named_where_contacts_are_everywhere(comm, layout, strips):
    """Drawn ones meet at their contacts, whose names stand there."""
    surface = surface_of(layout, comm)
    if surface is None:
        return
    assert len(surface.strips) == strips
    if not strips:
        return
    joined = {(strip.first, strip.second) for strip in surface.strips}
    assert len(joined) == strips
    sizes = np.array([strip.high - strip.low for strip in surface.strips])
    np.testing.assert_allclose(sizes, np.tile([210, 110], (strips, 1)), rtol=1e-9)


@pytest.mark.analytic
def test_pieces_of_contacts_are_their_wire_ends(comm):
    layout = pixel_lattice(rows=2, columns=2, **STRIP)
    surface = surface_of(layout, comm)
    if surface is None:
        return
    for number in range(1, 5):
        pieces = surface.pieces(number)
        assert len(pieces) == 3 * 2
        ends = np.concatenate([piece.vertices for piece in pieces])
        assert sorted(ends) == np.flatnonzero(surface.contact == number).tolist()
    assert surface.pieces(5) == []


@pytest.mark.analytic
def test_long_patterns_are_shortened():
    long = ",".join("+" * 17)
    assert compact(long) == 17 * "+"
    assert compact("+,-,+") == "+,-,+"
    assert beginning(long) == ",".join([*"++++++++", "…"])
    assert beginning("+,-,+") == "+,-,+"
