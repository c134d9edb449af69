"""Van der Pauw's theorem."""

import numpy as np
import pytest
import shapely
from shapely import LineString

from hebbfilm.meshing import Contact, Layout, mesh_film
from hebbfilm.solvers import Film, Material

MATERIAL = Material(amr_ratio=0.0)
THICKNESS, H = 1e-9, 4e-9
CORNERS = 1e-9 * np.array(
    [(0, 0), (180, -40), (330, 30), (300, 170), (380, 300), (210, 280), (120, 350), (-60, 240),
     (40, 130)]
)  # fmt: skip
SIDES = (0, 2, 4, 7)
"""Those with a contact in their middle; the shortest is 143 nm long."""
SHORTEST = 143e-9


def deviation(comm, length):
    """exp(-πR₁t/ρ) + exp(-πR₂t/ρ) - 1 for four contacts of one length in m."""
    contacts = []
    for side in SIDES:
        start, end = CORNERS[side], CORNERS[side + 1]
        half = 0.5 * length * (end - start) / np.linalg.norm(end - start)
        middle = 0.5 * (start + end)
        region = LineString([middle - half, middle + half])
        contacts.append(Contact(f"side_{side}", region, min(H, length / 8)))
    layout = Layout(shapely.Polygon(CORNERS), tuple(contacts), THICKNESS, H)
    conductance = Film(mesh_film(layout, comm), MATERIAL).conductance_matrix()[:3, :3]

    def resistance(source, drain, high, low):
        current = np.zeros(4)
        current[source], current[drain] = 1.0, -1.0
        potential = np.append(np.linalg.solve(conductance, current[:3]), 0.0)
        return potential[high] - potential[low]

    resistances = np.array([resistance(0, 1, 3, 2), resistance(1, 2, 0, 3)])
    return np.exp(-np.pi * MATERIAL.conductivity * THICKNESS * resistances).sum() - 1


@pytest.mark.analytic
def test_irregular_outline_with_small_contacts(comm, check):
    """The sum of exponentials is 1 but for the length c of the contacts, which acts as c².

    L. J. van der Pauw, Philips Res. Rep. 13, 1 (1958): four contacts on a disc of diameter D change
    the sum by 4 (c/D)²/16. On a square of side s, c/D is 1.3110 c/s; that of the shortest side with
    a contact is the estimate here.
    """
    lengths = np.array([40e-9, 20e-9])
    deviations = np.array([deviation(comm, length) for length in lengths])
    diameter = 2 * np.sqrt(shapely.Polygon(CORNERS).area / np.pi)
    # Of the resistances, and so of the sum, whose derivative is below 1.
    mesh = (H / diameter) ** 2
    estimate = 4 * (1.3110 * lengths / SHORTEST) ** 2 / 16
    for length, found, bound in zip(lengths, deviations, estimate + mesh, strict=True):
        check(
            f"Van der Pauw's sum less 1, contacts of {length * 1e9:g} nm",
            found,
            0,
            bound,
            "exp(-πR₁t/ρ) + exp(-πR₂t/ρ) = 1; length of the contacts, mesh",
        )
    # The next power of c is (c/s)² times smaller; the share of a contact that its mesh of c/8
    # misses is the same for both.
    next_power = (lengths[0] / SHORTEST) ** 2
    order = np.log2(deviations[0] / deviations[1])
    check(
        "Order in the length of the contacts",
        order,
        2,
        (mesh / deviations[1] + next_power) / np.log(2),
        "L. J. van der Pauw (1958); mesh, and the next power of c",
    )
    limit = deviations[1] - (deviations[0] - deviations[1]) / 3
    check(
        "Van der Pauw's sum less 1, extrapolated to points",
        limit,
        0,
        2 * mesh,
        "van der Pauw's theorem; twice the mesh's (h/D)²",
    )
