"""All keys of a case, with what is to be known of each. Class: regression."""

import doctest
import importlib
import re
from typing import Annotated, get_args, get_origin, get_type_hints

import pytest

from hebbfilm.common.errors import LayoutError
from hebbfilm.run.inputs.case_schema import case_schema
from hebbfilm.run.inputs.key_list import key_list, key_sections
from hebbfilm.run.inputs.layouts import CATALOGUE
from hebbfilm.run.inputs.plausible import PLAUSIBLE
from hebbfilm.run.inputs.schema_ranges import nodes_at, numbers_in
from hebbfilm.run.study.study_schema import study_schema, study_sections

SECTIONS = [*key_sections(), *study_sections()]


def numbers(node, at=""):
    """Each number of a schema that says no unit, by its path."""
    if isinstance(node, list):
        for k, each in enumerate(node):
            yield from numbers(each, f"{at}[{k}]")
    elif isinstance(node, dict):
        if node.get("type") == "number" and "unit" not in node:
            yield at
        for key, each in node.items():
            yield from numbers(each, f"{at}.{key}")


@pytest.mark.parametrize("schema", [case_schema, study_schema])
def test_each_number_has_a_unit_or_none(schema):
    assert list(numbers(schema())) == []


def test_each_key_is_described():
    without = [
        key.name
        for section in SECTIONS
        for key in section.keys
        if len(key.description.split()) < 2 or key.description.endswith((",", " in"))
    ]
    assert without == []


def test_each_section_is_described():
    assert [section.name for section in SECTIONS if not section.title] == []


@pytest.mark.parametrize("name", PLAUSIBLE)
def test_plausible_ranges_have_the_unit_of_their_key(name):
    schema = case_schema()
    units = {number["unit"] for number in numbers_in(nodes_at(name, schema), schema)}
    assert PLAUSIBLE[name].unit in units


@pytest.mark.parametrize(
    ("section", "last", "unit", "default", "allowed"),
    [
        ("layout.wheel", "outer_radius", "m", 360e-9, "1e-11 to 0.01"),
        ("layout.copies", "count", "", None, "whole number, 1 to 500"),
        ("material", "exchange_stiffness", "J/m", 1e-11, "1e-14 to 1e-9"),
        ("layers", "thickness", "m", None, "1e-11 to 1e-5"),
        ("protocol.steps.sweep", "points", "", None, "whole number, 2 or more"),
        ("shapes.disc", "radius", "m", None, "above 0, up to 0.01"),
        ("waveforms.sine", "phase", "degrees", 0.0, "0, or 1e-9 to 10000 of either sign"),
    ],
)
def test_what_is_known_of_a_key(section, last, unit, default, allowed):
    found = [k for k in key_list() if k.section == section and k.last == last]
    (key,) = found
    assert (key.unit, key.default, key.allowed) == (unit, default, allowed)


def counts_of_layouts():
    """Kind, key and range of each number of things; and what else has to be given with it."""
    for kind, function in CATALOGUE.items():
        for key, hint in get_type_hints(function, include_extras=True).items():
            for part in (hint, *get_args(hint)):
                if get_origin(part) is Annotated and get_args(part)[0] is int and key != "seed":
                    needed = {"vertices": {"a": (0, 0), "b": (0, 1e-6)}, "edges": [("a", "b")]}
                    lattice = {"arrangement": "lattice"} if key in ("rows", "columns") else {}
                    given = {"strip_network": needed, "inner_pads": lattice}.get(kind, {})
                    yield kind, key, get_args(part)[1], given


@pytest.mark.parametrize(("kind", "key", "allowed", "given"), list(counts_of_layouts()))
def test_as_many_things_are_refused_as_are_told(kind, key, allowed, given):
    """One below the least is refused by the range that is told, and the least is not."""
    told = f"must be a whole number .* from {allowed.least} to "
    assert re.search(f"{key} .*{told}", refusal(kind, {**given, key: allowed.least - 1}))
    assert not re.search(f"{key} .*{told}", refusal(kind, {**given, key: allowed.least}))


def refusal(kind, values):
    try:
        CATALOGUE[kind](**values)
    except LayoutError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "module", ["allowed", "case_schema", "described_schema", "in_si", "key_list"]
)
def test_examples_run(module):
    found = importlib.import_module(f"hebbfilm.run.inputs.{module}")
    assert doctest.testmod(found) in [doctest.TestResults(0, count) for count in range(1, 9)]
