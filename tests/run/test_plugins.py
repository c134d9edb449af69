"""Modules of one's own that a case names: what they may be, how they are told off, and resumed.

Class: regression.
"""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run import cli
from hebbfilm.run.folder.reader import read_case_of_run
from hebbfilm.run.inputs.case import read_case
from hebbfilm.run.inputs.films import build_film, own_terms
from hebbfilm.run.training.recorder import Recorder
from hebbfilm.run.training.training_run import run_case
from hebbfilm.solvers import rest

MODULE = '''
"""Cubic anisotropy."""

from dataclasses import dataclass

import numpy as np
import ufl

from hebbfilm import Energy, NumericTorque, Torque, parameter
from hebbfilm.solvers.terms.energy import Quantity


@dataclass(frozen=True)
class Cubic(Energy):
    """E = ∫ K₁ (x²y² + y²z² + z²x²) dV."""

    k1: Quantity = parameter("J/m³")
    axis: Quantity = parameter("", (3,), default=(0.0, 0.0, 1.0))
    power: int = 2
    name = "cubic"

    def __post_init__(self):
        if self.power == 7:
            raise ValueError("no seven")

    def density(self, m, at):
        x, y, z = (component**self.power for component in m)
        return self.k1 * (x * y + y * z + z * x)


@dataclass(frozen=True)
class Nameless(Energy):
    k1: Quantity = parameter("J/m³")

    def density(self, m, at):
        return self.k1 * m[0] ** 4


class Plain:
    name = "plain"


@dataclass(frozen=True)
class Turn(Torque):
    """τ = ω ẑ × m."""

    rate: Quantity = parameter("1/s")
    name = "turn"

    def torque(self, m, at):
        return self.rate * ufl.cross(ufl.as_vector([0, 0, 1]), m)


class Push(NumericTorque):
    name = "push"

    def __init__(self):
        self.calls = 0

    def torque(self, state):
        self.calls += 1
        return 1e9 * np.cross([0.0, 0.0, 1.0], state.m)

    def state(self):
        return {"push": self.calls}

    def restore(self, state):
        self.calls = state["push"]
'''
CASE = """
[layout]
kind = "strip"
length = 60e-9
width = 30e-9
mesh_size = 15e-9
[material]
interfacial_dmi = 0.0
[initial]
relaxation = 4e-12
[output]
sample_interval = 1e-12
{terms}
[[protocol.steps]]
kind = "rest"
duration = 4e-12
[[protocol.steps]]
kind = "read"
"""
CUBIC = '[[terms]]\nmodule = "my_terms.py:Cubic"\nk1 = 4e4\n'
TURN = '[[torques]]\nmodule = "my_terms.py:Turn"\nrate = 1e9\n'
PUSH = '[[torques]]\nmodule = "my_terms.py:Push"\n'


@pytest.fixture
def written(comm, shared_tmp_path):
    """Writes a case, and a module beside it; gives the path of the case."""

    def written(terms=CUBIC, module=MODULE, name="my_terms.py") -> Path:
        folder = shared_tmp_path / "case"
        comm.barrier()
        if comm.rank == 0:
            folder.mkdir(exist_ok=True)
            (folder / name).write_text(module, encoding="utf-8")
            (folder / "case.toml").write_text(CASE.format(terms=terms), encoding="utf-8")
        comm.barrier()
        return folder / "case.toml"

    return written


def test_term_of_a_module_acts_on_the_film(comm, written):
    film = build_film(read_case(written()), comm)
    film.set_magnetisation(np.array([1.0, 1.0, 1.0]))
    # (x², y², z²) = ⅓ each: K₁ V · 3 · 1/9.
    volume = film.operators.volume
    assert film.dynamics.energies()["cubic"] == pytest.approx(4e4 * volume / 3, rel=1e-12)


