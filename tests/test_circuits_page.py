"""The scripts of the page on circuits do what the page says.

Class: regression.
"""

import re
from pathlib import Path

import pytest

from hebbfilm import Film, Material, constant, mesh_film, wheel

PAGE = Path(__file__).parents[1] / "docs" / "circuits.md"
BLOCKS = re.findall(r"```(?:python|text)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.mark.regression
def test_film_recalls_by_both_circuits(comm, capfd):
    script, printed = BLOCKS[:2]
    exec(script, {"__name__": "recipe"})
    assert capfd.readouterr().out.splitlines() == ([] if comm.rank else printed.splitlines())


def test_module_that_a_case_names_recalls(comm):
    """Against one siemens, far more than the film has, all weights are positive."""
    film = Film(mesh_film(wheel(mesh_size=20e-9), comm), Material())
    found: dict = {"__name__": "recipe"}
    exec(BLOCKS[2], found)
    recall = found["Recall"](siemens=1.0, start="+++-")
    film.evolve(constant(recall, 3e-10))
    assert recall.circuit.settled
    assert recall.circuit.pattern.tolist() == [1, 1, 1, 1]
    assert recall.circuit.periods == 8
