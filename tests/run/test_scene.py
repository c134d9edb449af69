"""What of a film is drawn in three dimensions: cut, in slices, inside, in all its colours."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mpi4py import MPI

import meshio
import numpy as np
import pytest
import pyvista as pv

from hebbfilm.common.errors import InputError
from hebbfilm.run.cli import main
from hebbfilm.run.folder.manifest import read_manifest
from hebbfilm.run.pictures import view
from hebbfilm.run.pictures.film_colours import direction_colours
from hebbfilm.run.pictures.scene import scene_of
from hebbfilm.run.pictures.scene_options import Plane, SceneOptions, pixels, plane, seconds
from hebbfilm.run.pictures.solid import charge_density, vertex_means
from hebbfilm.run.pictures.view_window import FilmWindow

pytestmark = pytest.mark.skipif(
    MPI.COMM_WORLD.size > 1, reason="one process alone reads run folders and draws"
)
NM = 1e-9


@pytest.fixture(scope="module")
def flat(run_folder_maker: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_folder_maker(tmp_path_factory.mktemp("runs") / "flat", contacts=3, size=25.0)


@pytest.fixture(scope="module")
def solid(run_folder_maker: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "solid"
    return run_folder_maker(folder, contacts=3, size=25.0, solid=True)


@pytest.fixture(scope="module", autouse=True)
def _rendering() -> None:
    try:
        view.check_rendering()
    except InputError as error:
        pytest.skip(str(error))
    view.silence_vtk()


def actors(folder: Path, **options: Any) -> dict[str, Any]:
    plotter: Any = scene_of(folder, "presented", SceneOptions(**options), size=(240, 180))
    found = dict(plotter.actors)
    plotter.close()
    return found


def bounds(found: dict[str, Any], name: str = "film") -> np.ndarray:
    return np.array(found[name].GetBounds()).reshape(3, 2)


def disc_of_cells(size: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """A square of triangles, their points within ±30 in steps of about `size`."""
    ticks = np.linspace(-30, 30, round(60 / size) + 1)
    x, y = np.meshgrid(ticks, ticks)
    numbers = np.arange(x.size).reshape(x.shape)
    a, b, c, d = numbers[:-1, :-1], numbers[:-1, 1:], numbers[1:, 1:], numbers[1:, :-1]
    corners = [np.stack(each, axis=-1).reshape(-1, 3) for each in ((a, b, c), (a, c, d))]
    return np.column_stack((x.ravel(), y.ravel())), np.vstack(corners)


@pytest.mark.analytic
def test_the_charge_of_a_skyrmion_is_minus_one() -> None:
    """θ = 2 atan(R/r), core down: the charge within r is −r²/(r² + R²) of a core's whole.

    In a square of ±30 with R = 3 the tail beyond holds R²/30² · O(1) = 1e-2 of it; the midpoint
    rule on cells of 0.5 errs by (0.5/R)²/24 of the curvature, below 1e-2, too.
    """
    points, cells = disc_of_cells()
    r, angle = np.hypot(*points.T), np.arctan2(points[:, 1], points[:, 0])
    theta = np.where(r > 0, 2 * np.arctan2(3.0, r), np.pi)
    m = np.column_stack([np.sin(theta) * np.cos(angle), np.sin(theta) * np.sin(angle)])
    m = np.column_stack((m, np.cos(theta)))
    edges = points[cells][:, 1:] - points[cells][:, :1]
    area = 0.5 * np.abs(np.linalg.det(edges))
    assert charge_density(points, cells, m) @ area == pytest.approx(-1, abs=0.03)


@pytest.mark.analytic
def test_means_around_vertices_are_weighted_by_size() -> None:
    points = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    cells = np.array([[0, 1, 2], [0, 2, 3]])
    values = np.array([[4.0, 0.0], [8.0, 1.0]])
    means = vertex_means(points, cells, values)
    np.testing.assert_allclose(means, [[5, 0.25], [4, 0], [5, 0.25], [8, 1]])


@pytest.mark.analytic
def test_directions_have_their_colours() -> None:
    east, west, north, up, down = direction_colours(
        np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, -1]], dtype=float)
    )
    np.testing.assert_allclose(east, [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(west, [0, 1, 1], atol=1e-12)
    # A quarter of the circle of colours on from red.
    np.testing.assert_allclose(north, [0.5, 1, 0], atol=1e-12)
    # What stands upright is grey: light above, dark below.
    assert np.ptp(up) < 1e-12
    assert np.ptp(down) < 1e-12
    assert up.mean() > 0.85
    assert down.mean() < 0.15


@pytest.mark.parametrize(
    ("clip", "axis", "side"),
    [("x=20 nm", 0, 1), ("y=2e-8", 1, 0), ("x", 0, 1)],
)
def test_a_cut_takes_away_one_side(flat: Path, clip: str, axis: int, side: int) -> None:
    whole, cut = actors(flat), actors(flat, clip=plane("--clip", clip))
    place = 20.0 if "=" in clip else bounds(whole)[0].mean()
    expected = bounds(whole)[axis]
    expected[side] = place
    np.testing.assert_allclose(bounds(cut)[axis], expected, atol=1e-3)
    # Of a row of arrows half of one may stand over.
    arrows = bounds(cut, "arrows")[axis, side]
    assert abs(arrows - place) < 12


def test_a_cut_film_of_tetrahedra_shows_its_inside(solid: Path) -> None:
    whole, cut = actors(solid), actors(solid, clip=plane("--clip", "z"))
    thickness = np.ptp(bounds(whole)[2])
    assert np.ptp(bounds(cut)[2]) == pytest.approx(thickness / 2)
    assert bounds(whole)[2, 1] == pytest.approx(0, abs=1e-9)
    through = actors(solid, inside=True)
    assert through["film"].prop.opacity < 0.5
    assert bounds(through, "arrows")[2, 0] < -0.3 * thickness


def test_lines_of_the_current_run_inside_of_tetrahedra(solid: Path, flat: Path) -> None:
    low, high = bounds(actors(solid, streamlines=True), "current")[2]
    assert low >= -1.05 * np.ptp(bounds(actors(solid))[2])
    assert high <= 1.0
    assert bounds(actors(flat, streamlines=True), "current")[2, 0] > 0
    assert "current" not in actors(flat)


def test_a_slice_is_flat(solid: Path, flat: Path) -> None:
    for folder, axis in ((solid, 2), (solid, 0), (flat, 1)):
        found = actors(folder, slice=Plane(axis))
        assert np.ptp(bounds(found)[axis]) == pytest.approx(0, abs=1e-3)
        assert np.ptp(bounds(found, "ghost")[axis]) > 1
        assert np.ptp(bounds(found)[1 - axis if axis < 2 else 0]) > 10


def test_pads_do_not_hide_a_slice(flat: Path) -> None:
    """Seen through a pad, unlike one on a whole film."""
    seen = [
        actors(flat, slice=plane)["contact 1"].GetProperty().GetOpacity()
        for plane in (Plane(1), None)
    ]
    assert seen[0] < 0.5
    assert seen[1] == 1.0


def test_a_slice_beside_the_film_is_refused(flat: Path) -> None:
    beyond = SceneOptions(clip=Plane(0, -50e-9), slice=Plane(0, 50e-9))
    with pytest.raises(InputError, match=r"--slice x: no film lies in this plane"):
        scene_of(flat, "presented", beyond)


def test_what_is_not_wanted_is_left_out(flat: Path) -> None:
    every = {"contact 1", "contact 2", "contact 3", "labels-labels", "arrows"}
    assert every <= set(actors(flat))
    assert not every & set(actors(flat, pads=False, labels=False, arrows=False))


def test_a_node_in_two_pieces_has_one_name(
    run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    folder = run_folder_maker(tmp_path / "run", contacts=4, size=25.0)
    path = folder / "fields/0001.vtu"
    mesh = meshio.read(path)
    contact = mesh.point_data["contact"]
    own = contact == 3
    contact[own & (mesh.points[:, 0] > mesh.points[own, 0].mean())] = 1
    mesh.write(path)
    plotter: Any = scene_of(folder, "presented", size=(240, 180))
    labels = plotter.actors["labels-labels"].GetMapper().GetInputAlgorithm().GetInput()
    assert labels.GetNumberOfPoints() == 4
    # Lines lead from the name to both pieces.
    assert plotter.actors["label lines"].mapper.dataset.n_cells == 2
    plotter.close()


def test_layers_stand_apart_from_the_film(
    run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    folder = run_folder_maker(tmp_path / "run", size=30.0, stack=True)
    path = folder / "manifest.json"
    content = json.loads(path.read_text())
    content["layers"] = [{"name": "pt", "side": "below", "thickness": 3e-9}]
    path.write_text(json.dumps(content))
    found = actors(folder, quantity="current")
    film, layer = bounds(found)[2], bounds(found, "layer pt")[2]
    assert layer[1] < film[0]
    manifest = read_manifest(folder)
    assert np.ptp(layer) / np.ptp(film) == pytest.approx(3 * NM / manifest.thickness)


def test_cameras_see_the_whole_film_whatever_is_cut(flat: Path) -> None:
    seen = []
    for options in ({}, {"clip": Plane(0)}, {"camera": "top"}, {"camera": "iso"}):
        plotter: Any = scene_of(flat, 0, SceneOptions(**options), size=(240, 180))
        seen.append(np.array(plotter.camera.position))
        plotter.close()
    np.testing.assert_allclose(seen[0], seen[1])
    middle = np.array([0, 0])
    np.testing.assert_allclose(seen[2][:2], middle, atol=1.0)
    assert seen[3][0] > 0 > seen[3][1]


def test_keys_change_what_a_window_shows(flat: Path) -> None:
    manifest = read_manifest(flat)
    plotter: Any = pv.Plotter(off_screen=True, window_size=[240, 180])
    window = FilmWindow(plotter, manifest, 2, SceneOptions())
    window.step(1)
    assert window.number == 2
    window.play()
    assert window.number == 0
    window.tick(False)
    window.tick(False)
    assert (window.number, window.playing) == (2, False)
    window.next_quantity()
    assert window.options.quantity == "angle"
    window.cut(0)
    window.move_cut(-1)
    span = np.ptp(bounds(actors(flat))[0])
    assert window.options.clip is not None
    # From the middle, which a mesh of 25 nm has within a nanometre of 0.
    assert window.options.clip.position == pytest.approx(-0.1 * span * NM, abs=NM)
    # A film of triangles has nothing inside: that is said, and the cut stays.
    window.cut(2)
    assert window.options.clip.axis == 0
    assert "error" in plotter.actors
    window.cut(0)
    assert window.options.clip is None
    window.switch("pads")
    assert not window.options.pads
    plotter.close()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--clip", "w"), "--clip 'w': allowed are x, y, z"),
        (("--clip", "x=5"), "; did you mean x=5e-9?"),
        (("--clip", "x=5e-3"), "--clip x=0.005 m: the film lies between"),
        (("--clip", "x=5 T"), "--clip '5 T': must be a quantity in m"),
        (("--slice", "z"), "--slice z: this film is of triangles"),
        (("--time", "soon"), "--time 'soon': must be a quantity in s"),
        (("--time", "nan"), "--time 'nan': must be a finite number of s"),
        (("--time", "1"), "t = 1.0: must be a time in s from 0 to 1.6e-08"),
        (("--time=-1e-9",), "t = -1e-09: must be a time in s from 0 to 1.6e-08"),
        (("--size", "huge"), "--size 'huge': must be width and height in pixels"),
        (("--follow",), "--follow: a picture does not follow a run"),
        (("--quantity", "temprature"), "--quantity 'temprature': of this snapshot, allowed are"),
    ],
)
def test_bad_options_are_refused_in_a_line(
    flat: Path, tmp_path: Path, capsys, options: tuple[str, ...], said: str
) -> None:
    assert main(["view", str(flat), "--save", str(tmp_path / "a.png"), *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["view", "movie", "pictures"])
def test_folders_without_a_run_are_told_from_those_of_many(
    flat: Path, tmp_path: Path, capsys, command: str
) -> None:
    (tmp_path / "none").mkdir()
    assert main([command, str(tmp_path / "none")]) == 2
    told = f"hebbfilm: {tmp_path / 'none'}: no run is in it, as it has no manifest.json"
    assert capsys.readouterr().err == f"{told}\n"
    assert main([command, str(flat.parent)]) == 2
    told = f"hebbfilm: {flat.parent}: no run is in it, as it has no manifest.json; there are runs"
    assert capsys.readouterr().err.startswith(told)


def test_options_are_read_as_they_are_written() -> None:
    assert plane("--clip", "z = -3 nm") == Plane(2, -3e-9)
    assert seconds("--time", "5 ns") == 5e-9
    assert pixels("--size", "1280 x 720") == (1280, 720)
    assert pixels("--size", "1280×720") == (1280, 720)


def test_the_snapshot_nearest_to_a_time_is_shown(
    flat: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Snapshots are at 5, 10.5 and 16 ns."""
    monkeypatch.setattr(view, "check_rendering", lambda: None)
    paths = [tmp_path / f"{k}.png" for k in range(3)]
    asked = [("--time", "8 ns"), ("--snapshot", "presented"), ("--snapshot", "0")]
    for path, one in zip(paths, asked, strict=True):
        size = ("--size", "160x120")
        assert main(["view", str(flat), "--save", str(path), *one, *size]) == 0
    first, second, third = (path.read_bytes() for path in paths)
    assert first == second != third
