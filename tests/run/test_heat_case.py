"""The section [heat] of a case, and what is refused in it."""

import tomllib

import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.solvers import Heat, Sink

STRIP = 'layout = { kind = "strip", mesh_size = 50e-9 }\n'
KEYS = "(allowed: substrate_temperature, sinks, tolerance, wiedemann_franz, magnet)"


def case_of(toml):
    return parse_case(tomllib.loads(STRIP + toml))


def test_heat_of_a_case_comes_to_its_film_and_back(comm):
    case = case_of(
        "[heat]\nsubstrate_temperature = 77\nwiedemann_franz = true\n"
        "sinks = { left = 80, right = { conductance = 1e9, temperature = 90 } }"
    )
    sinks = {"left": 80.0, "right": Sink(1e9, 90.0)}
    expected = Heat(substrate_temperature=77.0, sinks=sinks, wiedemann_franz=True)
    assert case.heat == expected
    assert parse_case(tomllib.loads(case.as_toml())).heat == expected
    film = build_film(case, comm)
    assert film.heat.heat == expected
    assert build_film(case_of(""), comm).heat is None


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("heat = 300", "heat = 300: must be a table"),
        (
            "[heat]\nsubstrate_temperature = -5",
            "heat.substrate_temperature = -5.0: must be above 0 and below 3700, in K; "
            "did you mean 268.15 (K, from °C)?",
        ),
        (
            "[heat]\nsubstrate_temperature = 3e5",
            "heat.substrate_temperature = 300000 K: allowed are 0.001 to 5000, in kelvin: did you "
            "mean 300?",
        ),
        ("[heat]\nsubstrate = 5", "did you mean substrate_temperature?"),
        (
            "[heat]\nheat_transfer_coefficient = 3e7",
            f"unknown key heat_transfer_coefficient in [heat] {KEYS}; did you mean "
            "heat_transfer_coefficient in [material]?",
        ),
        ("[heat]\nsinks = 300", "heat.sinks = 300: must be a table"),
        ('[heat]\nsinks = { left = "cold" }', "heat.sinks.left = 'cold': must be a number"),
        (
            "[heat]\nsinks = { left = -3 }",
            "heat.sinks.left = -3.0: must be above 0 and below 3700, in K; "
            "did you mean 270.15 (K, from °C)?",
        ),
        (
            "[heat]\nsinks = { left = { conductance = 1e-9 } }",
            "heat.sinks.left.conductance = 1e-09 W/(m² K): allowed are 1000 to 1e+14, in watts per "
            "square metre and kelvin",
        ),
        (
            "[heat]\nsinks = { left = { conductanc = 1e9 } }",
            "unknown key conductanc in [heat.sinks.left]; did you mean conductance? (allowed: "
            "conductance, temperature)",
        ),
        (
            "[heat]\nsinks = { left = { conductance = 1e9, temperature = -3 } }",
            "heat.sinks: temperature = -3.0: must be above 0 and below 3700, in K; "
            "did you mean 270.15 (K, from °C)?",
        ),
        ("[heat]\ntolerance = 0", "heat.tolerance = 0.0: must be 0.0001 or more, in K"),
        (
            '[heat]\nwiedemann_franz = "yes"',
            "heat.wiedemann_franz = 'yes': must be true or false",
        ),
        (
            "[heat]\n[thermal]\ntemperature = 77",
            "temperature = 77 of the thermal field: must be 0, or with heat that of the substrate, "
            "300 (heat.substrate_temperature)",
        ),
        (
            "[material]\nheat_transfer_coefficient = 30",
            "material.heat_transfer_coefficient = 30 W/(m² K): allowed are 1000 to 1e+12, in watts "
            "per square metre and kelvin: did you mean 3e+07?",
        ),
        (
            "[material]\nthermal_conductivity = 0.0",
            "material.thermal_conductivity = 0.0: must be positive",
        ),
    ],
)
def test_what_is_wrong_is_told_in_one_line(toml, message):
    with pytest.raises(InputError) as caught:
        case_of(toml)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_sink_at_no_contact_is_refused_before_meshing():
    with pytest.raises(InputError) as caught:
        case_of("[heat]\nsinks = { lefd = 300 }").film_source()
    assert str(caught.value) == (
        "heat.sinks: no contact lefd (this film has left, right); did you mean left?"
    )
