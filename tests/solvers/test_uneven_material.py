"""A material whose parameters differ from place to place: what it tells of itself."""

import json

import numpy as np
import pytest
from dolfinx import fem

from hebbfilm.common.errors import InputError
from hebbfilm.solvers import Film, Material
from hebbfilm.solvers.magnetisation.resolution import resolution_of
from hebbfilm.solvers.materials.film_material import FilmMaterial
from tests.solvers.rectangles import cells_where, rectangle

NM = 1e-9


def right(x):
    return x[:, 0] > 50 * NM


def graded(x):
    return np.where(right(x), 0.5, 0.1)


UNEVEN = Material(
    damping=graded,
    exchange_stiffness={"film": 1e-11, "tip": 2e-11},
    uniaxial_anisotropy=np.array([1e5, 2e5]),
)


def test_it_says_what_its_parameters_are():
    text = repr(UNEVEN)
    assert "damping='function graded'" in text
    assert "exchange_stiffness={'film': 1e-11, 'tip': 2e-11}" in text
    assert "uniaxial_anisotropy='array (2,) of 100000 to 200000, " in text
    assert json.loads(json.dumps(UNEVEN.described()))["easy_axis"] == [0.0, 0.0, 1.0]
    assert repr(Material()).startswith("Material(saturation_magnetisation=580000.0, ")


def test_it_says_which_dolfinx_function_it_was_given(comm):
    film_mesh = rectangle(comm, 2, 2, 10 * NM)
    function = fem.Function(film_mesh.space, name="strength")
    assert "conductivity='Function strength'" in repr(Material(conductivity=function))
    assert Material(conductivity=function) == Material(conductivity=function)
    assert Material(conductivity=function) != Material()


def test_materials_are_equal_if_all_parameters_are():
    again = Material(
        damping=graded,
        exchange_stiffness={"film": 1e-11, "tip": 2e-11},
        uniaxial_anisotropy=np.array([1e5, 2e5]),
    )
    assert again == UNEVEN
    assert hash(again) == hash(UNEVEN)
    assert Material() == Material()
    for other in (
        Material(),
        Material(damping=graded),
        Material(uniaxial_anisotropy=np.array([1e5, 3e5])),
        Material(exchange_stiffness={"film": 1e-11}),
        Material(damping=lambda x: graded(x)),
        "a material",
    ):
        assert other != UNEVEN


def test_numbers_are_asked_for_by_name():
    with pytest.raises(
        InputError, match=r"material\.damping: one number was asked for, but .*graded"
    ):
        UNEVEN.number("damping")
    assert UNEVEN.number("conductivity") == 5e6
    with pytest.raises(InputError, match=r"material\.amr_ratio: one number was asked for"):
        _ = Material(amr_ratio={"film": 0.1, "tip": 0.2}).resistivity_difference


def test_a_value_out_of_range_anywhere_is_named(comm):
    film_mesh = rectangle(comm, 4, 4, 25 * NM)
    for values, message in (
        (
            {"damping": lambda x: 0.1 - right(x)},
            r"material\.damping: -0.9 somewhere: must be zero or",
        ),
        ({"conductivity": {"film": 0.0}}, r"material\.conductivity: 0 somewhere: must be positive"),
        (
            {"amr_ratio": lambda x: -2.0 * right(x)},
            r"material\.amr_ratio: -2 somewhere: must be above",
        ),
        ({"easy_axis": lambda x: x * right(x)[:, None]}, r"material\.easy_axis: .* not zero"),
    ):
        with pytest.raises(InputError, match=message):
            Film(film_mesh, Material(**values))


@pytest.mark.analytic
def test_the_tightest_length_counts(comm):
    """√(A/|K|) of each place, not of the least A with the largest K of another."""
    film_mesh = rectangle(comm, 4, 4, 25 * NM)
    beyond = cells_where(film_mesh, right)
    stiffness, constant = np.where(beyond, 4e-11, 1e-11), np.where(beyond, 1e6, -5e5)
    material = Material(
        exchange_stiffness=stiffness, uniaxial_anisotropy=constant, interfacial_dmi=0.0
    )
    found = resolution_of(FilmMaterial(film_mesh, material), "none", 1e-9)
    assert found.lengths == pytest.approx({"wall width √(A/|K|)": np.sqrt(1e-11 / 5e5)}, rel=1e-12)
    local = resolution_of(FilmMaterial(film_mesh, material), "local", 1e-9).lengths
    assert min(local.values()) == pytest.approx(np.sqrt(1e-11 / 5e5), rel=1e-12)
