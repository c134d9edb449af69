"""One strip from every kind of source, its film, contacts and conductance against σwt/L."""

import re
import shutil
import tomllib
from pathlib import Path

from mpi4py import MPI

import gdstk
import gmsh
import meshio
import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import Layout, strip
from hebbfilm.meshing.gmsh_session import gmsh_model
from hebbfilm.meshing.quality import simplex_measures
from hebbfilm.meshing.shapes.layout_file import write_layout
from hebbfilm.run.inputs.case import Case, read_case
from hebbfilm.run.inputs.films import build_film

NM = 1e-9
DATA = Path(__file__).parents[1] / "data" / "drawings"
LENGTH, WIDTH, THICKNESS = 1000 * NM, 100 * NM, 2 * NM

SOURCES = {
    "catalogue": 'kind = "strip"\nlength = 1e-6\nwidth = 100e-9\nthickness = 2e-9',
    "shapes": (
        'kind = "shapes"\nthickness = 2e-9\n'
        'film = [{ shape = "rectangle", size = [1e-6, 100e-9] }]\n'
        'contact = [{ name = "left", edge = { from = [-5e-7, 5e-8], to = [-5e-7, -5e-8] } },'
        ' { name = "right", edge = { shape = "disc", radius = 50e-9, centre = [5e-7, 0] } }]'
    ),
    "GDSII": (
        'kind = "drawing"\npath = "strip_gdstk.gds"\nthickness = 2e-9\nfilm = 1\n'
        "contacts = { left = 2, right = 3 }"
    ),
    "GDSII of KLayout": (
        'kind = "drawing"\npath = "strip_klayout.gds"\nthickness = 2e-9\nfilm = "1/0"\n'
        "contacts = { left = [2], right = 3 }"
    ),
    "DXF": (
        'kind = "drawing"\npath = "strip_ezdxf.dxf"\nthickness = 2e-9\nfilm = "FILM"\n'
        'contacts = { left = "LEFT", right = "RIGHT" }\nunit = 1e-9'
    ),
    "DXF of KLayout": (
        'kind = "drawing"\npath = "strip_klayout.dxf"\nthickness = 2e-9\nfilm = "L1D0_film"\n'
        'contacts = { left = "L2D0_left", right = "L3D0_right" }\nunit = 1e-6'
    ),
    "SVG": (
        'kind = "drawing"\npath = "strip_svgwrite.svg"\nthickness = 2e-9\nfilm = "film"\n'
        'contacts = { left = "left", right = "right" }\nunit = 1e-9'
    ),
    "SVG of Matplotlib": (
        'kind = "drawing"\npath = "strip_matplotlib.svg"\nthickness = 2e-9\nfilm = "film"\n'
        'contacts = { left = "left", right = "right" }\nunit = 1e-9'
    ),
    "mesh of another program": (
        'kind = "mesh"\npath = "strip.vtu"\nthickness = 2e-9\nunit = 1e-9\nfilm = 1\n'
        "contacts = { left = 7, right = [8] }"
    ),
    "written layout": None,
}


def write_mesh(path: Path) -> None:
    """Ten squares in a row, each cut in two."""
    points = np.array([(x, y, 0) for x in range(0, 1001, 100) for y in (0, 100)], dtype=float)
    first = 2 * np.arange(10)[:, None]
    triangles = np.vstack([np.add(first, [0, 2, 3]), np.add(first, [0, 3, 1])])
    ends = np.array([[0, 1], [20, 21]])
    blocks = [("triangle", triangles), ("line", ends)]
    groups = [np.ones(20, dtype=int), np.array([7, 8])]
    meshio.Mesh(points, blocks, cell_data={"region": groups}).write(path)


