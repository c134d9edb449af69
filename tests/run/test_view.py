"""The film in three dimensions, rendered without a display, and what is said when it cannot be."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from mpi4py import MPI

import numpy as np
import pytest
from matplotlib.image import imread

from hebbfilm.common.errors import InputError
from hebbfilm.run.cli import main
from hebbfilm.run.folder.manifest import find_snapshot, read_manifest
from hebbfilm.run.pictures import scene, view, view_window
from hebbfilm.run.pictures.scene_film import prepare_scene
from hebbfilm.run.pictures.scene_options import SceneOptions

LINES = SceneOptions(streamlines=True)

pytestmark = pytest.mark.skipif(
    MPI.COMM_WORLD.size > 1, reason="one process alone reads run folders and draws"
)


@pytest.fixture(scope="module")
def folder(run_folder_maker: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_folder_maker(tmp_path_factory.mktemp("runs") / "disc", contacts=3, size=25.0)


@pytest.fixture(scope="module")
def _rendering() -> None:
    try:
        view.check_rendering()
    except InputError as error:
        pytest.skip(str(error))


@pytest.mark.usefixtures("_rendering")
def test_save_writes_a_picture_of_the_size_asked(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "film.png"
    written = view.save(folder, path, snapshot="presented", options=LINES, size=(480, 360))
    image = imread(written)[:, :, :3]
    assert image.shape == (360, 480, 3)
    assert 0.1 < (image < 0.98).any(axis=2).mean() < 0.9
    # Both polarities of the contacts and both directions of m_z are to be seen.
    red, green, blue = np.moveaxis(image, 2, 0)
    for colour in (
        (red > 1.6 * green) & (red > 1.6 * blue),
        (blue > 1.4 * green) & (blue > 1.4 * red),
        (green > 1.4 * red) & (green > 1.1 * blue),
    ):
        assert colour.mean() > 1e-3
    assert [file.name for file in path.parent.iterdir()] == ["film.png"]


@pytest.mark.usefixtures("_rendering")
@pytest.mark.parametrize("camera", ["front", "top", "iso"])
@pytest.mark.parametrize("deep", [False, True], ids=["flat", "deep"])
def test_bar_and_words_lie_beside_the_film(
    folder: Path, monkeypatch: pytest.MonkeyPatch, camera: str, deep: bool
) -> None:
    """Corners of a square film, also a thick one, keep off the heading and the bar of colours.

    These are above 0.92 and below 0.14 of the picture.
    """
    manifest = read_manifest(folder)
    options = SceneOptions(camera=camera)
    prepared = prepare_scene(manifest, find_snapshot(manifest, None), options)
    low = -0.4 if deep else -0.01
    bounds = (-0.5, 0.5, -0.5, 0.5, low, 0.0)
    monkeypatch.setattr(type(prepared), "bounds", bounds)
    plotter = scene.plotter_of(prepared, (600, 434))
    center = plotter.camera.GetWindowCenter()
    lowest, highest = (np.array(each) - center for each in scene._seen(plotter, prepared))
    plotter.close()
    assert np.all(lowest >= [-0.941, -0.721])
    assert np.all(highest <= [0.941, 0.841])


@pytest.mark.usefixtures("_rendering")
def test_what_colours_the_film_can_be_chosen(
    run_folder_maker: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "check_rendering", lambda: None)
    folder = run_folder_maker(tmp_path / "run", size=30.0, stack=True)
    size = (240, 180)
    images = [
        imread(view.save(folder, tmp_path / "a.png", snapshot=1, options=each, size=size))
        for each in map(
            SceneOptions,
            ("m_z", "temperature", "oersted", "potential", "charge", "angle", "current", "pt"),
        )
    ]
    different = [np.abs(one - other).mean() for one, other in pairwise(images)]
    # The current in the layer has the colours of that in the film, and another title.
    assert min(different[:-1]) > 1e-2
    assert different[-1] > 0


def test_what_a_snapshot_does_not_have_cannot_colour_the_film(folder: Path, tmp_path: Path) -> None:
    message = r"--quantity 'm_Z': of this snapshot, allowed are m_x, .*; did you mean m_z\?"
    with pytest.raises(InputError, match=message):
        view.save(folder, tmp_path / "a.png", options=SceneOptions("m_Z"))


def test_other_formats_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"film.pdf: pictures are written as PNG"):
        view.save(folder, tmp_path / "film.pdf")


def test_without_a_display_show_says_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view_window.sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not view_window.display_available()
    with pytest.raises(InputError, match=r"no display to open a window on.*--save"):
        view_window.show(folder)
    monkeypatch.setenv("DISPLAY", ":0")
    assert view_window.display_available()


def test_where_vtk_crashes_one_line_says_so(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash = subprocess.CompletedProcess([], -11)
    monkeypatch.setattr(view.subprocess, "run", lambda *_, **__: crash)
    with pytest.raises(InputError, match="VTK cannot render here"):
        view.save(folder, tmp_path / "film.png")
    assert not list(tmp_path.iterdir())


def test_unknown_snapshot_and_missing_run(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no snapshot '7'"):
        view.save(folder, tmp_path / "film.png", snapshot=7)
    with pytest.raises(InputError, match="no such run folder"):
        view.save(tmp_path / "nowhere", tmp_path / "film.png")


def test_missing_run_is_named_before_a_missing_display(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert main(["view", str(tmp_path / "nowhere")]) == 2
    assert capsys.readouterr().err == f"hebbfilm: {tmp_path / 'nowhere'}: no such run folder\n"
