"""Commands that README and manual print do what is said of them, one after another, coarsely.

Class: regression. Files that are the reader's own are made as the tutorial has them.
"""

import re
import shlex
from pathlib import Path

import pytest

from hebbfilm.run import cli
from hebbfilm.run.folder.reader import read_run
from hebbfilm.run.inputs.case import read_case

ROOT = Path(__file__).parents[2]
COARSE = (
    "layout.mesh_size=2e-8", "initial.relaxation=1e-10", "training.duration=1e-10",
    "training.rest=1e-11", "numerics.allow_coarse_mesh=true",
)  # fmt: skip


def commands(page):
    """Those of the blocks of a page, without the environment and the launcher."""
    text = (ROOT / page).read_text("utf-8").replace("\\\n", " ")
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            if found := re.match(r"\./run/env (?:mpirun -n \d+ )?hebbfilm (.*)", line):
                yield shlex.split(found[1], comments=True)


def coarser(arguments):
    """The same command, for a moment and on a coarse mesh."""
    return [*arguments, *(word for each in COARSE for word in ("--set", each))]


@pytest.fixture(scope="module")
def place(tmp_path_factory, comm):
    """A folder with the cases of a checkout, like its top."""
    folder = comm.bcast(tmp_path_factory.mktemp("top"), root=0)
    if comm.rank == 0:
        (folder / "run").symlink_to(ROOT / "run")
    comm.barrier()
    return folder


@pytest.fixture(scope="module")
def trained(place, comm):
    """The run of the demo, for a moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        demo = "train run/cases/four_node.toml --out runs/four_node --pictures none"
        assert cli.main(coarser(demo.split())) == 0
    return place


OF_THE_DEMO = [
    each for each in commands("README.md")
    if "runs/four_node" in each and each[0] not in ("view", "report", "movie")
]  # fmt: skip


def test_commands_are_found():
    """So that the next one is not a test of nothing."""
    assert {"recall", "network"} <= {each[0] for each in OF_THE_DEMO}


@pytest.mark.parametrize("arguments", OF_THE_DEMO, ids=" ".join)
def test_command_on_the_demo_works(arguments, trained, monkeypatch, capfd, comm):
    monkeypatch.chdir(trained)
    assert cli.main(arguments) == 0
    assert bool(capfd.readouterr().out) == (comm.rank == 0)


def test_recall_takes_a_state_that_begins_with_minus(trained, monkeypatch, capfd, comm):
    monkeypatch.chdir(trained)
    assert cli.main(["recall", "runs/four_node", "-,-,-,+"]) == 0
    if comm.rank == 0:
        assert re.search(r"^-,-,-,\+ ", capfd.readouterr().out, re.MULTILINE)


@pytest.mark.slow
def test_study_of_the_readme_and_what_reads_it(place, monkeypatch, capfd, comm):
    monkeypatch.chdir(place)
    (study,) = [each for each in commands("README.md") if each[0] == "study"]
    assert cli.main(coarser([*study, "--pictures", "none"])) == 0
    assert cli.main(["retention", "runs/voltage"]) == 0
    printed = capfd.readouterr().out
    assert (printed.count("voltage=") >= 12) == (comm.rank == 0)


def test_drawing_and_case_of_the_tutorial(shared_tmp_path, monkeypatch, comm):
    """Contacts have the names and the order that the page says."""
    page = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    files = {
        name: body
        for body, name in re.findall(r"```toml\n(# (my_\w+\.toml)\n.*?)```", page, re.DOTALL)
    }
    monkeypatch.chdir(shared_tmp_path)
    if comm.rank == 0:
        exec(script, {"__name__": "__main__"})
        for name, body in files.items():
            Path(name).write_text(body, "utf-8")
    comm.barrier()
    layout = read_case(Path("my_film.toml")).film_source().geometry
    assert layout.contact_names == ("a", "b", "c", "hub")


@pytest.mark.slow
def test_first_run_of_the_manual_learns_what_is_printed(place, monkeypatch, comm):
    """Changes in %, on whatever mesh the Gmsh at hand makes: the same pairs grow."""
    monkeypatch.chdir(place)
    train = next(commands("docs/start.md"))
    assert cli.main([*train, "--pictures", "none"]) == 0
    page = (ROOT / "docs" / "start.md").read_text("utf-8")
    printed = dict(re.findall(r"^(rim_\d-\w+) +\S+ +\S+ +(\S+)", page, re.MULTILINE))
    found = read_run(place / "runs" / "short").summary.relative_change
    assert set(printed) == set(found)
    for pair, change in printed.items():
        assert (100 * found[pair] > 0.3) == (float(change) > 0.3)