def write_case(folder: Path, name: str) -> Path:
    """A case beside a copy of the files that it may name."""
    for file in DATA.glob("strip_*"):
        shutil.copy(file, folder)
    write_mesh(folder / "strip.vtu")
    path = folder / "case.toml"
    if SOURCES[name] is None:
        write_layout(strip(LENGTH, WIDTH, THICKNESS, 20 * NM), path)
    else:
        size = "" if 'kind = "mesh"' in SOURCES[name] else "\nmesh_size = 20e-9"
        path.write_text(f"[layout]\n{SOURCES[name]}{size}\n")
    path.write_text(path.read_text() + "\n[material]\namr_ratio = 0.0\n")
    return path


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.analytic
def test_a_strip_from_everywhere(comm: MPI.Intracomm, shared_tmp_path: Path, name: str):
    if comm.rank == 0:
        write_case(shared_tmp_path, name)
    comm.barrier()
    case = read_case(shared_tmp_path / "case.toml")
    film = build_film(case, comm)
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    mesh = film.film_mesh
    assert mesh.contacts == ("left", "right")
    area = comm.allreduce(simplex_measures(mesh.coordinates, mesh.cells).sum())
    # Straight lines, and P1 holds the linear potential: rounding, and the solver's tolerance.
    assert area == pytest.approx(LENGTH * WIDTH, rel=1e-9, abs=0)
    for contact in mesh.contacts:
        assert mesh.contact_size(contact) == pytest.approx(WIDTH * THICKNESS, rel=1e-9, abs=0)
    expected = case.material.conductivity * WIDTH * THICKNESS / LENGTH
    conductance = film.conductance_matrix()
    assert conductance == pytest.approx(
        expected * np.array([[1, -1], [-1, 1]]), rel=0, abs=1e-8 * expected
    )


STEP = f"""
[layout]
kind = "step"
path = "{DATA / "strip_gmsh.step"}"
unit = 1e-9
mesh_size = 12e-9
film = ["film"]
contacts = {{ left = "source", right = {{ point = [1e-6, 0, 10e-9] }} }}
"""
STRIP_WITH_HOLE = """
[layout]
kind = "shapes"
thickness = 20e-9
mesh_size = 12e-9
film = [
    { shape = "rectangle", size = [1e-6, 100e-9] },
    { shape = "disc", radius = 30e-9, operation = "subtract" },
]
contact = [
    { name = "left", edge = { from = [-5e-7, 5e-8], to = [-5e-7, -5e-8] } },
    { name = "right", edge = { from = [5e-7, -5e-8], to = [5e-7, 5e-8] } },
]
"""


@pytest.mark.cross_method
def test_a_step_file_conducts_like_shapes_in_the_plane(comm: MPI.Intracomm, shared_tmp_path: Path):
    path = shared_tmp_path / "case.toml"
    found = []
    for text in (STEP, STRIP_WITH_HOLE):
        if comm.rank == 0:
            path.write_text(f"{text}\n[material]\namr_ratio = 0.0\n")
        comm.barrier()
        film = build_film(read_case(path), comm)
        film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
        found.append(film.conductance_matrix()[0, 0])
        comm.barrier()
    # A hole of radius a in a strip of width w adds 2πa²/(wL) (1 + π²a²/(3w²)) = 7 % to its
    # resistance, of which either mesh may miss its part (h/a)²/2: chords, and a field like 1/r².
    hole = 2 * np.pi * 30**2 / (100 * 1000) * (1 + (np.pi * 30 / 100) ** 2 / 3)
    assert found[0] == pytest.approx(found[1], rel=hole * (12 / 30) ** 2, abs=0)


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ('kind = "drawing"\npath = "a.gds"\nfilm = 1', "a.gds: cannot be read: No such file"),
        ('kind = "drawing"\nfilm = 1', "layout.path is missing"),
        (
            'kind = "drawing"\npath = "a.gds"\nflim = 1',
            "unknown key flim in [layout]; did you mean film? (allowed: ",
        ),
        (
            'kind = "drawing"\npath = "a.gds"\nfilm = 1\ncontacts = { a = 1.5 }',
            "layout.contacts.a = 1.5: must be a whole number",
        ),
        ('kind = "step"\npath = "a.step"', "layout.contacts is missing"),
        (
            'kind = "step"\npath = "a.step"\ncontacts = { a = { point = [0, 1] } }',
            "layout.contacts.a.point[2] is missing",
        ),
        ('kind = "mesh"\npath = "a.vtu"\nthickness = "thin"', "layout.thickness = 'thin': must be"),
        ('kind = "shapes"', "layout.film is missing"),
        (
            'kind = "shapes"\nfilm = [{ shape = "disc", radius = -1 }]',
            "layout.film[0].radius = -1: must be greater than 0",
        ),
    ],
)
def test_bad_layout_is_named_in_one_line(tmp_path: Path, layout: str, message: str):
    path = tmp_path / "case.toml"
    path.write_text(f"[layout]\n{layout}\n")
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        read_case(path).film_source()
    assert "\n" not in str(caught.value)


