"""Conduction with anomalous Hall effect: its tensor without it, and its solver."""

import numpy as np
import pytest

from meshing import mesh_film, wheel
from solvers import Film, Material
from solvers.cell_sums import in_lanes
from solvers.conductivity import cell_conductivity

MATERIAL = Material(conductivity=1.0, amr_ratio=0.3, anomalous_hall_ratio=0.4)


def test_without_hall_effect_conductivity_is_symmetric_to_the_last_bit():
    m = np.random.default_rng(0).standard_normal((4, 3))
    material = Material(amr_ratio=0.3)
    for dimension in (2, 3):
        cells = np.arange(dimension + 1, dtype=np.int32)[None, :]
        out = in_lanes(np.empty((1, dimension, dimension)))
        cell_conductivity(in_lanes(cells), m, material, out)
        np.testing.assert_array_equal(out, out.swapaxes(1, 2))


@pytest.mark.analytic
def test_iterations_stay_bounded(comm):
    """GMRES gains √(1 - (α/β)²) a step, whatever the mesh, with α ≤ u·σu and |σu| ≤ β for |u| = 1.

    ρ⊥ = 1, Δρ = 0.2, ρ_AH = 0.3: |ρ| ≤ √(1.2² + 0.3²) and u·ρu ≥ 1 give α = 1/1.53 and β = 1, so
    0.757 a step; from L/h = 60 above 1e-10 it takes ln(60 · 1e10)/ln(1/0.757) = 97 steps.
    """
    for h in (20e-9, 10e-9):
        film = Film(mesh_film(wheel(mesh_size=h), comm), Material(anomalous_hall_ratio=0.3))
        film.randomise(seed=2)
        film.conductance_matrix()
        assert film.conduction.iterations_per_solve < 97
