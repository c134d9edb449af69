"""What is wrong with a drawn film is said by name and place; error handling throughout."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pytest
from shapely import LineString, MultiPolygon, Polygon, box
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.errors import InputError, LayoutError
from hebbfilm.meshing import Contact, Layout, corbino, disc, square, strip, wheel
from hebbfilm.meshing.geometry.arcs import disc_polygon

NM = 1e-9


def film(outline: BaseGeometry, *contacts: Contact, mesh_size: float = 5 * NM) -> Layout:
    return Layout(outline, contacts, 1 * NM, mesh_size)


def nm_box(left: float, low: float, right: float, top: float) -> Polygon:
    return box(left * NM, low * NM, right * NM, top * NM)


def nm_line(*points: tuple[float, float]) -> LineString:
    return LineString([(x * NM, y * NM) for x, y in points])


PLATE = nm_box(0, 0, 100, 100)
PAD = nm_box(20, 20, 50, 50)
LEFT = nm_line((0, 0), (0, 100))
DUMBBELL = nm_box(0, 0, 40, 40) | nm_box(60, 0, 100, 40) | nm_box(40, 19, 60, 22)

BAD_LAYOUTS: dict[str, tuple[Callable[[], Layout], str]] = {
    "two pieces": (
        lambda: film(MultiPolygon([PLATE, nm_box(200, 0, 300, 100)])),
        "the film is in 2 pieces, at (5e-08, 5e-08), (2.5e-07, 5e-08) m",
    ),
    "no outline": (lambda: film(Polygon()), "the outline is empty"),
    "a line": (lambda: film(LEFT), "the outline is a LineString, not a shapely Polygon"),
    "bow tie": (
        lambda: film(Polygon([(0, 0), (1e-7, 1e-7), (1e-7, 0), (0, 1e-7)])),
        "the outline is not a valid polygon: Self-intersection",
    ),
    "nanometres typed as metres": (
        lambda: film(box(0, 0, 500, 500)),
        "outline width 500 m: lengths are metres; did you mean 500e-9?",
    ),
    "thickness in nanometres": (
        lambda: Layout(PLATE, (), 1, 5 * NM),
        "thickness 1 m: lengths are metres; did you mean 1e-9?",
    ),
    "nanometres twice": (
        lambda: Layout(PLATE, (), 1e-18, 5 * NM),
        "thickness 1e-18 m is less than an atom",
    ),
    "no thickness": (lambda: Layout(PLATE, (), 0, 5 * NM), "thickness 0 is not a positive length"),
    "no number": (
        lambda: Layout(PLATE, (), 1 * NM, float("nan")),
        "mesh_size nan is not a positive length",
    ),
    "too fine": (
        lambda: Layout(nm_box(0, 0, 1e6, 1e6), (), 1 * NM, 0.1 * NM),
        "the mesh sizes would give about 1.2e+14 vertices",
    ),
    "all too narrow": (
        lambda: film(nm_box(0, 0, 100, 3)),
        "the film is narrower than the mesh size 5e-09 m everywhere",
    ),
    "neck": (lambda: film(DUMBBELL), "the film is narrower than the mesh size 5e-09 m at (5e-08, "),
    "finger": (
        lambda: film(PLATE | nm_box(100, 40, 130, 42)),
        "the film is narrower than the mesh size 5e-09 m at (1.15e-07, 4.1e-08) m",
    ),
    "slit": (
        lambda: film(PLATE - nm_box(50, 48, 100, 50)),
        "the hole or gap is narrower than the mesh size 5e-09 m at (7.5e-08, 4.9e-08) m",
    ),
    "pin hole": (
        lambda: film(PLATE - nm_box(49, 49, 52, 52)),
        "the hole or gap is narrower than the mesh size 5e-09 m at (5.05e-08, 5.05e-08) m",
    ),
    "bad name": (lambda: film(PLATE, Contact("no space", PAD)), "contact name 'no space'"),
    "film as name": (lambda: film(PLATE, Contact("film", PAD)), "contact name 'film' is reserved"),
    "name twice": (
        lambda: film(PLATE, Contact("a", PAD), Contact("a", LEFT)),
        "contact name 'a' is used twice",
    ),
    "empty pad": (lambda: film(PLATE, Contact("a", Polygon())), "contact 'a' is empty"),
    "empty edge": (lambda: film(PLATE, Contact("a", LineString())), "contact 'a' is empty"),
    "a point": (
        lambda: film(PLATE, Contact("a", PAD.centroid)),
        "contact 'a' is a Point; a polygon (a pad) or a line",
    ),
    "small pad": (
        lambda: film(PLATE, Contact("a", nm_box(20, 20, 50, 22))),
        "contact 'a' is smaller than the mesh size 5e-09 m at (3.5e-08, 2.1e-08) m",
    ),
    "short edge": (
        lambda: film(PLATE, Contact("a", nm_line((0, 10), (0, 12)))),
        "contact 'a' is smaller than the mesh size 5e-09 m",
    ),
    "pad outside": (
        lambda: film(PLATE, Contact("a", nm_box(200, 0, 230, 30))),
        "contact 'a' lies outside the film at (2.15e-07, 1.5e-08) m",
    ),
    "pad over the edge": (
        lambda: film(PLATE, Contact("a", nm_box(80, 40, 120, 60))),
        "contact 'a' reaches outside the film at (1.1",
    ),
    "edge inside": (
        lambda: film(PLATE, Contact("a", nm_line((50, 20), (50, 80)))),
        "contact 'a' leaves the film's edge at (5e-08, 5e-08) m",
    ),
    "pads overlap": (
        lambda: film(PLATE, Contact("a", PAD), Contact("b", nm_box(40, 20, 80, 50))),
        "contacts 'a' and 'b' overlap at (4.5e-08, 3.5e-08) m",
    ),
    "edges overlap": (
        lambda: film(PLATE, Contact("a", LEFT), Contact("b", nm_line((0, 80), (0, 90)))),
        "contacts 'a' and 'b' overlap at (0, 8.5e-08) m",
    ),
    "edge along a pad": (
        lambda: film(PLATE, Contact("a", nm_box(0, 20, 30, 50)), Contact("b", LEFT)),
        "contacts 'a' and 'b' overlap at (0, 3.5e-08) m",
    ),
    "contacts meet at a corner": (
        lambda: film(PLATE, Contact("a", LEFT), Contact("b", nm_line((0, 0), (100, 0)))),
        "contacts 'a' and 'b' touch at (0, 0) m: less than the mesh size 5e-09 m",
    ),
    "contacts too close": (
        lambda: film(PLATE, Contact("a", PAD), Contact("b", nm_box(52, 20, 80, 50))),
        "contacts 'a' and 'b' are only 2e-09 m apart",
    ),
    "all covered": (lambda: film(PLATE, Contact("a", PLATE)), "the contacts cover the whole film"),
    "sliver beside a pad": (
        lambda: film(PLATE, Contact("a", nm_box(1, 20, 40, 80))),
        "the bare film between a contact and the film's edge is far narrower",
    ),
    "coarse contact": (
        lambda: film(PLATE, Contact("a", PAD, 8 * NM)),
        "mesh_size 8e-09 m of contact 'a' is above the film's 5e-09 m",
    ),
    "wide ring": (
        lambda: wheel(ring_width=5e-7),
        "ring_width 5e-07 m is not below outer_radius 3.6e-07 m",
    ),
    "wide spoke": (lambda: wheel(spoke_width=6e-7), "spoke_width 6e-07 m is not below"),
    "large hub": (lambda: wheel(centre_radius=3e-7), "centre_radius 3e-07 m is not below"),
    "close spokes": (
        lambda: wheel(spoke_angles=(0, 60, 200)),
        "spoke_angles (0, 60, 200) are only 60 degrees apart",
    ),
    "wheel in nanometres": (lambda: wheel(outer_radius=360), "did you mean 360e-9?"),
    "flat contact": (lambda: wheel(contact_half_angle=0), "contact_half_angle 0 degrees is not"),
    "negative contact mesh": (
        lambda: wheel(contact_mesh_size=-1 * NM),
        "contact_mesh_size -1e-09 is not a positive length",
    ),
    "long contacts": (
        lambda: square(contact_length=600 * NM),
        "contact_length 6e-07 m is not below the spacing of the contacts 5e-07 m",
    ),
    "half a contact": (
        lambda: square(contacts=2.5),
        "contacts 2.5: must be a whole number of contacts",
    ),
    "wide arcs": (lambda: disc(arc_half_angle=60), "are only 120 degrees apart"),
    "large pad": (
        lambda: disc(centre_pad_radius=5e-7),
        "centre_pad_radius 5e-07 m is not below radius 4.8e-07 m",
    ),
    "inside out": (
        lambda: corbino(inner_radius=4e-7),
        "inner_radius 4e-07 m is not below outer_radius 3e-07 m",
    ),
    "thin strip": (lambda: strip(width=3 * NM), "narrower than the mesh size 5e-09 m everywhere"),
}


@pytest.mark.parametrize("case", BAD_LAYOUTS)
def test_bad_layout_is_named(case: str) -> None:
    make, message = BAD_LAYOUTS[case]
    with pytest.raises(LayoutError, match=re.escape(message)) as caught:
        make()
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, InputError)


def test_fine_contact_resolves_what_the_film_would_lose() -> None:
    tip = PLATE | nm_box(100, 40, 130, 43)
    contact = Contact("tip", nm_line((130, 40), (130, 43)), mesh_size=1 * NM)
    assert film(tip, contact).contact_names == ("tip",)


def test_film_without_contacts_is_allowed() -> None:
    assert film(PLATE).contact_names == ()


def test_contact_names_follow_the_node_order() -> None:
    assert wheel().contact_names == ("rim_1", "rim_2", "rim_3", "centre")
    assert square(contacts=3).contact_names == ("edge_1", "edge_2", "edge_3")
    assert disc(centre_pad_radius=1e-7).contact_names == ("rim_1", "rim_2", "rim_3", "centre")
    assert strip().contact_names == ("left", "right")
    assert corbino().contact_names == ("inner", "outer")


def round_area(radius: float, x: float, y: float, size: float) -> Polygon:
    return translate(disc_polygon(radius * NM, 1e-3 * size * NM), x * NM, y * NM)


WEDGE = Polygon([(0, 0), (1e-6, 0), (1e-6, 176e-9)])  # of 10 degrees
SHARP: dict[str, tuple[Callable[[float], Layout], str, tuple[float, float]]] = {
    "wedge": (lambda h: film(WEDGE, mesh_size=h * NM), "the film narrows to nothing", (0, 0)),
    "hole tangent to the rim": (
        lambda h: film(round_area(200, 0, 0, h) - round_area(80, 96, 72, h), mesh_size=h * NM),
        "the film narrows to nothing",
        (160, 120),
    ),
    "horn between arcs": (
        lambda h: film(
            round_area(200, 0, 0, h) - round_area(150, 50, 0, h) - nm_box(0, -300, 300, 0),
            mesh_size=h * NM,
        ),
        "the film narrows to nothing",
        (200, 0),
    ),
    "disc on a bar": (
        lambda h: film(nm_box(-500, -100, 500, 0) | round_area(100, 0, 99.9, h), mesh_size=h * NM),
        "the hole or gap narrows to nothing",
        (0, 0),
    ),
    "notch": (
        lambda h: film(
            PLATE - Polygon([(5e-8, 1.1e-7), (4.2e-8, 1.1e-7), (5e-8, 6e-8)]), mesh_size=h * NM
        ),
        "the hole or gap narrows to nothing",
        (50, 60),
    ),
    "pad tangent to the rim": (
        lambda h: film(
            round_area(200, 0, 0, h), Contact("a", round_area(60, 84, 112, h)), mesh_size=h * NM
        ),
        "the bare film between a contact and the film's edge narrows to nothing",
        (120, 160),
    ),
}


@pytest.mark.parametrize("size", [20, 5, 2.5])
@pytest.mark.parametrize("case", SHARP)
@pytest.mark.analytic
def test_tips_are_refused_where_they_are_at_any_mesh_size(case: str, size: float) -> None:
    make, message, tip = SHARP[case]
    with pytest.raises(LayoutError, match=message) as caught:
        make(size)
    assert "tips below about 15 degrees and cusps" in str(caught.value)
    found = re.search(r"at \(([^,]+), ([^)]+)\)", str(caught.value))
    assert found is not None
    # A cusp is seen where it is as narrow as 1/64 of the mesh size, or a pad 1/20: for radii up to
    # 100 nm, that is √(2 · 100 · 20/20) = 14 nm away, at 20 nm.
    assert math.dist((float(found[1]) / NM, float(found[2]) / NM), tip) < 15


@pytest.mark.parametrize("size", [20, 5, 2.5])
def test_sharp_corners_are_taken(size: float) -> None:
    film(
        Polygon([(0, 0), (1e-6, 0), (1e-6, 1e-6 * math.tan(math.radians(20)))]), mesh_size=size * NM
    )
