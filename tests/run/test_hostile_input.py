"""Cases that nobody means: refused in one line, in time, with nothing written; or possible."""

import copy
import dataclasses
import inspect
import signal
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis
import hypothesis.strategies as st
import pytest
import tomli_w

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Training
from hebbfilm.meshing import Layout
from hebbfilm.meshing.expected_size import expected_vertices
from hebbfilm.meshing.mesher.film import triangulate
from hebbfilm.meshing.shapes.film import film_of_shapes
from hebbfilm.run.inputs.case import read_case
from hebbfilm.run.inputs.layouts import CATALOGUE, CHANGES
from hebbfilm.run.inputs.limits import Limits
from hebbfilm.run.inputs.sections import Initial, NumericsSection, Output, Reading, Thermal
from hebbfilm.run.inputs.workload import check_workload
from hebbfilm.solvers import Disorder, Electrodes, Material
from hebbfilm.solvers.drives.waveforms import WAVEFORMS as WAVEFORM_KINDS

LONGEST = 5.0  # s, like all times here of the processor's, as others may be at work
SHARE = 1 / 3  # of the time for all tests of broken input
SMALL = 3000  # vertices of films that are meshed


SQUARE = [[0.0, 0.0], [4e-7, 0.0], [4e-7, 4e-7], [0.0, 4e-7]]
DISC = {"shape": "disc", "radius": 5e-8, "centre": [2e-7, 2e-7]}
EDGES = [
    {"name": "a", "edge": {"from": [1e-7, 0.0], "to": [3e-7, 0.0]}},
    {"name": "b", "edge": {"from": [3e-7, 4e-7], "to": [1e-7, 4e-7]}},
]
LAYOUTS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "wheel"}, "+,+,-,-"),
    ({"kind": "square"}, "+,+,-,-"),
    ({"kind": "disc"}, "+,+,-"),
    ({"kind": "strip"}, "+,-"),
    ({"kind": "corbino"}, "+,-"),
    ({"kind": "random_rim"}, "+,+,-,-"),
    ({"kind": "random_inside"}, "+,+,-,-"),
    ({"kind": "spoked_polygon"}, "+,+,-,-"),
    ({"kind": "square_lattice", "rows": 2, "columns": 2}, "+,+,-,-"),
    ({"kind": "triangular_lattice", "rows": 2, "columns": 2}, "+,+,-,-"),
    ({"kind": "hexagonal_lattice"}, "+,+,-,-,+,-,+"),
    ({"kind": "pixel_lattice", "rows": 2, "columns": 2}, "+,+,-,-"),
    ({"kind": "strip_network", "vertices": {"a": [0.0, 0.0], "b": [6e-7, 0.0]},
      "edges": [["a", "b"]]}, "+,-"),
    ({"kind": "shapes", "film": [{"shape": "polygon", "points": SQUARE}], "contact": EDGES}, "+,-"),
    ({"kind": "shapes", "contact": EDGES,
      "film": [{"shape": "polygon", "points": SQUARE}, {**DISC, "operation": "subtract"}]}, "+,-"),
    ({"kind": "shapes", "film": [{"shape": "rectangle", "size": [4e-7, 4e-7], "corner": [0, 0]}],
      "contact": [{"name": "a", "point": [1e-7, 1e-7], "radius": 5e-8},
                  {"name": "b", "pad": {**DISC, "repeat": {"count": 1}}}]}, "+,-"),
    ({"kind": "mesh", "path": "film.msh", "thickness": 1e-9}, "+,-"),
    ({"kind": "step", "path": "film.step", "contacts": {"a": "a"}}, "+,-"),
    ({"kind": "drawing", "path": "film.svg", "film": "film", "contacts": "contacts"}, "+,-"),
]  # fmt: skip
SECTIONS = {
    "initial": Initial.model_fields,
    "thermal": Thermal.model_fields,
    "reading": Reading.model_fields,
    "numerics": NumericsSection.model_fields,
    "output": Output.model_fields,
    "limits": Limits.model_fields,
    **{
        name: [field.name for field in dataclasses.fields(kind)]
        for name, kind in (
            ("training", Training),
            ("material", Material),
            ("disorder", Disorder),
            ("contacts", Electrodes),
        )
    },
    "": ["title", "layout", "applied_field", "applied_field_waveform", "demagnetisation", "x"],
}
WAVEFORMS = [
    {"kind": "sine", "amplitude": [1e3, 0.0, 0.0], "frequency": 1e9},
    {"kind": "pulse", "amplitude": [1e3, 0.0, 0.0], "length": 1e-10},
    {"kind": "ramp", "amplitude": [1e3, 0.0, 0.0], "duration": 1e-10},
    {"kind": "sinc", "amplitude": [1e3, 0.0, 0.0], "cutoff_frequency": 1e9},
    {"kind": "decaying_sine", "amplitude": [1e3, 0.0, 0.0], "frequency": 1e9, "decay_time": 1e-9},
    {"kind": "table", "amplitude": [1e3, 0.0, 0.0], "times": [0.0, 1e-9], "values": [0.0, 1.0]},
    {"kind": "formula", "amplitude": [1e3, 0.0, 0.0], "formula": "sin(2*pi*1e9*t)"},
]
WAVEFORM_KEYS = sorted({f.name for w in WAVEFORM_KINDS.values() for f in dataclasses.fields(w)})
CHANGED = {
    "holes": {"number": 2, "radius": 2e-8},
    "rough": {"amplitude": 5e-9, "correlation_length": 6e-8},
    "rotate": 10.0,
}

