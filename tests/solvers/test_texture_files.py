"""Textures from OVF, VTU and pictures, put upon films of two and three dimensions.

Class: analytic, unless a test says another.
"""

import hashlib
from pathlib import Path

import imageio.v3
import meshio
import numpy as np
import pytest
import pyvista
from shapely.geometry import box
from vtkmodules.vtkIOXML import vtkXMLUnstructuredGridWriter

from hebbfilm import (
    Film,
    FromFile,
    ImageTexture,
    InputError,
    Layout,
    Region,
    RegionTextures,
    Skyrmion,
    Uniform,
    disc,
    mesh_film,
    read_ovf,
    write_ovf,
)
from hebbfilm.solvers.textures.mesh_field import MeshField

NM = 1e-9
SAMPLE = Path(__file__).parents[2] / "run" / "cases" / "skyrmion.ovf"
HALF_X, HALF_Y = 80 * NM, 40 * NM


def rectangle(comm, size=8 * NM, dimension=2, thickness=4 * NM, layers=1):
    layout = Layout(box(-HALF_X, -HALF_Y, HALF_X, HALF_Y), (), thickness, size)
    return mesh_film(layout, comm, dimension=dimension, layers=layers)


@pytest.fixture(scope="module")
def flat(comm):
    return rectangle(comm)


@pytest.fixture(scope="module")
def tall(comm):
    return rectangle(comm, dimension=3, layers=2)


def smooth(points):
    """A texture that turns by less than a tenth from cell to cell."""
    x, y, z = (points / (100 * NM)).T
    m = np.column_stack([np.cos(2 * x + y), np.sin(2 * x + y), 0.5 + x - y + 3 * z])
    return m / np.linalg.norm(m, axis=1, keepdims=True)


def gridded(path, low, counts, cell, scale=1.0):
    """Write the smooth texture on a grid, from its lower corner."""
    nx, ny, nz = counts
    z, y, x = np.meshgrid(*(np.arange(n) + 0.5 for n in (nz, ny, nx)), indexing="ij")
    places = np.column_stack([x.ravel(), y.ravel(), z.ravel()]) * cell + low
    values = smooth(places).reshape(nz, ny, nx, 3)
    write_ovf(path, values * scale, cell, low)
    return values


def vertices(film):
    return film.film_mesh.coordinates[: len(film.m)].copy()


# Between centres, an arc of angle a is cut by 1 - cos(a/2): a is 0.07 in cells of 2 nm. In the half
# cells at the rim m is that of the centre, off by a/2.
INSIDE, RIM = 1e-3, 0.04


@pytest.mark.analytic
@pytest.mark.parametrize("representation", [1.0, 5.8e5])
def test_grid_on_a_film(comm, flat, shared_tmp_path, representation):
    path = shared_tmp_path / "m.ovf"
    low = np.array([-HALF_X, -HALF_Y, -2 * NM])
    if comm.rank == 0:
        gridded(path, low, (80, 40, 1), [2 * NM, 2 * NM, 4 * NM], representation)
    comm.barrier()
    film = Film(flat)
    film.start_from(FromFile(path=str(path)))
    x = vertices(film)
    error = np.abs(film.m - smooth(x)).max(axis=1)
    deep = (np.abs(x[:, 0]) < HALF_X - NM) & (np.abs(x[:, 1]) < HALF_Y - NM)
    assert error[deep].max() < INSIDE
    assert error.max() < RIM


@pytest.mark.analytic
def test_layers_of_a_grid_on_a_film_in_three_dimensions(comm, tall, shared_tmp_path):
    """Between four layers of 1 nm, whose rims at 0 and 4 nm are half a layer away."""
    path = shared_tmp_path / "m.ovf"
    if comm.rank == 0:
        gridded(path, np.array([-HALF_X, -HALF_Y, 0]), (80, 40, 4), [2 * NM, 2 * NM, NM])
    comm.barrier()
    film = Film(tall)
    film.start_from(FromFile(path=str(path)))
    x = vertices(film)
    x[:, 2] = np.clip(x[:, 2], 0.5 * NM, 3.5 * NM)
    assert np.abs(film.m - smooth(x)).max() < RIM
    # A film without height has what is half way up.
    flat = Film(rectangle(comm))
    flat.start_from(FromFile(path=str(path)))
    x = vertices(flat)
    x[:, 2] = 2 * NM
    assert np.abs(flat.m - smooth(x)).max() < RIM


