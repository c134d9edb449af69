"""What docs/results.md prints works, in its order, on a run of a case that comes with hebbfilm.

Class: regression.
"""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from hebbfilm import Case, open_run, parse_case, read_case, run_case
from hebbfilm.run.cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "results.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
QUICK = [
    "layout.mesh_size=18e-9", "initial.relaxation=5e-11", "training.duration=2e-11",
    "training.rest=1e-11", "output.sample_interval=1e-11",
]  # fmt: skip


@pytest.fixture
def folder(comm, shared_tmp_path, monkeypatch):
    """One with runs/four_node and runs/study."""
    case = read_case(ROOT / "run" / "cases" / "four_node.toml", QUICK)
    run_case(case, shared_tmp_path / "runs" / "four_node", comm, quiet=True)
    comm.barrier()
    if comm.rank == 0:
        study = shared_tmp_path / "runs" / "study"
        study.mkdir()
        shutil.copytree(shared_tmp_path / "runs" / "four_node", study / "seed=1")
        (study / "table.csv").write_text("member,status,recall_success\nseed=1,finished,0.5\n")
    comm.barrier()
    monkeypatch.chdir(shared_tmp_path)
    return shared_tmp_path


def test_what_the_page_prints_works(folder, comm, capsys):
    commands = [block for kind, block in BLOCKS if kind == "sh"]
    lines = [line.partition("#")[0] for block in commands for line in block.splitlines()]
    assert len(lines) == 3
    for line in lines:
        environment, program, *arguments = shlex.split(line)
        assert (environment, program) == ("./run/env", "hebbfilm")
        assert main(arguments) == 0
        comm.barrier()
    scripts = [block for kind, block in BLOCKS if kind == "python"]
    assert len(scripts) == 7
    found: dict = {"__name__": "page"}
    for script in scripts:
        exec(script, found)
    assert {path.name for path in (folder / "for_paraview").iterdir()} == {
        path.with_suffix(".vtu").name for path in map(Path, all_exported(folder))
    }
    assert found["spectrum"].max() > 0
    # The start from the exported file has the walls of the run.
    trained = open_run("runs/four_node").texture_measures("trained")
    length = found["film"].texture_measures().wall_length
    assert length == pytest.approx(trained.wall_length, rel=0.1)
    assert "current_density" in found["film_on_mesh"]


def all_exported(folder):
    run = open_run(folder / "runs" / "four_node")
    names = {"untrained": "0000_untrained", "trained": "0002_trained"}
    return [names.get(one.label, "0001_presented_++--") + ".ovf" for one in run.snapshots]


def test_the_key_of_the_page_is_one():
    (block,) = (block for kind, block in BLOCKS if kind == "toml")
    assert block == "[output]\ntexture = true\n"
    case = {"layout": {"kind": "wheel"}, "training": {"patterns": ["++--"]}}
    found = parse_case(case | {"output": {"texture": True}})
    assert isinstance(found, Case)
    assert found.output.texture
