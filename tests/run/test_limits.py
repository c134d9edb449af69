"""What is estimated before a film is meshed, beside what it then is."""

import re

import pytest
import shapely

from hebbfilm.common.errors import InputError, LayoutError
from hebbfilm.meshing import Layout
from hebbfilm.meshing.expected_size import expected_vertices
from hebbfilm.run.folder.conductance_table import EXTRAS, conductance_header
from hebbfilm.run.inputs import workload
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.run.inputs.workload import check_workload, expected_step

SQUARE = {
    "kind": "shapes",
    "mesh_size": 2e-8,
    "film": [{"shape": "rectangle", "size": [4e-7, 4e-7]}],
    "contact": [
        {"name": "a", "edge": {"from": [-2e-7, -2e-7], "to": [2e-7, -2e-7]}},
        {"name": "b", "edge": {"from": [2e-7, 2e-7], "to": [-2e-7, 2e-7]}},
    ],
}
LAYOUTS = {
    "plain": {"kind": "strip", "length": 2e-7, "mesh_size": 5e-9},
    "fine contacts": {"kind": "square", "mesh_size": 2e-8, "contact_mesh_size": 2e-9},
    "fine pads": {"kind": "wheel", "mesh_size": 2e-8, "contact_mesh_size": 8e-9},
    "fine rim": SQUARE | {"rim_mesh_size": 2e-9},
}

RAISED = {"vertices": 5e7, "cells": 1e10, "grains": 1e9, "steps": 1e15, "segments": 1e8,
          "rows": 1e12, "fields": 1e9, "bytes": 1e18}  # fmt: skip


def case_of(layout, **sections):
    signs = {"wheel": 4, "square": 4}.get(layout["kind"], 2)
    training = {"patterns": ["+-" * (signs // 2)], "duration": 1e-10, "rest": 1e-10}
    training |= sections.pop("training", {})
    return parse_case({"layout": layout, "training": training, **sections})


def check(case):
    check_workload(case, case.film_source())


@pytest.mark.parametrize("name", LAYOUTS)
def test_vertices_and_steps_are_about_as_many_as_expected(name, comm):
    case = case_of(LAYOUTS[name], numerics={"integrator": "explicit", "allow_coarse_mesh": True})
    source = case.film_source()
    film = build_film(case, comm, source)
    vertices = film.film_mesh.space.dofmap.index_map.size_global
    # A limit is a matter of powers of ten: a third more or less does not count.
    assert 2 / 3 < expected_vertices(source.geometry) / vertices < 3 / 2
    assert 1 / 2 < expected_step(case, source.geometry) / film.dynamics.largest_step() < 2


@pytest.mark.parametrize(
    ("layout", "sections", "name"),
    [
        ("plain", {"limits": {"vertices": 500}}, "vertices"),
        ("fine rim", {"limits": {"vertices": 3e3}}, "vertices"),
        ("plain", {"numerics": {"dimension": 3, "layers": 50}, "limits": {"vertices": 3e4}},
         "vertices"),
        ("plain", {"demagnetisation": "full", "limits": {"cells": 100}}, "cells"),
        ("plain", {"disorder": {"grain_diameter": 2e-10, "axis_deviation": 5.0},
                   "layout": {"length": 1e-5}, "limits": {"grains": 1e6}}, "grains"),
        ("plain", {"training": {"duration": 1e-4, "repeats": 1000}}, "steps"),
        ("plain", {"training": {"duration": 1e-4}, "numerics": {"integrator": "explicit"},
                   "layout": {"mesh_size": 5e-10}}, "steps"),
        ("plain", {"training": {"repeats": 10**7}}, "segments"),
        ("plain", {"training": {"duration": 1e-7, "half_period": 1e-14,
                                "presentation": "alternating"}}, "segments"),
        ("plain", {"training": {"rest": 1e-5}, "output": {"sample_interval": 1e-14}}, "rows"),
        ("plain", {"training": {"rest": 1e-7}, "output": {"sample_interval": 1e-13,
                                                          "field_interval": 1e-13}}, "fields"),
        ("plain", {"output": {"sample_interval": 1e-12, "field_interval": 1e-12},
                   "limits": {"bytes": 1e6}}, "bytes"),
    ],
)  # fmt: skip
def test_what_exceeds_a_limit_names_it_and_goes_on_where_it_is_raised(layout, sections, name):
    sections = {
        key: dict(value) if isinstance(value, dict) else value for key, value in sections.items()
    }
    drawn = LAYOUTS[layout] | sections.pop("layout", {})
    with pytest.raises(InputError, match=rf"about \S+ {name}, more than limits\.{name}"):
        check(case_of(drawn, **sections))
    check(case_of(drawn, **(sections | {"limits": RAISED})))


def test_layouts_of_too_many_vertices_are_refused_without_a_case():
    square = shapely.box(0, 0, 1e-5, 1e-5)
    with pytest.raises(LayoutError, match=r"vertices; at most 5e\+07 are allowed"):
        Layout(square, (), 1e-9, 5e-9, rim_mesh_size=1e-10, gradation=1e-3)


def test_schedule_says_its_extent_without_being_made():
    for values in (
        {"presentation": "constant"},
        {"presentation": "bipolar", "pause": 1e-10, "repeats": 3},
        {"presentation": "quadrature", "rest": 0.0},
        {"presentation": "alternating", "half_period": 2e-11, "repeats": 2},
        {"steps": [{"pattern": "+-"}, {"rest": 3e-10}, {"pattern": "-+", "duration": 2e-10}]},
    ):
        training = case_of(LAYOUTS["plain"], training=values).training
        segments = training.segments(["left", "right"])
        number, time = training.extent()
        assert number == len(segments), values
        assert time == pytest.approx(sum(s.duration for s in segments), rel=1e-12, abs=0)


def test_patterns_are_compared_with_the_contacts_before_the_film_is_meshed():
    case = parse_case({"layout": {"kind": "wheel"}, "training": {"patterns": ["+-"]}})
    with pytest.raises(InputError, match=re.escape("has 2 signs; the film has 4 contacts")):
        check(case)


@pytest.mark.regression
@pytest.mark.parametrize("extras", [(), ("texture",), ("heat", "layers"), EXTRAS])
def test_all_columns_are_counted(extras):
    """Those of the header of the table."""
    of_extras = {
        "texture": {"output": {"texture": True}},
        "heat": {"heat": {}, "material": {"heat_transfer_coefficient": 1e7}},
        "layers": {"layers": [{"name": "metal", "thickness": 3e-9, "conductivity": 5e6}]},
    }
    sections = {key: value for name in extras for key, value in of_extras[name].items()}
    case = case_of({"kind": "wheel"}, **sections)
    contacts = case.film_source().geometry.contact_names
    header = conductance_header(case.neurons_of(contacts), extras)
    assert workload._columns(case, len(contacts), len(contacts)) == len(header)
