"""Groups that are not clear and meshes that are no film: each read rightly, or told of."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest

from hebbfilm.common.errors import MeshError
from hebbfilm.meshing.files.checks import check_mesh
from hebbfilm.meshing.files.groups import CellGroup, GroupedMesh, Groups
from hebbfilm.meshing.files.selection import select
from hebbfilm.meshing.tagged_mesh import TaggedMesh

NM = 1e-9
POINTS = np.array([[x, y, 0.0] for y in (0, 100) for x in (0, 100, 200, 300)])
TRIANGLES = np.array([[0, 1, 5], [0, 5, 4], [1, 2, 6], [1, 6, 5], [2, 3, 7], [2, 7, 6]])
ENDS = np.array([[0, 4], [3, 7]])

FILM = CellGroup("triangle", np.arange(6), "film", 1)
LEFT = CellGroup("line", np.array([0]), "left", 2)
RIGHT = CellGroup("line", np.array([1]), "right", 3)
PAD = CellGroup("triangle", np.array([4, 5]), "right", 4)


def grouped(
    groups: Sequence[CellGroup] = (FILM, LEFT, RIGHT),
    *,
    points: np.ndarray = POINTS,
    cells: dict[str, np.ndarray] | None = None,
    node_sets: Sequence[str] = (),
) -> GroupedMesh:
    known = {"vertex": 0, "line": 1, "triangle": 2, "quad": 2, "triangle6": 2, "tetra": 3}
    held = {"line": ENDS, "triangle": TRIANGLES} | (cells or {})
    return GroupedMesh(points, held, {kind: known[kind] for kind in held}, groups, node_sets)


def film(mesh: GroupedMesh, groups: Groups | None = None, unit: float | None = NM) -> TaggedMesh:
    found = select(mesh, groups or Groups(), unit or 1.0).compact()
    check_mesh(found, NM, unit)
    return found


READ: dict[str, tuple[Sequence[CellGroup], Groups | None, int, int]] = {
    # groups, what is what, cells of the last contact, facets of it
    "as it is": ([FILM, LEFT, RIGHT], None, 0, 1),
    "other case": ([CellGroup("triangle", np.arange(6), "FILM"), LEFT, RIGHT], None, 0, 1),
    "asked for in other case": (
        [FILM, LEFT, RIGHT], Groups("Film", {"a": "LEFT", "b": "Right"}), 0, 1,
    ),
    "one name for two numbers": (
        [FILM, LEFT, PAD, CellGroup("triangle", np.array([5]), "right", 5)], None, 2, 0,
    ),
    "cells and their edge": ([FILM, LEFT, PAD, RIGHT], None, 2, 0),
    "several groups": (
        [FILM, LEFT, RIGHT, CellGroup("line", np.array([1]), "b", 5)],
        Groups("film", {"left": "left", "right": ["right", "b"]}), 0, 1,
    ),
    "film without its pad": (
        [CellGroup("triangle", np.arange(4), "film", 1), LEFT, PAD], None, 2, 0,
    ),
    "no film named": ([LEFT, RIGHT], None, 0, 1),
    "texts as names": (
        [FILM, CellGroup("line", np.array([0]), "I+"), CellGroup("line", np.array([1]), "Drain 1")],
        None, 0, 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_groups_are_found(case: str) -> None:
    groups, wanted, cells, facets = READ[case]
    found = film(grouped(groups), wanted)
    assert len(found.cells) == 6
    assert len(found.contacts) == 2
    assert case != "texts as names" or found.contacts == ("I_plus", "Drain_1")
    assert (found.cell_tags == 3).sum() == cells
    assert (found.facet_tags == 3).sum() == facets


def test_winding_and_unused_points_do_not_matter() -> None:
    turned = np.where([[True], [False]] * 3, TRIANGLES[:, ::-1], TRIANGLES)
    points = np.concatenate([[[np.nan] * 3], POINTS])
    found = film(grouped(points=points, cells={"triangle": turned + 1, "line": ENDS + 1}))
    assert found.points.shape == (8, 3)


def test_a_cell_twice_counts_once() -> None:
    twice = np.concatenate([TRIANGLES, TRIANGLES[2:3, ::-1]])
    whole = CellGroup("triangle", np.arange(7), "film", 1)
    assert len(film(grouped([whole, LEFT, RIGHT], cells={"triangle": twice})).cells) == 6


def cells_of(name: str, *rows: int) -> CellGroup:
    return CellGroup("triangle", np.array(rows), name, 9)


UNCLEAR: dict[str, tuple[GroupedMesh, Groups | None, str]] = {
    "number of lines and triangles": (
        grouped([FILM, CellGroup("line", np.array([0]), None, 1)]),
        Groups(1, {"a": "line:1"}),
        'layout.film = 1: several kinds have that number; write "triangle:1" or "line:1"',
    ),
    "same for a contact": (
        grouped([FILM, CellGroup("line", np.array([0]), None, 1)]),
        Groups("film", {"a": 1}),
        'layout.contacts.a = 1: several kinds have that number; write "triangle:1" or "line:1"',
    ),
    "none": (grouped(), Groups([], {"a": 2}), "layout.film = []: a group, or several, must be"),
    "kind without it": (
        grouped(),
        Groups("film", {"a": "tetra:2"}),
        "layout.contacts.a = 'tetra:2': no such group (groups: film, left, right)",
    ),
    "without a name": (
        grouped([FILM, LEFT, CellGroup("line", np.array([1]), None, 7)]),
        None,
        "group 7 of line cells has no name; say which groups are the film and the contacts",
    ),
    "names alike": (
        grouped([FILM, LEFT, CellGroup("line", np.array([1]), "Left", 7)]),
        None,
        "groups that differ from 'left' in case alone",
    ),
    "which case": (
        grouped([FILM, LEFT, CellGroup("line", np.array([1]), "Left", 7)]),
        Groups("film", {"a": "LEFT"}),
        "layout.contacts.a = 'LEFT': which of Left, left?",
    ),
    "no name": (
        grouped([FILM, LEFT, CellGroup("line", np.array([1]), "左")]),
        None,
        "no name of its own can be made of '左'; give it one: contacts = { … = \"左\" }",
    ),
    "two texts of one name": (
        grouped(
            [FILM, CellGroup("line", ENDS[:1, 0], "I+"), CellGroup("line", np.array([1]), "I_plus")]
        ),
        None,
        "no name of its own can be made of 'I_plus'",
    ),
    "shared cells": (
        grouped([FILM, LEFT, cells_of("a", 4, 5), cells_of("b", 5)]),
        None,
        "contacts 'a' and 'b' share triangle cells",
    ),
    "shared edges": (
        grouped(),
        Groups("film", {"a": "left", "b": "left"}),
        "contacts 'a' and 'b' share line cells",
    ),
    "contact that is the film": (
        grouped(),
        Groups("film", {"a": "film"}),
        "the contacts cover the whole film",
    ),
    "contact off the film": (
        grouped([cells_of("film", 0, 1), LEFT, RIGHT]),
        None,
        "contact 'right' leaves the film's edge at (3e-07, 5e-08) m",
    ),
    "contact inside the film": (
        grouped(cells={"line": np.array([[0, 4], [1, 5]])}),
        None,
        "contact 'right' leaves the film's edge at (1e-07, 5e-08) m",
    ),
    "contact of points": (
        grouped(
            [FILM, LEFT, CellGroup("vertex", np.array([0]), "a")], cells={"vertex": ENDS[:1, :1]}
        ),
        None,
        "contact 'a' holds vertex cells apart from its lines or triangles",
    ),
    "contact of nodes": (
        grouped([FILM, LEFT], node_sets=["a"]),
        None,
        "'a' is a set of nodes; contacts are sets of elements",
    ),
    "nodes asked for": (
        grouped([FILM, LEFT], node_sets=["a"]),
        Groups("film", {"a": "a"}),
        "it is a set of nodes, but sets of elements are needed",
    ),
    "empty": (grouped([], cells={"triangle": TRIANGLES[:0]}), None, "it has no cells of a film"),
    "nothing": (GroupedMesh(POINTS[:0], {}, {}, []), None, "the film must be made of triangles"),
    "second order": (
        grouped(
            [CellGroup("triangle6", np.array([0]), "film"), LEFT],
            cells={"triangle6": np.array([[0, 1, 5, 2, 3, 4]])},
        ),
        None,
        "it holds triangle6 elements; lines, triangles and tetrahedra of first order are allowed",
    ),
    "mixed": (
        grouped(
            [FILM, CellGroup("quad", np.array([0]), "film"), LEFT],
            cells={"quad": np.array([[0, 1, 5, 4]])},
        ),
        None,
        "it holds quad elements",
    ),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_unclear_groups_are_told(case: str) -> None:
    mesh, groups, message = UNCLEAR[case]
    with pytest.raises(MeshError, match=re.escape(message)) as caught:
        film(mesh, groups)
    assert "\n" not in str(caught.value)


def moved(**places: Sequence[float]) -> np.ndarray:
    points = POINTS.copy()
    for key, place in places.items():
        points[int(key[1:])] = place
    return points


def unwelded(upto: int = 8) -> GroupedMesh:
    """The right square has corners of its own, those of them below a number."""
    own = {2: 8, 6: 9}
    cells = TRIANGLES.copy()
    for old, new in own.items():
        if old < upto:
            cells[4:][cells[4:] == old] = new
    return grouped(points=np.concatenate([POINTS, POINTS[[2, 6]]]), cells={"triangle": cells})


def hanging() -> GroupedMesh:
    """The middle square's border with the right one has a point more on the left side."""
    cells = np.concatenate([TRIANGLES[[0, 1, 3, 4, 5]], [[1, 2, 8], [1, 8, 6]]])
    groups = [CellGroup("triangle", np.arange(7), "film"), LEFT, RIGHT]
    points = np.concatenate([POINTS, [[200, 50, 0]]])
    return grouped(groups, points=points, cells={"triangle": cells})


