"""Names that are misspelt, and what a message says of them."""

import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are, check_keys, did_you_mean, unknown_key
from hebbfilm.common.text import some_of

SHAPES = ("polygon", "disc", "path")


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("dics", SHAPES, "; did you mean disc?"),
        ("DISC", SHAPES, "; did you mean disc?"),
        ("ARM", ["ARC", "arm"], "; did you mean arm?"),
        ("wheel", SHAPES, ""),
        ("disc", [], ""),
    ],
)
def test_the_nearest_name_is_meant_in_whatever_case(name, known, hint):
    assert did_you_mean(name, known) == hint


def test_names_of_files_are_quoted():
    assert did_you_mean("lft", ["left ", "0"], quoted=True) == "; did you mean 'left '?"


def test_values_and_keys_are_told_with_what_is_allowed():
    assert allowed_are("dics", SHAPES) == "allowed are polygon, disc, path; did you mean disc?"
    assert allowed_are(3, SHAPES) == "allowed are polygon, disc, path"
    told = unknown_key("dics", "in [layout]", iter(SHAPES))
    assert told == (
        "unknown key dics in [layout]; did you mean disc? (allowed: polygon, disc, path)"
    )
    assert unknown_key("dics", "in [layout]", ()) == "unknown key dics in [layout]"


def test_keys_are_checked():
    check_keys({"disc": 1}, SHAPES, "in [layout]")
    with pytest.raises(InputError, match=r"^unknown key dsic in \[layout\]; did you mean disc"):
        check_keys({"path": 1, "dsic": 2}, iter(SHAPES), "in [layout]")


@pytest.mark.parametrize(
    ("names", "told"),
    [([], "none"), (["b", "a", "b"], "b, a"), (["c", "b", "a", "d"], "c, b, a and 1 more")],
)
def test_of_many_names_the_first_are_told(names, told):
    assert some_of(names, most=3) == told
