"""Every picture can be read: no text lies on another, is cut off, or stands outside the picture."""

from __future__ import annotations

from itertools import combinations

from mpi4py import MPI

import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from hebbfilm.run.analysis.network import analyse_run
from hebbfilm.run.folder.learnt import read_learnt
from hebbfilm.run.folder.manifest import read_manifest
from hebbfilm.run.folder.reader import read_run
from hebbfilm.run.folder.snapshots import read_fields
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.curves import pair_colours
from hebbfilm.run.pictures.film import draw_outline
from hebbfilm.run.pictures.layout import _draw_worst
from hebbfilm.run.pictures.network import run_pictures
from hebbfilm.run.pictures.of_run import pictures_of
from hebbfilm.run.pictures.panels import Varied, draw_runs
from hebbfilm.run.pictures.study import study_figures
from hebbfilm.run.pictures.surface import film_surface

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one process alone draws")

FILMS = {
    "wheel in its stack": {"size": 40.0, "stack": True},
    "two contacts": {"contacts": 2, "size": 60.0},
    "seven contacts": {"contacts": 7, "size": 40.0},
}
_TOUCHES = 0.2
"""Of the height of a line, by which boxes of text may reach into one another: they are taller than
most letters."""


def texts_of(figure: Figure) -> list[Text]:
    """What can be read: what is drawn, but for labels that only keep room."""
    drawn = []
    draw = Text.draw

    def noted(text, renderer):
        drawn.append(text)
        return draw(text, renderer)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Text, "draw", noted)
        FigureCanvasAgg(figure).draw()
    seen = {id(text): text for text in drawn}.values()
    return [
        text
        for text in seen
        if text.get_visible() and text.get_text().strip() and text.get_alpha() != 0
    ]


def faults(figure: Figure) -> list[str]:
    """What cannot be read in a figure."""
    # The box of an annotation would hold its arrow, too.
    found = [(text.get_text(), Text.get_window_extent(text), text) for text in texts_of(figure)]
    page = Bbox(figure.get_tightbbox().padded(0.12).get_points() * figure.dpi)
    told = []
    for name, box, text in found:
        if not _holds(page, box):
            told.append(f"{name!r} stands outside")
        frame = text.get_clip_box() if text.get_clip_on() else None
        if frame is not None and not _holds(frame, box):
            told.append(f"{name!r} is cut off")
    for (first, one, _), (second, two, _) in combinations(found, 2):
        slack = _TOUCHES * min(one.height, two.height, one.width, two.width)
        across = min(one.x1, two.x1) - max(one.x0, two.x0)
        along = min(one.y1, two.y1) - max(one.y0, two.y0)
        if across > slack and along > slack:
            told.append(f"{first!r} lies on {second!r}")
    return told


def _holds(frame: Bbox, box: Bbox) -> bool:
    return (
        frame.x0 - 1 <= box.x0
        and frame.y0 - 1 <= box.y0
        and box.x1 <= frame.x1 + 1
        and box.y1 <= frame.y1 + 1
    )


def test_faults_are_found():
    """That the test can fail: a text on another, one that is cut off, and two that are fine."""
    figure = Figure((4, 3))
    axes = figure.subplots()
    axes.text(0.5, 0.5, "one")
    axes.text(0.5, 0.51, "another")
    axes.text(0.95, 0.1, "a long text at the edge", clip_on=True)
    axes.text(0.1, 0.9, "fine")
    axes.text(1.1, 0.9, "beside")
    assert faults(figure) == [
        "'a long text at the edge' stands outside",
        "'a long text at the edge' is cut off",
        "'one' lies on 'another'",
    ]


@pytest.mark.parametrize("film", FILMS)
def test_pictures_of_runs(run_folder_maker, tmp_path, film):
    folder = run_folder_maker(tmp_path / "run", **FILMS[film])
    with rc_context(style.STYLE):
        for name, picture in pictures_of(folder).items():
            if picture.exists():
                assert faults(picture.draw()) == [], name


@pytest.mark.parametrize("film", ["wheel in its stack", "seven contacts"])
def test_pictures_of_networks(run_folder_maker, tmp_path, film):
    folder = run_folder_maker(tmp_path / "run", **FILMS[film])
    learnt = read_learnt(folder)
    with rc_context(style.STYLE):
        for name, figure in run_pictures(read_run(folder), learnt, analyse_run(learnt)).items():
            assert faults(figure) == [], name


@pytest.mark.parametrize("runs", [1, 6, 24])
def test_pictures_of_studies(runs):
    rng = np.random.default_rng(1)
    voltages = tuple(0.01 * (1 + k % 4) for k in range(runs))
    kinds = tuple(("wheel", "a disc of a long name", "strip")[k % 3] for k in range(runs))
    varied = [
        Varied("training.voltage", "training.voltage / V", voltages, tuple(map(str, voltages))),
        Varied("layout.kind", "layout.kind", kinds, kinds),
        Varied("initial.seed", "initial.seed", tuple(range(runs)), tuple(map(str, range(runs)))),
    ]
    metrics = {
        "recall_success": rng.integers(0, 3, runs) / 2,
        "hebb_correlation": rng.uniform(-1, 1, runs),
        "margin": rng.normal(0, 1e-2, runs),
        "predicted_margin": np.round(rng.uniform(0, 1, runs), 1),
        "change_of_opposite_pairs": rng.normal(0, 1e-2, runs),
    }
    with rc_context(style.STYLE):
        figures = study_figures("A study with a rather long title", varied, metrics)
        # Of one run there is one predicted margin.
        predicted = ["prediction"] if runs > 1 else []
        assert list(figures) == ["recall", "distributions", "margin", *predicted]
        for name, draw in figures.items():
            assert faults(draw()) == [], name


