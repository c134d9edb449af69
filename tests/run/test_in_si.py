"""Quantities with a unit in cases, studies and `--set`. Class: regression."""

import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run.inputs.case import parse_case, read_case
from hebbfilm.run.inputs.in_si import in_si, value_in_si

WITH_UNITS = {
    "layout": {
        "kind": "shapes",
        "mesh_size": "14 nm",
        "film": [{"shape": "disc", "radius": "0.3 µm", "centre": ["1 nm", 0]}],
        "contact": [{"name": "a", "pad": {"shape": "disc", "radius": "50 nm"}}],
        "rotate": "30 degrees",
    },
    "material": {"interfacial_dmi": "3 mJ/m^2", "damping": "5 %"},
    "layers": [{"name": "pt", "thickness": "3 nm", "conductivity": {"film": "4 MS/m"}}],
    "applied_field": ["1 kA/m", 0, "200 mT"],
    "training": {
        "patterns": ["+-"],
        "voltage": "50 mV",
        "steps": [
            {
                "duration": "2 ns",
                "drives": {
                    "a": "5 mV",
                    "b": {"current": "5 µA"},
                    "c": "float",
                    "d": {"kind": "sine", "amplitude": "5 mV", "frequency": "1 GHz"},
                },
            },
            {"drives": {"module": "a.py:f", "sha256": "9 V", "volt": "5 mV"}},
        ],
    },
    "heat": {"sinks": {"a": "27 degC", "b": {"conductance": "1 GW/m²/K"}}},
    "recall": {"level": "5 µS"},
    "reading": {"offset": "1 %"},
}
PLAIN = {
    "layout": {
        "kind": "shapes",
        "mesh_size": 14e-9,
        "film": [{"shape": "disc", "radius": 0.3e-6, "centre": [1e-9, 0]}],
        "contact": [{"name": "a", "pad": {"shape": "disc", "radius": 50e-9}}],
        "rotate": 30.0,
    },
    "material": {"interfacial_dmi": 3e-3, "damping": 0.05},
    "layers": [{"name": "pt", "thickness": 3e-9, "conductivity": {"film": 4e6}}],
    "applied_field": [1e3, 0, 159154.94311296],
    "training": {
        "patterns": ["+-"],
        "voltage": 0.05,
        "steps": [
            {
                "duration": 2e-9,
                "drives": {
                    "a": 5e-3,
                    "b": {"current": 5e-6},
                    "c": "float",
                    "d": {"kind": "sine", "amplitude": 5e-3, "frequency": 1e9},
                },
            },
            {"drives": {"module": "a.py:f", "sha256": "9 V", "volt": "5 mV"}},
        ],
    },
    "heat": {"sinks": {"a": 300.15, "b": {"conductance": 1e9}}},
    "recall": {"level": 5e-6},
    "reading": {"offset": 0.01},
}


@pytest.mark.regression
def test_quantities_of_a_case_become_plain_numbers():
    assert in_si(WITH_UNITS) == PLAIN


def test_a_case_without_quantities_stays_as_it_is():
    assert in_si(PLAIN) == PLAIN


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"layout": {"kind": "wheel", "mesh_size": "14 T"}},
            "layout.mesh_size = '14 T': must be a quantity in m, like \"14 nm\"",
        ),
        (
            {"layout": {"kind": "wheel"}, "heat": {"tolerance": "1 degC"}},
            "heat.tolerance = '1 degC': must be a quantity in K, like \"300 K\"",
        ),
        (
            {"layout": {"kind": "wheel"}, "training": {"voltage": "50 mA"}},
            "training.voltage = '50 mA': must be a quantity in V, like \"50 mV\"",
        ),
        (
            {"layout": {"kind": "shapes", "film": [{"shape": "disc", "radius": "5 V"}]}},
            "layout.film[0].radius = '5 V': must be a quantity in m, like \"14 nm\"",
        ),
        (
            {"layout": {}, "layers": [{"name": "pt", "conductivity": "4 m"}]},
            "layers.pt.conductivity = '4 m': must be a quantity in S/m, like \"5 MS/m\"",
        ),
        (
            {"layout": {"kind": "wheel"}, "recall": {"level": "5 m"}},
            "recall.level = '5 m': must be a quantity without unit or in S, like \"5 %\"",
        ),
        (
            {"layout": {"kind": "wheel"}, "thermal": {"temperature": "1e400 K"}},
            "thermal.temperature = '1e400 K': must be finite",
        ),
    ],
)
def test_a_quantity_of_another_dimension_is_refused(content, message):
    with pytest.raises(InputError) as told:
        parse_case(content)
    assert str(told.value) == message


def test_a_quantity_is_looked_at_like_a_plain_number():
    with pytest.raises(InputError, match=r"^training.duration = 6 s: .* did you mean 6e-09\?$"):
        parse_case({"layout": {"kind": "wheel"}, "training": {"duration": "6 s"}})


def test_a_bare_number_in_quotes_is_no_quantity():
    with pytest.raises(InputError, match=r"number; did you mean 0.05, without quotes\?"):
        parse_case({"layout": {"kind": "wheel"}, "training": {"voltage": "0.05"}})


def test_texts_that_begin_with_a_number_stay_texts():
    content = {"title": "14 nm wide", "layout": {"kind": "drawing", "film": "1 a"}}
    assert in_si(content) == content


@pytest.mark.parametrize("written", ['"6 nm"', "6 nm", "6nm"])
def test_quantities_in_settings(tmp_path, written):
    path = tmp_path / "case.toml"
    path.write_text('layout = { kind = "wheel" }\n')
    case = read_case(path, [f"layout.mesh_size={written}"])
    assert case.film_source().geometry.mesh_size == 6e-9
    assert "mesh_size = 6e-09" in case.as_toml()


@pytest.mark.regression
@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("layout.mesh_size", "6 nm", 6e-9),
        ("layers.pt.thickness", "3 nm", 3e-9),
        ("layout.rotate", "0.5 turn", 180.0),
        ("applied_field", ["1 A/cm", 0, 0], [100.0, 0, 0]),
        ("title", "6 nm", "6 nm"),
        ("no.such.key", "6 nm", "6 nm"),
    ],
)
def test_a_value_at_a_dotted_key(key, value, found):
    assert value_in_si(key, value) == found


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ({"material": {"mesh_size": 5e-9}}, "; did you mean mesh_size in [layout]?"),
        ({"heat": {"damping": 0.1}}, "; did you mean damping in [material]?"),
        ({"heat": {"curie_temperature": 9e2}}, "; did you mean [heat.magnet], with curie_tempe"),
        ({"training": {"amplitudes": [1.0]}}, "; did you mean [training.forming], with amplitudes"),
    ],
)
def test_a_key_of_another_section_is_found_there(content, hint):
    with pytest.raises(InputError) as told:
        parse_case({"layout": {"kind": "wheel"}} | content)
    assert hint in str(told.value)
