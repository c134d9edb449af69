"""Pads inside continuous films: where they lie, what they are called, and what is refused."""

import numpy as np
import pytest

from hebbfilm import inner_pads
from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing import mesh_film

NM = 1e-9
COARSE = 20 * NM


def middles(layout):
    """Of the contacts, nm, (n, 2)."""
    return np.array([c.region.centroid.coords[0] for c in layout.contacts]) / NM


@pytest.mark.analytic
@pytest.mark.parametrize(("pads", "first"), [(1, 90), (2, 180), (3, 90), (4, 135), (5, 90)])
@pytest.mark.parametrize("turn", [0, -30])
def test_rings_stand_on_a_side(pads, first, turn):
    """By hand: 360/N apart, anticlockwise; the lowest side of an even one is level.

    Chords of a circle lie within 1e-3 mesh sizes of it, and the centroid of its polygon as near.
    """
    layout = inner_pads(
        arrangement="ring", pads=pads, ring_radius=200 * NM, turn=turn, pad_radius=40 * NM
    )
    assert layout.contact_names == tuple(f"ring_{k}" for k in range(1, pads + 1))
    angles = np.radians(first + turn + 360 / pads * np.arange(pads))
    expected = 200 * np.column_stack([np.cos(angles), np.sin(angles)])
    np.testing.assert_allclose(middles(layout), expected, atol=6.5e-3)


@pytest.mark.analytic
def test_centre_is_last_and_may_have_its_own_size():
    layout = inner_pads(centre_pad_radius=50 * NM)
    assert layout.contact_names == ("ring_1", "ring_2", "ring_3", "centre")
    np.testing.assert_allclose(middles(layout)[-1], 0, atol=6.5e-3)
    # A polygon within 6.5e-3 nm of a circle of 50 nm.
    radii = np.sqrt([c.region.area / np.pi for c in layout.contacts]) / NM
    np.testing.assert_allclose(radii, [90, 90, 90, 50], atol=6.5e-3)


@pytest.mark.analytic
def test_lattice_is_centred_and_numbered_from_below():
    layout = inner_pads(
        "square", 300 * NM, "lattice", rows=2, columns=3, pitch=150 * NM, pad_radius=30 * NM
    )
    rows = [(-150, -75), (0, -75), (150, -75), (-150, 75), (0, 75), (150, 75)]
    np.testing.assert_allclose(middles(layout), rows, atol=1e-3)
    assert layout.contact_names == tuple(f"pad_{k}" for k in range(1, 7))
    assert layout.outline.area == pytest.approx(4 * (300 * NM) ** 2, rel=1e-12, abs=0)


@pytest.mark.analytic
@pytest.mark.parametrize("shape", ["round", "square"])
@pytest.mark.parametrize("corners", [[(-400, -300), (400, -300), (400, 300), (-400, 300)], None])
def test_pads_mesh_at_their_size(comm, shape, corners):
    """In any outline. Chords of 20 nm in a circle of 60 nm take 1 - sin(x)/x, x = 1/3, of it."""
    outline = "disc" if corners is None else [(x * NM, y * NM) for x, y in corners]
    layout = inner_pads(
        outline,
        pad_shape=shape,
        pad_radius=60 * NM,
        ring_radius=200 * NM,
        mesh_size=COARSE,
    )
    film = mesh_film(layout, comm)
    assert film.quality().smallest_angle > 25
    area = {"round": np.pi, "square": 4}[shape] * (60 * NM) ** 2
    for name in film.contacts:
        assert film.contact_size(name) == pytest.approx(area, rel=0.02, abs=0)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"rows": 3}, "rows 3: arrangement 'centre_and_ring' has no such key; it has pads, "),
        (
            {"arrangement": "ring", "centre_pad_radius": 5e-8},
            "centre_pad_radius 5e-08: arrangement .ring. has no such key",
        ),
        ({"arrangement": "lattice", "pads": 4}, "it has rows, columns, pitch"),
        ({"arrangement": "rings"}, "arrangement 'rings': allowed are .*; did you mean ring?"),
        ({"outline": "disk"}, "outline 'disk': allowed are disc, square; did you mean disc?"),
        ({"outline": [(0, 0), (1e-7, 0)]}, "outline: 2 corners; a polygon has three or more"),
        (
            {"outline": [(0, 0), (1e-7, 1e-7), (1e-7, 0), (0, 1e-7)]},
            "the outline is not a valid polygon: Self-intersection",
        ),
        ({"outline": [(0, 0), (1, 0), (0, 1)], "size": 1e-7}, "size 1e-07 m: corners of an"),
        ({"size": 450}, "size 450 m: lengths are metres; did you mean 450e-9?"),
        ({"pad_radius": 0}, "pad_radius 0 is not a positive length in metres"),
        ({"centre_pad_radius": -1e-8}, "centre_pad_radius -1e-08 is not a positive length"),
        ({"ring_radius": 0.0}, "ring_radius 0.0 is not a positive length in metres"),
        ({"pads": 0}, "pads 0: must be a whole number of pads on the ring from 1 to 499"),
        ({"pads": 500}, "pads 500: must be a whole number"),
        ({"turn": 1e5}, "turn 100000 is not an angle in degrees"),
        ({"pads": 12}, r"pads ring_1 and ring_2 overlap at \(.*\) m; make pad_radius smaller"),
        ({"ring_radius": 170e-9}, "pads ring_1 and centre overlap"),
        ({"ring_radius": 400e-9}, r"pad ring_1 reaches over the film's edge at \(.*; make pad_rad"),
        ({"ring_radius": 183e-9}, "contacts 'ring_1' and 'centre' are only 3.*apart"),
        (
            {"arrangement": "lattice", "rows": 100, "columns": 100},
            "rows × columns = 10000: must be a whole number of contacts",
        ),
    ],
)
def test_what_cannot_be_is_refused(keys, message):
    with pytest.raises(LayoutError, match=message):
        inner_pads(**keys)
