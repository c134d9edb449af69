"""The Tab key, in a real bash on a terminal of its own; and that it waits for nothing heavy.

Class: regression.
"""

import os
import pty
import re
import resource
import select
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from mpi4py import MPI

import pytest

from hebbfilm.run.cli import main
from hebbfilm.run.completion import _settings
from hebbfilm.run.inputs.key_list import key_list

ROOT = Path(__file__).parents[2]
BIN = ROOT / "run" / "bin"
LONGEST = 0.5
"""In s, until the shell has its answer."""

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts shells itself")


class Terminal:
    """A bash as a person has it, in a folder."""

    def __init__(self, folder):
        self.file, end = pty.openpty()
        paths = f"{BIN}:{os.environ['PATH']}"
        self.child = subprocess.Popen(
            ["setsid", "--ctty", "bash", "--norc", "-i"],
            stdin=end,
            stdout=end,
            stderr=end,
            cwd=folder,
            env=os.environ | {"PATH": paths},
        )
        os.close(end)
        self.type("bind 'set bell-style none'; bind -x '\"\\C-o\": echo \"<$READLINE_LINE>\"'\n")
        self.type('eval "$(hebbfilm completion bash)"; echo "<rea""dy>"\n')
        self.until(r"<ready>")

    def type(self, text):
        os.write(self.file, text.encode())

    def until(self, pattern, longest=30.0):
        seen, end = "", time.monotonic() + longest
        while not (found := re.search(pattern, seen)):
            assert time.monotonic() < end, seen
            if select.select([self.file], [], [], 0.1)[0]:
                seen += os.read(self.file, 65536).decode()
        return found

    def completed(self, line):
        """What a line has become when Tab was pressed behind it."""
        self.type(f"{line}\t\x0f")
        found = self.until(r"<(.*)>\r")[1]
        self.type("\x15")
        return found

    def close(self):
        os.close(self.file)
        self.child.wait()


@pytest.fixture(scope="module")
def terminal(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shell")
    (folder / "my_case.toml").touch()
    (folder / "my_notes.txt").touch()
    (folder / "some runs" / "one").mkdir(parents=True)
    found = Terminal(folder)
    yield found
    found.close()


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("hebbfilm tra", "hebbfilm train "),
        ("hebbfilm layout s", "hebbfilm layout show "),
        ("hebbfilm train --overw", "hebbfilm train --overwrite "),
        ("hebbfilm train four", "hebbfilm train four_node "),
        ("hebbfilm train my_", "hebbfilm train my_case.toml "),
        ("hebbfilm study volt", "hebbfilm study voltage "),
        ("hebbfilm conductance som", "hebbfilm conductance some\\ runs/"),
        ("hebbfilm cases studies/volt", "hebbfilm cases studies/voltage "),
        ("hebbfilm completion z", "hebbfilm completion zsh "),
        ("hebbfilm train four_node --no-p", "hebbfilm train four_node --no-pictures "),
        (
            "hebbfilm train four_node --set training.vol",
            "hebbfilm train four_node --set training.voltage=",
        ),
        ("hebbfilm run a --set initial.method=mi", "hebbfilm run a --set initial.method=minimise "),
        ("hebbfilm run a --set training.read_e", "hebbfilm run a --set training.read_each="),
        (
            "hebbfilm run a --set training.read_each=t",
            "hebbfilm run a --set training.read_each=true ",
        ),
        ("hebbfilm run a --set layout.kind=whe", "hebbfilm run a --set layout.kind=wheel "),
        ("hebbfilm nonse", "hebbfilm nonse"),
    ],
)
def test_line_is_completed(terminal, typed, completed):
    assert terminal.completed(typed) == completed


def asked(line):
    """Proposals for a line, and the time of the processor in s that they took."""
    variables = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_SHELL": "fish",
        "_ARGCOMPLETE_STDOUT_FILENAME": "/dev/stdout",
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "hebbfilm"],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    return done.stdout.splitlines(), spent, loaded


def test_shell_gets_its_answer_at_once():
    """In time of the processor, which a busy machine leaves as it is; the median of five."""
    found = [asked("hebbfilm train four") for _ in range(5)]
    for proposals, _, loaded in found:
        assert [line.split("\t")[0].strip() for line in proposals] == ["four_node"]
        assert not loaded & {"dolfinx", "gmsh", "petsc4py.PETSc", "pydantic", "pint", "matplotlib"}
    assert median(spent for _, spent, _ in found) < LONGEST


def test_keys_are_there_at_once():
    found = [asked("hebbfilm train four_node --set training.voltage") for _ in range(5)]
    for proposals, _, loaded in found:
        assert [line.split("\t")[0].strip() for line in proposals] == ["training.voltage="]
        assert "pydantic" not in loaded
    assert median(spent for _, spent, _ in found) < LONGEST


def test_keys_are_those_of_cases():
    """Nothing is proposed that --set would not know."""
    proposed = list(_settings(""))
    known = {f"{key.name}=" for key in key_list() if key.settable}
    assert len(proposed) == len(set(proposed)) > 150
    assert set(proposed) <= known
    assert {"layout.mesh_size=", "material.damping=", "title="} <= set(proposed)


def test_answer_starts_no_mpi(monkeypatch):
    """An MPI that is not started has no rank; asking for one would end the process."""
    told = (
        "import os, mpi4py\n"
        "import hebbfilm.run.completion as completion\n"
        "completion.argcomplete.autocomplete = lambda *line, **options: None\n"
        "completion.complete()\n"
        "from mpi4py import MPI\n"
        "print(MPI.Is_initialized())"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script_names_the_command(shell, capsys):
    assert main(["completion", shell]) == 0
    assert "_ARGCOMPLETE" in (printed := capsys.readouterr().out)
    assert "hebbfilm" in printed
