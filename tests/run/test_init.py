"""A first case of one's own, of the catalogue and of drawings.

Class: regression.
"""

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from hebbfilm.run.cli import main
from hebbfilm.run.inputs.case import parse_case, read_case
from hebbfilm.run.inputs.first_case import _number, first_case
from hebbfilm.run.inputs.layouts import CATALOGUE
from hebbfilm.run.inputs.proposals import of_catalogue
from hebbfilm.run.inputs.shipped import FOLDER
from hebbfilm.run.job.launch import launcher

DRAWINGS = Path(__file__).parents[1] / "data" / "drawings"


@pytest.fixture
def elsewhere(comm, shared_tmp_path, monkeypatch):
    """A folder with nothing in it, as the working directory."""
    monkeypatch.chdir(shared_tmp_path)
    return shared_tmp_path


@pytest.mark.parametrize("kind", CATALOGUE)
def test_case_of_each_kind_passes_check(elsewhere, comm, capsys, kind):
    assert main(["init", "--kind", kind]) == 0
    comm.barrier()
    assert main(["check", f"{kind}.toml"]) == 0


def test_first_case_is_the_four_node_wheel(elsewhere, comm, capsys):
    """But for its title, and how its values are written."""
    assert main(["init"]) == 0
    comm.barrier()
    own, shipped = read_case("wheel.toml"), read_case(FOLDER / "four_node.toml")
    assert own.model_dump() == shipped.model_dump() | {
        "title": "Wheel",
        "layout": {**shipped.layout, "spoke_angles": own.layout["spoke_angles"]},
    }
    if comm.rank == 0:
        told = capsys.readouterr().out
        assert told.startswith("Written to wheel.toml; next:\n")
        assert f"\n  {launcher()}hebbfilm check wheel.toml\n" in told


def test_case_in_a_checkout_names_its_schema_from_there():
    """So that it holds in the checkout of somebody else."""
    text = first_case(FOLDER / "studies" / "mine.toml", of_catalogue("wheel"))
    assert text.startswith("#:schema ../case.schema.json\n")


def test_each_line_is_explained(elsewhere, comm):
    assert main(["init", "my film"]) == 0
    comm.barrier()
    lines = Path("my film.toml").read_text("utf-8").splitlines()
    assert lines[0] == f"#:schema {FOLDER / 'case.schema.json'}"
    assert "#   hebbfilm check 'my film.toml' " in "\n".join(lines)
    assert max(map(len, lines[1:])) <= 100
    for before, line in pairwise(lines):
        if " = " in line and not line.startswith(("#", "title")):
            assert "#" in line or before.startswith("# "), line
    told = "# V: V₀ of the states ±1; about 0.12 V/µm between the contacts"
    assert f"voltage = 0.05                        {told}" in lines


