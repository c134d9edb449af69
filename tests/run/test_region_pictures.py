"""Regions in snapshots, the manifest, pictures, and what commands print."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mpi4py import MPI

import numpy as np
import pytest
from matplotlib import rc_context

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import MeshQuality, mesh_film
from hebbfilm.run.cli import main
from hebbfilm.run.folder.manifest import read_manifest
from hebbfilm.run.folder.snapshot_file import write_fields
from hebbfilm.run.folder.snapshots import Fields, Snapshot, read_fields
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.layout import layout_picture
from hebbfilm.run.pictures.surface import film_surface

NM = 1e-9
TEXT = """
[layout]
kind = "strip"
length = 300e-9
width = 60e-9
mesh_size = 10e-9

[[regions]]
name = "soft"
area = { shape = "rectangle", size = [100e-9, 60e-9], corner = [50e-9, -30e-9] }
[regions.material]
uniaxial_anisotropy = 3e5

[[regions]]
name = "hard"
area = { shape = "rectangle", size = [60e-9, 30e-9], corner = [150e-9, -30e-9] }
thickness = 1.5e-9

[initial]
relaxation = 1e-13

[training]
patterns = ["+-"]
duration = 1e-13
rest = 1e-13
"""
AREAS = {"soft": 100 * 60 * NM**2, "hard": 60 * 30 * NM**2}

# Two squares side by side, each of two triangles; the upper left one is alone in its region.
FIELDS = Fields(
    points=np.array([[x, y, 0.0] for y in (0, 1) for x in (0, 1, 2)]) * 100 * NM,
    cells=np.array([[0, 1, 4], [0, 4, 3], [1, 2, 5], [1, 5, 4]]),
    magnetisation=np.tile([0.0, 0.0, 1.0], (6, 1)),
    potential=np.zeros(6),
    contact=np.zeros(6, dtype=np.int64),
    current_density=np.zeros((4, 3)),
    region=np.array([0, 1, 0, 2]),
)
SNAPSHOT = Snapshot(file="a.vtu", t=0.0, label="a", voltages=None)


def test_snapshots_keep_regions(tmp_path: Path) -> None:
    write_fields(tmp_path / "a.vtu", FIELDS)
    found = read_fields(tmp_path, SNAPSHOT)
    assert np.array_equal(found.region, FIELDS.region)
    write_fields(tmp_path / "a.vtu", replace(FIELDS, region=np.array([0, -1, 0, 2])))
    with pytest.raises(InputError, match="region has values below 0"):
        read_fields(tmp_path, SNAPSHOT)


@pytest.mark.analytic
def test_borders_lie_between_cells_of_two_regions() -> None:
    surface = film_surface(FIELDS)
    borders = {tuple(edge) for edge in surface.region_borders.tolist()}
    # The diagonal of the left square, that of the right one, and the side between them.
    assert borders == {(0, 4), (1, 5), (1, 4)}
    assert film_surface(replace(FIELDS, region=None)).region_borders.shape == (0, 2)


def test_large_regions_are_named_in_the_picture() -> None:
    quality = MeshQuality(6, 4, 1e-7, 1e-7, 45.0)
    surface = film_surface(FIELDS)
    with rc_context(style.STYLE):
        figure = layout_picture(surface, [], quality, ["left", "right"])
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert {"left", "right"} <= {*texts}


def test_a_run_says_its_regions(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    case = shared_tmp_path / "case.toml"
    if comm.rank == 0:
        case.write_text(TEXT)
    comm.barrier()
    out = shared_tmp_path / "out"
    assert main(["train", str(case), "--out", str(out)]) == 0
    comm.barrier()
    manifest = read_manifest(out)
    assert manifest.region_sizes == pytest.approx(AREAS, rel=1e-9, abs=0)
    fields = read_fields(out, manifest.snapshots[-1])
    assert fields.region is not None
    corners = fields.points[fields.cells][:, :, :2]
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    sizes = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2
    for number, area in enumerate(AREAS.values(), 1):
        assert sizes[fields.region == number].sum() == pytest.approx(area, rel=1e-6)


@pytest.mark.parametrize("command", [["mesh"], ["layout", "show"]])
def test_commands_print_areas(
    comm: MPI.Intracomm,
    capsys: pytest.CaptureFixture[str],
    shared_tmp_path: Path,
    command: list[str],
) -> None:
    case = shared_tmp_path / "case.toml"
    if comm.rank == 0:
        case.write_text(TEXT)
    comm.barrier()
    out = shared_tmp_path / ("film.msh" if command == ["mesh"] else "film.png")
    assert main([*command, str(case), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    for line in ("area of region soft: 6e-15 m²", "area of region hard: 1.8e-15 m²"):
        assert (line in printed) == (comm.rank == 0)


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_sizes_of_regions(comm: MPI.Intracomm, dimension: int) -> None:
    content = {"layout": {"kind": "strip", "length": 300 * NM, "width": 60 * NM}}
    area = {"shape": "rectangle", "size": [100 * NM, 60 * NM], "corner": [50 * NM, -30 * NM]}
    regions = [{"name": "soft", "area": area, "material": {"damping": 0.1}}]
    layout = parse_case(content | {"regions": regions}).film_source().geometry
    film = mesh_film(layout, comm, dimension=dimension)  # type: ignore[arg-type]
    assert film.region_size("soft") == pytest.approx(AREAS["soft"], rel=1e-9, abs=0)
    with pytest.raises(KeyError):
        film.region_size("hard")