def wound() -> GroupedMesh:
    """Half a turn and more than another one, on no side but over itself."""
    angles = np.radians([0, 130, 260, 390])
    points = np.array([[r * np.cos(a), r * np.sin(a), 0] for r in (100, 500) for a in angles])
    return grouped(points=points)


DEFECTS: dict[str, tuple[GroupedMesh, str]] = {
    "no area": (
        grouped(points=moved(p5=[100, 0, 0])),
        "2 of 6 cells have no area, one at (6.667e-08, 0) m",
    ),
    "a corner twice": (
        grouped(cells={"triangle": np.where(TRIANGLES == 6, 2, TRIANGLES)}),
        "cells have no area",
    ),
    "folded": (grouped(points=moved(p5=[220, 60, 0])), "the mesh is folded over itself at "),
    "wound": (wound(), "the mesh overlaps itself at ("),
    "unwelded": (unwelded(), "2 pairs of nodes lie at one place, one at (2e-07, "),
    "a slit": (unwelded(6), "1 pairs of nodes lie at one place, one at (2e-07, 0) m: weld"),
    "hanging": (hanging(), "1 nodes hang in the middle of a side of a cell, one at (2e-07, 5e-08)"),
    "three at an edge": (
        grouped(
            [CellGroup("triangle", np.arange(7), "film"), LEFT, RIGHT],
            cells={"triangle": np.concatenate([TRIANGLES, [[0, 5, 3]]])},
        ),
        "more than two cells meet at (5e-08, 5e-08) m",
    ),
    "joined by a point": (
        grouped([CellGroup("triangle", np.array([0, 3, 1, 4]), "film"), LEFT, RIGHT]),
        "the film is in 2 pieces, the smallest at (",
    ),
    "not a number": (grouped(points=moved(p5=[np.nan, 0, 0])), "a coordinate is not a finite"),
    "not in the plane": (
        grouped(points=moved(p5=[100, 100, 1])),
        "must lie in the plane, but z varies by 1e-09 m",
    ),
    "on edge": (
        grouped(points=POINTS[:, [0, 2, 1]]),
        "must lie in the plane, but z varies by 1e-07 m",
    ),
}


