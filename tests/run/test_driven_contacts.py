"""Contacts that waveforms, tables and functions drive, as a case has them.

Class: regression, unless marked otherwise.
"""

import tomllib
from math import pi, sin

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run.folder.protocol_run import read_protocol_run
from hebbfilm.run.folder.reader import read_case_of_run, read_run
from hebbfilm.run.inputs.case import parse_case, read_case
from hebbfilm.run.inputs.workload import check_workload
from hebbfilm.run.training.training_run import run_case, train

MODULE = '''
from dataclasses import dataclass, field

from hebbfilm import Current


def through(t, currents, voltages, ohm, volt=0.05):
    return volt - ohm * currents[0]


def circuit(t, currents, voltages, *, volt):
    return [volt, -volt]


@dataclass
class Fuse:
    """Opens for good after a while."""

    after: float
    on: bool = field(default=True, init=False)

    def __call__(self, t, currents, voltages):
        self.on = self.on and t < self.after
        return 0.02 if self.on else 0.0

    def state(self):
        return {"on": self.on}

    def restore(self, state):
        self.on = state["on"]


@dataclass
class Mute:
    after: float = 0.0
'''
CASE = """
[layout]
kind = "strip"
length = 60e-9
width = 30e-9
mesh_size = 15e-9
[material]
interfacial_dmi = 0.0
amr_ratio = {amr}
[initial]
relaxation = 2e-12
[output]
sample_interval = 1e-12
"""
STEP = """
[[protocol.steps]]
kind = "drive"
drives = {{ {drives} }}
duration = {duration}
"""
SINE = 'left = { kind = "sine", amplitude = 0.05, frequency = 1e11 }, right = 0.0'
TABLE = 'left = { kind = "table", path = "wave.csv", amplitude = { current = 1e-5 } }, right = 0.0'
THROUGH = 'left = { module = "mine.py:through", ohm = 100 }, right = 0.0'
CIRCUIT = 'module = "mine.py:circuit", volt = 0.02'
FUSE = 'left = { module = "mine.py:Fuse", after = 2.5e-12 }, right = 0.0'


@pytest.fixture
def written(comm, shared_tmp_path):
    """Writes a case with a module and a table beside it; gives the path of the case."""

    def written(text, amr=0.0):
        folder = shared_tmp_path / "case"
        comm.barrier()
        if comm.rank == 0:
            folder.mkdir(exist_ok=True)
            (folder / "mine.py").write_text(MODULE, encoding="utf-8")
            (folder / "wave.csv").write_text("t,v\n0,0\n1e-12,1\n3e-12,-1\n", encoding="utf-8")
            (folder / "case.toml").write_text(CASE.format(amr=amr) + text, encoding="utf-8")
        comm.barrier()
        return folder / "case.toml"

    return written


def driven(drives, duration=4e-12):
    return STEP.format(drives=drives, duration=duration)


def course(path, folder, comm):
    """Voltage and current of the left contact from the first drive on."""
    run_case(read_case(path), folder, comm, quiet=True)
    comm.barrier()
    table = read_protocol_run(folder).conductance
    rows = [phase == "drive" for phase in table.phase]
    return table.voltage[rows][:, 0], table.current[rows][:, 0], table.conductance[-1, 0]


@pytest.mark.analytic
def test_waveforms_count_from_the_begin_of_their_step(comm, written, shared_tmp_path):
    path = written(driven(SINE) + driven(SINE))
    voltage, current, g = course(path, shared_tmp_path / "run", comm)
    expected = [0.05 * sin(2 * pi * 0.1 * k) for k in (1, 2, 3, 4)]
    assert voltage == pytest.approx(2 * expected, rel=1e-9)
    assert current == pytest.approx(g * voltage, rel=1e-6)


@pytest.mark.analytic
def test_table_of_a_file_stands_in_the_case(comm, written, shared_tmp_path):
    path, folder = written(driven(TABLE)), shared_tmp_path / "run"
    _, current, _ = course(path, folder, comm)
    # The current in use is off by less than renewal_tolerance, 0.04 of the largest.
    assert current == pytest.approx([1e-5, 0, -1e-5, -1e-5], abs=4e-7)
    kept = tomllib.loads((folder / "case.toml").read_text())
    left = kept["protocol"]["steps"][0]["drives"]["left"]
    assert left == {
        "kind": "table",
        "times": [0, 1e-12, 3e-12],
        "values": [0, 1, -1],
        "amplitude": {"current": 1e-5},
    }


@pytest.mark.analytic
def test_functions_see_the_current_that_they_cause(comm, written, shared_tmp_path):
    path = written(driven(THROUGH) + driven(CIRCUIT))
    voltage, current, g = course(path, shared_tmp_path / "run", comm)
    # Kirchhoff, to the tolerance to which the drive is settled.
    assert voltage[:4] == pytest.approx(4 * [0.05 / (1 + 100 * g)], rel=1e-3)
    assert voltage[4:] == pytest.approx(4 * [0.02])
    assert current[4:] == pytest.approx(4 * [g * 0.04], rel=1e-6)


