"""Cases with patterns as pictures: read, checked against the rows of their film, written again."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.drawing import draw_pattern
from hebbfilm.hopfield.patterns import parse_pattern, random_patterns
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.inputs.content import check_content
from hebbfilm.run.inputs.drawn import rows_of
from hebbfilm.run.inputs.workload import check_workload

CASES = Path(__file__).parents[2] / "run" / "cases"
ROWS = {"letters": (5,) * 7, "thirty_seven_nodes": (4, 5, 6, 7, 6, 5, 4)}


def content_of(name):
    return tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ROWS)
def test_shipped_pictures_fit_their_film(name):
    case = parse_case(content_of(name))
    assert rows_of(case.layout) == ROWS[name]
    source = case.film_source()
    assert check_workload(case, source).neurons == sum(ROWS[name])
    again = parse_case(tomllib.loads(case.as_toml()))
    assert again.training == case.training


@pytest.mark.analytic
def test_thirty_seven_nodes_have_the_patterns_that_their_case_names():
    drawn = [
        parse_pattern(text) for text in content_of("thirty_seven_nodes")["training"]["patterns"]
    ]
    np.testing.assert_array_equal(drawn, random_patterns(3, 37, seed=1))


@pytest.mark.analytic
def test_letters_stand_on_their_feet():
    """The U is open above, so its last row has a gap and its first has none at the feet."""
    pattern = parse_pattern(content_of("letters")["training"]["patterns"][2])
    assert pattern[:5].tolist() == [-1, 1, 1, 1, -1]
    assert pattern[-5:].tolist() == [1, -1, -1, -1, 1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"patterns": ["##\n.#"]}, "training.patterns, number 1: the picture has 2 rows; the film"),
        ({"patterns": [draw_pattern([1, -1] * 10, [4, 5, 6, 5])]}, "number 1: the picture has 4"),
        ({"steps": [{"pattern": "#.\n.#"}], "patterns": ()}, "training.steps, number 1: the pictu"),
    ],
)
def test_pictures_of_other_films_are_refused(change, message):
    content = content_of("letters")
    case = parse_case(content | {"training": change})
    with pytest.raises(InputError, match=message):
        check_workload(case, case.film_source())


@pytest.mark.parametrize("key", ["patterns", "forming"])
def test_a_picture_needs_a_film_with_rows(key):
    """One row is what it says in node order; of more rows a wheel cannot tell which is where."""
    drawn = {"patterns": ["##.."], "duration": 1e-13}
    wheel = {"layout": {"kind": "wheel", "mesh_size": 2e-8}}
    row = parse_case(wheel | {"training": drawn})
    check_workload(row, row.film_source())
    tall = {"patterns": ["#\n.\n.\n."]}
    case = parse_case(wheel | {"training": drawn | (tall if key == "patterns" else {key: tall})})
    with pytest.raises(
        InputError, match=rf"training\.{key}.*, number 1: is a picture, which needs"
    ):
        check_workload(case, case.film_source())


def test_a_picture_of_as_many_signs_in_other_rows_is_refused():
    content = content_of("letters")
    turned = "\n".join(["#......"] * 5)
    case = parse_case(content | {"training": content["training"] | {"patterns": [turned]}})
    with pytest.raises(InputError, match="the picture has 5 rows; the film has 7 rows of 5"):
        check_workload(case, case.film_source())


@pytest.mark.parametrize(
    "path", ["training.patterns", "recall.starts", "training.forming.patterns"]
)
def test_only_patterns_have_lines(path):
    table, *keys = path.split(".")
    content = {table: {keys[-1]: ["#.\n.#"]}}
    check_content(content)
    with pytest.raises(InputError, match=r"holds U\+000D"):
        check_content({table: {keys[-1]: ["#.\r.#"]}})
    with pytest.raises(InputError, match=r"holds U\+000A"):
        check_content({"title": "#.\n.#"})


@pytest.mark.parametrize(
    ("layout", "rows"),
    [
        ({"kind": "square_lattice"}, (3, 3, 3)),
        ({"kind": "triangular_lattice", "rows": 2, "columns": 4}, (4, 4)),
        ({"kind": "hexagonal_lattice", "rings": 2}, (3, 4, 5, 4, 3)),
        ({"kind": "pixel_lattice"}, (5,) * 7),
        ({"kind": "wheel"}, None),
    ],
)
def test_rows_of_layouts(layout, rows):
    assert rows_of(layout) == rows