@pytest.mark.parametrize("case", DEFECTS)
def test_defects_are_told(case: str) -> None:
    mesh, message = DEFECTS[case]
    with pytest.raises(MeshError, match=re.escape(message)) as caught:
        film(mesh)
    assert "\n" not in str(caught.value)


def test_plane_may_lie_anywhere() -> None:
    assert len(film(grouped(points=POINTS + np.array([0, 0, 500.0]))).cells) == 6


@pytest.mark.parametrize("metres", [1.0, 1e-3, 1e-6, 1e-9])
def test_lengths_without_a_unit_are_those_of_films(metres: float) -> None:
    """A film of 300 nm with edges of 100 nm, written in metres, and in smaller units."""
    mesh = grouped(points=POINTS * NM / metres)
    if metres == 1:
        assert len(film(mesh, unit=None).cells) == 6
        return
    with pytest.raises(MeshError, match=r"unit ?= ?1e-9"):
        film(mesh, unit=None)
    assert len(film(mesh, unit=metres).cells) == 6


BOTTOM = np.array([[0, 0, 0], [100, 0, 0], [0, 100, 0], [100, 100, 0.0]])
BOX = np.concatenate([BOTTOM, BOTTOM + np.array([0, 0, 1])])


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (BOX, None),
        (np.where(BOX == 1, 0, BOX), "cells have no volume"),
        (np.where((np.arange(8) == 7)[:, None], [-50, -50, 1], BOX), "is folded over itself"),
    ],
)
def test_solids(points: np.ndarray, message: str | None) -> None:
    cells = np.array(
        [[0, 1, 3, 7], [0, 1, 5, 7], [0, 4, 5, 7], [0, 2, 3, 7], [0, 2, 6, 7], [0, 4, 6, 7]]
    )
    sides = np.array([[0, 2, 6], [0, 4, 6], [1, 3, 7], [1, 5, 7]])
    groups = [
        CellGroup("tetra", np.arange(6), "film"),
        CellGroup("triangle", np.arange(2), "left"),
        CellGroup("triangle", np.arange(2, 4), "right"),
    ]
    mesh = grouped(groups, points=points, cells={"tetra": cells, "triangle": sides})
    if message is None:
        assert film(mesh).dimension == 3
        return
    found = select(mesh, Groups(), NM).compact()
    with pytest.raises(MeshError, match=message):
        check_mesh(found, None, NM)
