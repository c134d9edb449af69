"""Runs without patterns: what a case may say of them, what they do, and how they go on."""

import json
import shutil
import tomllib
from math import cos, radians, sin

import numpy as np
import pytest
from scipy.optimize import brentq

from hebbfilm.common.errors import InputError
from hebbfilm.run import cli
from hebbfilm.run.analysis.report import report_of
from hebbfilm.run.folder.manifest import read_manifest
from hebbfilm.run.folder.protocol_run import read_protocol_run
from hebbfilm.run.folder.reader import read_case_of_run, read_run
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.inputs.workload import check_workload
from hebbfilm.run.job.interruption import Interrupted, StopRequest
from hebbfilm.run.pictures.gallery import draw_all
from hebbfilm.run.training.training_run import run_case, train
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY

STRIP = {"kind": "strip", "length": 60e-9, "width": 30e-9, "mesh_size": 15e-9}
MACROSPIN = {
    "saturation_magnetisation": 8e5,
    "exchange_stiffness": 2e-11,
    "interfacial_dmi": 0.0,
    "uniaxial_anisotropy": 4e4,
    "easy_axis": [1, 0, 0],
}
ANISOTROPY_FIELD = 2 * 4e4 / (VACUUM_PERMEABILITY * 8e5)


def case_of(*steps, **sections):
    content = {
        "layout": STRIP,
        "material": MACROSPIN,
        "initial": {"texture": "uniform", "direction": [1, 0, 0], "relaxation": 0.0},
        "output": {"sample_interval": 2e-12},
        **sections,
    }
    if steps:
        content["protocol"] = {"steps": list(steps)}
    return parse_case(content)


def run_of(case, folder, comm, **options):
    run_case(case, folder, comm, quiet=True, **options)
    comm.barrier()
    return read_protocol_run(folder)


DRIVE = {"kind": "drive", "drives": {"left": 0.01, "right": 0.0}, "duration": 4e-12}
ALL_STEPS = (
    {"kind": "relax", "duration": 4e-12, "damping": 0.4, "torque_tolerance": 0.0},
    {"kind": "minimise", "torque_tolerance": 1.0},
    {"kind": "field", "value": [0.0, 2e4, 0.0]},
    {"kind": "read", "label": "in a field"},
    {"kind": "sweep", "first": [0, 2e4, 0], "last": [0, 0, 0], "points": 3, "duration": 4e-12},
    {
        "kind": "repeat",
        "count": 2,
        "steps": [
            DRIVE | {"label": "written"},
            {"kind": "read", "fields": False},
            {"kind": "rest", "duration": 3e-12},
        ],
    },
    {
        "kind": "pulses",
        "drives": {"left": {"current": 1e-5}, "right": -0.01},
        "on": 3e-12,
        "off": 1e-12,
        "count": 2,
    },
    {
        "kind": "sweep",
        "first": [0, 0, 0],
        "last": [1e4, 0, 0],
        "points": 2,
        "settle": "evolve",
        "duration": 3e-12,
        "drives": {"left": 0.005, "right": "float"},
        "label": "driven sweep",
    },
)


@pytest.mark.regression
def test_steps_in_their_order_and_what_they_come_to():
    protocol = case_of(*ALL_STEPS).protocol
    kinds = [step.kind for step in protocol.in_order()]
    cycle = ["drive", "read", "rest"]
    assert kinds == ["relax", "minimise", "field", "read", "sweep", *2 * cycle, "pulses", "sweep"]
    found = protocol.extent()
    assert found.time == pytest.approx(4e-12 + 3 * 4e-12 + 2 * 7e-12 + 2 * 4e-12 + 2 * 3e-12)
    assert (found.segments, found.readings, found.fields) == (4 + 3 + 2 * 3 + 4 + 2, 8, 3)
    assert protocol.largest_field() == 2e4


@pytest.mark.regression
def test_written_case_reads_the_same():
    case = case_of(*ALL_STEPS)
    assert parse_case(tomllib.loads(case.as_toml())) == case


SWEEP = {"kind": "sweep", "first": [0, 0, 1e4], "last": [0, 0, -1e4], "points": 3}