def test_what_a_function_remembers_begins_anew_with_each_step(comm, written, shared_tmp_path):
    pulses = (
        f'\n[[protocol.steps]]\nkind = "pulses"\ndrives = {{ {FUSE} }}\non = 3e-12\ncount = 2\n'
    )
    path = written(driven(FUSE) + pulses)
    voltage, _, _ = course(path, shared_tmp_path / "run", comm)
    # In the second pulse the fuse is blown still.
    assert voltage.tolist() == [0.02, 0.02, 0, 0, 0.02, 0.02, 0, 0, 0, 0]


@pytest.mark.cross_method
def test_driven_run_that_was_cut_off_goes_on_alike(
    comm, written, shared_tmp_path, cut_off, folder_content
):
    text = driven(SINE) + driven(TABLE) + driven(THROUGH) + driven(FUSE) + driven(CIRCUIT)
    text += '\n[[protocol.steps]]\nkind = "read"\n'
    path, whole, cut = written(text, 0.2), shared_tmp_path / "whole", shared_tmp_path / "cut"
    run_case(read_case(path), whole, comm, quiet=True)

    def start(resume):
        case = read_case_of_run(cut) if resume else read_case(path)
        run_case(case, cut, comm, quiet=True, resume=resume)

    ends = cut_off(start, 3, 2)
    assert ends > 8
    expected, found = folder_content(whole), folder_content(cut)
    assert sorted(found) == sorted(expected)
    assert [name for name in expected if found[name] != expected[name]] == []


def test_function_in_a_step_of_a_training(comm, written, shared_tmp_path):
    text = f"""
[training]
duration = 2e-12
rest = 2e-12
steps = [{{ pattern = "+-" }}, {{ drives = {{ {FUSE} }}, duration = 4e-12 }}]
[reading]
duration = 1e-13
"""
    folder = shared_tmp_path / "run"
    train(read_case(written(text)), folder, comm, quiet=True)
    comm.barrier()
    run = read_run(folder)
    rows = [phase == "train" for phase in run.conductance.phase]
    assert run.conductance.voltage[rows][:, 0].tolist() == [0.05, 0.05, 0.02, 0.02, 0, 0]
    assert [s.label for s in run.manifest.snapshots] == ["untrained", "presented +,-", "trained"]


@pytest.mark.parametrize(
    ("drives", "message"),
    [
        (SINE.replace("sine", "sinus"), r"left: waveform\.kind = 'sinus': .*did you mean sine\?"),
        (
            SINE.replace("frequency", "frequenzy"),
            r"unknown key frequenzy .*did you mean frequency\?",
        ),
        (SINE.replace("0.05", "50.0"), r"drives\.left\.amplitude = 50 V: .*did you mean 0\.05\?"),
        (SINE.replace("1e11", "100.0"), r"drives\.left\.frequency = 100 Hz: .*mean 1e\+11\?"),
        (SINE.replace("0.05", "[1e3, 0, 0]"), r"it must be a voltage in V or a Current"),
        (TABLE.replace("wave", "way"), r"way\.csv'?: cannot be read"),
        (TABLE.replace("1e-5", "10.0"), r"left\.amplitude\.current = 10 A: .*did you mean 1e-05\?"),
        (THROUGH.replace("ohm", "om"), r"unknown key om in .*drives\.left; did you mean ohm\?"),
        (THROUGH.replace(", ohm = 100", ""), r"protocol\.steps\.drives\.left\.ohm is missing"),
        (THROUGH.replace("through", "thorough"), r"has no thorough; did you mean through\?"),
        (FUSE.replace("2.5e-12", "'x'"), r"drives\.left\.after = 'x': must be"),
        (FUSE.replace("Fuse", "Mute"), r"drives\.left\.module: Mute cannot be called"),
        (CIRCUIT.replace("volt", "vold"), r"unknown key vold in protocol\.steps\.drives; did"),
    ],
)
def test_drive_that_cannot_be_is_told_in_one_line(drives, message, comm, written):
    path = written(driven(drives))

    def checked():
        case = read_case(path)
        check_workload(case, case.film_source())

    with pytest.raises(InputError, match=message) as caught:
        checked()
    assert "\n" not in str(caught.value)


def test_function_that_returns_no_drive_ends_the_run(comm, written, shared_tmp_path):
    path = written(driven(THROUGH.replace("100", "'x'")))
    with pytest.raises(InputError, match="through"):
        run_case(read_case(path), shared_tmp_path / "run", comm, quiet=True)


def test_script_gives_waveforms_as_tables_too():
    content = tomllib.loads(CASE.format(amr=0.0) + driven(SINE))
    case = parse_case(content)
    (segment,) = case.protocol.steps[0].segments(("left", "right"))
    assert segment.drives[0].drive(2.5e-12) == pytest.approx(0.05)
    assert np.isclose(segment.duration, 4e-12, rtol=1e-9, atol=0)