@pytest.mark.regression
def test_parameter_with_a_unit_is_the_same_in_si(comm, written):
    path = written(CUBIC.replace("4e4", '"40 kJ/m^3"'))
    assert own_terms(read_case(path), comm)[0].k1 == 4e4
    with pytest.raises(InputError, match=r"^terms\[0\].k1 = '40 T': must be a quantity in J/m³"):
        own_terms(read_case(written(CUBIC.replace("4e4", '"40 T"'))), comm)


@pytest.mark.parametrize("torque", [TURN, PUSH])
def test_torque_of_a_module_turns_m(torque, comm, written):
    """At 1e9 rad/s about z, without energy or damping, by 0.01 rad in 10 ps."""
    settings = [
        *("material.damping=0.0", "material.uniaxial_anisotropy=0.0"),
        "numerics.step_tolerance=1e-6",
    ]
    film = build_film(read_case(written(torque), settings), comm)
    film.set_magnetisation(np.array([1.0, 0.0, 0.0]))
    film.evolve(rest(1e-11))
    mean = film.dynamics.mean_magnetisation()
    assert mean == pytest.approx([np.cos(0.01), np.sin(0.01), 0], abs=1e-6)


def test_keys_of_any_type_reach_the_term(comm, written):
    terms = CUBIC.replace("4e4", "{ film = 4e4 }") + "axis = [1, 0, 0]\npower = 4\n"
    film = build_film(read_case(written(terms)), comm)
    film.set_magnetisation(np.array([1.0, 1.0, 0.0]))
    volume = film.operators.volume
    # x⁴y⁴ = 1/16.
    assert film.dynamics.energies()["cubic"] == pytest.approx(4e4 * volume / 16, rel=1e-12)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (CUBIC.replace("my_terms.py:Cubic", "my_terms.py"), r"must be a file and a class of it"),
        (CUBIC.replace("my_terms.py:Cubic", "my_terms:Cubic"), r"must be a file and a class of it"),
        (
            CUBIC.replace("my_terms", "other"),
            r"terms\[0\]\.module: cannot read .*other\.py: No such",
        ),
        (CUBIC.replace("Cubic", "Cubik"), r"my_terms\.py has no Cubik; did you mean Cubic\?"),
        (CUBIC.replace("Cubic", "Plain"), r"Plain must be a dataclass"),
        (
            CUBIC.replace("Cubic", "Nameless"),
            r"terms\[0\]\.module: Nameless must be a class with a name",
        ),
        (CUBIC.replace("k1", "k_1"), r"unknown key k_1 in terms\[0\]; did you mean k1\?"),
        (CUBIC.replace("k1 = 4e4", ""), r"terms\[0\]\.k1 is missing"),
        (
            CUBIC.replace("4e4", "'4e4'"),
            r"terms\[0\]\.k1 = '4e4': must be a finite number, in J/m³",
        ),
        (CUBIC.replace("4e4", "true"), r"terms\[0\]\.k1 = True: must be a finite number"),
        (CUBIC.replace("4e4", "{}"), r"terms\[0\]\.k1: has no region"),
        (CUBIC.replace("4e4", "{ film = 'x' }"), r"terms\[0\]\.k1\.film = 'x': must be a finite"),
        (CUBIC + "axis = [1, 0]", r"terms\[0\]\.axis = .*: must be three numbers"),
        (
            CUBIC + "power = 'two'",
            r"terms\[0\]\.power = 'two': must be a whole number|valid integer",
        ),
        (CUBIC + "power = 7", r"terms\[0\]: Cubic raised ValueError: no seven"),
        (CUBIC + CUBIC, r"terms\[1\]: two are called 'cubic'"),
        (TURN.replace("[[torques]]", "[[terms]]"), r"Turn is none of these: .*\[\[torques\]\]"),
        (CUBIC.replace("[[terms]]", "[[torques]]"), r"Cubic is none of these: Torque, Numeric"),
        (TURN + TURN, r"torques\[1\]: two are called 'turn'"),
        ("[terms]\nmodule = 'my_terms.py:Cubic'", r"\[terms\]: may stand several times"),
        ("[[terms]]\nk1 = 4e4", r"terms\.0\.module is missing"),
        (CUBIC + "sha256 = 'abc'", r"my_terms\.py was changed since its checksum was noted"),
    ],
)
def test_term_that_cannot_be_is_told_in_one_line(terms, message, comm, written):
    with pytest.raises(InputError, match=message) as caught:
        build_film(read_case(written(terms)), comm)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("import nothing_of_this_name", "raised ModuleNotFoundError in line 1: No module named"),
        ("\nx = 1 / 0", "raised ZeroDivisionError in line 2: division by zero"),
        ("def Cubic(:\n", "raised SyntaxError in line 1"),
        ("raise SystemExit('bye')", "raised SystemExit in line 1: bye"),
        ("import sys\nsys.exit()", "raised SystemExit in line 2"),
        (
            MODULE.replace("if self.power == 7:\n            raise", "raise SystemExit(0) #"),
            "terms[0]: Cubic raised SystemExit: 0",
        ),
        (
            MODULE.replace("x, y, z = (comp", "raise SystemExit(0)\n        x, y, z = (comp"),
            "cubic: its density raised SystemExit: 0",
        ),
        (
            MODULE.replace("@dataclass(frozen=True)", ""),
            "terms[0].module: Cubic must be a dataclass, whose fields are keys: write @dataclass",
        ),
        ("def Cubic(k1):\n    return k1\n", "terms[0].module: Cubic is no class: must be one"),
        (MODULE.replace('name = "cubic"', 'name = "exchange"'), "2 terms are called 'exchange'"),
    ],
)
def test_module_that_cannot_be_run_ends_a_command(
    module, message, comm, written, shared_tmp_path, capfd
):
    case, out = written(module=module), shared_tmp_path / "run"
    assert cli.main(["run", str(case), "--out", str(out)]) == 2
    told = capfd.readouterr().err
    if comm.rank == 0:
        assert message in told.splitlines()[-1]
        assert not out.exists()