@pytest.mark.regression
@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"kind": "reed"}, r"protocol\.steps\.0\.kind = 'reed': allowed are .*did you mean read\?"),
        ({"duration": 1e-9}, r"protocol\.steps\.0\.kind = '': allowed are relax"),
        ({"kind": "read", "lable": "x"}, r"unknown key lable .*did you mean label\?"),
        ({"kind": "rest"}, r"protocol\.steps\.0\.rest\.duration is missing"),
        ({"kind": "rest", "duration": 2}, r"protocol\.steps\.duration = 2 s: .*mean 2e-09\?"),
        ({"kind": "rest", "duration": 0.0}, r"protocol\.steps\.0\.rest\.duration = 0\.0: must be"),
        (
            {"kind": "minimise", "torque_tolerance": 0.0},
            r"torque_tolerance = 0\.0: must be greater",
        ),
        (DRIVE | {"drives": {}}, r"protocol\.steps\.drives: no contact has a voltage or a current"),
        (DRIVE | {"drives": {"left": "float"}}, "drives: no contact has a voltage or a current"),
        (DRIVE | {"drives": {"left": "flaot"}}, r"drives\.left = 'flaot': .*did you mean float\?"),
        (DRIVE | {"drives": {"left": True}}, r"drives\.left = True: must be a finite number, in V"),
        (DRIVE | {"drives": {"left": 50}}, r"drives\.left = 50 V: allowed .*did you mean 0\.05\?"),
        (
            DRIVE | {"drives": {"left": {"current": 50}}},
            r"drives\.left\.current = 50 A: .*mean 5e-05\?",
        ),
        (DRIVE | {"drives": {"left": {"curent": 1e-5}}}, r"unknown key curent .*mean current\?"),
        (
            {"kind": "pulses", "drives": {"left": 0.1}, "on": 1e-9, "count": 0},
            r"count = 0: must be",
        ),
        (SWEEP | {"points": 1}, r"points = 1: must be greater than or equal to 2"),
        (SWEEP | {"first": [0, 0]}, r"first"),
        (SWEEP | {"last": [0, 0, 0.1]}, r"protocol\.steps\.last = 0\.1 A/m: allowed are"),
        (SWEEP | {"settle": "evlove"}, r"settle = 'evlove': must be 'relax', 'minimise' or"),
        (SWEEP | {"drives": {"left": 0.1}}, r"no current acts while m settles; set settle"),
        (SWEEP | {"settle": "minimise", "torque_tolerance": 0.0}, r"must be positive for the min"),
        ({"kind": "field", "value": [1e3, 0, 0]}, r"set a field alone, and nothing follows it"),
        ({"kind": "repeat", "count": 2, "steps": []}, r"steps = \[\]"),
        ({"kind": "repeat", "count": 2, "steps": [{"kind": "rest", "duration": 2}]}, "2e-09"),
    ],
)
def test_step_that_cannot_be_is_told_in_one_line(step, message):
    with pytest.raises(InputError, match=message) as caught:
        case_of(step)
    assert "\n" not in str(caught.value)


@pytest.mark.regression
@pytest.mark.parametrize(
    ("drives", "message"),
    [
        ({"lefft": 0.1}, r"no contact lefft \(this film has left, right\); did you mean left\?"),
        ({"left": {"current": 1e-5}}, r"currents into the film sum to 1e-05 A: must be zero"),
    ],
)
def test_drives_that_do_not_fit_the_film_are_refused_before_it_is_meshed(drives, message):
    case = case_of(DRIVE | {"drives": drives})
    with pytest.raises(InputError, match=message):
        check_workload(case, case.film_source())


@pytest.mark.regression
def test_limits_hold_for_protocols():
    pulses = {"kind": "pulses", "drives": {"left": 0.1}, "on": 1e-12, "count": 1000}
    case = case_of({"kind": "repeat", "count": 1000, "steps": [pulses]})
    with pytest.raises(InputError, match=r"^protocol\.steps would make about 1e\+06 segments"):
        check_workload(case, case.film_source())
    case = case_of({"kind": "repeat", "count": 1000000, "steps": [{"kind": "read"}]})
    with pytest.raises(InputError, match=r"^protocol\.steps would make about 1e\+06 segments"):
        check_workload(case, case.film_source())
    case = case_of({"kind": "rest", "duration": 9e-5})
    with pytest.raises(InputError, match=r"output\.sample_interval = 2e-12 over 9e-05 s"):
        check_workload(case, case.film_source())


@pytest.mark.regression
def test_training_and_protocol_are_one_or_the_other():
    with pytest.raises(InputError, match=r"^\[training\] and \[protocol\]: a run has one of them"):
        case_of({"kind": "read"}, training={"patterns": ["+-"]})


