"""Van der Pauw's theorem."""

import numpy as np
import pytest
import shapely
from shapely.ops import substring

from meshing import Contact, Layout, mesh_film
from solvers import Film, Material

MATERIAL = Material(amr_ratio=0.0)
THICKNESS, H = 1e-9, 8e-9
OUTLINE = shapely.Polygon(
    1e-9 * np.array([(0, 0), (180, -40), (330, 30), (300, 170), (380, 300), (210, 280),
                     (120, 350), (-60, 240), (40, 130)])  # fmt: skip
)
PLACES = (0.06, 0.33, 0.57, 0.86)
"""Of the middles of the contacts along the rim, in its length."""


def deviation(comm, length):
    """exp(-πR₁t/ρ) + exp(-πR₂t/ρ) - 1 for four contacts of one length in m."""
    rim = OUTLINE.exterior
    contacts = tuple(
        Contact(
            f"contact_{k}",
            substring(rim, place * rim.length - length / 2, place * rim.length + length / 2),
            length / 8,
        )
        for k, place in enumerate(PLACES)
    )
    film = Film(mesh_film(Layout(OUTLINE, contacts, THICKNESS, H), comm), MATERIAL)
    conductance = film.conductance_matrix()[:3, :3]

    def resistance(source, drain, high, low):
        current = np.zeros(4)
        current[source], current[drain] = 1.0, -1.0
        potential = np.append(np.linalg.solve(conductance, current[:3]), 0.0)
        return potential[high] - potential[low]

    resistances = np.array([resistance(0, 1, 3, 2), resistance(1, 2, 0, 3)])
    return np.exp(-np.pi * MATERIAL.conductivity * THICKNESS * resistances).sum() - 1


@pytest.mark.analytic
def test_irregular_outline_with_small_contacts(comm):
    """The sum of exponentials is 1 but for the size c of the contacts, which acts as c².

    L. J. van der Pauw, Philips Res. Rep. 13, 1 (1958): on a disc of diameter D each contact along
    the rim changes ρ by c²/(16 D² ln 2), and the sum by half as much for R₁ = R₂. On an outline of
    the same area the conformal map stretches c, so the order and the limit are asked for.
    """
    lengths = np.array([40e-9, 20e-9, 10e-9])
    deviations = np.array([deviation(comm, length) for length in lengths])
    print(deviations)
    diameter = 2 * np.sqrt(OUTLINE.area / np.pi)
    # Four contacts, each of which is stretched by at most 2.
    bound = 4 * (2 * lengths / diameter) ** 2 / (16 * np.log(2))
    # The mesh adds (h/D)² of the whole, and of what a contact does the share (1/8) that its
    # singular ends have on a mesh of c/8.
    mesh = 0.1 * (H / diameter) ** 2
    assert np.all(deviations > -mesh)
    assert np.all(deviations < bound + mesh)
    orders = np.log2(deviations[:-1] / deviations[1:])
    assert orders == pytest.approx(2, abs=0.25)
    # Extrapolated to points.
    limit = deviations[2] - (deviations[1] - deviations[2]) / 3
    assert limit == pytest.approx(0, abs=deviations[2] / 8 + mesh)
