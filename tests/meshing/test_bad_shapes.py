"""What is wrong with shapes is said by its key; error handling throughout."""

from __future__ import annotations

import re
import tomllib

import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing.shapes.layout_file import layout_from_dict

DISC = 'shape = "disc"\nradius = 100nm'
BAD: dict[str, tuple[str, str]] = {
    "no film": ("mesh_size = 5nm", "layout.film is missing"),
    "no shape": ("film = [{ radius = 1nm }]", "layout.film[0].shape is missing"),
    "unknown shape": (
        'film = [{ shape = "dics", radius = 1nm }]',
        "layout.film[0].shape = 'dics': allowed are polygon, rectangle, disc, "
        "annulus_sector, path; did you mean disc?",
    ),
    "negative radius": (
        f'[[film]]\n{DISC}\n[[film]]\n{DISC}\n[[film]]\nshape = "disc"\nradius = -5nm',
        "layout.film[2].radius = -5e-09: must be greater than 0",
    ),
    "unknown key": (
        f"[[film]]\n{DISC}\nradios = 3",
        "unknown key radios in [layout.film[0]]; did you mean radius? (allowed: operation, rotate, "
        "about, repeat, shape, radius, centre)",
    ),
    "unknown top key": (f"mesh_sise = 1\n[[film]]\n{DISC}", "unknown key mesh_sise in [layout]"),
    "no radius": ('[[film]]\nshape = "disc"', "layout.film[0].radius is missing"),
    "inside out": (
        '[[film]]\nshape = "annulus_sector"\ninner_radius = 9nm\nouter_radius = 5nm',
        "layout.film[0]: inner_radius 9e-09 m is not below outer_radius 5e-09 m",
    ),
    "bow tie": (
        '[[film]]\nshape = "polygon"\npoints = [[0,0], [9nm,9nm], [9nm,0], [0,9nm]]',
        "layout.film[0]: points and holes are not a valid polygon: Self-intersection",
    ),
    "a repeat of both kinds": (
        f"[[film]]\n{DISC}\nrepeat = {{ count = 2, step = [0, 1nm], angle = 3 }}",
        "layout.film[0].repeat: step and angle exclude each other",
    ),
    "nothing left": (
        f'[[film]]\n{DISC}\n[[film]]\noperation = "subtract"\n{DISC}',
        "the outline is empty",
    ),
    "in pieces": (
        f"[[film]]\n{DISC}\nrepeat = {{ count = 2, step = [300nm, 0] }}",
        "the film is in 2 pieces, at (",
    ),
    "a disc that touches a side": (
        f'[[film]]\nshape = "rectangle"\nsize = [800nm, 100nm]\n[[film]]\n{DISC}\n'
        "centre = [0, 150nm]",
        "the film is in 2 pieces, two of which only touch, at (0, 5e-08) m: let them overlap",
    ),
    "the same on a coarse mesh": (
        'mesh_size = 20nm\n[[film]]\nshape = "rectangle"\nsize = [800nm, 100nm]\n'
        f"[[film]]\n{DISC}\ncentre = [0, 150nm]",
        "the film is in 2 pieces, two of which only touch, at (0, 5e-08) m: let them overlap",
    ),
    "discs that touch": (
        f"[[film]]\n{DISC}\n[[film]]\n{DISC}\ncentre = [160nm, 120nm]",
        "two of which only touch, at (8e-08, 6e-08) m",
    ),
    "corners that touch": (
        '[[film]]\nshape = "rectangle"\nsize = [200nm, 100nm]\n'
        "repeat = { count = 3, step = [200nm, 100nm] }",
        "the film is in 3 pieces, two of which only touch, at (1e-07, 5e-08) m",
    ),
    "millimetres": (
        '[[film]]\nshape = "disc"\nradius = 100',
        "layout.film[0].radius: 100 m: lengths are",
    ),
    "contact of two kinds": (
        f'[[film]]\n{DISC}\n[[contact]]\nname = "a"\npoint = [0, 0]\nradius = 9nm\n'
        'pad = { shape = "disc", radius = 9nm }',
        "contact 'a' needs one of pad, edge and point, and has pad and point",
    ),
    "contact of no kind": (
        f'[[film]]\n{DISC}\n[[contact]]\nname = "a"',
        "layout.contact[0]: contact 'a' needs one of pad, edge and point, and has none",
    ),
    "point without radius": (
        f'[[film]]\n{DISC}\n[[contact]]\nname = "a"\npoint = [0, 0]',
        "layout.contact[0]: contact 'a': point and radius belong together",
    ),
    "bad pad": (
        f'[[film]]\n{DISC}\n[[contact]]\nname = "a"\npad = {{ shape = "disc", radius = 0 }}',
        "layout.contact[0].pad.radius = 0: must be greater than 0",
    ),
    "bad edge": (
        f'[[film]]\n{DISC}\n[[contact]]\nname = "a"\nedge = {{ form = [0, 0] }}',
        "layout.contact[0].edge = {'form': [0, 0]}: must have shape, or from and to, or points",
    ),
    "pad off the film": (
        f'[[film]]\n{DISC}\n[[contact]]\nname = "a"\npoint = [300nm, 0]\nradius = 9nm',
        "contact 'a' lies off the film at (3e-07, ",
    ),
    "edge off the rim": (
        f'[[film]]\n{DISC}\n[[contact]]\nname = "a"\nedge = {{ shape = "disc", radius = 9nm }}',
        "contact 'a': no rim of the film runs through (",
    ),
    "end off the rim": (
        f'[[film]]\n{DISC}\n[[contact]]\nname = "a"\nedge = {{ from = [0, 0], to = [100nm, 0] }}',
        "contact 'a': its end at (0, 0) m is not on the film's rim",
    ),
    "coarse rim": (
        f"rim_mesh_size = 9nm\n[[film]]\n{DISC}",
        "rim_mesh_size 9e-09 m is above the film's mesh_size 5e-09 m",
    ),
    "gradation": (f"gradation = 0\n[[film]]\n{DISC}", "gradation 0.0 is not above 0 and at most 1"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_shapes_are_named(case: str) -> None:
    text, message = BAD[case]
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        # Lengths are in nanometres: n is written nnm.
        layout_from_dict(tomllib.loads(re.sub(r"(-?[\d.]+)nm", r"\1e-9", text)))
    assert "\n" not in str(caught.value)