def stoner_wohlfarth(field, angle):
    """The angle of m to the field, in rad, on the branch that began along the easy axis."""
    h = field / ANISOTROPY_FIELD

    # E/2K = ½ sin²(φ - ψ) - h cos φ, φ from the field, which stands at ψ to the easy axis.
    def torque(phi):
        return sin(2 * (phi - angle)) / 2 + h * sin(phi)

    # The minimum is passed on where the torque turns positive; easy axis at φ = ψ.
    grid = np.linspace(0, np.pi, 2000)
    start = int(np.searchsorted(grid, angle)) if h < 0 else 0
    for low, high in zip(grid[start:-1], grid[start + 1 :], strict=True):
        if torque(low) <= 0 < torque(high):
            return brentq(torque, low, high, xtol=1e-14)
    raise AssertionError(f"no minimum at {field}")


@pytest.mark.analytic
@pytest.mark.parametrize("degrees_off", [20, 45])
@pytest.mark.parametrize("settle", ["minimise", "relax"])
def test_hysteresis_of_a_macrospin_is_stoner_wohlfarths(degrees_off, settle, comm, shared_tmp_path):
    """E. C. Stoner and E. P. Wohlfarth, Phil. Trans. R. Soc. A 240, 599 (1948).

    h_sw = (cos^⅔ ψ + sin^⅔ ψ)^(-3/2), in units of 2K/μ₀M_s.
    """
    angle = radians(degrees_off)
    switching = (cos(angle) ** (2 / 3) + sin(angle) ** (2 / 3)) ** -1.5 * ANISOTROPY_FIELD
    direction = np.array([cos(angle), sin(angle), 0.0])
    # From 0.86 to 1.14 of the switching field in steps of 2 %, none of which is at it.
    strengths = -np.linspace(0.87, 1.13, 14) * switching
    step = {
        "kind": "sweep",
        "first": list(strengths[0] * direction),
        "last": list(strengths[-1] * direction),
        "points": len(strengths),
        "settle": settle,
        "duration": 2e-8,
        "torque_tolerance": 0.1,
    }
    case = case_of(step, output={"sample_interval": 5e-11})
    run = run_of(case, shared_tmp_path / "run", comm)
    table = run.readings
    assert np.abs(table.field - strengths[:, None] * direction).max() < 1e-4
    along = table.magnetisation @ direction
    switched = along < 0
    assert switched.tolist() == [abs(strength) > switching for strength in strengths]
    # What is left of the torque, 0.1 A/m, against the stiffness of the well: at 0.97 of the
    # switching field, the nearest point, that is above 0.05 of the anisotropy field, so that m is
    # off by less than 0.1 / (0.05 · 8e4) = 3e-5.
    expected = [cos(stoner_wohlfarth(s, angle)) for s in strengths[~switched]]
    assert along[~switched] == pytest.approx(expected, abs=3e-5)


@pytest.mark.cross_method
def test_run_of_all_steps_keeps_what_they_did(comm, shared_tmp_path):
    folder = shared_tmp_path / "run"
    case = case_of(*ALL_STEPS)
    run = run_of(case, folder, comm)
    table = run.readings
    cycle = ["read", "read"]
    assert list(table.label) == ["in a field", *3 * ["sweep"], *cycle, *2 * ["driven sweep"]]
    assert table.step == (4, 5, 5, 5, 7, 10, 13, 13)
    y = table.field[:, 1].tolist()
    assert y == [2e4, 2e4, 1e4, 0, 0, 0, 0, 0]
    assert table.field[:, 0].tolist() == [0, 0, 0, 0, 0, 0, 0, 1e4]
    # Right after a drive its voltages are on.
    assert table.voltage[4:6].tolist() == [[0.01, 0.0]] * 2
    assert table.current[4, 0] == pytest.approx(-table.current[4, 1], rel=1e-9)
    # A floating contact takes the voltage of the other: no current at all flows.
    assert table.voltage[6] == pytest.approx([0.005, 0.005], rel=1e-6)
    assert [s.label for s in run.manifest.snapshots] == ["in a field", "written", "written"]
    words = set(run.conductance.phase)
    assert words == {"relax", "field", "drive", "rest"}
    driven = np.array([w == "drive" for w in run.conductance.phase])
    assert np.all(run.conductance.power[driven] > 0)
    # In pulses a current is given, and the power is that of the current.
    pulse = np.isclose(run.conductance.current[:, 0], 1e-5, rtol=1e-6, atol=0)
    assert pulse.sum() == 2 * 2
    assert run.summary.steps == 13
    assert run.conductance.time[-1] == pytest.approx(4.4e-11, rel=1e-9)
    if comm.rank == 0:
        kept = read_case_of_run(folder)
        assert kept == case
        assert "13 steps done, 8 readings" in report_of(folder)


