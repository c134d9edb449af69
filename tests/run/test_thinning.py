"""Films of more vertices than a picture shows, on fewer of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from hebbfilm.run.folder.snapshots import Fields, Snapshot, read_fields
from hebbfilm.run.pictures import surface as surfaces
from hebbfilm.run.pictures import thinning
from hebbfilm.run.pictures.edges import open_edges
from hebbfilm.run.pictures.film import draw_texture
from hebbfilm.run.pictures.movie import make_movie
from hebbfilm.run.pictures.surface import Surface, film_surface

NM = 1e-9


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if films of more than 500 vertices were large."""
    monkeypatch.setattr(surfaces, "MOST", 500)
    monkeypatch.setattr(thinning, "_INNER", 300)
    monkeypatch.setattr(thinning, "_PIXELS", 10**6)


def plate(turned: bool = False, notched: bool = False) -> Fields:
    """A plate of 100 nm with a square hole, a slit from it to the rim, a pad and two regions.

    Its rim runs along squares of two triangles; with notches along their diagonals, too.
    """
    x, y = np.meshgrid(np.arange(81) * 1.25, np.arange(81) * 1.25)
    points = np.column_stack([x.ravel(), y.ravel()])
    within = (np.abs(points - [50, 87]) < [45, 9]).all(axis=1)
    points[within] += 0.2 * np.sin(7 * points[within, ::-1])
    corner = (np.arange(80)[:, None] * 81 + np.arange(80)).ravel()
    halves = [corner + np.array(half)[:, None] for half in ([0, 1, 82], [0, 82, 81])]
    cells = np.hstack(halves).T
    middle = points[cells].mean(axis=1) - 50
    slit = (np.abs(middle[:, 1]) < 2.5) & (middle[:, 0] > 0)
    hole = np.hypot(*middle.T) < 12 if notched else np.abs(middle).max(axis=1) < 12.5
    cells = cells[~hole & ~slit]
    used, cells = np.unique(cells, return_inverse=True)
    points, cells = points[used] * NM, cells.reshape(-1, 3)
    if turned:
        cells[::2] = cells[::2, ::-1]
    x, y = points.T / NM
    angle = x / 9 + y / 23
    region = (points[cells].mean(axis=1)[:, 1] > 70 * NM).astype(np.int64)
    return Fields(
        points=np.column_stack([points, 0 * x]),
        cells=cells,
        magnetisation=np.column_stack([np.cos(angle), 0 * x, np.sin(angle)]),
        potential=x,
        contact=1 * (np.maximum(abs(x - 20), abs(y - 20)) < 9) + 2 * (x == 0) * (y > 60),
        current_density=np.column_stack([1.0 + region, 0 * region, 0 * region]),
        region=region,
    )


def lengths(surface: Surface, edges: np.ndarray) -> np.ndarray:
    ends = surface.points[edges]
    return np.sort(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1))


def area(surface: Surface, number: int) -> float:
    a, b, c = surface.points[surface.cells[surface.region == number]].transpose(1, 2, 0)
    return float(np.abs((b - a)[0] * (c - a)[1] - (b - a)[1] * (c - a)[0]).sum() / 2)


@pytest.mark.analytic
@pytest.mark.parametrize("turned", [False, True])
def test_outline_borders_and_contacts_stay(
    few: None, monkeypatch: pytest.MonkeyPatch, turned: bool
) -> None:
    """To the last edge, whichever way cells are turned; and the area, to round-off."""
    thin = film_surface(plate(turned))
    monkeypatch.setattr(surfaces, "MOST", 10**6)
    full = film_surface(plate(turned))
    assert thin.fine is not None
    assert len(thin.points) < 0.5 * len(full.points)
    for found, expected in ((thin.rim, full.rim), (thin.region_borders, full.region_borders)):
        np.testing.assert_allclose(lengths(thin, found), lengths(full, expected), rtol=1e-12)
    for number in (0, 1):
        assert area(thin, number) == pytest.approx(area(full, number), rel=1e-12)
    for contact in (1, 2):
        ours, theirs = thin.pieces(contact), full.pieces(contact)
        assert [piece.is_pad for piece in ours] == [piece.is_pad for piece in theirs]
        for own, other in zip(ours, theirs, strict=True):
            assert lengths(thin, own.edges).sum() == pytest.approx(
                lengths(full, other.edges).sum(), rel=1e-12
            )
    assert np.array_equal(thin.current_density[:, 0], 1.0 + thin.region)
    np.testing.assert_array_equal(thin.mean, full.mean)
    # Matplotlib finds places in the triangles: none lies upon another.
    assert surfaces.cells_at(thin, np.array([30.0]), np.array([70.0]))[0] >= 0


@pytest.mark.analytic
def test_image_has_the_means_of_what_is_linear(few: None) -> None:
    """Within half a pixel each way, as vertices need not lie around its centre; none off the film.

    Pixels without a vertex have the mean of those around, of which each is as much and one off.
    """
    fields = plate()
    points = fields.points[:, :2] / NM
    values, (left, right, low, high) = thinning.image_of(points, fields.cells, points @ [1.0, 2.0])
    rows, columns = values.shape
    side = (right - left) / columns
    x, y = left + side * (np.arange(columns) + 0.5), low + side * (np.arange(rows) + 0.5)
    x, y = np.meshgrid(x, y)
    assert side < 2.5
    assert high - low == pytest.approx(rows * side)
    inside = np.isfinite(values)
    off = np.abs(values - x - 2 * y)[inside]
    assert off.max() < 4.5 * side
    assert np.mean(off < 1.5 * side) > 0.95
    away = np.hypot(x - 50, y - 50)
    assert not inside[away < 10].any()
    assert inside[(away > 21) & ((np.abs(y - 50) > 6) | (x < 50)) & (x < 97) & (y < 97)].all()


def test_outline_that_no_triangles_fit_stays_within_a_pixel(few: None) -> None:
    """Of Delaunay's, where notches are half of a square."""
    thin = film_surface(plate(notched=True))
    assert thin.fine is not None
    left, right, _, _ = thin.fine.extent
    side = (right - left) / thin.fine.values.shape[1]
    x, y = thin.points[thin.cells].mean(axis=1).T - 50
    assert np.hypot(x, y).min() > 12 - 2 * side
    full = np.pi * 12**2 + 5 * 38
    assert area(thin, 0) + area(thin, 1) == pytest.approx(
        1e4 - full, abs=side * (75 + 2 * 38 + 400)
    )


def test_edges_of_one_triangle_only() -> None:
    cells = np.array([[0, 1, 2], [2, 1, 3], [4, 3, 2]])
    assert open_edges(cells).tolist() == [[0, 1], [0, 2], [1, 3], [2, 4], [3, 4]]
    assert open_edges(cells[:0]).shape == (0, 2)


def test_large_films_are_drawn(
    few: None, run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    """The texture as an image, from above; and a movie, on one mesh for all frames."""
    folder = run_folder_maker(tmp_path / "run", size=4.0)
    snapshot = Snapshot(file="fields/0001.vtu", t=0.0, label="a", voltages=None)
    surface = film_surface(read_fields(folder, snapshot))
    assert surface.fine is not None
    axes = Figure().subplots()
    assert isinstance(draw_texture(axes, surface), AxesImage)
    assert "Written to" in make_movie(folder, tmp_path / "a.gif")
