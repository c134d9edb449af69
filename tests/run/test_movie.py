"""Movies of runs: what is in their frames and files, and what is said where there can be none."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from mpi4py import MPI

import imageio_ffmpeg
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

from hebbfilm.common.errors import InputError
from hebbfilm.run.cli import main
from hebbfilm.run.folder.conductance_table import read_conductance
from hebbfilm.run.folder.manifest import read_manifest
from hebbfilm.run.folder.reader import read_run
from hebbfilm.run.folder.snapshots import read_fields
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.curves import draw_changes
from hebbfilm.run.pictures.film_colours import FilmColours, film_colours
from hebbfilm.run.pictures.movie import make_movie
from hebbfilm.run.pictures.movie_course import Course, draw_course
from hebbfilm.run.pictures.movie_frame import Frames
from hebbfilm.run.pictures.places import Places, pixels
from hebbfilm.run.pictures.scene_film import prepare_scene
from hebbfilm.run.pictures.scene_options import SceneOptions
from hebbfilm.run.pictures.scene_words import scene_heading
from hebbfilm.run.pictures.surface import film_surface

pytestmark = pytest.mark.skipif(
    MPI.COMM_WORLD.size > 1, reason="one process alone reads run folders and draws"
)
SIZE = (640, 288)


@pytest.fixture(scope="module")
def folder(run_folder_maker: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_folder_maker(tmp_path_factory.mktemp("runs") / "disc", contacts=3, size=25.0)


@pytest.fixture
def own(run_folder_maker: Callable[..., Path], tmp_path: Path) -> Path:
    """A run that a test may spoil."""
    return run_folder_maker(tmp_path / "own", contacts=3, size=40.0)


@pytest.fixture(scope="module")
def frames(folder: Path) -> list[np.ndarray]:
    """Of each snapshot, the potential beside the texture."""
    manifest = read_manifest(folder)
    surfaces = [film_surface(read_fields(folder, each)) for each in manifest.snapshots]
    course = Course(
        manifest,
        read_conductance(folder, manifest.as_neurons()),
        np.array([[1, 1, -1]]),
        np.array([each.t * 1e9 for each in manifest.snapshots]),
        np.array([each.mean for each in surfaces]),
    )
    colours = film_colours(surfaces[1], "potential")
    drawn = Frames(course, surfaces[0], "potential", colours, SIZE)
    return [drawn.draw(*each) for each in zip(manifest.snapshots, surfaces, strict=True)]


@pytest.mark.parametrize("written", ["patterns", "steps"])
def test_patterns_of_many_signs_are_called_by_their_names(
    run_folder_maker: Callable[..., Path], tmp_path: Path, written: str
) -> None:
    """In the heading of a frame, and of the film in three dimensions."""
    manifest = read_manifest(run_folder_maker(tmp_path / "many", contacts=18, size=25.0))
    shown = manifest.snapshots[1]
    assert shown.pattern is not None
    other, own = 9 * (1, -1), list(shown.pattern)
    training: dict[str, Any] = {"patterns": ["".join("-+"[sign > 0] for sign in other), own]}
    if written == "steps":
        training = {"steps": [{"pattern": list(other)}, {"rest": 1e-9}, {"pattern": own}]}
    manifest = replace(manifest, case={"training": training})
    surface = film_surface(read_fields(manifest.folder, shown))
    times = np.array([each.t * 1e9 for each in manifest.snapshots])
    table = read_conductance(manifest.folder, manifest.as_neurons())
    course = Course(manifest, table, np.array([own]), times, np.zeros((3, 3)))
    frames = Frames(course, surface, "potential", film_colours(surface, "potential"), SIZE)
    assert frames._told(shown).endswith(": pattern 2 of 2 is presented")
    negative = replace(shown, presents=tuple(-sign for sign in own))
    assert frames._told(negative).endswith(": the negative of pattern 2 of 2 is presented")
    told = scene_heading(prepare_scene(manifest, shown, SceneOptions()))
    assert told == "Presented pattern 2 of 2, t = 10.5 ns"


def test_patterns_of_an_earlier_version_are_called_by_their_signs(folder: Path) -> None:
    """Its manifest does not have the case."""
    manifest = read_manifest(folder)
    told = scene_heading(prepare_scene(manifest, manifest.snapshots[1], SceneOptions()))
    assert told == "Presented (+,+,−), t = 10.5 ns"


@pytest.mark.parametrize("patterns", [[[1, 1, -1]], [[1, 1, -1], [1, -1, -1]]])
def test_pairs_have_the_colours_of_pictures(folder: Path, patterns: list[list[int]]) -> None:
    """Also where pairs are of opposite signs as often as of equal ones, as in two patterns."""
    run = read_run(folder)
    summary = replace(run.summary, patterns=np.array(patterns))
    picture, movie = Figure().subplots(), Figure().subplots(2)
    draw_changes(picture, replace(run, summary=summary))
    times = np.array([0.0, 11.0])
    course = Course(run.manifest, run.conductance, summary.patterns, times, np.zeros((2, 3)))
    draw_course(*movie, course)
    of_picture, of_movie = (
        {
            text.get_text().partition("  ")[0]: to_hex(text.get_color())
            for text in axes.texts
            if "–" in text.get_text()
        }
        for axes in (picture, movie[0])
    )
    assert len(of_picture) == 3
    assert of_movie == of_picture


def snapshots_kept(folder: Path, count: int) -> None:
    path = folder / "manifest.json"
    content = json.loads(path.read_text())
    content["fields"] = content["fields"][:count]
    path.write_text(json.dumps(content))


@pytest.mark.analytic
def test_places_are_found_and_interpolated_linearly(folder: Path) -> None:
    """A linear function is what linear elements have exactly: to round-off of 1e3 nm."""
    surface = film_surface(read_fields(folder, read_manifest(folder).snapshots[0]))
    values = 3.0 * surface.points[:, 0] - 2.0 * surface.points[:, 1] + 5.0
    x, y = np.array([[0.0, 40.0], [-90.0, 1e4]]), np.array([[0.0, -70.0], [30.0, 0.0]])
    found = Places(surface, x, y).values(np.column_stack((values, surface.points[:, 1])))
    assert found.shape == (2, 2, 2)
    on_film = np.array([[True, True], [True, False]])
    np.testing.assert_array_equal(np.isfinite(found[..., 0]), on_film)
    np.testing.assert_allclose(found[on_film, 0], (3 * x - 2 * y + 5)[on_film], atol=1e-9)
    np.testing.assert_allclose(found[on_film, 1], y[on_film], atol=1e-9)


@pytest.mark.analytic
def test_pixels_run_from_above_and_from_the_left(folder: Path) -> None:
    surface = film_surface(read_fields(folder, read_manifest(folder).snapshots[0]))
    found = pixels(surface, (-20.0, 20.0), (-30.0, 30.0), (3, 4)).values(surface.points)
    np.testing.assert_allclose(found[0, :, 0], [-15, -5, 5, 15], atol=1e-9)
    np.testing.assert_allclose(found[:, 0, 1], [20, 0, -20], atol=1e-9)


def test_frames_show_what_moves_and_keep_what_stays(frames: list[np.ndarray]) -> None:
    before, presented, after = (frame.astype(int) for frame in frames)
    assert before.shape == (SIZE[1], SIZE[0], 3)
    left, right = np.s_[40:230, 5:200], np.s_[40:230, 215:415]
    # The texture differs in all; there is a potential in one alone, and then none again.
    assert np.abs(presented - before)[left].mean() > 5
    assert np.abs(after - presented)[left].mean() > 5
    assert np.abs(presented - before)[right].mean() > 5
    assert np.abs(after - before)[right].mean() < 1
    # Bars of colours and curves stay, but for the cursor.
    np.testing.assert_array_equal(before[255:], presented[255:])
    changed = (np.abs(presented - before)[40:180, 460:570] > 40).any(axis=(0, 2))
    assert 2 <= changed.sum() <= 14


def test_the_cursor_stands_at_the_time(frames: list[np.ndarray]) -> None:
    """From one frame to the next it moves by half of the axes, those times are 5.5 ns apart."""
    axes = np.stack([frame[45:175, 440:580].astype(int) for frame in frames])
    changed = np.abs(axes - np.median(axes, axis=0)).sum(axis=(1, 3))
    columns = np.arange(changed.shape[1])
    places = changed @ columns / changed.sum(axis=1)
    width = 0.17 * SIZE[0]
    steps = np.diff(places)
    # To a pixel on either side.
    np.testing.assert_allclose(steps, width / 2, atol=2.0)


def test_movies_that_browsers_play(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "film.mp4"
    told = make_movie(folder, path, fps=5, size=(641, 289))
    assert "3 frames, 0.6 s" in told
    # Three snapshots from 5 ns to 16 ns: a hundredth of that, in one digit.
    assert "output.field_interval=2e-10" in told
    reader = imageio_ffmpeg.read_frames(str(path))
    meta = next(reader)
    assert meta["size"] == (640, 288)
    assert meta["pix_fmt"].startswith("yuv420p")
    assert meta["codec"] == "h264"
    assert len(list(reader)) == 3
    assert [file.name for file in path.parent.iterdir()] == ["film.mp4"]


@pytest.mark.parametrize("ending", ["gif", "webp"])
def test_movies_as_images(folder: Path, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"film.{ending}"
    make_movie(folder, path, fps=4, quantity="angle", size=(320, 144))
    with Image.open(path) as image:
        assert image.size == (320, 144)
        assert image.n_frames == 3


def test_a_run_at_work_gives_what_there_is(own: Path, tmp_path: Path) -> None:
    (own / "summary.json").unlink()
    snapshots_kept(own, 2)
    assert "2 frames" in make_movie(own, tmp_path / "film.gif", size=(320, 144))


def test_scales_are_of_snapshots_that_have_something(
    run_folder_maker: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two of three have no potential, whose own scales end at 1 mV."""
    own = run_folder_maker(tmp_path / "own", contacts=3, size=40.0, voltage=4e-4)
    seen: list[FilmColours] = []

    def kept(course, surface, quantity, colours, size) -> Frames:
        seen.append(colours)
        return Frames(course, surface, quantity, colours, size)

    monkeypatch.setattr("hebbfilm.run.pictures.movie.Frames", kept)
    make_movie(own, tmp_path / "film.gif", quantity="potential", size=(320, 144))
    assert seen[0].limits is not None
    np.testing.assert_allclose(seen[0].limits, (-0.4, 0.4))
    assert seen[0].colours is style.VOLTAGE