def page_layouts() -> list[str]:
    """The examples of docs/layouts.md, as printed."""
    page = (DATA.parents[2] / "docs" / "layouts.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    return [text for text in examples if "layout" in tomllib.loads(text)]


def test_layouts_of_the_page_are_as_described(tmp_path: Path):
    layouts = [tomllib.loads(text)["layout"] for text in page_layouts()]
    assert [layout["kind"] for layout in layouts] == ["drawing", "shapes", "step", "mesh", "strip"]
    path = tmp_path / "case.toml"
    path.write_text(page_layouts()[1])
    geometry = read_case(path).film_source().geometry
    assert geometry.contact_names == ("side_1", "side_2", "side_3", "tip")
    for text in page_layouts()[2:4]:
        path.write_text(f"{text}\n[numerics]\ndimension = 3\n")
        found = read_case(path).film_source().geometry.path
        assert found == tmp_path / tomllib.loads(text)["layout"]["path"]


HALL_BAR = """
[layout]
kind = "drawing"
path = "a.gds"
film = 1
contacts = { end = 2 }
mesh_size = 20e-9
rename = { "V-" = "sense", "I+" = ["high", "low"] }
ignore = ["Hall bar 7"]
crop = [[0, 0], [1e-6, 1e-7]]
piece = [5e-7, 5e-8]
"""


def test_texts_and_pieces_of_a_drawing(shared_tmp_path: Path, comm: MPI.Intracomm) -> None:
    if comm.rank == 0:
        library = gdstk.Library(unit=1e-9, precision=1e-12)
        cell = library.new_cell("TOP")
        for left in (0, 5000):
            cell.add(gdstk.rectangle((left, 0), (left + 1000, 100), layer=1))
        for x, text in ((0, "V-"), (300, "I+"), (600, ""), (900, "I+"), (5000, "I+")):
            cell.add(gdstk.rectangle((x, 0), (x + 60, 100), layer=2))
            cell.add(*([gdstk.Label(text, (x + 30, 50), layer=2)] if text else []))
        cell.add(gdstk.Label("Hall bar 7", (500, 80), layer=2))
        library.write_gds(shared_tmp_path / "a.gds")
        (shared_tmp_path / "case.toml").write_text(HALL_BAR)
    comm.barrier()
    film = read_case(shared_tmp_path / "case.toml").mesh(comm)
    assert sorted(film.contacts) == ["end", "high", "low", "sense"]
    assert film.contact_size("sense") == pytest.approx(6e-15, rel=1e-9, abs=0)


def test_only_one_rank_reads_a_drawing(
    shared_tmp_path: Path, comm: MPI.Intracomm, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_case(shared_tmp_path, "GDSII") if comm.rank == 0 else None
    case = read_case(comm.bcast(path, root=0))
    if comm.rank > 0:
        monkeypatch.setattr(Case, "film_source", lambda _: pytest.fail("reads it, too"))
    assert case.mesh(comm).contacts == ("left", "right")


def drawn_chip(path: Path) -> None:
    """A film with a contact at its left end, a pad in the middle, and two holes that are cut."""
    library = gdstk.Library(unit=1e-9, precision=1e-12)
    cell = library.new_cell("TOP")
    cell.add(gdstk.rectangle((0, 0), (400, 200), layer=1))
    cell.add(gdstk.rectangle((0, 0), (20, 200), layer=2))
    cell.add(gdstk.rectangle((190, 90), (210, 110), layer=3, datatype=0))
    cell.add(gdstk.rectangle((190, 10), (210, 30), layer=3, datatype=1))
    for left in (90, 270):
        cell.add(gdstk.rectangle((left, 80), (left + 40, 120), layer=4))
    library.write_gds(path)


HOLES = {
    "as printed": ("holes = 4 ", "holes = 4 ", 2),
    "a list": ("holes = 4 ", "holes = [4] ", 2),
    "by name": ("holes = 4 ", 'holes = "4/0" ', 2),
    "at random": ("holes = 4 ", "holes = { number = 3, radius = 8e-9 } ", 3),
    "none": ("holes = 4 ", "# ", 0),
}


@pytest.mark.parametrize("name", HOLES)
@pytest.mark.analytic
def test_drawing_of_the_page(shared_tmp_path: Path, comm: MPI.Intracomm, name: str) -> None:
    old, new, number = HOLES[name]
    if comm.rank == 0:
        drawn_chip(shared_tmp_path / "chip.gds")
        assert old in page_layouts()[0]
        (shared_tmp_path / "case.toml").write_text(page_layouts()[0].replace(old, new))
    comm.barrier()
    source = read_case(shared_tmp_path / "case.toml").shared_film_source(comm)
    assert isinstance(source.geometry, Layout)
    assert source.geometry.contact_names == ("end", "centre")
    assert len(source.geometry.outline.interiors) == number
    film = source.mesh(comm)
    assert film.contact_size("centre") == pytest.approx((20 * NM) ** 2, rel=1e-9, abs=0)
    if name != "at random":
        area = comm.allreduce(simplex_measures(film.coordinates, film.cells).sum())
        assert area == pytest.approx((80_000 - number * 1600) * NM**2, rel=1e-9, abs=0)


def test_a_drawing_may_be_cut_rough_and_turned(shared_tmp_path: Path, comm: MPI.Intracomm) -> None:
    """Holes of a layer and changes of any layout together: none takes the place of another."""
    changes = "rotate = 90\nrough = { amplitude = 1e-9, correlation_length = 40e-9 }\n"
    if comm.rank == 0:
        drawn_chip(shared_tmp_path / "chip.gds")
        (shared_tmp_path / "case.toml").write_text(page_layouts()[0] + changes)
    comm.barrier()
    layout = read_case(shared_tmp_path / "case.toml").shared_film_source(comm).geometry
    assert isinstance(layout, Layout)
    left, low, right, top = layout.outline.bounds
    assert top - low > 1.8 * (right - left)
    assert len(layout.outline.interiors) == 2


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        (
            'kind = "disc"\nradius = 1e-7\narcs = [0, 180]\narc_half_angle = 20\nholes = 4',
            "layout.holes.radius is missing",
        ),
        (
            'kind = "mesh"\npath = "a.vtu"\nthickness = 1e-9\nholes = 4',
            "layout.holes: the film of a file (kind = 'mesh') is taken as it is",
        ),
        (
            'kind = "drawing"\npath = "a.gds"\nfilm = 1\nholes = { radius = 1e-8 }',
            "a.gds: cannot be read",
        ),
        (
            'kind = "drawing"\npath = "a.gds"\nfilm = 1\nholes = 1.5',
            "layout.holes = 1.5: must be a whole number",
        ),
        ('kind = "drawing"\npath = "a.gds"\nfilm = 1\nhole = 4', "unknown key hole in [layout]"),
    ],
)
def test_holes_that_are_none(tmp_path: Path, layout: str, message: str) -> None:
    path = tmp_path / "case.toml"
    path.write_text(f"[layout]\n{layout}\n")
    with pytest.raises(InputError, match=re.escape(message)):
        read_case(path).film_source()


