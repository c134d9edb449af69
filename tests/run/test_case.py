"""Case files: what is read, and every way in which one can be wrong."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Reference, Step
from hebbfilm.run.inputs.case import parse_case, read_case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.run.inputs.settings import apply_setting
from hebbfilm.solvers import Electrodes, Numerics, Oersted, Wire

CASES = Path(__file__).parents[2] / "run" / "cases"
MINIMAL = {"layout": {"kind": "wheel"}, "training": {"patterns": ["++--"]}}


def case_with(section, **values):
    content = {key: dict(value) for key, value in MINIMAL.items()}
    content.setdefault(section, {}).update(values)
    return content


def case_with_waveform(**values):
    return MINIMAL | {"applied_field_waveform": [{"amplitude": [1e3, 0, 0], **values}]}


@pytest.mark.parametrize("path", sorted(CASES.glob("*.toml")), ids=lambda path: path.stem)
def test_cases_that_come_along_are_valid(path):
    case = read_case(path)
    contacts = case.film_source().geometry.contact_names
    if case.training is not None:
        assert case.required_training().segments(case.neurons_of(contacts))
    else:
        case.steps().require_fit(contacts)


def test_four_node_case_is_the_default_material_and_layout():
    case = read_case(CASES / "four_node.toml")
    defaults = parse_case(MINIMAL)
    assert case.material == defaults.material
    assert case.initial == defaults.initial
    assert case.film_source().geometry == defaults.film_source().geometry


def test_oersted_field_is_asked_for_by_true_or_a_table(comm):
    """And its wires come to the film."""
    assert parse_case(MINIMAL | {"oersted": True}).oersted == Oersted()
    assert parse_case(MINIMAL | {"oersted": False}).oersted is None
    content = {"layout": {"kind": "wheel", "mesh_size": 30e-9}} | {
        "oersted": {"wires": [{"contact": "rim_1", "path": [[0, 0, 1e-6]]}]},
        "training": {"patterns": ["++--"]},
    }
    case = parse_case(content)
    assert case.oersted == Oersted(wires=(Wire("rim_1", ((0.0, 0.0, 1e-6),)),))
    assert parse_case(case.as_kept()) == case
    film = build_film(case, comm)
    assert film.dynamics.energies()["oersted"] == 0.0


def test_written_case_reads_the_same(tmp_path):
    case = read_case(
        CASES / "four_node.toml",
        [
            "disorder.grain_diameter=20e-9",
            "disorder.relative_deviation=0.1",
            'applied_field_waveform=[{kind="sine", amplitude=[1e3, 0, 0], frequency=5e9}, '
            '{kind="pulse", amplitude=[0, 0, 1e4], rise=1e-11, length=1e-10, fall=1e-11}]',
        ],
    )
    assert [waveform.kind for waveform in case.applied_field_waveform] == ["sine", "pulse"]
    copy = tmp_path / "case.toml"
    copy.write_text(case.as_toml(), encoding="utf-8")
    assert read_case(copy) == case


def test_table_of_a_waveform_is_found_beside_the_case_and_stays_in_its_copy(tmp_path):
    (tmp_path / "ramp.csv").write_text("0,0\n1e-9,1\n", encoding="utf-8")
    path, copy = tmp_path / "case.toml", tmp_path / "copy.toml"
    path.write_text(
        "[layout]\nkind = 'wheel'\n[[applied_field_waveform]]\nkind = 'table'\n"
        "amplitude = [0, 0, 1e4]\npath = 'ramp.csv'\n",
        encoding="utf-8",
    )
    case = read_case(path)
    assert case.applied_field_waveform[0].field(0.5e-9)[2] == 5e3
    (tmp_path / "ramp.csv").unlink()
    copy.write_text(case.as_toml(), encoding="utf-8")
    assert read_case(copy) == case
    with pytest.raises(InputError, match=r"path = '.*ramp.csv': cannot be read: No such file"):
        read_case(path)


def test_film_of_a_case_has_all_its_terms(comm):
    case = parse_case(
        {
            "layout": {"kind": "strip", "length": 60e-9, "width": 30e-9, "mesh_size": 10e-9},
            "material": {"bulk_dmi": 1e-3, "interfacial_dmi": 0.0},
            "disorder": {
                "grain_diameter": 20e-9,
                "axis_deviation": 5,
                "deviations": {"exchange_stiffness": 0.05, "saturation_magnetisation": 0.02},
            },
            "applied_field_waveform": [
                {"kind": "ramp", "amplitude": [0, 0, 1e4], "duration": 1e-9}
            ],
        }
    )
    film = build_film(case, comm)
    assert set(film.dynamics.energies()) == {
        "exchange",
        "uniaxial_anisotropy",
        "bulk_dmi",
        "zeeman",
    }


def test_numerics_of_a_case_are_those_of_its_film():
    """Every one of them can be set, and unless it is, it is what a script would have."""
    given = {
        "renewal_tolerance": 0.02,
        "potential_tolerance": 1e-9,
        "step_tolerance": 1e-4,
        "integrator": "implicit",
    }
    assert given.keys() == {field.name for field in fields(Numerics)}
    layout = {"kind": "strip", "length": 60e-9, "width": 30e-9, "mesh_size": 10e-9}
    assert parse_case({"layout": layout, "numerics": given}).numerics.of_film() == Numerics(**given)
    assert parse_case({"layout": layout}).numerics.of_film() == Numerics()


def test_settings_overrule_the_file():
    case = read_case(
        CASES / "four_node.toml",
        ["training.voltage=0.04", 'training.patterns=["+-+-"]', "initial.texture=uniform"],
    )
    assert case.training.voltage == 0.04
    assert case.training.patterns == ("+-+-",)
    assert case.initial.texture == "uniform"


def test_steps_of_training_are_read_and_written(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(
        '[layout]\nkind = "wheel"\n[training]\npatterns = ["++--", "+-+-"]\nrepeats = 3\n'
        "[[training.steps]]\npattern = 2\nsign = -1\n"
        "[[training.steps]]\nrest = 2e-9\n"
        '[[training.steps]]\npattern = "++--"\nvoltage = 0.04\nduration = 1e-9\n'
        "[[training.steps]]\nread = 'late'\n"
        "[reading]\nreference = 'absolute_offset'\noffset = 0.0\n"
        "since = 'late 1'\nof = ['late 3']\n"
    )
    case = read_case(path)
    assert case.training.steps == (
        Step(2, -1),
        Step(rest=2e-9),
        Step("++--", voltage=0.04, duration=1e-9),
        Step(read="late"),
    )
    assert case.reading.rule() == Reference("absolute_offset", 0.0, "late 1", ("late 3",))
    path.write_text(case.as_toml(), encoding="utf-8")
    assert read_case(path) == case


def test_contacts_are_read_and_written(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(
        '[layout]\nkind = "wheel"\n'
        '[contacts]\nspecific_resistance = {rim_1 = 1e-15}\ntied = [["rim_1", "rim_2"]]\n'
    )
    case = read_case(path)
    assert case.contacts == Electrodes({"rim_1": 1e-15}, (("rim_1", "rim_2"),))
    path.write_text(case.as_toml(), encoding="utf-8")
    assert read_case(path) == case
    case = parse_case(case_with("contacts", specific_resistance=1e-15))
    assert case.contacts == Electrodes(1e-15)


def test_mesh_path_is_relative_to_the_case(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text('[layout]\nkind = "mesh"\npath = "film.msh"\nthickness = 1e-9\n')
    assert read_case(path).film_source().geometry.path == tmp_path / "film.msh"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"training": {}}, "layout is missing"),
        (case_with("training", voltge=1), "unknown key voltge in [training]; did you mean voltage"),
        (case_with("materials", damping=1), "unknown key materials at the top of the case; did you "
         "mean material?"),
        (
            {"layout": {"path": "a.svg", "copies": 2}, "training": {"patterns": ["+-"]}},
            "layout.kind is missing: allowed are wheel, square, disc, ",
        ),
        (case_with("layout", kind="weel"), "layout.kind = 'weel': allowed are wheel, square, disc, "
         "strip, corbino, random_rim, "),
        (case_with("layout", outer_radios=1e-7), "unknown key outer_radios in [layout]"),
        (case_with("layout", outer_radius="big"), "layout.outer_radius = 'big': must be a number"),
        (case_with("layout", outer_radius=360), "did you mean 360e-9?"),
        (case_with("layout", ring_width=5e-7), "ring_width 5e-07 m"),
        (case_with("layout", contact_half_angle=70), "overlap"),
        (case_with("material", conductivity=-5e6), "material.conductivity = -5000000.0: must be "
         "positive"),
        (case_with("material", saturation_magnetisation=0.58), "in amperes per metre: did you mean "
         "580000?"),
        (case_with("material", exchange_stiffness=10), "did you mean 1e-11?"),
        (case_with("training", duration=6), "training.duration = 6 s: allowed are 1e-14 to 0.0001, "
         "in seconds: did you mean 6e-09?"),
        (case_with("training", voltage=50), "did you mean 0.05?"),
        (case_with("training", patterns=["+,+,-"]), "pattern '+,+,-' has 3 signs; the film has 4 "
         "contacts (rim_1, rim_2, rim_3, centre)"),
        (case_with("training", patterns=["++++"]), "same voltage"),
        (case_with("training", presentation="quadratur"), "did you mean quadrature?"),
        (case_with("training", pause=2), "training.pause = 2 s"),
        (case_with("training", steps={"pattern": 1}), "[training.steps]: may stand several times, "
         "so write it as [[training.steps]]"),
        (case_with("training", steps=[{"pattrn": 1}]), "unknown key pattrn in [training.steps.0]; "
         "did you mean pattern?"),
        (case_with("training", steps=[{"pattern": 1, "voltage": 50}]), "training.steps.voltage = "
         "50 V: allowed are 1e-09 to 10, in volts: did you mean 0.05?"),
        (case_with("training", steps=[{"pattern": 1, "sign": 0}]), "step 1 of training.steps: "
         "sign = 0: must be 1 or -1"),
        (case_with("training", steps=[{"pattern": 1.5}]), "training.steps.0.pattern = 1.5: must "
         "be"),
        (case_with("training", steps=[{"pattern": 2}]), "pattern = 2: allowed are 1 to 1"),
        (MINIMAL | {"demagnetisation": "ful"}, "demagnetisation = 'ful': must be 'none', 'local' "
         "or 'full'"),
        (case_with("initial", texture="maze"), "initial.texture = 'maze': must be 'random' or "
         "'uniform'"),
        (case_with("initial", seed=-1), "initial.seed = -1"),
        (case_with("initial", method="minimize"), "initial.method = 'minimize': must be 'relax' or "
         "'minimise'"),
        (case_with("thermal", temperature=-4.0), "thermal.temperature = -4.0"),
        (case_with("thermal", temperature=3e5), "thermal.temperature = 300000 K: allowed are 0.001 "
         "to 5000, in kelvin"),
        (case_with("numerics", integrator="rk4"), "numerics.integrator = 'rk4': must be 'auto', "
         "'explicit' or 'implicit'"),
        (case_with("numerics", step_tolerance=1), "numerics.step_tolerance = 1"),
        (case_with("reading", reference="none"), "reference rule 'none'"),
        (case_with("numerics", dimension=4), "numerics.dimension = 4: must be 2 or 3"),
        (case_with("numerics", renewal_tolerance=0), "numerics.renewal_tolerance = 0"),
        (MINIMAL | {"oersted": "yes"}, "oersted = 'yes': must be true, false or a table; did you "
         "mean true?"),
        (MINIMAL | {"oersted": 1}, "oersted = 1: must be true, false or a table; did you mean "),
        (MINIMAL | {"oersted": 2.5}, "oersted = 2.5: must be true, false or a table"),
        (case_with("numerics", layers=2), "numerics.layers = 2: must be 1 in two dimensions, where "
         "a film is of triangles; did you mean numerics.dimension = 3?"),
        (case_with("oersted", tolerence=0.1), "unknown key tolerence in [oersted]; did you mean "
         "tolerance? (allowed: tolerance, wires, spacing)"),
        (
            case_with("oersted", tolerance=1.0),
            "oersted.tolerance = 1.0: must be 1e-06 or more and below 1",
        ),
        (case_with("oersted", spacing=5), "oersted.spacing = 5 m: allowed are 1e-10 to 0.001, in "
         "metres: did you mean 5e-09?"),
        (case_with("oersted", wires=[{"contct": "rim_1"}]), "unknown key contct in [oersted.wires.0"
         "]; did you mean contact? (allowed: contact, path)"),
        (case_with("oersted", wires=[{"path": []}]), "oersted.wires.0.contact is missing"),
        (case_with("oersted", wires=[{"contact": "rim_1", "path": [[0, 0]]}]),
         "oersted.wires.0.path.0 = [0, 0]: must be 3 values"),
        (MINIMAL | {"applied_field": ["50 mT"]}, "applied_field = ["),
        (MINIMAL | {"applied_field": "[50 mT, 0, 0]"}, "applied_field = '[50 mT, 0, 0]': must be a "
         'list; texts in a list stand in quotes, as in ["50 mT", 0]'),
        (case_with("layout", thickness=1e-2), "thickness 0.01 m is no film's; allowed are up to "
         "1e-05 m"),
        (case_with("oersted", wires=[{"contact": "center"}]), "oersted.wires: contact = 'center': "
         "allowed are rim_1, rim_2, rim_3, centre; did you mean centre?"),
        (case_with("disorder", grain_diameter=20e-9), "disorder: the grains do not differ"),
        (case_with("disorder", grain_diameter=20e-9, deviations={"condctivity": 0.1}),
         "did you mean conductivity"),
        (case_with("disorder", grain_diameter=20e-9, deviations={"conductivity": 5}), "disorder."
         "deviations.conductivity = 5: allowed are 1e-06 to 3, no unit: did you mean 0.05?"),
        (case_with("disorder", grain_diameter=20e-9, deviations=0.1), "disorder.deviations = 0.1"),
        (case_with("disorder", relative_deviation=0.1), "disorder.grain_diameter is missing"),
        (case_with("disorder", grain_diameter=20e-9, axis_deviation=-3), "disorder."
         "axis_deviation = -3.0: must be 0 to 90, in degrees"),
        (case_with("disorder", grain_diameter=20e-9, axes="plane"), "disorder.axes = 'plane': must "
         "be 'easy_axis' or 'random_in_plane'"),
        (case_with("disorder", grain_diameter=20e-9, axis_deviaton=3), "did you mean "
         "axis_deviation?"),
        (case_with("disorder", grain_diameter=20e-9, relative_deviation=10), "disorder."
         "relative_deviation = 10: allowed are 1e-06 to 3, no unit: did you mean 0.1?"),
        (case_with("material", bulk_dmi=3), "material.bulk_dmi = 3 J/m²: allowed are 1e-07 to 0.1, "
         "in joules per square metre: did you mean 0.003?"),
        (MINIMAL | {"applied_field": [0, 0, 0.1]}, "applied_field = 0.1 A/m: allowed are 1 to "
         "1e+08, in amperes per metre: did you mean 79577.5?"),
        (case_with_waveform(kind="sinus"), "applied_field_waveform.0.kind = 'sinus': allowed "
         "are sine, pulse, ramp, sinc, decaying_sine, table, formula; did you mean sine?"),
        (case_with_waveform(), "applied_field_waveform.0.kind = '': allowed are sine"),
        (case_with_waveform(kind="sine", frequncy=5e9), "unknown key frequncy in "
         "[applied_field_waveform.0.sine]; did you mean frequency?"),
        (case_with_waveform(kind="sine"), "applied_field_waveform.0.sine.frequency is missing"),
        (case_with_waveform(kind="sine", frequency=5), "applied_field_waveform.frequency = 5 Hz: "
         "allowed are 10000 to 1e+14, in hertz: did you mean 5e+09?"),
        (case_with_waveform(kind="ramp", duration=-1e-9), "applied_field_waveform.duration = "
         "-1e-09: must be positive, in seconds"),
        (case_with_waveform(kind="pulse", length=0), "applied_field_waveform.length = 0.0: must be "
         "positive for a pulse that neither rises nor falls"),
        (case_with_waveform(kind="sine", frequency=5e9, amplitude=5.0), "applied_field_waveform."
         "amplitude = 5.0: must be three numbers, in A/m"),
        (case_with_waveform(kind="formula", formula="x"), "applied_field_waveform.formula = 'x': "
         "x is not known (allowed: t, pi, sin, cos, exp, sqrt, abs)"),
        (MINIMAL | {"applied_field_waveform": {"kind": "sine"}}, "[applied_field_waveform]: may "
         "stand several times, so write it as [[applied_field_waveform]]"),
        (case_with("contacts", resistance=1e-15), "unknown key resistance in [contacts]; did you "
         "mean lead_resistance?"),
        (case_with("contacts", specific_resistance=1e-3), "contacts.specific_resistance = 0.001 "
         "Ω m²: allowed are 1e-19 to 1e-07, in ohm square metres: did you mean 1e-15?"),
        (case_with("contacts", lead_resistance=1e12), "contacts.lead_resistance = 1e+12 Ω: allowed "
         "are 1e-06 to 1e+07"),
        (case_with("contacts", lead_resistance={"rim1": 1.0}), "contacts.lead_resistance: no "
         "contact rim1"),
        (case_with("contacts", lead_resistance="x"), "contacts.lead_resistance = 'x': must be a "
         "number or a table"),
        (case_with("recall", starts={"flipped": [0.1], "number": 10**6}), "recall.starts.number = "
         "1000000: must be less than or equal to 100000"),
        (case_with("recall", starts={"flipped": [0.6]}), "recall.starts.flipped.0 = 0.6: must be"),
        (case_with("recall", starts={"flipped": 0.1}), "recall.starts.flipped = 0.1: must be a l"),
        (case_with("recall", starts={"flipped": []}), "recall.starts.flipped = []: must have 1 or "
         "more values"),
        (case_with("recall", starts={"flip": [0.1]}), "unknown key flip in [recall.starts]; did "
         "you mean flipped?"),
        (case_with("recall", starts="al"), "recall.starts = 'al': must be 'all' or a list or a t"),
        (case_with("recall", starts=[[1, 0.5]]), "recall.starts.0.1 = 0.5: must be a whole number"),
        (case_with("contacts", lead_resistance=-1.0), "contacts.lead_resistance = -1"),
        (case_with("contacts", specific_resistance={"rim_1": 1e-3}), "contacts.specific_resistance."
         "rim_1 = 0.001 Ω m²"),
        (case_with("contacts", specific_resistance={"rim1": 1e-15}), "contacts.specific_resistance:"
         " no contact rim1 (this film has rim_1, rim_2, rim_3, centre); did you mean rim_1?"),
        (case_with("contacts", specific_resistance="low"), "contacts.specific_resistance = 'low': "
         "must be a number"),
        (case_with("contacts", tied=[["rim_1", "center"]]), "did you mean centre?"),
        (case_with("contacts", tied=["rim_1", "rim_2"]), "contacts.tied.0 = 'rim_1': must be a "
         "list"),
        (case_with("reading", since="formed"), "reading.since = 'formed': nothing is read then; "
         "allowed are untrained, trained, uniform"),
        (case_with("reading", since="reference_film"), "reading.since = 'reference_film': no "
         "neuron has a reference; nothing is read then"),
        (case_with("reading", since="refrence_film") | {"neurons": "twins_and_reference"},
         "trained, uniform, reference_film; did you mean reference_film?"),
        (case_with("reading", of=["after A"]), "reading.of = 'after A': nothing is read then; "
         "allowed are untrained, trained"),
        (case_with("reading", of=[]), "reading.of = []: "),
        (case_with("reading", of="trained"), "reading.of = 'trained': must be a list"),
        (case_with("reading", since="trained"), "since = 'trained': is the moment that is read"),
        (case_with("reading", reference="absolute", offset=1e-5), "did you mean rule "
         "'absolute_offset'?"),
        (MINIMAL | {"training": {"steps": [{"pattern": "++--"}, {"read": "A"}]},
         "reading": {"since": "a"}}, "allowed are untrained, A, trained, uniform; did you mean A?"),
        (MINIMAL | {"training": {"steps": [{"pattern": "++--"}, {"read": 3}]}},
         "training.steps.1.read = 3: must be"),
    ],
)  # fmt: skip
def test_wrong_case_is_named_in_one_line(content, message):
    def read():
        case = parse_case(content)
        layout = case.film_source().geometry
        case.required_training().segments(layout.contact_names)

    with pytest.raises(InputError, match=re.escape(message)) as caught:
        read()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[layout\n", "is not TOML"),
        ("layout = 3\n", "layout = 3: must be a table"),
        ("[layout]\nkind = 'mesh'\n", "layout.path is missing"),
    ],
)
def test_wrong_file_is_named_in_one_line(tmp_path, text, message):
    path = tmp_path / "case.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        read_case(path).film_source()
    assert "\n" not in str(caught.value)


def test_missing_case_is_named(tmp_path):
    with pytest.raises(InputError, match=r"cannot read the case .*nowhere\.toml"):
        read_case(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("setting", ["training.voltage", "=3", "title.x=3"])
def test_wrong_setting_is_named(setting):
    with pytest.raises(InputError, match=r"--set "):
        read_case(CASES / "four_node.toml", [setting])


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("demagnetisation=local", "demagnetisation.kind=full", "give demagnetisation=... itself"),
        ("recall.starts=all", "recall.starts.number=5", "like recall.starts={ number = ... }"),
        ("contacts.lead_resistance=1", "contacts.lead_resistance.rim_1=2", "={ rim_1 = ... }"),
    ],
)
def test_a_key_of_what_is_no_table_is_told_what_may_be_given(first, second, told):
    """Only what may be a table is advised to be given as one."""
    content = {}
    apply_setting(content, first)
    with pytest.raises(InputError, match=re.escape(told)):
        apply_setting(content, second)