def refused(folder: Path, path: Path, *options: str) -> int:
    return main(["movie", str(folder), "--out", str(path), *options])


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("a.avi", (), "allowed are .mp4, .gif, .webp"),
        ("a.mp4", ("--fps", "0"), "--fps 0: must be from 0.1 to 120"),
        ("a.mp4", ("--fps", "nan"), "--fps nan: must be from 0.1 to 120"),
        ("a.mp4", ("--size", "10x10"), "--size '10x10': must be width and height in pixels"),
        ("a.gif", ("--quantity", "curent"), "did you mean current?"),
        ("a.gif", ("--quantity", "temperature"), "--quantity 'temperature': of this snapshot"),
    ],
)
def test_bad_options_are_refused(
    folder: Path, tmp_path: Path, capsys, name: str, options: tuple[str, ...], said: str
) -> None:
    assert refused(folder, tmp_path / name, *options) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_one_snapshot_is_no_movie(own: Path, tmp_path: Path, capsys) -> None:
    snapshots_kept(own, 1)
    assert refused(own, tmp_path / "a.gif") == 2
    error = capsys.readouterr().err
    assert "a movie needs two snapshots or more, and there is one yet" in error
    assert "--set output.field_interval=5e-11" in error


@pytest.mark.parametrize("damage", ["cut", "gone", "table"])
def test_a_damaged_run_leaves_no_movie(own: Path, tmp_path: Path, capsys, damage: str) -> None:
    path = own / ("conductance.csv" if damage == "table" else "fields/0002.vtu")
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-200])
    out = tmp_path / "out"
    out.mkdir()
    assert refused(own, out / "a.mp4", "--size", "320x144") == 2
    error = capsys.readouterr().err
    assert str(path) in error
    assert error.count("\n") == 1
    assert not list(out.iterdir())


