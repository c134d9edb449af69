"""The `neurons` of a case: presets and tables, and what is said of those that cannot be."""

import tomllib

import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Neuron
from hebbfilm.run.folder.same_case import case_values
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.inputs.neurons import named_neurons
from hebbfilm.run.inputs.workload import check_workload

TABLE = {"a": ["rim_1", "-rim_2"], "b": ["rim_3"], "c": ["centre"]}


def case_with(neurons, **sections):
    content = {"layout": {"kind": "wheel"}, "training": {"patterns": ["++-"]}, "neurons": neurons}
    return parse_case(content | sections)


def films(count):
    names = ("left", "right")
    return [*names, *(f"copy_{k}_{name}" for k in range(2, count + 1) for name in names)]


@pytest.mark.parametrize(
    ("preset", "count", "left"),
    [
        ("twins", 2, Neuron(("left", "-copy_2_left"))),
        ("reference", 2, Neuron(("left",), ("copy_2_left",))),
        ("twins_and_reference", 3, Neuron(("left", "-copy_2_left"), ("copy_3_left",))),
    ],
)
def test_presets_are_of_films_side_by_side(preset, count, left):
    found = named_neurons(preset, films(count))
    assert list(found) == ["left", "right"]
    assert found["left"] == left


def test_presets_keep_contacts_together_that_are_tied_in_all_films():
    nodes = ["a+b", "c", "copy_2_a+copy_2_b", "copy_2_c"]
    assert named_neurons("twins", nodes)["a+b"] == Neuron(("a+b", "-copy_2_a+copy_2_b"))
    nodes[2] = "copy_2_b+copy_2_a"
    assert named_neurons("twins", nodes)["a+b"] == Neuron(("a+b", "-copy_2_b+copy_2_a"))


@pytest.mark.parametrize(
    ("preset", "nodes", "message"),
    [
        (
            "twins",
            ["a+copy_2_a", "b", "copy_2_b"],
            "neurons = 'twins': a+copy_2_a ties contacts of two films: in [contacts], tie those of "
            "one film to each other, and those of all copies alike",
        ),
        (
            "twins",
            films(1),
            "neurons = 'twins': the film has no copies; add copies = 2 to [layout]",
        ),
        (
            "twins_and_reference",
            films(2),
            "neurons = 'twins_and_reference': the film has 2 copies; set copies = 3 in [layout]; "
            "or did you mean 'twins' or 'reference'?",
        ),
        (
            "twins",
            films(3),
            "neurons = 'twins': the film has 3 copies; set copies = 2 in [layout]; or did you mean "
            "'twins_and_reference'?",
        ),
        (
            "twins",
            ["a+b", "copy_2_a", "copy_2_b"],
            "neurons = 'twins': a+b has no copy_2_a+copy_2_b beside it: in [contacts], tie those "
            "of all copies alike",
        ),
    ],
    ids=["two films tied", "one film", "too few", "too many", "tied in one film alone"],
)
def test_preset_says_how_many_films_it_needs(preset, nodes, message):
    with pytest.raises(InputError) as caught:
        named_neurons(preset, nodes)
    assert str(caught.value) == message


def test_table_names_the_contacts_of_each_neuron():
    case = case_with(TABLE)
    assert case.neurons["a"] == Neuron(("rim_1", "-rim_2"))
    neurons = case.neurons_of(["rim_1", "rim_2", "rim_3", "centre"])
    assert neurons.names == ("a", "b", "c")
    assert neurons.presented([1, 1, -1]).tolist() == [1, -1, 1, -1]


def test_table_of_a_neuron_may_have_a_reference():
    table = {"a": {"contacts": ["rim_1"], "reference": ["rim_2"]}}
    case = case_with(table | {"b": {"contacts": ["rim_3"], "reference": ["centre"]}})
    assert case.neurons["b"] == Neuron(("rim_3",), reference=("centre",))


def test_case_is_kept_with_its_neurons_in_their_order():
    case = case_with(TABLE)
    assert parse_case(tomllib.loads(case.as_toml())) == case
    assert parse_case(tomllib.loads(case_with("twins").as_toml())).neurons == "twins"
    turned = case_with(dict(reversed(TABLE.items())))
    assert case_values(turned) != case_values(case)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "twin",
            "neurons = 'twin': allowed are twins, reference, twins_and_reference; did you mean "
            "twins?",
        ),
        (
            2,
            "neurons = 2: must be one of 'twins', 'reference', 'twins_and_reference', or a table "
            "with the contacts of each neuron",
        ),
        ({"a": ["rim_1"]}, "neurons: a network has 2 or more; the table has 1"),
        (
            TABLE | {"a": "rim_1"},
            "neurons.a = 'rim_1': must be a list of contacts; did you mean ['rim_1']?",
        ),
        (
            TABLE | {"a": [1]},
            "neurons.a = [1]: must be a list of contacts, like ['+ring_1', '-copy_2_ring_1']",
        ),
        (
            TABLE | {"a": []},
            "neurons.a: a neuron has no contacts: give at least one, like '+ring_1'",
        ),
        (TABLE | {"a": ["rim_1", "-rim_1"]}, "neurons.a: a neuron has contact 'rim_1' twice"),
        (
            TABLE | {"a": {"contact": ["rim_1"]}},
            "unknown key contact in [neurons.a]; did you mean contacts? (allowed: contacts, "
            "reference)",
        ),
        (
            TABLE | {"a:b": ["rim_1"]},
            "neuron name 'a:b': letters, digits and underscores are allowed, as in 'rim_1'",
        ),
    ],
    ids=[
        "unknown preset",
        "a number",
        "one neuron",
        "a name",
        "a number of a contact",
        "no contact",
        "both signs",
        "misspelt key",
        "name",
    ],
)
def test_neurons_that_cannot_be_are_told_in_one_line(given, message):
    with pytest.raises(InputError) as caught:
        case_with(given)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("neurons", "message"),
    [
        ("twins", "the film has no copies; add copies = 2 to [layout]"),
        (TABLE | {"c": ["center"]}, "neurons.c: contact 'center': allowed are rim_1, rim_2, rim_3"),
        ({"a": ["rim_1"], "b": ["rim_2"]}, "contact 'rim_3' is of no neuron"),
    ],
    ids=["preset", "unknown contact", "left out"],
)
def test_neurons_that_do_not_fit_the_layout_are_told_before_it_is_meshed(neurons, message):
    case = case_with(neurons)
    with pytest.raises(InputError) as caught:
        case.film_source()
    assert message in str(caught.value)


def test_patterns_must_fit_the_neurons_before_anything_is_meshed():
    case = case_with(TABLE, training={"patterns": ["++--"]})
    source = case.film_source()
    with pytest.raises(InputError, match=r"has 4 signs; the film has 3 neurons \(a, b, c\)"):
        check_workload(case, source)


def test_run_without_patterns_has_no_neurons():
    case = parse_case({"layout": {"kind": "wheel"}, "neurons": TABLE})
    with pytest.raises(InputError, match=r"neurons: a run without patterns has none; leave them"):
        check_workload(case, case.film_source())