@pytest.mark.analytic
def test_solid_of_the_page(shared_tmp_path: Path, comm: MPI.Intracomm) -> None:
    """A film of 1 µm by 300 nm with a block of 100 by 100 nm on it, and a body at its left end."""
    if comm.rank == 0:
        with gmsh_model() as model:
            film = model.occ.addBox(0, -100, 0, 1000, 300, 16)
            block = model.occ.addBox(0, 0, 16, 100, 100, 4)
            model.occ.fuse([(3, film)], [(3, block)])
            model.occ.addBox(-50, -100, 0, 50, 300, 16)
            model.occ.synchronize()
            gmsh.write(str(shared_tmp_path / "film.step"))
        content = (shared_tmp_path / "film.step").read_text()
        for number, name in enumerate(("film", "source"), 1):  # Gmsh names no bodies
            own = rf"'Open CASCADE STEP translator [\d.]+ \d+\.{number}'"
            content = re.sub(own, f"'{name}'", content)
        (shared_tmp_path / "film.step").write_text(content)
        text = page_layouts()[2].replace("mesh_size = 5e-9", "mesh_size = 50e-9")
        # The box as printed, and no larger than the face.
        exact = "box = [[0, 0, 20e-9], [1e-7, 1e-7, 20e-9]]"
        printed = "box = [[0, 0, 19e-9], [1e-7, 1e-7, 21e-9]]"
        assert printed in text
        for name, box in (("printed", printed), ("exact", exact)):
            case = f"{text.replace(printed, box)}\n[numerics]\ndimension = 3\n"
            (shared_tmp_path / f"{name}.toml").write_text(case)
    comm.barrier()
    for name in ("printed", "exact"):
        mesh = read_case(shared_tmp_path / f"{name}.toml").mesh(comm)
        sizes = [mesh.contact_size(contact) / NM**2 for contact in ("left", "right", "top")]
        assert sizes == pytest.approx([300 * 16, 300 * 16, 100 * 100], rel=1e-9, abs=0)


