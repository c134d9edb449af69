"""`hebbfilm conductance` of a case: couplings and margins of the uniform film."""

import json
from pathlib import Path

import pytest

from hebbfilm.meshing import mesh_film, strip, write_msh
from hebbfilm.run.cli import main

CASES = Path(__file__).parents[2] / "run" / "cases"


def found(capsys, comm, case, *settings):
    """What the command prints on rank 0, read."""
    arguments = [part for text in settings for part in ("--set", text)]
    assert main(["conductance", str(CASES / case), "--json", *arguments]) == 0
    printed = capsys.readouterr().out
    assert bool(printed) == (comm.rank == 0)
    return comm.bcast(json.loads(printed) if printed else None)


@pytest.mark.analytic
def test_strip_is_its_squares(comm, capsys, shared_tmp_path):
    """g/σt = w/L; the only pattern of two contacts is separated with margin 1."""
    case = shared_tmp_path / "strip.toml"
    if comm.rank == 0:
        case.write_text(
            '[layout]\nkind = "strip"\nlength = 3e-7\nwidth = 6e-8\nmesh_size = 1.5e-8\n'
        )
    comm.barrier()
    content = found(capsys, comm, case)
    assert content["coupling"] == {"left-right": pytest.approx(0.2, rel=1e-8)}
    (row,) = content["patterns"]
    assert (row["pattern"], row["margin"]) == ("+,-", pytest.approx(1))
    assert row["strongest_equal"] is None


@pytest.mark.peer
def test_known_layouts_are_ranked_as_they_learn(comm, capsys):
    """The wheel learns all seven patterns; a square with contacts on its rim is unreliable."""
    wheel = found(capsys, comm, "four_node.toml", "layout.mesh_size=1e-8")
    square = found(capsys, comm, "square.toml", "layout.mesh_size=1e-8")
    margins = [[row["margin"] for row in content["patterns"]] for content in (wheel, square)]
    assert [len(values) for values in margins] == [7, 7]
    assert min(margins[0]) > 0.5
    assert min(margins[1]) < 0.08
    for row in wheel["patterns"]:
        signs = dict(zip(wheel["contacts"], row["pattern"].split(","), strict=True))
        for key, opposite in (("weakest_opposite", True), ("strongest_equal", False)):
            first, second = row[key].split("-")
            assert (signs[first] != signs[second]) == opposite


def test_texture_of_the_case_does_not_matter(comm, capsys):
    """A case that starts from random directions is looked at along z, the default direction."""
    plain = found(capsys, comm, "disc.toml", "layout.mesh_size=2e-8")
    uniform = found(capsys, comm, "disc.toml", "layout.mesh_size=2e-8", "initial.texture=uniform")
    # Sums over ranks have no fixed order; G is known to 1e-10 times the root of 1e3 vertices.
    assert uniform["coupling"] == pytest.approx(plain["coupling"], rel=1e-8)


def test_many_contacts_have_the_patterns_of_the_case_alone(comm, capsys):
    settings = ["layout.contacts=9", "layout.contact_length=30e-9", "layout.mesh_size=2e-8"]
    patterns = ["training.patterns=['+-+-+-+-+', '+++++----']"]
    content = found(capsys, comm, "square.toml", *settings, *patterns)
    assert [row["pattern"] for row in content["patterns"]] == [
        "+,-,+,-,+,-,+,-,+",
        "+,+,+,+,+,-,-,-,-",
    ]


def test_table_for_a_person(comm, capsys):
    """Sorted by margin; long tables are cut in the middle."""
    settings = [
        "layout.contacts=7",
        "layout.contact_length=30e-9",
        "layout.mesh_size=2e-8",
        "training.patterns=['++++---']",
    ]
    arguments = [part for text in settings for part in ("--set", text)]
    assert main(["conductance", str(CASES / "square.toml"), *arguments]) == 0
    printed = capsys.readouterr().out
    if comm.rank == 0:
        assert " of 63 patterns (margin above 0); smallest margin " in printed
        assert "… 31 more (all with --json)" in printed
        rows = printed.split("strongest equal\n")[1].splitlines()
        margins = [float(row.split()[0]) for row in rows if not row.startswith("…")]
        assert len(margins) == 32
        assert margins == sorted(margins, reverse=True)


@pytest.mark.parametrize("source", ["strip", "mesh"])
@pytest.mark.parametrize(
    ("training", "message"),
    [
        ("patterns = ['+,-,+']", "has 3 signs"),
        ("patterns = ['+,-', '+,-,+']", "has 3 signs"),
        ("steps = [{pattern = '+,-,+'}]", "has 3 signs"),
        ("patterns = ['+,-']\nsteps = [{pattern = 1}, {pattern = '+,-,+'}]", "has 3 signs"),
        ("patterns = ['nobody=+,right=-']", "nobody"),
    ],
)
def test_pattern_that_does_not_fit_is_refused(
    source, training, message, comm, capsys, shared_tmp_path
):
    """As by `train`, though all patterns of so few contacts are tried anyway."""
    case = shared_tmp_path / "case.toml"
    layout = "kind = 'strip'\nlength = 6e-8\nwidth = 3e-8\nmesh_size = 1.5e-8"
    if source == "mesh":
        layout = "kind = 'mesh'\npath = 'film.msh'\nthickness = 1e-9"
        write_msh(mesh_film(strip(6e-8, 3e-8, mesh_size=1.5e-8), comm), case.with_name("film.msh"))
    if comm.rank == 0:
        case.write_text(f"[layout]\n{layout}\n[training]\n{training}\n")
    comm.barrier()
    errors = []
    for command in ("conductance", "train"):
        assert main([command, str(case)]) == 2
        errors.append(capsys.readouterr().err)
    assert errors[0] == errors[1]
    if comm.rank == 0:
        assert message in errors[0]
        assert errors[0].count("\n") == 1