@pytest.mark.cross_method
@pytest.mark.parametrize("temperature", [0.0, 300.0])
def test_run_that_was_cut_off_leaves_what_an_undisturbed_one_does(
    temperature, cut_off, folder_content, comm, shared_tmp_path
):
    whole, folder = shared_tmp_path / "whole", shared_tmp_path / "cut"
    thermal = {"temperature": temperature, "equilibration": 2e-12}
    case = case_of(*ALL_STEPS, thermal=thermal)
    rows = len(run_of(case, whole, comm).conductance.time)

    def spoil():
        for name in ("conductance.csv", "readings.csv"):
            with (folder / name).open("a") as table:
                table.write("3.5e-11,rel")

    def start(resume):
        run_case(case, folder, comm, quiet=True, resume=resume)

    ends = cut_off(start, 5, 3, spoil)
    assert ends > rows // 5
    expected, found = folder_content(whole), folder_content(folder)
    assert sorted(found) == sorted(expected)
    assert [name for name in expected if found[name] != expected[name]] == []


@pytest.mark.regression
def test_run_that_is_asked_to_stop_saves_and_goes_on(folder_content, comm, shared_tmp_path):
    whole, folder = shared_tmp_path / "whole", shared_tmp_path / "stopped"
    case = case_of(*ALL_STEPS)
    run_of(case, whole, comm)

    class Stop(StopRequest):
        asked = 0

        def received(self):
            self.asked += 1
            return 143 if self.asked == 9 else 0

    with pytest.raises(Interrupted):
        run_case(case, folder, comm, quiet=True, stop=Stop(comm))
    run_case(case, folder, comm, quiet=True, resume=True)
    comm.barrier()
    expected, found = folder_content(whole), folder_content(folder)
    assert [name for name in expected if found[name] != expected[name]] == []


@pytest.mark.regression
def test_run_resumes_on_its_own_case_alone(comm, shared_tmp_path):
    folder = shared_tmp_path / "run"
    run_of(case_of({"kind": "rest", "duration": 2e-12}), folder, comm)
    other = case_of({"kind": "rest", "duration": 3e-12})
    with pytest.raises(InputError, match=r"holds a run with protocol\.steps"):
        run_case(other, folder, comm, quiet=True, resume=True)


@pytest.mark.regression
def test_case_of_a_layout_alone_relaxes_and_is_read(comm, shared_tmp_path):
    run = run_of(case_of(), shared_tmp_path / "run", comm)
    assert run.readings.label == ("read",)
    assert run.readings.magnetisation[0] == pytest.approx([1, 0, 0], abs=1e-12)
    assert [s.label for s in run.manifest.snapshots] == ["read"]


@pytest.mark.regression
def test_film_without_contacts_goes_through_a_field(comm, shared_tmp_path):
    film = [{"shape": "rectangle", "size": [60e-9, 30e-9]}]
    layout = {"kind": "shapes", "film": film, "mesh_size": 15e-9, "thickness": 1e-9}
    case = case_of(SWEEP | {"settle": "evolve", "duration": 4e-12}, {"kind": "read"}, layout=layout)
    folder = shared_tmp_path / "run"
    run = run_of(case, folder, comm)
    assert run.readings.conductance.shape == (4, 0, 0)
    assert run.conductance.conductance.shape == (len(run.conductance.time), 0)
    if comm.rank == 0:
        assert {p.name for p in draw_all(folder)} == {"texture_0000.png", "hysteresis.png"}
        assert "4 readings" in report_of(folder)
    case = case_of(DRIVE, layout=layout)
    with pytest.raises(InputError, match="this film has 0 contacts; a current needs two"):
        run_case(case, shared_tmp_path / "other", comm, quiet=True)
    assert not (shared_tmp_path / "other").exists()