numbers = st.sampled_from([
    0, 1, -1, 2, 3, 1.5, 7, 1000, 10**6, 10**9, 2**31, 2**63 - 1, 2**63, 2**64, 10**30, -(2**63),
    0.0, -0.0, 1e-9, 1e-10, 1e-12, 5e-324, 1e-300, 1e-30, 1e-20, 1e-15, 1e-14, 1e-4, 0.5, 45.0,
    90.0, 180.0, 360.0, 1e3, 1e5, 1e9, 1e20, 1e38, 1e150, 1e300, 1.8e307, -1e-9, -1e300,
    float("nan"), float("inf"), -float("inf"),
])  # fmt: skip
texts = st.sampled_from([
    "", " ", "a", "film", "rim_1", "+,-", "+,+,+", "1e-9", "0.05", "nan", "true", "a\nb", "\0",
    "\x1b[31m", "\u202ex", "\u2028", "\u200b", "é" * 300, "x" * 5000, "../..", "~nobody/x",
    "/dev/null", "/", "{}", "%s", "a:b", "-",
]) | st.text(max_size=20)  # fmt: skip
anything = st.recursive(
    numbers
    | st.floats(allow_subnormal=True)
    | st.integers(-(10**20), 10**20)
    | texts
    | st.booleans()
    | st.sampled_from([date(2026, 1, 1), [], {}]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
finite = numbers.filter(lambda value: abs(value) < 2**63)
values = finite | finite | anything


def _deep(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all entries of nested tables and lists."""
    entries: Any = ()
    if isinstance(content, dict):
        entries = content.items()
    elif isinstance(content, list):
        entries = enumerate(content)
    found = []
    for key, value in entries:
        found += [(*path, key), *_deep(value, (*path, key))]
    return found


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """A case of any kind of layout, with up to three values that are hostile."""
    layout, pattern = copy.deepcopy(draw(st.sampled_from(LAYOUTS)))
    content: dict[str, Any] = {
        "layout": {"mesh_size": 2e-8} | layout if layout["kind"] != "mesh" else layout,
        "training": {"patterns": [pattern], "duration": 1e-13, "rest": 1e-13},
        "initial": {"relaxation": 1e-13},
    }
    make: Any = CATALOGUE.get(layout["kind"], film_of_shapes)
    parameters = [*inspect.signature(make).parameters, "mesh_size", "contact_mesh_size"]
    for _ in range(draw(st.integers(1, 3))):
        value = copy.deepcopy(draw(values))
        match draw(st.integers(0, 6)):
            case 0 | 1:
                content["layout"][draw(st.sampled_from(parameters))] = value
            case 2:
                name, change = draw(st.sampled_from(sorted(CHANGED.items(), key=str)))
                content["layout"][name] = copy.deepcopy(change)
                if isinstance(change, dict):
                    keys = [*inspect.signature(CHANGES[name]).parameters][1:]
                    content["layout"][name][draw(st.sampled_from(keys))] = value
            case 3:
                waveform = copy.deepcopy(draw(st.sampled_from(WAVEFORMS)))
                waveform[draw(st.sampled_from(WAVEFORM_KEYS))] = value
                content["applied_field_waveform"] = [waveform]
            case 4:
                section = draw(st.sampled_from(sorted(SECTIONS)))
                key = draw(st.sampled_from(list(SECTIONS[section])))
                table = content.setdefault(section, {}) if section else content
                if isinstance(table, dict):
                    table[key] = value
            case _ as chosen:
                *sections, key = draw(st.sampled_from(_deep(content)))
                table = content
                for part in sections:
                    table = table[part]
                if chosen == 5 and type(table[key]) in (int, float):
                    # Of the wrong size, like what is typed in another unit.
                    value = table[key] * 10.0 ** draw(st.integers(-9, 9))
                table[key] = value
        if not isinstance(content.get("layout"), dict):
            break
    return content


class TooLongError(Exception):
    """A case was still being checked when its time was over."""


def _ring(number: int, frame: object) -> None:
    raise TooLongError


def fate_of(content: dict[str, object], folder: Path) -> str:
    """What becomes of a case up to the point where `hebbfilm train` meshes it."""
    path = folder / "case.toml"
    path.write_text(tomli_w.dumps(content), encoding="utf-8")
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        case = read_case(path)
        source = case.film_source()
        check_workload(case, source)
    except InputError as error:
        text = str(error)
        assert text.isprintable()
        assert len(text) <= 400
        return "refused"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        assert [entry.name for entry in folder.iterdir()] == ["case.toml"]
    geometry = source.geometry
    if not isinstance(geometry, Layout) or expected_vertices(geometry) > SMALL:
        return "accepted"
    signal.setitimer(signal.ITIMER_PROF, 4 * LONGEST)
    try:
        mesh = triangulate(geometry)
    except InputError:
        return "refused by the mesher"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    assert len(mesh.points) < 4 * max(expected_vertices(geometry), 100)
    return "meshed"


def fuzz(seconds: float, least: int, folder: Path) -> Counter[str]:
    """Try cases for so long, and so many at least; how many met which fate."""
    fates: Counter[str] = Counter()
    end, round_number = time.process_time() + seconds, 0

    def goes_on() -> bool:
        return time.process_time() < end or fates.total() < least

    def attempt(content: dict[str, object]) -> None:
        if goes_on():
            fates[fate_of(content, folder)] += 1

    while goes_on():
        chosen = hypothesis.settings(
            max_examples=100,
            deadline=None,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        test = chosen(hypothesis.given(cases())(attempt))
        hypothesis.seed(round_number)(test)()
        round_number += 1
    return fates


def test_fuzzed_cases_are_refused_in_one_line_or_possible(comm, request, tmp_path, monkeypatch):
    # Ranks would only do the same at once, and none of it is collective.
    if comm.rank > 0 or comm.size > 1:
        pytest.skip("serial")
    monkeypatch.chdir(tmp_path)
    before = signal.signal(signal.SIGPROF, _ring)
    try:
        fates = fuzz(SHARE * request.config.getoption("--fuzz-seconds"), 100, tmp_path)
    finally:
        signal.signal(signal.SIGPROF, before)
    print(dict(fates))
    assert fates["refused"] > 20
