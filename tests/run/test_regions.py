"""[[regions]] of a case: from the file to the film, and what is refused."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from mpi4py import MPI

import gdstk
import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import Layout, Region, mesh_film, strip, write_msh
from hebbfilm.meshing.quality import simplex_measures
from hebbfilm.meshing.shapes.layout_file import layout_to_dict
from hebbfilm.run.inputs.case import Case, parse_case, read_case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.run.inputs.workload import expected_step
from hebbfilm.solvers.materials.film_material import FilmMaterial

NM = 1e-9
STRIP = {"kind": "strip", "length": 300 * NM, "width": 60 * NM, "mesh_size": 10 * NM}
AREA = {"shape": "rectangle", "size": [100 * NM, 60 * NM], "corner": [50 * NM, -30 * NM]}
SOFT = {"name": "soft", "area": AREA, "material": {"damping": 0.05}}
FILE = """
[layout]
kind = "strip"
length = 300e-9
width = 60e-9
mesh_size = 10e-9

[[regions]]
name = "soft"
area = { shape = "rectangle", size = [100e-9, 60e-9], corner = [50e-9, -30e-9] }
mesh_size = 8e-9
thickness = 2e-9
[regions.material]
damping = 0.05
easy_axis = [1, 0, 0]

[[regions]]
name = "ends"
area = [
    { shape = "rectangle", size = [40e-9, 60e-9], corner = [0, -30e-9] },
    { shape = "rectangle", size = [40e-9, 80e-9], corner = [260e-9, -40e-9] },
]
cut_to_film = true
[regions.material]
damping = 0.4
"""


def case_of(*regions: dict[str, Any], layout: dict[str, Any] = STRIP, **keys: Any) -> Case:
    return parse_case({"layout": layout, "regions": list(regions), **keys})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "case.toml"
    path.write_text(FILE)
    return path


def test_regions_of_a_file(path: Path) -> None:
    case = read_case(path)
    layout = case.film_source().geometry
    assert isinstance(layout, Layout)
    assert layout.region_names == ("soft", "ends")
    soft, ends = layout.regions
    assert soft.mesh_size == 8 * NM
    assert soft.area.area == pytest.approx(100 * 60 * NM**2, rel=1e-12)
    assert ends.area.area == pytest.approx(2 * 40 * 60 * NM**2, rel=1e-12)
    material = case.film_material()
    assert material.damping == {"film": 0.3, "soft": 0.05, "ends": 0.4}
    assert material.easy_axis == {"film": (0.0, 0.0, 1.0), "soft": (1.0, 0.0, 0.0)}
    assert material.exchange_stiffness == 1e-11


def test_the_copy_reads_back_the_same(path: Path, tmp_path: Path) -> None:
    case = read_case(path)
    copy = tmp_path / "copy.toml"
    copy.write_text(case.as_toml())
    again = read_case(copy)
    assert again == case
    assert again.film_source() == case.film_source()
    assert again.as_toml() == case.as_toml()


def test_settings_reach_regions_by_name(path: Path) -> None:
    settings = ["regions.soft.material.damping=0.1", "regions.ends.mesh_size=9e-9"]
    case = read_case(path, settings)
    assert case.film_material().damping["soft"] == 0.1  # type: ignore[index]
    assert case.regions[1].mesh_size == 9e-9
    with pytest.raises(InputError, match=re.escape("hard is not a section (there are soft, ends)")):
        read_case(path, ["regions.hard.mesh_size=9e-9"])
    with pytest.raises(InputError, match="regions are several tables: name one, and a key of it"):
        read_case(path, ["regions.soft=1"])


@pytest.mark.analytic
def test_a_film_of_regions(comm: MPI.Intracomm) -> None:
    film = build_film(case_of(SOFT | {"thickness": 3 * NM}), comm)
    found = FilmMaterial(film.film_mesh, film.material)["damping"]
    inside = film.film_mesh.cell_regions == 1
    assert found.corners[inside] == pytest.approx(0.05, abs=0)
    assert found.corners[~inside] == pytest.approx(0.3, abs=0)
    sizes = simplex_measures(film.film_mesh.coordinates, film.film_mesh.cells)
    volume = comm.allreduce(float((sizes * film.operators.thickness).sum()))
    thin = film.film_mesh.thickness
    expected = (300 * 60 * thin + 100 * 60 * (3 * NM - thin)) * NM**2
    assert volume == pytest.approx(expected, rel=1e-12, abs=0)


def test_regions_are_turned_with_the_layout() -> None:
    layout = case_of(SOFT, layout=STRIP | {"rotate": 90}).film_source().geometry
    assert isinstance(layout, Layout)
    bounds = np.array(layout.regions[0].area.bounds) / NM
    assert bounds == pytest.approx([-30, 50, 30, 150], abs=1e-6)


def test_regions_of_the_layout_itself_are_meant_by_name() -> None:
    made = strip(300 * NM, 60 * NM, mesh_size=10 * NM)
    area = case_of(SOFT).film_source().geometry.regions[0].area  # type: ignore[union-attr]
    layout = layout_to_dict(
        Layout(made.outline, made.contacts, NM, 10 * NM, regions=(Region("soft", area),))
    )
    region = {"name": "soft", "mesh_size": 8 * NM, "material": {"damping": 0.1}}
    found = case_of(region, layout=layout).film_source().geometry
    assert found.regions == (Region("soft", area, 8 * NM),)  # type: ignore[union-attr]


def test_layers_of_a_drawing(tmp_path: Path) -> None:
    library = gdstk.Library(unit=NM, precision=1e-12)
    library.new_cell("TOP").add(
        gdstk.rectangle((0, 0), (200, 100), layer=1), gdstk.rectangle((50, 0), (90, 120), layer=2)
    )
    library.write_gds(tmp_path / "film.gds")
    layout = {"kind": "drawing", "path": str(tmp_path / "film.gds"), "film": 1}
    region = {"name": "soft", "layer": 2, "mesh_size": 4 * NM, "material": {"damping": 0.1}}
    found = case_of(region, layout=layout).film_source().geometry.regions[0]  # type: ignore[union-attr]
    assert found.area.area == pytest.approx(40 * 100 * NM**2, rel=1e-9)
    assert found.mesh_size == 4 * NM
    with pytest.raises(InputError, match=re.escape("regions.soft.layer = 7: no such layer")):
        case_of(region | {"layer": 7}, layout=layout).film_source()
    with pytest.raises(InputError, match=re.escape("layout.regions: write [[regions]], each with")):
        case_of(layout=layout | {"regions": {"soft": 2}}).film_source()


@pytest.mark.usefixtures("unguarded")
def test_groups_of_a_mesh(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    written = mesh_film(case_of(SOFT).film_source().geometry, comm)  # type: ignore[arg-type]
    path = shared_tmp_path / "film.msh"
    write_msh(written, path)
    layout = {"kind": "mesh", "path": str(path), "thickness": NM}
    material = {"material": {"damping": 0.1}}
    for region in ({"name": "soft"}, {"name": "other", "group": "region:soft"}):
        film = case_of(region | material, layout=layout).mesh(comm)
        assert film.regions == (region["name"],)
        cells = comm.allreduce(int((film.cell_regions == 1).sum()))
        assert cells == comm.allreduce(int((written.cell_regions == 1).sum()))
    message = "regions.a.group = 'b': no such group (groups: left, right, film, region:soft)"
    with pytest.raises(InputError, match=re.escape(message)):
        case_of({"name": "a", "group": "b"} | material, layout=layout).mesh(comm)


def test_the_stiffest_region_decides_about_steps() -> None:
    plain = case_of(numerics={"integrator": "explicit"})
    stiff = SOFT | {"material": {"exchange_stiffness": 4e-11}}
    layout = plain.film_source().geometry
    assert isinstance(layout, Layout)
    ratio = expected_step(case_of(stiff, numerics={"integrator": "explicit"}), layout)
    assert ratio < expected_step(plain, layout) / 2


MESH = {"kind": "mesh", "path": "film.msh", "thickness": NM}
STEP = {"kind": "step", "path": "film.step", "contacts": {}, "mesh_size": NM}
BAD: dict[str, tuple[list[dict[str, Any]], dict[str, Any], str]] = {
    "no name": ([{"area": AREA}], STRIP, "regions.0.name is missing"),
    "a name that is none": ([SOFT | {"name": "a b"}], STRIP, "region name 'a b': letters, digits"),
    "the film": ([SOFT | {"name": "film"}], STRIP, "region name 'film' is reserved"),
    "twice": ([SOFT, SOFT], STRIP, "regions: region name 'soft' is used twice"),
    "a contact": ([SOFT | {"name": "left"}], STRIP, "region name 'left' is that of a contact"),
    "unknown key": (
        [SOFT | {"meshsize": 1e-9}],
        STRIP,
        "unknown key meshsize in [regions.soft]; did you mean mesh_size? (allowed: name, area, ",
    ),
    "key of material beside it": (
        [{"name": "soft", "area": AREA, "damping": 0.1}],
        STRIP,
        "; did you mean [regions.material], with damping in it?",
    ),
    "unknown key of material": (
        [SOFT | {"material": {"dampin": 0.1}}],
        STRIP,
        "unknown key dampin in [regions.soft.material]; did you mean damping?",
    ),
    "nothing differs": (
        [{"name": "soft", "area": AREA}],
        STRIP,
        "regions.soft: nothing differs there; give keys of [material] in [regions.material]",
    ),
    "no place": (
        [{"name": "soft", "material": {"damping": 0.1}}],
        STRIP,
        "regions.soft: needs area, or layer of a drawing, or group of a mesh",
    ),
    "two places": (
        [SOFT | {"layer": 1}],
        STRIP,
        "regions.soft: area and layer exclude each other",
    ),
    "a layer without a drawing": (
        [{"name": "soft", "layer": 2, "material": {"damping": 0.1}}],
        STRIP,
        "regions.soft.layer: goes with a drawing, not with layout.kind = 'strip'; give area",
    ),
    "an area on a mesh": (
        [SOFT],
        MESH,
        "regions.soft.area: goes with shapes, not with layout.kind = 'mesh'; give group",
    ),
    "a mesh size on a mesh": (
        [{"name": "soft", "group": "soft", "mesh_size": NM}],
        MESH,
        "regions.soft.mesh_size: the mesh of a file is taken as it is",
    ),
    "a solid": (
        [{"name": "soft", "material": {"damping": 0.1}}],
        STEP,
        "regions.soft: a STEP file has no regions; mesh it with groups for them",
    ),
    "off the film": (
        [SOFT | {"area": AREA | {"corner": [1e-6, 0.0]}}],
        STRIP,
        "region 'soft' lies off the film at (1.05e-06, 3e-08) m",
    ),
    "partly off the film": (
        [SOFT | {"area": AREA | {"corner": [250 * NM, -30 * NM]}}],
        STRIP,
        "region 'soft' reaches outside the film at (3.25",
    ),
    "overlap": (
        [SOFT, SOFT | {"name": "hard", "area": AREA | {"corner": [100 * NM, -30 * NM]}}],
        STRIP,
        "regions 'soft' and 'hard' overlap at (1.25e-07, 0) m",
    ),
    "a shape that is none": (
        [SOFT | {"area": {"shape": "disk", "radius": NM}}],
        STRIP,
        "regions.soft.area.shape = 'disk': allowed are",
    ),
    "a key of a shape": (
        [SOFT | {"area": [{"shape": "disc", "radios": NM}]}],
        STRIP,
        "unknown key radios in [regions.soft.area[0]]; did you mean radius?",
    ),
    "a mesh size in nanometres": (
        [SOFT | {"mesh_size": 5}],
        STRIP,
        "regions.soft.mesh_size 5 m: lengths are metres; did you mean 5e-9?",
    ),
    "a thickness in nanometres": (
        [SOFT | {"thickness": 2}],
        STRIP,
        "regions.soft.thickness 2 m: lengths are metres; did you mean 2e-9?",
    ),
    "negative damping": (
        [SOFT | {"material": {"damping": -0.1}}],
        STRIP,
        "regions.soft.material.damping = -0.1: must be zero or positive",
    ),
    "an implausible value": (
        [SOFT | {"material": {"exchange_stiffness": 10}}],
        STRIP,
        "regions.soft.material.exchange_stiffness = 10 J/m: allowed are 1e-14 to 1e-09, in joules "
        "per metre: did you mean 1e-11?",
    ),
    "a text": (
        [SOFT | {"material": {"damping": "0.1"}}],
        STRIP,
        "regions.soft.material.damping = '0.1': must be a number; did you mean 0.1, without quotes",
    ),
    "no heat elsewhere": (
        [SOFT | {"material": {"heat_transfer_coefficient": 1e7}}],
        STRIP,
        "regions.soft.material.heat_transfer_coefficient: give it in [material], too",
    ),
    "a cut without an area": (
        [{"name": "soft", "layer": 1, "cut_to_film": True, "material": {"damping": 0.1}}],
        STRIP,
        "regions.soft.cut_to_film: only an area is cut; leave it out",
    ),
}


@pytest.mark.parametrize(("regions", "layout", "message"), BAD.values(), ids=BAD)
def test_bad_regions_are_one_line(
    regions: list[dict[str, Any]], layout: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        case_of(*regions, layout=layout).film_source()
    assert "\n" not in str(caught.value)


def test_one_table_in_place_of_several() -> None:
    message = "[regions]: may stand several times, so write it as [[regions]]"
    with pytest.raises(InputError, match=re.escape(message)):
        parse_case({"layout": STRIP, "regions": SOFT})


def test_a_thickness_is_refused_in_three_dimensions(comm: MPI.Intracomm) -> None:
    case = case_of(SOFT | {"thickness": 2 * NM}, numerics={"dimension": 3})
    with pytest.raises(InputError, match=re.escape("regions.soft.thickness: ")):
        case.film_source()


@pytest.mark.analytic
def test_the_example_of_the_manual(comm: MPI.Intracomm) -> None:
    """A strip of three pieces in series, of which two have the same conductance a square."""
    page = (Path(__file__).parents[2] / "docs" / "layouts.md").read_text(encoding="utf-8")
    section = page[page.index("## Regions") :]
    (example,) = re.findall(r"```toml\n(.*?)```", section, re.DOTALL)[:1]
    case = parse_case(tomllib.loads(example) | {"material": {"amr_ratio": 0.0}})
    film = build_film(case, comm)
    # Each end is ∫ √(R² − y²) dy over the width; chords of 3 nm cut (3/40)²/6 off.
    end = 30 * np.sqrt(40**2 - 30**2) + 40**2 * np.arcsin(30 / 40)
    assert film.film_mesh.region_size("ends") == pytest.approx(2 * end * NM**2, rel=2e-3)
    thin = 100 / 60 / (1e6 * 0.8 * NM)
    wide = 200 / 60 / (5e6 * 1 * NM)
    # Straight borders across the strip: the potential is linear in each piece, and P1 exact.
    assert film.conductance_matrix()[0, 0] == pytest.approx(1 / (thin + wide), rel=1e-8)