def test_snapshots_of_another_film_are_refused(own: Path, folder: Path, tmp_path: Path) -> None:
    (own / "fields/0002.vtu").write_bytes((folder / "fields/0002.vtu").read_bytes())
    with pytest.raises(InputError, match=r"0002.vtu: is of another film than the first snapshot"):
        make_movie(own, tmp_path / "a.gif", size=(320, 144))


def test_without_an_encoder_one_line_says_so(folder: Path, tmp_path: Path, monkeypatch) -> None:
    def missing() -> str:
        raise RuntimeError("No ffmpeg exe could be found.")

    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", missing)
    with pytest.raises(InputError, match=r"no ffmpeg is here to write MP4.*\.gif or \.webp"):
        make_movie(folder, tmp_path / "a.mp4")


def test_an_encoder_that_fails_leaves_no_movie(folder: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("imageio_ffmpeg._io.get_ffmpeg_exe", lambda: "/bin/false")
    with pytest.raises(InputError, match=r"cannot write '.*a.mp4'"):
        make_movie(folder, tmp_path / "a.mp4", size=(320, 144))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("left", [0, 300, 2000])
def test_a_movie_that_was_cut_off_is_none(folder, tmp_path, monkeypatch, capsys, left) -> None:
    """As on a full disk, where ffmpeg ends without its last part and this is not told."""
    whole = imageio_ffmpeg.write_frames

    def cut_off(path: str, *given, **options):
        writer = whole(path, *given, **options)

        class Writer:
            send = staticmethod(writer.send)

            @staticmethod
            def close() -> None:
                writer.close()
                os.truncate(path, left)

        return Writer

    monkeypatch.setattr(imageio_ffmpeg, "write_frames", cut_off)
    assert refused(folder, tmp_path / "a.mp4", "--size", "320x144") == 2
    error = capsys.readouterr().err
    assert "of 3 frames 0 can be read back; is the disk full?" in error
    assert not list(tmp_path.iterdir())
