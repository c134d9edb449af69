"""The [[layers]] of a case: what they say, and what is wrong with them in one line."""

import re

import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run.analysis.conductances import conductances_of_case
from hebbfilm.run.analysis.conductances_text import conductances_as_text
from hebbfilm.run.folder.same_case import values_of
from hebbfilm.run.inputs.case import parse_case, read_case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.run.inputs.settings import apply_setting
from hebbfilm.solvers import Layer

PT = {"name": "pt", "thickness": 3e-9, "conductivity": 4e6}
STRIP = {"kind": "strip", "length": 80e-9, "width": 40e-9, "mesh_size": 2e-8}
AREA = {"shape": "rectangle", "corner": [0.0, -2e-8], "size": [4e-8, 4e-8]}
TIP = {"name": "tip", "area": AREA, "mesh_size": 1.5e-8, "cut_to_film": True}


def case_of(*layers, **sections):
    return {"layout": STRIP, "layers": list(layers), **sections}


def test_keys_are_those_of_a_layer():
    given = PT | {"side": "above", "damping_like_efficiency": -0.1, "thermal_conductivity": 70.0}
    (layer,) = parse_case(case_of(given)).layers
    assert layer.of_film() == Layer(**given)
    assert layer.of_film().volumetric_heat_capacity == Layer(**PT).volumetric_heat_capacity


def test_written_case_has_the_same_layers(tmp_path):
    case = parse_case(case_of(PT, PT | {"name": "ta", "side": "above"}))
    path = tmp_path / "case.toml"
    path.write_text(case.as_toml())
    assert read_case(path) == case


def test_run_of_an_earlier_version_may_lack_keys_of_a_layer():
    """As of any section: what it lacks has its default; what it has must be the same."""
    case = parse_case(case_of(PT, PT | {"name": "ta"}))
    kept = values_of(case.as_kept())
    earlier = case.as_kept()
    for layer in earlier["layers"]:
        del layer["thermal_conductivity"]
    found = values_of(earlier)
    assert {**kept, **found} == kept
    assert found["layers.ta.thickness"] == 3e-9
    earlier["layers"].reverse()
    assert values_of(earlier)["layers.order"] != kept["layers.order"]


def test_value_may_differ_in_a_region(comm):
    """Named in [[regions]], with a value for the rest, as of a material from a script."""
    layer = PT | {"conductivity": {"film": 4e6, "tip": 2e6}}
    film = build_film(parse_case(case_of(layer, regions=[TIP])), comm)
    found = film.layers[0]["conductivity"]
    assert (found.least, found.largest) == (2e6, 4e6)


def test_key_of_one_layer_is_set_by_its_name():
    content = case_of(PT, PT | {"name": "ta"})
    apply_setting(content, "layers.ta.damping_like_efficiency=-0.1")
    found = [layer.damping_like_efficiency for layer in parse_case(content).layers]
    assert found == [0.0, -0.1]
    with pytest.raises(InputError, match=r"w is not a section \(there are pt, ta\)"):
        apply_setting(content, "layers.w.thickness=1e-9")


@pytest.mark.analytic
def test_conductances_of_a_case_are_those_of_the_sheet(comm):
    """Film of 1 nm and 5 MS/m on 3 nm of 4 MS/m: 5 of 17 mS, a share of 0.294 and AMR of 5.15 %.

    A strip is one square of it for each width of its length.
    """
    found = conductances_of_case(parse_case(case_of(PT)), comm)
    assert found.current_shares == pytest.approx({"film": 5 / 17, "pt": 12 / 17})
    assert found.sheet_amr_ratio == pytest.approx(17 / (5 / 1.2 + 12) - 1)
    assert found.couplings == pytest.approx({"left-right": 0.5})
    told = conductances_as_text(found)
    assert "Current: 29 % in the film, 71 % in layer pt; film and layers together have an" in told
    assert "Coupling of each pair, in squares of film and layers together (g/Σ)" in told
    bare = conductances_as_text(conductances_of_case(parse_case(case_of()), comm))
    assert "Coupling of each pair, in squares of film (g/σt)" in bare


