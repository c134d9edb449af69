"""Slips in calls of what scripts import from hebbfilm.

Class: regression.
"""

import inspect
import logging
import pickle
from dataclasses import replace

import pytest

import hebbfilm
from hebbfilm import (
    Film,
    Helix,
    HopfieldFilm,
    InputError,
    Layer,
    Material,
    Training,
    mesh_film,
    parse_pattern,
    si,
    strip,
    wheel,
)
from hebbfilm.run import slips


@pytest.fixture
def warned(caplog):
    slips._tell_once.cache_clear()
    caplog.set_level(logging.WARNING, logger="hebbfilm")
    return lambda: [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: wheel(mesh_szie=5e-9),
            "wheel: unknown argument mesh_szie; did you mean mesh_size",
        ),
        (lambda: Material(dampin=0.1), "Material: unknown argument dampin; did you mean damping?"),
        (
            lambda: replace(Material(), dampin=0.1),
            "Material: unknown argument dampin; did you mean damping?",
        ),
        (lambda: Training(["++"], volts=1), "Training: unknown argument volts; did you mean vol"),
        (lambda: parse_pattern("++", zzz=1), "parse_pattern: unknown argument zzz (allowed: "),
    ],
)
def test_misspelt_argument_is_told_with_the_likely_one(call, told):
    with pytest.raises(TypeError) as error:
        call()
    assert str(error.value).startswith(told)
    assert "self" not in str(error.value)


def test_misspelt_argument_of_a_method_is_told(comm):
    film = Film(mesh_film(strip(60e-9, 30e-9, mesh_size=15e-9), comm))
    network = HopfieldFilm(film)
    with pytest.raises(TypeError, match=r"^HopfieldFilm.train: unknown argument volage; did you"):
        network.train(["+-"], volage=0.05)
    with pytest.raises(TypeError, match=r"^Film.relax: unknown argument damp; did you mean dampi"):
        film.relax(1e-12, damp=0.5)


def test_slip_inside_a_call_is_left_as_it_is():
    """What the function itself calls wrongly is no slip of who called it."""

    def given(places):
        return Material(), places.sum(axes=0)

    def wrong(function, **options):
        return function(**options)

    told = slips._telling(wrong, "wrong", wrong)
    with pytest.raises(TypeError, match=r"given\(\) got an unexpected keyword argument 'zzz'"):
        told(given, zzz=1)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: wheel(mesh_size="5 nm"),
            "wheel: mesh_size = '5 nm': in Python quantities are ",
        ),
        (lambda: strip("1 µm"), "write length=si('1 µm', 'm'), with si of hebbfilm"),
        (
            lambda: Material(exchange_stiffness="10 pJ/m"),
            "write exchange_stiffness=si('10 pJ/m', 'J/m')",
        ),
        (
            lambda: Layer("pt", thickness="3 nm", conductivity=4e6),
            "write thickness=si('3 nm', 'm')",
        ),
        (lambda: Training(["++--"], voltage="50mV"), "write voltage=si('50mV', 'V')"),
        (lambda: Material(damping="5 %"), "write damping=si('5 %', '')"),
        (lambda: Helix(period="50 nm", phase="30 °"), "write period=si('50 nm', 'm')"),
        (lambda: Helix(period=5e-8, phase="30 °"), "write phase=si('30 °', 'degrees')"),
    ],
)
def test_quantity_as_text_is_refused_with_what_makes_a_number_of_it(call, told):
    with pytest.raises(InputError) as error:
        call()
    assert told in str(error.value)


def test_hint_does_what_it_says():
    assert strip(length=si("1 µm", "m")).outline.bounds[2] == 1e-6


def test_texts_that_are_no_quantities_are_let_through():
    assert parse_pattern("1,-1").tolist() == [1, -1]
    with pytest.raises(InputError, match="layers: name = '2 nm': must be a word"):
        Layer("2 nm", thickness=2e-9, conductivity=4e6)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: Material(saturation_magnetisation=0.58),
            "Material: saturation_magnetisation = 0.58 A/m: a case may have 1000 to 1e+07, in "
            "amperes per metre: did you mean 580000?",
        ),
        (
            lambda: Material(saturation_magnetisation=580),
            "Material: saturation_magnetisation = 580 A/m: a case may have 1000 to 1e+07, in "
            "amperes per metre: did you mean 580000?",
        ),
        (
            lambda: Training(["++--"], voltage=50),
            "Training: voltage = 50 V: a case may have 1e-09 to 10, in volts: did you mean 0.05?",
        ),
    ],
)
def test_number_of_another_unit_is_warned_of_once(call, told, warned, comm):
    call()
    call()
    assert warned() == ([f"warning: {told}"] if comm.rank == 0 else [])


def test_plausible_numbers_are_not_warned_of(warned):
    Material(damping=0.1, amr_ratio=0.0)
    Training(["++--"])
    assert warned() == []


def test_names_stay_what_they_were():
    assert pickle.loads(pickle.dumps(wheel)) is wheel
    assert pickle.loads(pickle.dumps(Material())).damping == Material().damping
    assert next(iter(inspect.signature(Material).parameters)) == "saturation_magnetisation"
    assert inspect.signature(wheel).return_annotation == "Layout"
    assert hebbfilm.wheel is wheel
    assert wheel.__doc__.startswith("A ring, spokes and a hub")


def test_lengths_of_metres_are_refused_as_in_files():
    with pytest.raises(InputError, match=r"mesh_size 5 m: lengths are metres; did you mean 5e-9"):
        wheel(mesh_size=5)
