"""Pictures of a run folder: error handling, and that every picture is there and shows something."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from mpi4py import MPI

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.tri import LinearTriInterpolator, Triangulation

from hebbfilm.common.errors import InputError
from hebbfilm.run.folder.manifest import find_snapshot, read_manifest
from hebbfilm.run.folder.reader import read_run
from hebbfilm.run.folder.snapshots import read_fields
from hebbfilm.run.pictures import formats, of_run, style
from hebbfilm.run.pictures.contacts import draw_contacts, neighbours, voltage_colour
from hebbfilm.run.pictures.current import current_seeds
from hebbfilm.run.pictures.curves import draw_voltages, pair_signs, spread
from hebbfilm.run.pictures.displacement import ways
from hebbfilm.run.pictures.edges import chains
from hebbfilm.run.pictures.film_colours import film_colours
from hebbfilm.run.pictures.gallery import draw_all
from hebbfilm.run.pictures.matrices import MOST_NUMBERS, weights_picture
from hebbfilm.run.pictures.pages import heading, story, with_negatives_named
from hebbfilm.run.pictures.stack import layers_picture
from hebbfilm.run.pictures.surface import film_surface, grid_over, sample

pytestmark = pytest.mark.skipif(
    MPI.COMM_WORLD.size > 1, reason="one process alone reads run folders and draws"
)

COMMON = {"textures.png", "conductance.png", "weights.png", "recall.png", "overview.png"}
DPI = 40


@pytest.fixture(scope="module")
def wheel(run_folder_maker: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_folder_maker(tmp_path_factory.mktemp("runs") / "wheel")


@pytest.fixture
def copy(wheel: Path, tmp_path: Path) -> Path:
    """A run folder that a test may damage."""
    return shutil.copytree(wheel, tmp_path / "copy", ignore=shutil.ignore_patterns("pictures"))


@pytest.fixture(autouse=True)
def _coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(formats._DPI, "png", DPI)


def check(files: list[Path], folder: Path, names: set[str]) -> None:
    assert {file.name for file in files} == names
    assert {file.name for file in (folder / "pictures").iterdir()} == names
    for file in files:
        image = imread(file)[:, :, :3]
        assert min(image.shape[:2]) > 2 * DPI, file.name
        assert image.shape[1] > 4 * DPI, file.name
        # Ink on a good part of the page, and white around it.
        inked = (image < 0.98).any(axis=2)
        assert 0.02 < inked.mean() < 0.95, file.name
        # Nothing cut off: no ink on the rim of the picture.
        assert not np.concatenate((inked[0], inked[-1], inked[:, 0], inked[:, -1])).any(), file.name


def test_every_picture_of_the_wheel(wheel: Path) -> None:
    numbered = {f"texture_{k:04d}.png" for k in range(3)} | {"current_0001.png"}
    check(draw_all(wheel), wheel, COMMON | numbered | {"device.png"})


def test_every_picture_of_a_film_in_its_stack(
    run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    folder = run_folder_maker(tmp_path / "run", stack=True, size=25.0)
    of_snapshots = {f"texture_{k:04d}.png" for k in range(3)}
    # Without a voltage all of it is at one temperature.
    driven = {f"{name}_0001.png" for name in ("current", "layers", "oersted", "temperature")}
    check(
        draw_all(folder), folder, COMMON | of_snapshots | driven | {"temperature.png", "device.png"}
    )


@pytest.mark.cross_method
def test_fields_between_vertices_are_those_of_matplotlib(
    run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    """Both are linear in each triangle: they differ by rounding alone."""
    folder = run_folder_maker(tmp_path / "run", size=60.0)
    surface = film_surface(read_fields(folder, find_snapshot(read_manifest(folder), 0)))
    x, y = grid_over(surface, surface.span / 40)
    found = sample(surface, surface.magnetisation, x, y)
    for k, column in enumerate(surface.magnetisation.T):
        there = LinearTriInterpolator(surface.triangulation, column)(x, y).filled(np.nan)
        np.testing.assert_allclose(found[..., k], there, rtol=0, atol=1e-10)
    assert np.isnan(found).any()
    assert np.isfinite(found).any()


def test_snapshots_of_one_run_share_what_is_of_its_mesh(
    run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    """And nothing else: beneath pads current flows, or not, in each of them."""
    folder = run_folder_maker(tmp_path / "run", size=60.0)
    manifest = read_manifest(folder)
    surfaces = of_run._surfaces_of(manifest)
    for snapshot in manifest.snapshots[:2]:
        alone, shared = film_surface(read_fields(folder, snapshot)), surfaces(snapshot)
        assert shared.triangulation is surfaces(manifest.snapshots[0]).triangulation
        np.testing.assert_array_equal(shared.covered, alone.covered)
        np.testing.assert_array_equal(shared.rim, alone.rim)
        for number in range(1, 5):
            pairs = zip(shared.pieces(number), alone.pieces(number), strict=True)
            for piece, other in pairs:
                np.testing.assert_array_equal(piece.vertices, other.vertices)
                assert piece.carries_current == other.carries_current


def test_snapshot_on_another_mesh_shares_nothing(
    run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    folder = run_folder_maker(tmp_path / "run", size=60.0)
    fields = read_fields(folder, read_manifest(folder).snapshots[0])
    other = replace(fields, points=1.01 * fields.points)
    assert film_surface(fields).difference_of_mesh(film_surface(other)) == "points"
    assert film_surface(fields).difference_of_mesh(film_surface(fields)) == ""


def test_panels_of_layers_have_one_unit(
    run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    """Also where the current in one is a thousandth of that in the film."""
    folder = run_folder_maker(tmp_path / "run", stack=True, size=60.0)
    manifest = read_manifest(folder)
    snapshot = find_snapshot(manifest, 1)
    surface = film_surface(read_fields(folder, snapshot))
    faint = replace(surface, layer_currents={"pt": 1e-3 * surface.current_density})
    labels = [axes.get_ylabel() for axes in layers_picture(manifest, snapshot, faint).axes]
    of_bars = [label for label in labels if label.startswith("|j|")]
    assert len(of_bars) == 2
    assert len({*of_bars}) == 1


def test_voltage_of_a_contact_stands_on_its_colour(
    run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    """Wider than the pad as it may be, the whole text reads, with its sign."""
    folder = run_folder_maker(tmp_path / "run", size=60.0)
    manifest = read_manifest(folder)
    snapshot = find_snapshot(manifest, 1)
    axes = Figure().subplots()
    surface = film_surface(read_fields(folder, snapshot))
    draw_contacts(axes, surface, manifest.contacts, snapshot.voltages, filled=True)
    boxes = {text.get_text(): text.get_bbox_patch() for text in axes.texts}
    volts = {text: box for text, box in boxes.items() if "−" in text}
    assert volts
    assert snapshot.voltages is not None
    minus = voltage_colour(min(snapshot.voltages), max(snapshot.voltages))
    for box in volts.values():
        assert box is not None
        assert box.get_facecolor() == minus


def test_nothing_and_one_temperature_have_plain_scales(
    run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    folder = run_folder_maker(tmp_path / "run", stack=True, size=60.0)
    surface = film_surface(read_fields(folder, find_snapshot(read_manifest(folder), 1)))
    at_rest = replace(
        surface,
        layer_currents={"pt": 0 * surface.current_density},
        temperature=np.full(len(surface.points), 300.0),
    )
    assert film_colours(at_rest, "pt").limits == (0.0, 1.0)
    assert film_colours(at_rest, "temperature").limits == (299.5, 300.5)
    assert film_colours(surface, "pt").limits[1] < 1e3


def test_top_of_a_solid_film_has_the_fields_of_its_stack(
    run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    folder = run_folder_maker(tmp_path / "run", stack=True, size=40.0, solid=True)
    surface = film_surface(read_fields(folder, find_snapshot(read_manifest(folder), 1)))
    assert surface.temperature is not None
    assert surface.oersted_field is not None
    np.testing.assert_allclose(surface.temperature, 300 + 1e3 * np.abs(surface.potential))
    np.testing.assert_allclose(surface.oersted_field[:, 2], 30 * surface.points[:, 0])
    pt = surface.of_layer("pt")
    np.testing.assert_allclose(pt.current_density, 0.8 * surface.current_density)


def test_no_snapshot_under_voltage(run_folder_maker: Callable[..., Path], tmp_path: Path) -> None:
    folder = run_folder_maker(tmp_path / "run", contacts=2, with_current=False)
    numbered = {f"texture_{k:04d}.png" for k in range(2)}
    # A film of one pair of contacts has no weights to recall with.
    check(draw_all(folder), folder, COMMON - {"recall.png"} | numbered)


def test_seven_edge_contacts_of_a_solid_film(
    run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    folder = run_folder_maker(tmp_path / "run", contacts=7, size=30.0, solid=True)
    numbered = {f"texture_{k:04d}.png" for k in range(3)} | {"current_0001.png"}
    check(draw_all(folder), folder, COMMON | numbered)


def test_colour_of_a_matrix_tells_one_sign_in_all_panels(wheel: Path) -> None:
    for axes in weights_picture(read_run(wheel)).axes:
        (cells,) = [cells for cells in axes.collections if isinstance(cells, QuadMesh)]
        values = np.ma.filled(cells.get_array(), 0.0)
        red, _, blue, _ = np.moveaxis(cells.to_rgba(values), -1, 0)
        assert (values < 0).any()
        # A value of hardly any size has next to no colour.
        shown = np.abs(values) > 0.1 * np.abs(values).max()
        assert np.array_equal((red > blue)[shown], (values < 0)[shown])


def test_colour_bars_stand_in_for_numbers(
    run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    folder = run_folder_maker(tmp_path / "run", contacts=MOST_NUMBERS + 1, size=60.0)
    panels, bars = np.split(np.array(weights_picture(read_run(folder)).axes), 2)
    # The power of ten of the weights, if any, and no numbers of pairs.
    assert all(len(panel.texts) <= 1 for panel in panels)
    assert [bar.get_label() for bar in bars] == 3 * ["<colorbar>"]


def test_bars_of_voltages_say_which_colour_is_plus(wheel: Path) -> None:
    axes = Figure().subplots()
    draw_voltages(axes, read_run(wheel))
    found = {text.get_text()[2]: text.get_color() for text in axes.texts}
    (cells,) = [cells for cells in axes.collections if isinstance(cells, QuadMesh)]
    ends = {"+": cells.cmap(1.0), "−": cells.cmap(0.0)}
    assert {sign: to_hex(colour) for sign, colour in ends.items()} == found


def test_a_solid_film_looks_like_a_flat_one(
    run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    surfaces = []
    for solid in (False, True):
        folder = run_folder_maker(tmp_path / f"solid_{solid}", contacts=2, solid=solid)
        surfaces.append(film_surface(read_fields(folder, read_manifest(folder).snapshots[1])))
    flat, solid_surface = surfaces
    assert np.array_equal(solid_surface.points, flat.points)
    assert np.array_equal(solid_surface.contact, flat.contact)
    assert len(solid_surface.cells) == len(flat.cells)


def test_way_of_the_texture_under_each_pattern(copy: Path) -> None:
    """The made-up run again, but presented as +, -, + of its pattern with 3, -2 and 1 nm a row."""
    path = copy / "conductance.csv"
    with path.open(newline="") as file:
        header, *rows = csv.reader(file)
    voltages = [k for k, name in enumerate(header) if name.startswith("V_V")]
    moved = {1: "3e-9", 2: "-2e-9", 3: "1e-9"}
    for number, row in enumerate(rows):
        row.append(moved.get(number, "nan"))
        if number == 2:
            for k in voltages:
                row[k] = str(-float(row[k]))
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([[*header, "displacement_m"], *rows])
    ((name, way),) = ways(read_run(copy)).items()
    assert name == "+,+,-,-"
    np.testing.assert_allclose(1e9 * way[:5], [0, 3, 1, 2, 2])
    assert copy / "pictures" / "displacement.png" in draw_all(copy)


def test_labels_of_the_snapshots(wheel: Path) -> None:
    manifest = read_manifest(wheel)
    assert [heading(s) for s in story(manifest)] == [
        "Untrained, t = 5 ns",
        "Presented (+,+,−,−), t = 10.5 ns",
        "Trained, t = 16 ns",
    ]
    negative = replace(manifest.snapshots[1], label="presented -,+,-,+", t=12e-9)
    twice = replace(negative, label="presented -,-,+,+", t=13e-9)
    other = replace(negative, voltages=(-0.1, 0.1, -0.1, 0.1))
    again = replace(twice, voltages=(-0.1, -0.1, 0.1, 0.1))
    more = replace(
        manifest, snapshots=(*manifest.snapshots[:2], other, again, manifest.snapshots[2])
    )
    two = np.array([[1, 1, -1, -1], [1, -1, 1, -1]])
    told = read_run(wheel)
    run = replace(told, manifest=more, summary=replace(told.summary, patterns=two))
    named = with_negatives_named(run).manifest
    # Of a pattern and its negative the later one is shown.
    shown = ["Presented −(+,−,+,−), t = 12 ns", "Presented −(+,+,−,−), t = 13 ns"]
    assert [heading(s) for s in story(named, 3)][1:-1] == shown
    assert [heading(s) for s in story(named)][1:-1] == shown[1:]
    # What alternates is told by what is presented, whatever the voltages are at the moment.
    alternating = replace(other, label="presented +,-,+,-", presents=(1, -1, 1, -1))
    more = replace(manifest, snapshots=(manifest.snapshots[0], alternating))
    assert with_negatives_named(replace(run, manifest=more)).manifest.snapshots[1] == alternating
    assert find_snapshot(manifest, None) is manifest.snapshots[2]
    assert find_snapshot(manifest, "presented") is manifest.snapshots[1]
    assert find_snapshot(manifest, "0") is manifest.snapshots[0]
    with pytest.raises(InputError, match=r"no snapshot 'relaxed'; there are: 0 'untrained', 1"):
        find_snapshot(manifest, "relaxed")


def test_pads_and_edge_contacts_are_told_apart(
    wheel: Path, run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    pads = film_surface(read_fields(wheel, read_manifest(wheel).snapshots[0]))
    arcs = run_folder_maker(tmp_path / "run", contacts=2)
    edges = film_surface(read_fields(arcs, read_manifest(arcs).snapshots[0]))
    assert all(piece.is_pad for k in range(1, 5) for piece in pads.pieces(k))
    assert not any(piece.is_pad for k in (1, 2) for piece in edges.pieces(k))
    # A pad's outline is one closed line, an edge contact one open line.
    (closed,) = chains(pads.pieces(4)[0].edges)
    (open_line,) = chains(edges.pieces(1)[0].edges)
    assert closed[0] == closed[-1]
    assert open_line[0] != open_line[-1]


def test_film_beneath_a_resistive_pad_is_shown(wheel: Path) -> None:
    ideal = film_surface(read_fields(wheel, read_manifest(wheel).snapshots[1]))
    (piece,) = ideal.pieces(1)
    assert not piece.carries_current
    assert ideal.covered[piece.cells].all()
    potential = ideal.potential.copy()
    potential[piece.vertices] += 1e-4 * ideal.points[piece.vertices, 0]
    current = ideal.current_density.copy()
    current[piece.cells[::2], 0] = np.linalg.norm(current, axis=1).max()
    resistive = replace(ideal, potential=potential, current_density=current)
    (piece,) = resistive.pieces(1)
    assert piece.carries_current
    assert not resistive.covered[piece.cells].any()
    # Lines end where hardly any current is left.
    np.testing.assert_array_equal(np.flatnonzero(resistive.carrying[piece.cells]) % 2, 0)
    axes = Figure().subplots()
    draw_contacts(axes, resistive, list("abcd"), [1.0, 0.0, -1.0, 0.0], filled=True)
    (pads,) = [drawn for drawn in axes.collections if isinstance(drawn, PathCollection)]
    assert len(pads.get_paths()) == len(pads.get_facecolors()) == 3


def test_a_hole_in_a_pad_is_not_covered(wheel: Path) -> None:
    """A film that is all pad, but for its middle: a vertex there that belongs to none."""
    x, y = (each.ravel() for each in np.meshgrid(np.arange(9.0), np.arange(9.0)))
    cells = Triangulation(x, y).triangles.astype(np.int64)
    middle = (x == 4) & (y == 4)
    count = len(x)
    surface = replace(
        film_surface(read_fields(wheel, read_manifest(wheel).snapshots[0])),
        points=np.column_stack((x, y)),
        cells=cells,
        magnetisation=np.tile([0.0, 0.0, 1.0], (count, 1)),
        potential=middle.astype(np.float64),
        contact=np.where(middle, 0, 1),
        current_density=np.zeros((len(cells), 3)),
    )
    canvas = FigureCanvasAgg(Figure((2, 2), dpi=100))
    axes = canvas.figure.add_axes((0, 0, 1, 1), xlim=(0, 8), ylim=(0, 8))
    axes.set_axis_off()
    draw_contacts(axes, surface, ["a"], [1.0], filled=True)
    for text in list(axes.texts):
        text.remove()
    canvas.draw()
    drawn = np.asarray(canvas.buffer_rgba())[:, :, :3]
    np.testing.assert_array_equal(drawn[100, 100], [255, 255, 255])
    assert to_hex(drawn[30, 100] / 255) == style.PLUS


def test_contacts_tied_together_are_named_on_each_of_them(wheel: Path) -> None:
    surface = film_surface(read_fields(wheel, read_manifest(wheel).snapshots[0]))
    tied = replace(surface, contact=np.where(surface.contact == 2, 1, surface.contact))
    assert [len(tied.pieces(k)) for k in (1, 2, 3, 4)] == [2, 0, 1, 1]
    axes = Figure().subplots()
    draw_contacts(axes, tied, ["rim_1+rim_2", "", "rim_3", "centre"])
    shown = sorted(text.get_text() for text in axes.texts)
    assert shown == ["centre", "rim_1+\nrim_2", "rim_1+\nrim_2", "rim_3"]
    assert style.short_name("edge_1+edge_5+edge_3") == "edge_1+…"
    assert style.short_name("rim_1+rim_2") == "rim_1+rim_2"


def test_current_lines_start_where_current_flows(wheel: Path) -> None:
    surface = film_surface(read_fields(wheel, read_manifest(wheel).snapshots[1]))
    seeds = current_seeds(surface, 40)
    assert abs(len(seeds) - 40) <= 4
    # Of six strips two join contacts of equal voltage: left above, and right below the centre.
    angle = np.degrees(np.arctan2(seeds[:, 1], seeds[:, 0])) % 360
    radius = np.linalg.norm(seeds, axis=1)
    assert not ((radius > 250) & (angle > 130) & (angle < 170)).any()
    assert not ((radius < 250) & (radius > 100) & (angle > 310) & (angle < 350)).any()


def test_signs_of_pairs() -> None:
    patterns = np.array([[1, 1, -1], [1, -1, -1]])
    assert pair_signs(patterns, list(combinations(range(3), 2))).tolist() == [0, -2, 0]


@pytest.mark.parametrize("wanted", [[0.0, 0.01, 0.02, 3.0], [2.0, 2.0, 2.0], [9.99, -5.0, 9.98]])
def test_labels_keep_their_distance_and_order(wanted: list[float]) -> None:
    placed = spread(np.array(wanted), 0.5, -1.0, 10.0)
    order = np.argsort(wanted, kind="stable")
    assert (np.diff(placed[order]) > 0.5 - 1e-12).all()
    assert placed.min() >= -1.0
    assert placed.max() <= 10.0 + 1e-12


def test_diverging_maps_are_even() -> None:
    for colours in (style.DOMAINS, style.VOLTAGE, style.WEIGHTS):
        red, green, blue = colours(np.linspace(0, 1, 101))[:, :3].T
        grey = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        assert np.argmax(grey) == pytest.approx(50, abs=1)
        assert (np.diff(grey[:50]) > 0).all()
        assert (np.diff(grey[51:]) < 0).all()
        assert grey[0] == pytest.approx(grey[-1], abs=0.12)


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere: no such run folder"):
        draw_all(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "name", ["manifest.json", "summary.json", "conductance.csv", "recall.csv", "fields/0001.vtu"]
)
@pytest.mark.parametrize("damage", ["missing", "cut", "empty"])
def test_damaged_file_is_named(copy: Path, name: str, damage: str) -> None:
    path = copy / name
    if damage == "missing":
        path.unlink()
    else:
        content = path.read_bytes()
        path.write_bytes(content[: int(0.43 * len(content))] if damage == "cut" else b"")
    with pytest.raises(InputError) as caught:
        _read_everything(copy)
    assert str(copy) in str(caught.value)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_column_and_entry_are_named(copy: Path) -> None:
    table = copy / "conductance.csv"
    table.write_text(table.read_text().replace("g_S:rim_1:rim_3", "g_S:rim_1:other"))
    with pytest.raises(InputError, match=r"conductance.csv: column 'g_S:rim_1:rim_3' is missing"):
        read_run(copy)
    summary = copy / "summary.json"
    content = json.loads(summary.read_text())
    content["weights"] = [[0.0, 1.0]]
    summary.write_text(json.dumps(content))
    with pytest.raises(InputError, match=r"summary.json: weights: must be 4 rows of 4 n"):
        read_run(copy)


def test_pictures_folder_that_cannot_be_written(copy: Path) -> None:
    (copy / "pictures").write_text("in the way")
    with pytest.raises(InputError, match="cannot write"):
        draw_all(copy)


def _read_everything(folder: Path) -> None:
    run = read_run(folder)
    for snapshot in run.manifest.snapshots:
        read_fields(folder, snapshot)


@pytest.mark.analytic
def test_near_pieces_are_put_together():
    """Gaps of 1 and 9 against a reach of 2: the far piece stands alone, a chain is one group."""
    pieces = [np.array([[x, 0.0], [x + 1.0, 0.0]]) for x in (0.0, 2.0, 12.0, 4.0)]
    groups = neighbours(pieces, 2.0)
    assert sorted(group[:, 0].tolist() for group in groups) == [
        [0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
        [12.0, 13.0],
    ]
    assert neighbours([], 2.0) == []