def test_nodes_are_in_order_around_the_film(shared_tmp_path: Path, comm: MPI.Intracomm) -> None:
    """Of a layer, those with a text and those with a number alike; layers as their keys."""
    if comm.rank == 0:
        library = gdstk.Library(unit=1e-9, precision=1e-12)
        cell = library.new_cell("TOP")
        cell.add(gdstk.rectangle((-200, -200), (200, 200), layer=1))
        places = {"A": (0, 0), "": (-1, 0), "B": (0, 1), "C": (1, 0), " ": (0, -1), "D": (1, -1)}
        for text, (x, y) in places.items():
            cell.add(gdstk.rectangle((170 * x - 20, 170 * y - 20), (170 * x + 20, 170 * y + 20), 2))
            cell.add(*([gdstk.Label(text, (170 * x, 170 * y), layer=2)] if text.strip() else []))
        cell.add(gdstk.rectangle((120, 120), (160, 160), 3))
        library.write_gds(shared_tmp_path / "chip.gds")
        (shared_tmp_path / "case.toml").write_text(
            '[layout]\nkind = "drawing"\npath = "chip.gds"\nfilm = 1\nmesh_size = 2e-8\n'
            "contacts = { first = 3, end = 2 }\n"
        )
    comm.barrier()
    film = read_case(shared_tmp_path / "case.toml").mesh(comm)
    assert film.contacts == ("first", "C", "B", "end_1", "end_2", "D", "A")
