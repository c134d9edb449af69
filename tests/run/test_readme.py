"""What README and docs print works: the script, on a coarse mesh and for a moment, and commands."""

import re
import shlex
from pathlib import Path

import gdstk
import pytest

from hebbfilm.run.cli import parser
from hebbfilm.run.folder.same_case import case_values
from hebbfilm.run.inputs.case import read_case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.run.study.study_file import read_study
from hebbfilm.run.training.stack_notes import keeps_its_heat
from hebbfilm.solvers.magnetisation.resolution import RESOLVED

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
FOUR_NODE = ROOT / "run" / "cases" / "four_node.toml"
SHORTER = {
    "mesh_size=5e-9": "mesh_size=2e-8",
    "relax(5e-9)": "relax(2e-11)",
    "duration=6e-9": "duration=2e-11",
    "rest=5e-9": "rest=1e-11",
}


def test_script_of_the_readme(capsys, comm):
    (script,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    for long, short in SHORTER.items():
        assert long in script
        script = script.replace(long, short)
    exec(compile(script, str(README), "exec"), {})
    assert ("recalled" in capsys.readouterr().out) == (comm.rank == 0)


def test_first_case_of_the_readme(shared_tmp_path, comm):
    """Its mesh resolves the texture, and all but the film is as in the case that it names."""
    (case,) = re.findall(r"```toml\n(layout = .*?)```", README.read_text("utf-8"), re.DOTALL)
    if comm.rank == 0:
        library = gdstk.Library(unit=1e-9, precision=1e-12)
        cell = library.new_cell("TOP")
        cell.add(gdstk.rectangle((-80, -80), (80, 80), layer=1))
        for x, y in ((60, 0), (0, 60), (-60, 0), (0, -60)):
            cell.add(gdstk.rectangle((x - 10, y - 10), (x + 10, y + 10), layer=2))
        library.write_gds(shared_tmp_path / "chip.gds")
        (shared_tmp_path / "chip.toml").write_text(case)
    comm.barrier()
    chip, wheel = read_case(shared_tmp_path / "chip.toml"), read_case(FOUR_NODE)
    assert build_film(chip, comm).mesh_watch.resolution.turn < RESOLVED
    own, other = (
        {k: v for k, v in case_values(c).items() if not k.startswith("layout.")}
        for c in (chip, wheel)
    )
    assert own == other


def test_three_more_lines_of_the_stack(shared_tmp_path, comm):
    """They are keys of a case, a film can be made of them, and heat leaves it."""
    page = (ROOT / "docs" / "stack.md").read_text("utf-8")
    (lines,) = re.findall(r"```toml\n(layers = .*?)```", page, re.DOTALL)
    assert len(lines.splitlines()) == 3
    path = shared_tmp_path / "three.toml"
    if comm.rank == 0:
        strip = "layout = { kind = 'strip', length = 80e-9, width = 40e-9, mesh_size = 2e-8 }\n"
        path.write_text(strip + lines)
    comm.barrier()
    film = build_film(read_case(path), comm)
    assert [layer.name for layer in film.layers] == ["pt"]
    assert film.heat is not None
    assert not keeps_its_heat(film)
    assert "spin_orbit" in film.dynamics.torque_fields()


def texts():
    """Every page and case in which commands are printed, by its name."""
    pages = [ROOT / "README.md", *ROOT.glob("docs/*.md")]
    cases = [*ROOT.glob("run/cases/*.toml"), *ROOT.glob("run/cases/studies/*.toml")]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in pages + cases}


def command(line):
    """Program and arguments of a line that is a command, else None.

    A synopsis names what it leaves open in capitals; docs/learning.md says what its dots stand for.
    """
    line = re.sub(r"^… (?=\w+\.toml)", "hebbfilm study run/cases/studies/", line.strip())
    found = re.match(r"(?:\./run/env )?(?:mpirun -n \d+ )?(hebbfilm|\./run/\w+|sbatch) (.*)", line)
    if found is None or re.search(r"\b[A-Z]{3,}\b|…|\[-", line):
        return None
    return found[1], tuple(shlex.split(found[2].partition(" > ")[0], comments=True))


def printed(text):
    """The commands in a text: in blocks and in comments of cases, and between backticks."""
    text = text.replace("\\\n", " ")
    block = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
    lines = [f"{line} " for _, lines in block.findall(text) for line in lines.splitlines()]
    lines += re.findall(r"^#\s+(\./run/env .*)", text, re.MULTILINE)
    yield from filter(None, map(command, lines))
    for found in filter(None, map(command, re.findall(r"`([^`\n]+)`", block.sub("", text)))):
        # That of a command and of an option by their names is none.
        if found[1][0] == "bench" or re.search(r" [^-]\S*[^/]$", " ".join(found[1])):
            yield found


def run_folder(arguments):
    """The folder that a command makes, if any."""
    if arguments[0] not in ("train", "study"):
        return None
    options = parser().parse_args(arguments)
    given = options.case if options.command == "train" else options.study
    return str(options.out or Path("runs") / given.stem)


COMMANDS = {found: name for name, text in texts().items() for found in printed(text)}
MADE = {"runs/four_node"} | {run_folder(found[1]) for found in COMMANDS if found[0] == "hebbfilm"}


def test_commands_are_found():
    """So that the test below is not one of nothing."""
    programs = [program for program, _ in COMMANDS]
    assert programs.count("hebbfilm") > 40
    assert {"sbatch", "./run/demo", "./run/test"} <= set(programs)


@pytest.mark.parametrize(
    ("program", "arguments"),
    [pytest.param(*found, id=f"{name}: {' '.join(found[1])}") for found, name in COMMANDS.items()],
)
def test_printed_command_is_one_that_works(program, arguments, monkeypatch):
    """As printed, from the root of a clone: options exist, and so does every file it names.

    What begins with my_, and chip.toml, is the reader's own.
    """
    monkeypatch.chdir(ROOT)
    if program != "hebbfilm":
        script = arguments[0] if program == "sbatch" else program
        assert Path(script.replace("$(hebbfilm slurm)", "run/slurm")).is_file()
        return
    options = parser().parse_args(arguments)
    for name, value in vars(options).items():
        for path in value if isinstance(value, list) else [value]:
            if not isinstance(path, Path) or path.name.startswith(("my_", "chip.")):
                continue
            if name in ("case", "source", "whole") and path.suffix == ".toml":
                read_case(path, options.set)
            elif name == "study":
                assert read_study(path, options.set).combinations
            elif name not in ("out", "json", "save"):
                assert str(path) in MADE