@pytest.mark.parametrize("make", [Path.touch, Path.mkdir, lambda path: path.symlink_to("gone")])
def test_nothing_is_written_over(elsewhere, comm, capsys, make):
    if comm.rank == 0:
        make(Path("wheel.toml"))
    comm.barrier()
    assert main(["init"]) == 2
    if comm.rank == 0:
        told = capsys.readouterr().err
        assert told == (
            "hebbfilm: wheel.toml is there already, and stays as it is: name another file\n"
        )
    assert [path.name for path in elsewhere.iterdir()] == ["wheel.toml"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--kind", "whel"], "did you mean wheel?"),
        (["no/such/folder"], "cannot write no/such/folder.toml: No such file or directory"),
        (["--from", "no.gds"], "no.gds: cannot be read: No such file or directory"),
        (["--from", str(DRAWINGS / "strip_gmsh.step")], "not a drawing that can be read"),
        (["--from", str(DRAWINGS / "cross_klayout.dxf")], "--unit is missing"),
        (["--from", str(DRAWINGS / "cross_gdstk.gds"), "--film", "7"], "no such layer"),
        (["--film", "1"], "--film 1: is of a drawing; name that with --from"),
        (["--unit", "1e-9"], "--unit 1e-9: is of a drawing; name that with --from"),
        (["film.SVG"], "film.SVG is named like a drawing: write --from film.SVG"),
        *(
            (["--from", str(DRAWINGS / "cross_svgwrite.svg"), "--unit", unit], told)
            for unit, told in {
                "nan": "--unit nan m: 1e-15 to 1e3 m are allowed",
                "inf": "--unit inf m: 1e-15 to 1e3 m are allowed",
                "0": "--unit 0 m: 1e-15 to 1e3 m are allowed",
                "-1": "--unit -1 m: 1e-15 to 1e3 m are allowed",
                "1 s": "--unit '1 s': must be a quantity in m",
                "one": "--unit 'one': must be a quantity in m",
            }.items()
        ),
    ],
)
def test_what_cannot_be_is_told_in_one_line(elsewhere, comm, capsys, arguments, told):
    assert main(["init", *arguments]) == 2
    if comm.rank == 0:
        shown = capsys.readouterr().err
        assert told in shown
        assert shown.count("\n") == 1
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("drawing", "options", "chosen", "contacts"),
    [
        ("cross_gdstk.gds", [], {"film": 1, "contacts": 2}, 4),
        ("strip_gdstk.gds", [], {"film": 1, "contacts": [2, 3]}, 2),
        ("cross_ezdxf.dxf", [], {"film": "FILM", "contacts": "CONTACTS"}, 4),
        (
            "cross_klayout.dxf",
            ["--unit", "1e-6"],
            {"film": "L1D0_film", "contacts": "L2D0_contacts", "unit": 1e-6},
            4,
        ),
        ("cross_svgwrite.svg", ["--unit", "1 nm"], {"film": "film", "contacts": "contacts"}, 4),
        ("cross_klayout.gds", ["--contacts", "2"], {"film": 1, "contacts": 2}, 4),
    ],
)
def test_layers_of_a_drawing_are_chosen_and_told(
    elsewhere, comm, capsys, drawing, options, chosen, contacts
):
    """By their names, else in their order; the case finds the drawing from its own folder."""
    if comm.rank == 0:
        Path("cases").mkdir()
    comm.barrier()
    assert main(["init", "cases/own", "--from", str(DRAWINGS / drawing), *options]) == 0
    comm.barrier()
    case = read_case("cases/own.toml")
    assert chosen.items() <= case.layout.items()
    names = case.film_source().geometry.contact_names
    assert len(names) == contacts
    assert len(case.training.parsed(names)[0]) == contacts
    if comm.rank == 0:
        written = tomllib.loads(Path("cases/own.toml").read_text("utf-8"))
        assert not Path(written["layout"]["path"]).is_absolute()
        told = capsys.readouterr().out
        assert f"layer {chosen['film']}" in told
        assert told.count(", film)") == 1


def test_film_without_a_second_contact_learns_nothing(elsewhere, comm, capsys):
    drawing = str(DRAWINGS / "strip_gdstk.gds")
    assert main(["init", "--from", drawing, "--contacts", "2"]) == 2
    if comm.rank == 0:
        assert "1 contact" in capsys.readouterr().err


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (360e-9, "360e-9"), (5e-9, "5e-9"), (1e-11, "10e-12"), (5.8e5, "580e3"), (0.05, "0.05"),
        (35.0, "35"), (0.0, "0"), (3e-3, "3e-3"), (6.5e-9, "6.5e-9"), (-2e5, "-200e3"),
        (1234.567, "1234.567"), (0.1234567, "0.1234567"), (1 / 3, "0.3333333333333333"),
        (2e-9 / 3, "6.666666666666667e-10"),
    ],
)  # fmt: skip
def test_numbers_are_written_by_powers_of_a_thousand(value, text):
    assert _number(value) == text
    assert float(text) == value


def test_numbers_of_a_first_case_are_those_of_the_film(elsewhere, comm):
    """Not one digit is lost."""
    assert main(["init", "--kind", "spoked_polygon"]) == 0
    comm.barrier()
    written = tomllib.loads(Path("spoked_polygon.toml").read_text("utf-8"))
    own = parse_case(written).film_source().geometry.outline
    assert own.equals(CATALOGUE["spoked_polygon"]().outline)
