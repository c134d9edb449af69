"""The script of the page on learning on chip does what the page says."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "learning_on_chip.md"


@pytest.mark.slow
@pytest.mark.regression
def test_film_and_circuits_learn_and_recall_by_themselves(comm, capfd):
    text = PAGE.read_text(encoding="utf-8")
    script, printed = re.findall(r"```(?:python|text)\n(.*?)```", text, re.DOTALL)[:2]
    exec(script, {"__name__": "recipe"})
    assert capfd.readouterr().out.splitlines() == ([] if comm.rank else printed.splitlines())