@pytest.mark.analytic
def test_moved_and_turned(comm, flat, shared_tmp_path):
    """A grid about (300, 500) nm, twice as long along y, turned by a right angle."""
    path = shared_tmp_path / "m.ovf"
    low = np.array([300 * NM - HALF_Y, 500 * NM - HALF_X, 0])
    if comm.rank == 0:
        gridded(path, low, (40, 80, 1), [2 * NM, 2 * NM, 4 * NM])
    comm.barrier()
    film = Film(flat)
    middle = np.array([300, 500, 2]) * NM
    for texture in (
        FromFile(path=str(path), centred=True, angle=90),
        FromFile(path=str(path), shift=tuple(-middle), angle=90),
    ):
        film.start_from(texture)
        x, y, z = vertices(film).T
        # Anticlockwise: what lies at x in the film lay at -y in the file, and m turns along.
        u, v, w = smooth(np.column_stack([y, -x, z]) + middle).T
        assert np.abs(film.m - np.column_stack([-v, u, w])).max() < RIM
    with pytest.raises(InputError, match=r"m\.ovf: the film lies in x from -80 to 80 nm, outside"):
        film.start_from(FromFile(path=str(path)))
    with pytest.raises(InputError, match=r"m\.ovf: the film lies in x .*, 260 to 340 nm"):
        film.start_from(FromFile(path=str(path), centred=True))


@pytest.mark.analytic
def test_zero_cells_outside_a_round_film_do_not_count(comm, shared_tmp_path):
    path = shared_tmp_path / "m.ovf"
    if comm.rank == 0:
        values = gridded(path, np.array([-50, -50, 0]) * NM, (50, 50, 1), [2 * NM] * 3)
        centre = (np.arange(50) - 24.5) * 2
        outside = np.hypot(*np.meshgrid(centre, centre)) > 50
        values[0, outside] = 0.0
        write_ovf(path, values, [2 * NM] * 3, np.array([-50, -50, 0]) * NM)
    comm.barrier()
    film = Film(mesh_film(disc(radius=50 * NM, mesh_size=6 * NM), comm))
    film.start_from(FromFile(path=str(path)))
    # At the rim, m is that of a cell whose centre is at most 2 cells or 0.14 away.
    assert np.abs(film.m - smooth(vertices(film))).max() < 0.14
    wide = Film(mesh_film(disc(radius=49 * NM, mesh_size=6 * NM), comm))
    if comm.rank == 0:
        values[0, :, 30:] = 0.0
        write_ovf(path, values, [2 * NM] * 3, np.array([-50, -50, 0]) * NM)
    comm.barrier()
    with pytest.raises(InputError, match=r"m\.ovf: has no magnetisation near \(.*\) nm, where the"):
        wide.start_from(FromFile(path=str(path)))


@pytest.mark.peer
def test_skyrmion_of_another_program_starts_a_film_and_comes_back(comm, shared_tmp_path):
    """⟨m⟩ over cells of the file, over the film, and over a grid of 1 nm, within 1e-3 as asked.

    By how much the meshes differ: the mean of what is linear in triangles of h = 4 nm falls short
    in the wall, whose width is 16 nm, by about h²/12 ∇² of it: 3e-4 of the area that it takes up.
    """
    film = Film(mesh_film(Layout(box(0, 0, 200 * NM, 120 * NM), (), NM, 4 * NM), comm))
    film.start_from(FromFile(path=str(SAMPLE)))
    own = read_ovf(SAMPLE).directions.reshape(-1, 3).mean(axis=0)
    assert own[2] == pytest.approx(0.943, abs=1e-3)
    found = film.dynamics.mean_magnetisation()
    assert found == pytest.approx(own, abs=1e-3)
    numbering = film.film_mesh.numbering
    m, points = numbering.gather(film.m), numbering.gather(vertices(film))
    cells = numbering.gather_cells()
    if comm.rank == 0:
        y, x = np.mgrid[0:120, 0:200] + 0.5
        places = np.column_stack([x.ravel(), y.ravel(), 0 * x.ravel()]) * NM
        field = MeshField(points, cells, m).interpolated(places, "film")
        field /= np.linalg.norm(field, axis=1, keepdims=True)
        write_ovf(shared_tmp_path / "back.ovf", field.reshape(1, 120, 200, 3), [NM] * 3)
        back = read_ovf(shared_tmp_path / "back.ovf").values.reshape(-1, 3).mean(axis=0)
        assert back == pytest.approx(own, abs=1e-3)


