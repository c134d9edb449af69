"""A case whose regions differ in conductivity, thickness and heat: from the file to its figures."""

import numpy as np
import pytest

from hebbfilm.run.analysis.conductances import conductances_of_case
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.inputs.films import build_film

NM = 1e-9
LENGTH, WIDTH = 300 * NM, 60 * NM
CASE = {
    "layout": {
        "kind": "strip",
        "length": LENGTH,
        "width": WIDTH,
        "thickness": NM,
        "mesh_size": 10 * NM,
    },
    "material": {"amr_ratio": 0.0, "conductivity": 5e6, "heat_transfer_coefficient": 1e8},
    "regions": [
        {
            "name": "lead",
            "area": {
                "shape": "rectangle",
                "size": [LENGTH / 2, WIDTH],
                "corner": [LENGTH / 2, -WIDTH / 2],
            },
            "thickness": 4 * NM,
            "material": {"conductivity": 2e7, "volumetric_heat_capacity": 2e6},
        }
    ],
}
RESISTANCE = LENGTH / 2 / WIDTH * (1 / (5e6 * NM) + 1 / (2e7 * 4 * NM))


@pytest.mark.analytic
def test_two_regions_in_series(comm):
    """Σ L/(2σwt): the mesh conforms to the border, so that a linear φ in each is exact in P1."""
    film = build_film(parse_case(CASE), comm)
    expected = np.array([[1, -1], [-1, 1]]) / RESISTANCE
    np.testing.assert_allclose(film.conductance_matrix(), expected, rtol=1e-8)
    area = WIDTH * LENGTH / 2
    capacity = area * NM * (film.material.volumetric_heat_capacity["film"] + 4 * 2e6)
    assert film.heating.capacity == pytest.approx(capacity, rel=1e-12, abs=0)
    assert film.heating.conductance == pytest.approx(1e8 * 2 * area, rel=1e-12, abs=0)


@pytest.mark.analytic
def test_couplings_are_in_squares_of_the_mean_film(comm):
    """g over the mean of σt, as `hebbfilm conductance` prints it."""
    found = conductances_of_case(parse_case(CASE), comm)
    mean = (5e6 * NM + 2e7 * 4 * NM) / 2
    assert found.couplings == pytest.approx({"left-right": 1 / RESISTANCE / mean}, rel=1e-8, abs=0)