@pytest.mark.analytic
def test_film_with_hall_effect_is_read_in_both_directions(comm, shared_tmp_path):
    """Onsager: G(-m) is the transpose of G(m)."""
    hall = {"anomalous_hall_ratio": 0.1, "amr_ratio": 0.0}
    layout = {"kind": "square", "side": 120e-9, "mesh_size": 15e-9}
    # Tilted, so that m turns over; then the whole state of the second field is the first reversed.
    fields = {"first": [1e4, 0, 4e5], "last": [-1e4, 0, -4e5]}
    sweep = SWEEP | fields | {"points": 2, "settle": "minimise", "torque_tolerance": 1e-2}
    case = case_of(
        sweep,
        layout=layout,
        material=MACROSPIN | hall | {"easy_axis": [0, 0, 1]},
        initial={"texture": "uniform", "direction": [0, 0, 1], "relaxation": 0.0},
    )
    table = run_of(case, shared_tmp_path / "run", comm).readings
    up, down = table.conductance
    assert table.magnetisation[0] == pytest.approx(-table.magnetisation[1], abs=1e-6)
    assert np.abs(up - up.T).max() > 0.01 * np.abs(up).max()
    assert np.abs(up - down.T).max() < 1e-6 * np.abs(up).max()


@pytest.mark.regression
def test_what_needs_patterns_says_so(comm, shared_tmp_path, capsys):
    folder = shared_tmp_path / "run"
    case = case_of({"kind": "read"})
    with pytest.raises(InputError, match=r"the case has no \[training\].*`hebbfilm run` does"):
        train(case, folder, comm)
    run_of(case, folder, comm)
    if comm.rank == 0:
        with pytest.raises(InputError, match="presented no patterns, so there are no weights"):
            read_run(folder)
    assert cli.main(["recall", str(folder)]) == 2
    told = capsys.readouterr().err
    assert comm.rank or ("presented no patterns" in told and told.count("\n") == 1)


@pytest.mark.regression
def test_command_runs_a_case_and_draws_it(comm, shared_tmp_path, capsys):
    path, folder = shared_tmp_path / "case.toml", shared_tmp_path / "run"
    if comm.rank == 0:
        path.write_text(case_of(*ALL_STEPS).as_toml(), encoding="utf-8")
    comm.barrier()
    assert cli.main(["run", str(path), "--out", str(folder)]) == 0
    told = capsys.readouterr().out
    assert comm.rank or "8 readings" in told
    pictures = {p.name for p in (folder / "pictures").iterdir()}
    assert {"conductance.png", "hysteresis.png", "texture_0000.png", "current_0001.png"} < pictures
    assert cli.main(["run", str(folder), "--resume", "--no-pictures"]) == 0
    assert cli.main(["train", str(path), "--out", str(shared_tmp_path / "no")]) == 2
    assert not (shared_tmp_path / "no").exists()
    assert read_manifest(folder).case["protocol"]["steps"][0]["kind"] == "relax"


@pytest.mark.regression
def test_altered_readings_are_refused(comm, shared_tmp_path):
    folder = shared_tmp_path / "run"
    run_of(case_of({"kind": "read"}), folder, comm)
    if comm.rank == 0:
        copy = shared_tmp_path / "copy"
        shutil.copytree(folder, copy)
        table = copy / "readings.csv"
        table.write_text(table.read_text().replace(",read,", ",red,"))
        with pytest.raises(InputError, match=r"readings\.csv: was changed after the run"):
            read_protocol_run(copy)
        summary = json.loads((folder / "summary.json").read_text())
        assert summary["files"].keys() == {"conductance.csv", "readings.csv"}


@pytest.mark.regression
def test_contacts_that_are_tied_are_driven_as_one(comm, shared_tmp_path):
    layout = {"kind": "square", "side": 120e-9, "mesh_size": 15e-9}
    case = parse_case({"layout": layout, "material": MACROSPIN, "training": {"patterns": ["+-+-"]}})
    names = case.film_source().geometry.contact_names
    a, b, c, _ = names
    step = DRIVE | {"drives": {b: 0.02, c: 0.0}, "label": ""}
    tied = {"tied": [[a, b]]}
    case = case_of(step, {"kind": "read"}, layout=layout, contacts=tied)
    run = run_of(case, shared_tmp_path / "run", comm)
    assert run.manifest.contacts[0] == f"{a}+{b}"
    assert run.readings.voltage[0][:2].tolist() == [0.02, 0.0]
    both = case_of(DRIVE | {"drives": {a: 0.01, b: 0.02}}, layout=layout, contacts=tied)
    with pytest.raises(InputError, match=rf"{b} is tied to another of them, and {a}\+{b} has one"):
        check_workload(both, both.film_source())