def triangles(path, points, cells, **fields):
    meshio.Mesh(points, [("triangle", cells)], point_data=fields).write(path)


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_vtu_of_the_same_mesh_and_of_another(comm, shared_tmp_path, dimension):
    """The same m to the last bit; on another mesh what is linear comes out."""
    path = shared_tmp_path / "m.vtu"
    film = Film(rectangle(comm, dimension=dimension))
    film.randomise(seed=4)
    numbering = film.film_mesh.numbering
    points, m = numbering.gather(vertices(film)), numbering.gather(film.m)
    cells = numbering.gather_cells()
    if comm.rank == 0:
        kind = {3: "triangle", 4: "tetra"}[cells.shape[1]]
        linear = points @ [[1, 0, 0], [0, 1, 0], [0, 0, 1]] / (100 * NM) + [0.1, 0.2, 1.0]
        fields = {"other": linear, "m": m, "scalar": m[:, 0]}
        meshio.Mesh(points, [(kind, cells)], point_data=fields).write(path)
    comm.barrier()
    again = Film(rectangle(comm, dimension=dimension))
    again.start_from(FromFile(path=str(path)))
    assert np.array_equal(again.m, film.m)
    finer = Film(rectangle(comm, size=5 * NM, dimension=dimension))
    finer.start_from(FromFile(path=str(path), array="other"))
    expected = vertices(finer) / (100 * NM) + [0.1, 0.2, 1.0]
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert np.abs(finer.m - expected).max() < 1e-9
    with pytest.raises(InputError, match=r"array = 'magnetisation': of .*, allowed are other, m"):
        finer.start_from(FromFile(path=str(path), array="magnetisation"))


SQUARE = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]) * 200.0 - [100, 100, 0]
UP = np.array([0, 0, 50.0])
HALVES = np.array([[0, 1, 2], [0, 2, 3]])


@pytest.mark.analytic
def test_foreign_vtu_in_nanometres(comm, flat, shared_tmp_path):
    path = shared_tmp_path / "foreign.vtu"
    if comm.rank == 0:
        triangles(path, SQUARE, HALVES, Magnetization=SQUARE + UP)
    comm.barrier()
    film = Film(flat)
    film.start_from(FromFile(path=str(path), metre=NM))
    expected = vertices(film) / NM + UP
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert np.abs(film.m - expected).max() < 1e-9
    shifted = FromFile(path=str(path), metre=NM, shift=(500 * NM, 0, 0))
    with pytest.raises(InputError, match="the film lies in x from -580 to -420 nm, outside what"):
        film.start_from(shifted)


@pytest.mark.peer
@pytest.mark.parametrize("mode", ["Ascii", "Binary", "Appended"])
@pytest.mark.parametrize("compressor", ["None", "ZLib", "LZ4"])
def test_forms_of_vtk(comm, flat, shared_tmp_path, mode, compressor):
    """As ParaView writes them; of one square, which is cut into triangles, in four bytes."""
    path = shared_tmp_path / "paraview.vtu"
    if comm.rank == 0:
        corners = {pyvista.CellType.QUAD: np.array([[0, 1, 2, 3]])}
        mesh = pyvista.UnstructuredGrid(corners, (SQUARE * NM).astype(np.float32))
        mesh.point_data["M"] = (SQUARE + UP).astype(np.float32)
        writer = vtkXMLUnstructuredGridWriter()
        writer.SetFileName(str(path))
        writer.SetInputData(mesh)
        getattr(writer, f"SetDataModeTo{mode}")()
        getattr(writer, f"SetCompressorTypeTo{compressor}")()
        assert writer.Write()
    comm.barrier()
    film = Film(flat)
    film.start_from(FromFile(path=str(path)))
    expected = vertices(film) / NM + UP
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert np.abs(film.m - expected).max() < 1e-6