def test_layer_of_metres_is_refused():
    """In scripts, too; a tenth of a millimetre is far beyond a layer on a film of nanometres."""
    message = "layers.pt.thickness = 3: must be 0.0001 or less, in m: did you mean 3e-09, for nano"
    with pytest.raises(InputError, match=re.escape(message)):
        Layer("pt", 3, conductivity=4e6)
    with pytest.raises(InputError, match=r"thickness = 0.001: must be 0.0001 or less, in m$"):
        Layer("pt", 1e-3, conductivity=4e6)
    assert Layer("pt", 1e-4, conductivity=4e6).thickness == 1e-4


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (case_of({"name": "pt", "conductivity": 4e6}), "layers.pt.thickness is missing"),
        (case_of(PT | {"thicknes": 1}), "unknown key thicknes in [layers.pt]; did you mean "
         "thickness?"),
        (case_of(PT | {"thickness": 3}), "layers.pt.thickness = 3 m: allowed are 1e-11 to "
         "1e-05, in metres: did you mean 3e-09?"),
        (case_of(PT | {"conductivity": 4}), "layers.pt.conductivity = 4 S/m: allowed are 1000 to "
         "1e+09, in siemens per metre: did you mean 4e+06?"),
        (case_of(PT | {"conductivity": {"film": 4}}), "layers.pt.conductivity.film = 4 S/m"),
        (case_of(PT | {"damping_like_efficiency": 10}), "did you mean 0.1?"),
        (case_of(PT | {"side": "under"}), "layers.pt.side = 'under': must be 'below' or 'above'"),
        (case_of({"thickness": 3e-9}), "layers.0.name is missing"),
        (case_of(PT, PT | {"name": "ta", "elements": 2}), "layers.ta.elements = 2: must be 1 in "
         "two dimensions, where layers are not meshed; did you mean numerics.dimension = 3?"),
        (case_of(PT | {"name": "film"}), "layers: name = 'film': must be a word of letters"),
        (case_of(PT | {"conductivity": -4e6}), "layers.pt.conductivity = -4000000.0: must be "
         "positive"),
        (case_of(PT | {"conductivity": "high"}), "layers.pt.conductivity = 'high': must be"),
        ({"layout": STRIP, "layers": PT}, "[layers]: may stand several times, so write it as "
         "[[layers]]"),
        (case_of(PT, PT), "layers: 2 are called pt"),
        (case_of(PT | {"conductivity": {"film": "4e6"}}), "layers.pt.conductivity.film = '4e6': "
         "must be a number"),
        (case_of(PT | {"conductivity": {"tip": 2e6}}), "layers.pt.conductivity: give the value of "
         "what lies in no region, too: film = …"),
        (case_of(PT | {"thermal_conductivity": {"film": 30.0, "tip": -30.0}}),
         "layers.pt.thermal_conductivity.tip = -30: must be positive"),
        (case_of(PT | {"conductivity": {"film": 4e6, "tap": 2e6}}, regions=[TIP]),
         "layers.pt.conductivity: no region tap (this film has film, tip); did you mean tip?"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_one_line(content, message):
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        parse_case(content).film_source()
    assert "\n" not in str(caught.value)


@pytest.mark.analytic
def test_a_region_may_differ_in_a_layer_alone(comm):
    """Two halves in series of a strip of 80 nm by 40 nm, each with its sheet conductance."""
    tip = {"name": "tip", "area": AREA, "cut_to_film": True}
    layer = PT | {"conductivity": {"film": 4e6, "tip": 1e6}}
    film = build_film(parse_case(case_of(layer, regions=[tip], material={"amr_ratio": 0.0})), comm)
    squares, own = 1.0, film.material.conductivity * 1e-9
    expected = 1 / (squares / (own + 12e-3) + squares / (own + 3e-3))
    # The potential is linear in each half, so that elements of first order are exact; solved to
    # 1e-10.
    assert film.conductance_matrix()[0, 0] == pytest.approx(expected, rel=1e-8)
    with pytest.raises(InputError, match=r"^regions\.tip: nothing differs there; give keys of"):
        parse_case(case_of(PT, regions=[tip]))