def test_module_that_fails_on_one_rank_fails_on_all(comm, written):
    module = (
        f"from mpi4py import MPI\nassert MPI.COMM_WORLD.rank != {comm.size - 1}, 'here'\n{MODULE}"
    )
    with pytest.raises(InputError, match=r"my_terms\.py raised AssertionError in line 2: here"):
        build_film(read_case(written(module=module)), comm)


def test_exit_on_one_rank_is_told_on_all(comm, written, shared_tmp_path, capfd):
    """While the run is on its way, in a torque: it ends like any other that raises."""
    module = MODULE.replace(
        "        self.calls += 1\n",
        "        from mpi4py import MPI\n\n"
        f"        if state.time > 0 and MPI.COMM_WORLD.rank == {comm.size - 1}:\n"
        "            raise SystemExit(0)\n",
    )
    out = shared_tmp_path / "run"
    case = written(PUSH, module)
    assert cli.main(["run", str(case), "--out", str(out), "--no-pictures"]) == 2
    told = capfd.readouterr().err
    assert comm.rank or told.splitlines()[-1] == "hebbfilm: push: its torque raised SystemExit: 0"


def test_subclass_without_fields_needs_no_decorator(comm, written):
    module = MODULE + '\n\nclass Other(Cubic):\n    name = "other"\n'
    case = written(CUBIC.replace("Cubic", "Other"), module)
    assert "other" in build_film(read_case(case), comm).dynamics.energies()


def test_module_that_leaves_the_working_directory(comm, written, shared_tmp_path, monkeypatch):
    """When it is loaded, and while the film moves: the folder stays where it was asked for."""
    module = MODULE.replace(
        "        self.calls += 1\n", '        import os\n\n        os.chdir("/")\n'
    )
    case = written(PUSH, 'import os\n\nos.chdir("/")\n' + module)
    comm.barrier()
    monkeypatch.chdir(shared_tmp_path)
    run_case(read_case(case), "run", comm, quiet=True)
    assert (shared_tmp_path / "run" / "manifest.json").exists()


