"""What one domain wall does to the resistance of a strip."""

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material

WALL, LENGTH, WIDTH, THICKNESS, H = 7e-9, 120e-9, 10e-9, 1e-9, 1.5e-9


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("kind", "domains", "middle", "sign"),
    [
        ("Néel", (0, 0, 1), (1, 0, 0), 1.0),
        ("Bloch", (0, 0, 1), (0, 1, 0), 0.0),
        ("head-to-head", (1, 0, 0), (0, 0, 1), -1.0),
    ],
)
def test_resistance_of_a_wall(comm, check, kind, domains, middle, sign):
    """δR = ∫ Δρ (m_x² - its value in the domains) dx/(wt), with m_x² = sech² or tanh².

    A Néel wall between perpendicular domains puts m along the current: +2ΔρΔ/(wt). A Bloch wall
    keeps it across: nothing. A head-to-head wall takes m away from it: -2ΔρΔ/(wt). In all three
    ρ_xy = 0, so the current stays along x and the elements are in series.
    """
    layout = strip(LENGTH, WIDTH, thickness=THICKNESS, mesh_size=H)
    film = Film(mesh_film(layout, comm), Material(amr_ratio=0.2))

    def profile(x):
        xi = (x[:, :1] - layout.outline.centroid.x) / WALL
        return np.tanh(xi) * np.array(domains) + np.array(middle) / np.cosh(xi)

    resistances = []
    for m in (np.array(domains, dtype=float), profile):
        film.set_magnetisation(m)
        resistances.append(1 / film.conductance_matrix()[0, 0])
    change = resistances[1] - resistances[0]
    unit = 2 * film.material.resistivity_difference * WALL / (WIDTH * THICKNESS)
    # The mean over the corners of a cell is a rule of second order for sech²(x/Δ), whose second
    # derivative is 2/Δ² at most: h²/12 of it, and as much again from the current that is uneven.
    tolerance = (H / WALL) ** 2 / 3 + 1e-10 * resistances[0] / unit
    check(
        f"δR of a {kind} wall, 2ΔρΔ/(wt)",
        change / unit,
        sign,
        tolerance,
        "AMR in series; mean over the corners of a cell (h/Δ)²/3",
    )