def test_vtu_that_is_damaged(comm, flat, shared_tmp_path, capfd):
    """In one line, of ours alone."""
    path = shared_tmp_path / "damaged.vtu"
    if comm.rank == 0:
        triangles(path, SQUARE, HALVES, m=SQUARE)
        path.write_bytes(path.read_bytes()[:600])
    comm.barrier()
    capfd.readouterr()
    with pytest.raises(InputError, match=r"damaged\.vtu: not a readable VTU file, or one with"):
        Film(flat).start_from(FromFile(path=str(path)))
    assert capfd.readouterr() == ("", "")


BAD = {
    "two": ({"a": SQUARE, "b": SQUARE}, "holds several vectors at its points: name one by `array`"),
    "none": ({"a": SQUARE[:, 0]}, "holds no vectors of three components at its points"),
    "NaN": ({"m": SQUARE * np.nan}, "holds vectors that are not finite"),
    "zero": ({"m": SQUARE * 0}, "holds no magnetisation: all its vectors are zero"),
}


@pytest.mark.parametrize("name", BAD)
def test_vtu_that_is_wrong(comm, flat, shared_tmp_path, name):
    fields, message = BAD[name]
    path = shared_tmp_path / "bad.vtu"
    if comm.rank == 0:
        triangles(path, SQUARE, HALVES, **fields)
    comm.barrier()
    with pytest.raises(InputError, match=message):
        Film(flat).start_from(FromFile(path=str(path), metre=NM))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"path": "m.png"}, r"file\.path = 'm\.png': must end in \.ovf"),
        ({"path": "m.vtu", "segment": 1}, r"file\.segment: VTU files have none; leave it out"),
        ({"path": "m.ovf", "array": "m"}, r"file\.array: OVF files have none; leave it out"),
        ({"path": "m.ovf", "metre": 1e-9}, r"file\.metre: OVF files have none; leave it out"),
        ({"path": ""}, r"file\.path = ''"),
    ],
)
def test_slips(given, message):
    with pytest.raises(InputError, match=message):
        FromFile(**given)


def test_file_that_was_changed(comm, flat, shared_tmp_path):
    path = shared_tmp_path / "m.ovf"
    if comm.rank == 0:
        gridded(path, np.array([-HALF_X, -HALF_Y, 0]), (40, 20, 1), [4 * NM] * 3)
    comm.barrier()
    film = Film(flat)
    film.start_from(
        FromFile(path=str(path), checksum=hashlib.sha256(path.read_bytes()).hexdigest())
    )
    with pytest.raises(InputError, match=r"m\.ovf: was changed since its checksum was noted"):
        film.start_from(FromFile(path=str(path), checksum="0" * 64))


@pytest.mark.analytic
def test_region_has_the_middle_of_a_file_upon_its_own(comm, shared_tmp_path):
    """A grid that covers the region alone."""
    path = shared_tmp_path / "m.ovf"
    if comm.rank == 0:
        skyrmion = Skyrmion(radius=10 * NM, wall_width=10 * NM, centre=(40 * NM, 40 * NM))
        y, x = np.mgrid[0:40, 0:40] * 2.0 + 1
        m = skyrmion.at(np.column_stack([x.ravel(), y.ravel(), 0 * x.ravel()]) * NM)
        write_ovf(path, m.reshape(1, 40, 40, 3), [2 * NM] * 3)
    comm.barrier()
    regions = (Region("left", box(-HALF_X, -HALF_Y, 0, HALF_Y)),)
    outline = box(-HALF_X, -HALF_Y, HALF_X, HALF_Y)
    film = Film(mesh_film(Layout(outline, (), NM, 5 * NM, regions=regions), comm))
    texture = FromFile(path=str(path), centred=True)
    film.start_from(RegionTextures(textures={"left": texture}, elsewhere=Uniform()))
    there = Skyrmion(radius=10 * NM, wall_width=10 * NM, centre=(-40 * NM, 0.0))
    assert np.abs(film.m - there.at(vertices(film))).max() < 0.15  # a cell is 0.6 of a length
    assert comm.allreduce(int(np.sum(film.m[:, 2] < 0))) > 5


