"""The table [heat.magnet] of a case, and what is refused in it.

Class: regression.
"""

import tomllib

import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run import cli
from hebbfilm.run.folder.reader import read_case_of_run
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.solvers import CurieLaw

STRIP = 'layout = { kind = "strip", mesh_size = 50e-9 }\n'
KEYS = (
    "(allowed: curie_temperature, temperature_exponent, magnetisation_exponent, exchange_exponent, "
    "anisotropy_exponent, dmi_exponent, limit, tolerance)"
)


def case_of(toml):
    return parse_case(tomllib.loads(STRIP + toml))


def test_law_of_a_case_comes_to_its_film_and_back(comm):
    case = case_of("[heat.magnet]\ncurie_temperature = 900\nexchange_exponent = 1.8\nlimit = 0.8")
    expected = CurieLaw(900.0, exchange_exponent=1.8, limit=0.8)
    assert case.heat.magnet == expected
    assert parse_case(tomllib.loads(case.as_toml())).heat.magnet == expected
    film = build_film(case, comm)
    assert film.heat.heat.magnet == expected
    film.heat.set_temperature(500.0)
    assert film.magnet.renewals == 1
    assert build_film(case_of("[heat]"), comm).magnet is None


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("heat = { magnet = 700 }", "heat.magnet = 700: must be a table"),
        ("heat = { magnet = {} }", "heat.magnet.curie_temperature is missing"),
        (
            "[heat.magnet]\ncurie_temperature = 0.7e6",
            "heat.magnet.curie_temperature = 700000 K: allowed are 0.001 to 5000, in kelvin: did "
            "you mean 700?",
        ),
        (
            "[heat.magnet]\ncurie_temperature = -700",
            "heat.magnet.curie_temperature = -700.0: must be positive, in K",
        ),
        (
            '[heat.magnet]\ncurie_temperature = "hot"',
            "heat.magnet.curie_temperature = 'hot': must be a number",
        ),
        (
            "[heat.magnet]\ncurie_temperatur = 700",
            "unknown key curie_temperatur in [heat.magnet]; did you mean curie_temperature? "
            f"{KEYS}",
        ),
        (
            "[heat]\ncurie_temperature = 700",
            "did you mean [heat.magnet], with curie_temperature in it?",
        ),
        (
            "[heat.magnet]\ncurie_temperature = 700\nlimit = 90",
            "heat.magnet.limit = 90.0: must be between 0 and 1",
        ),
        (
            "[heat.magnet]\ncurie_temperature = 700\ndmi_exponent = 50",
            "heat.magnet.dmi_exponent = 50.0: must be at most 20",
        ),
        (
            "[heat.magnet]\ncurie_temperature = 310",
            "heat.substrate_temperature = 300 K: must be below 279 K, 0.9 of "
            "heat.magnet.curie_temperature",
        ),
    ],
)
def test_what_is_wrong_is_told_in_one_line(toml, message):
    with pytest.raises(InputError) as caught:
        case_of(toml)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


HOT = """
[layout]
kind = "strip"
length = 60e-9
width = 30e-9
mesh_size = 15e-9
[material]
volumetric_heat_capacity = 4e5
heat_transfer_coefficient = 1e7
[heat.magnet]
curie_temperature = 700
[initial]
texture = "uniform"
relaxation = 0
[protocol]
steps = [{ kind = "drive", drives = { left = 0.1, right = 0.0 }, duration = 4e-11 }]
[output]
sample_interval = 2e-12
"""


def test_run_that_gets_too_warm_ends_with_one_line(comm, shared_tmp_path, capsys):
    """As a solver that fails does; what was kept until then stays, and goes on to the same end."""
    path, folder = shared_tmp_path / "hot.toml", shared_tmp_path / "run"
    if comm.rank == 0:
        path.write_text(HOT)
    comm.barrier()
    for arguments in ([str(path), "--out", str(folder)], [str(folder), "--resume"]):
        assert cli.main(["run", *arguments, "--no-pictures"]) == 1
        comm.barrier()
        told = capsys.readouterr().err.strip().splitlines()
        if comm.rank == 0:
            assert told[-1].startswith("hebbfilm: the film is at 6")
            assert told[-1].endswith("700 K: the model is not valid there")
    table = (folder / "conductance.csv").read_text().splitlines()
    assert len(table) > 3
    assert read_case_of_run(folder).heat.magnet.curie_temperature == 700.0