class CutError(Exception):
    """The end of a process, as far as one can have it without one."""


def test_run_goes_on_with_its_own_copy(comm, written, shared_tmp_path, monkeypatch, folder_content):
    """Whatever becomes of the original; and with the original, as long as it is the same."""
    text = CUBIC.replace("4e4", '"40 kJ/m^3"') + TURN + PUSH
    path, whole, cut = written(text), shared_tmp_path / "whole", shared_tmp_path / "cut"
    case = read_case(path)
    run_case(case, whole, comm, quiet=True)
    watch = Recorder.watch

    def watched(it, film):
        watch(it, film)
        it.checkpoint()
        if it.notes.rows == 5:
            raise CutError

    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "watch", watched)
        with pytest.raises(CutError):
            run_case(case, cut, comm, quiet=True)
    comm.barrier()
    written(text, MODULE.replace("z * x", "z * z"))
    with pytest.raises(
        InputError, match=r"holds a run with another my_terms\.py, .* goes on with the copy"
    ):
        run_case(read_case(path), cut, comm, quiet=True, resume=True)
    run_case(read_case_of_run(cut), cut, comm, quiet=True, resume=True)
    comm.barrier()
    expected, found = folder_content(whole), folder_content(cut)
    assert sorted(found) == sorted(expected)
    assert "modules/my_terms.py" in found
    assert [name for name in expected if found[name] != expected[name]] == []
    written(text)
    run_case(read_case(path), cut, comm, quiet=True, resume=True)


def test_folder_of_a_run_tells_of_its_terms(comm, written, shared_tmp_path):
    folder = shared_tmp_path / "run"
    run_case(read_case(written(CUBIC + TURN + PUSH)), folder, comm, quiet=True)
    comm.barrier()
    manifest = json.loads((folder / "manifest.json").read_text())
    (told,), (turn, push) = manifest["terms"], manifest["torques"]
    assert turn["parameters"] == {"rate": {"value": 1e9, "unit": "1/s"}}
    assert (push["name"], push["parameters"]) == ("push", {})
    kept = tomllib.loads((folder / "case.toml").read_text())["terms"]
    assert told["name"] == "cubic"
    assert told["module"] == kept[0]["module"] == "modules/my_terms.py:Cubic"
    assert told["parameters"]["k1"] == {"value": 4e4, "unit": "J/m³"}
    assert told["parameters"]["axis"] == {"value": [0.0, 0.0, 1.0], "unit": ""}
    comm.barrier()
    if comm.rank == 0:
        copy = folder / "modules" / "my_terms.py"
        copy.write_text(copy.read_text() + "\n# mine\n")
        with pytest.raises(InputError, match=r"my_terms\.py was changed since its checksum"):
            read_case_of_run(folder)


def test_two_modules_of_one_name_are_refused(comm, written):
    path = written()
    comm.barrier()
    if comm.rank == 0:
        other = path.parent / "other"
        other.mkdir()
        (other / "my_terms.py").write_text(MODULE.replace('"cubic"', '"cubic_2"'))
    comm.barrier()
    case = written(CUBIC + CUBIC.replace("my_terms.py", "other/my_terms.py"))
    with pytest.raises(InputError, match="have one name, and a run keeps a copy of each"):
        read_case(case)


def test_module_is_not_written_over(comm, written, shared_tmp_path, capsys):
    folder = shared_tmp_path / "run"
    path = written()
    run_case(read_case(path), folder, comm, quiet=True)
    comm.barrier()
    own = read_case(path, [f'terms=[{{module="{folder}/modules/my_terms.py:Cubic", k1=1e4}}]'])
    if comm.rank == 0:
        path.write_text(own.as_toml().replace("modules/", f"{folder}/modules/"))
    comm.barrier()
    assert cli.main(["run", str(path), "--out", str(folder), "--overwrite"]) == 2
    told = capsys.readouterr().err
    assert comm.rank or "would be written over" in told
    assert (folder / "modules" / "my_terms.py").exists()