def picture(path, pixels):
    imageio.v3.imwrite(path, np.asarray(pixels, dtype=np.uint8))


@pytest.mark.analytic
def test_grey_picture_is_m_z(comm, flat, shared_tmp_path):
    """Black to the left, white to the right; a pixel wide between them; the rest along y."""
    path = shared_tmp_path / "grey.png"
    if comm.rank == 0:
        picture(path, np.tile([0] * 8 + [255] * 8, (8, 1)))
    comm.barrier()
    film = Film(flat)
    film.start_from(ImageTexture(path=str(path), width=2 * HALF_X, in_plane_angle=90))
    x = vertices(film)[:, 0]
    expected = np.clip(x / (5 * NM), -1, 1)
    assert film.m[:, 2] == pytest.approx(expected, abs=1e-12)
    assert film.m[:, 1] == pytest.approx(np.sqrt(1 - expected**2), abs=1e-7)
    # What stands above in the picture lies above in the film.
    if comm.rank == 0:
        picture(path, np.repeat([255, 0], 8)[:, None] * np.ones((1, 32)))
    comm.barrier()
    film.start_from(ImageTexture(path=str(path), width=2 * HALF_X))
    y = vertices(film)[:, 1]
    assert film.m[:, 2] == pytest.approx(np.clip(y / (2.5 * NM), -1, 1), abs=1e-12)


@pytest.mark.analytic
def test_hue_is_the_angle_in_the_plane(comm, flat, shared_tmp_path):
    path = shared_tmp_path / "hue.png"
    colours = {
        (255, 0, 0): (1, 0, 0),
        (255, 255, 0): (0.5, 0.75**0.5, 0),
        (0, 255, 0): (-0.5, 0.75**0.5, 0),
        (0, 255, 255): (-1, 0, 0),
        (0, 0, 255): (-0.5, -(0.75**0.5), 0),
        (255, 255, 255): (0, 0, 1),
        (0, 0, 0): (0, 0, -1),
        (255, 127, 127): (0.8671, 0, 0.4980),
    }
    film = Film(flat)
    for colour, m in colours.items():
        if comm.rank == 0:
            picture(path, np.tile(colour, (2, 4, 1)))
        comm.barrier()
        film.start_from(ImageTexture(path=str(path), width=2 * HALF_X, colours="hue"))
        assert film.m == pytest.approx(np.tile(m, (len(film.m), 1)), abs=1e-3)
        comm.barrier()
    if comm.rank == 0:
        picture(path, np.full((4, 8, 3), 100))
    comm.barrier()
    with pytest.raises(InputError, match=r"row 1, column 1 is grey, and so has no hue \(32 of"):
        film.start_from(ImageTexture(path=str(path), width=2 * HALF_X, colours="hue"))
    with pytest.raises(InputError, match="the film lies in x from -80 to 80 nm, outside what the"):
        film.start_from(ImageTexture(path=str(path), width=HALF_X))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no picture", r"none\.png: is no PNG file"),
        (b"\xff\xd8\xff\xe0", r"none\.png: is no PNG file"),
        (b"\x89PNG\r\n\x1a\nno picture", r"none\.png: is no readable PNG file"),
    ],
)
def test_picture_that_is_none(comm, flat, shared_tmp_path, content, message):
    path = shared_tmp_path / "none.png"
    if comm.rank == 0:
        path.write_bytes(content)
    comm.barrier()
    film = Film(flat)
    with pytest.raises(InputError, match=message):
        film.start_from(ImageTexture(path=str(path), width=HALF_X))
    clear = shared_tmp_path / "clear.png"
    if comm.rank == 0:
        picture(clear, np.full((4, 8, 4), 100))
    comm.barrier()
    with pytest.raises(InputError, match=r"clear\.png: has transparent pixels: give them a colour"):
        film.start_from(ImageTexture(path=str(clear), width=HALF_X))