def test_seeds_alone_are_no_axis():
    """Runs of one film that differ in seeds: their distributions, and nothing over a seed."""
    varied = [Varied(key, key, (1, 2, 3), ("1", "2", "3")) for key in ("initial.seed", "seed")]
    spread = np.array([0.0, 0.5, 1.0])
    names = ("recall_success", "hebb_correlation", "margin", "change_of_opposite_pairs")
    metrics = {**dict.fromkeys(names, spread), "predicted_margin": 0.6 + 1e-9 * spread}
    assert list(study_figures("Seeds", varied, metrics)) == ["distributions"]
    metrics["predicted_margin"] = spread
    assert list(study_figures("Seeds", varied, metrics)) == ["distributions", "prediction"]
    metrics["recall_success"] = np.full(3, np.nan)
    assert "margin" in study_figures("Seeds", varied, metrics)


def test_close_up_is_marked_inside_the_axes(run_folder_maker, tmp_path):
    """Its frame ran through the scale bar where the worst triangle lay at the lower rim."""
    folder = run_folder_maker(tmp_path / "run", size=60.0)
    surface = film_surface(read_fields(folder, read_manifest(folder).snapshots[0]))
    low = int(np.argmin(surface.points[surface.cells].mean(axis=1)[:, 1]))
    whole, near = Figure().subplots(1, 2)
    draw_outline(whole, surface)
    _draw_worst(near, whole, surface, low, 10.0)
    (frame,) = [patch for patch in whole.patches if isinstance(patch, Rectangle)]
    (left, bottom), size = frame.get_xy(), frame.get_width()
    assert whole.get_xlim()[0] <= left <= whole.get_xlim()[1] - size
    assert whole.get_ylim()[0] <= bottom <= whole.get_ylim()[1] - size
    assert size == 2 * 9 * 10.0
    assert (left, bottom) == tuple(near.viewLim.p0)


@pytest.mark.analytic
def test_families_of_pairs_have_a_ramp_each():
    """Also pairs whose signs are opposite as often as equal are told apart."""
    signs, final = np.array([-2, 0, 0, 0, 0, 2, -2]), np.arange(7.0)
    colours = [to_hex(colour) for colour in pair_colours(signs, final)]
    assert len(set(colours)) == 7
    assert colours[1:5] == [to_hex(c) for c in style.shades(style.MIXED, 4)]


def test_runs_at_one_place_are_counted():
    axes = Figure().subplots()
    draw_runs(axes, np.array([1, 1, 1, 2, 2, 3.0]), np.array([0, 0, 1e-4, 1, 0, np.nan]))
    assert [(t.xy[0], t.get_text()) for t in axes.texts] == [(1, "3")]
    assert len(axes.collections[0].get_offsets()) == 3
    draw_runs(axes, np.array([1.0]), np.array([np.nan]))
    assert len(axes.collections) == 1


SEEN_WITHOUT = {
    "red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998]],
    "green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
              [-0.011820, 0.042940, 0.968881]],
}  # fmt: skip
"""How linear RGB is seen without these receptors: Machado, Oliveira and Fernandes, IEEE Trans. Vis.
Comput. Graph. 15, 1291 (2009), at full severity."""
_XYZ = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])
"""Of linear sRGB (IEC 61966-2-1)."""


def seen(colour, missing: str) -> np.ndarray:
    """A colour in CIELAB, as who has not these receptors sees it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    x, y, z = _XYZ @ np.clip(np.array(SEEN_WITHOUT[missing]) @ linear, 0, 1) / _XYZ.sum(axis=1)
    a, b, c = (np.cbrt(t) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return np.array([116 * b - 16, 500 * (a - b), 200 * (b - c)])


@pytest.mark.published
@pytest.mark.parametrize("missing", SEEN_WITHOUT)
def test_colours_are_told_apart_without_red_or_green(missing):
    """By as much in CIELAB as docs/pictures.md says; a difference of 2.3 is just noticeable."""
    ramps = [
        tuple(ramp(place) for ramp in (style.WARM, style.COOL, style.MIXED))
        for place in np.linspace(0, 1, 11)
    ]
    families = [
        (25, [(style.PLUS, style.MINUS), (style.DOMAINS(0.0), style.DOMAINS(1.0)), *ramps]),
        (18, [tuple(dict.fromkeys(style.RULES.values()))]),
    ]
    for least, groups in families:
        for one, other in (pair for group in groups for pair in combinations(group, 2)):
            told = np.linalg.norm(seen(one, missing) - seen(other, missing))
            assert told >= least, (to_hex(one), to_hex(other))
