"""How far a texture has moved, on textures that are known to have moved."""

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material, constant
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.magnetisation.displacement import fit_displacement

LENGTH, WIDTH, H = 300e-9, 40e-9, 5e-9
PERIOD = 50e-9
K = 2 * np.pi / PERIOD
LONGEST_EDGE = 1.6 * H
"""Of a mesh of this size; a cell's mean and its slope both miss less than (kh)²/8."""


@pytest.fixture(scope="module")
def operators(comm):
    return VertexOperators(mesh_film(strip(LENGTH, WIDTH, mesh_size=H), comm))


def helix(operators, shift, angle=0.0):
    """Cycloid along the direction at this angle to x, moved along x by the shift in m."""
    x, y = operators.film_mesh.coordinates[: operators.owned, :2].T
    phase = K * (np.cos(angle) * (x - shift) + np.sin(angle) * y)
    return operators.halo(np.column_stack([np.sin(phase), 0 * phase, np.cos(phase)]))


def along_x(operators, size=1e12):
    return np.tile([size, 0.0], (len(operators.cells), 1))


@pytest.mark.analytic
@pytest.mark.parametrize("angle", [0.0, np.pi / 3])
@pytest.mark.parametrize("shift", [-3e-9, 0.1e-9, 6e-9])
def test_moved_helix(operators, shift, angle):
    """Whatever its direction, it moved by the shift as seen along the current.

    The halfway m is cos(kd/2) of the helix in the middle, so d comes out as (2/k) tan(kd/2).
    """
    before, after = helix(operators, 0, angle), helix(operators, shift, angle)
    found = fit_displacement(operators, before, after, along_x(operators))
    wave = K * np.cos(angle)
    expected = 2 / wave * np.tan(wave * shift / 2)
    assert found.distance == pytest.approx(expected, rel=(K * LONGEST_EDGE) ** 2 / 8, abs=0)
    assert found.turn == pytest.approx(2 * np.sin(abs(wave * shift) / 2), rel=1e-9, abs=0)
    assert found.explained > 1 - (K * LONGEST_EDGE) ** 2 / 4
    # Against the current, and the way back.
    reverse = fit_displacement(operators, before, after, -along_x(operators))
    back = fit_displacement(operators, after, before, along_x(operators))
    for other in (reverse, back):
        assert other.distance == pytest.approx(-found.distance, rel=1e-12, abs=0)


@pytest.mark.analytic
def test_only_cells_that_carry_current_count(operators):
    """The left half moves by 2 nm; the right half, with 0.4 of the mean current, by -9 nm."""
    left = helix(operators, 2e-9)
    x = operators.film_mesh.coordinates[: operators.owned, 0]
    moved = left.copy()
    moved[: operators.owned][x > LENGTH / 2] = helix(operators, -9e-9)[: operators.owned][
        x > LENGTH / 2
    ]
    after = operators.halo(moved)
    current = along_x(operators)
    middle = operators.film_mesh.coordinates[operators.cells][:, :, 0].max(axis=1)
    current[middle > LENGTH / 2] *= 0.25
    found = fit_displacement(operators, helix(operators, 0), after, current)
    assert found.distance == pytest.approx(2e-9, rel=(K * LONGEST_EDGE) ** 2 / 8, abs=0)


@pytest.mark.analytic
def test_nothing_moves_without_current_or_change(operators):
    m = helix(operators, 0)
    still = fit_displacement(operators, m, m, along_x(operators))
    assert (still.distance, still.explained, still.turn) == (0, 0, 0)
    open_ = fit_displacement(operators, m, helix(operators, 2e-9), 0 * along_x(operators))
    assert open_.distance == 0


@pytest.mark.analytic
def test_wall_moves_as_fast_as_the_electrons_where_damping_is_nonadiabaticity(comm):
    """With α = β any texture at rest is carried along rigidly, at u."""
    material = Material(
        exchange_stiffness=1.5e-11,
        uniaxial_anisotropy=5e4,
        interfacial_dmi=0.0,
        damping=0.1,
        nonadiabaticity=0.1,
        amr_ratio=0.0,
    )
    wall = np.sqrt(material.exchange_stiffness / material.uniaxial_anisotropy)
    film = Film(mesh_film(strip(LENGTH, 10e-9, mesh_size=H), comm), material)

    def bloch(x):
        xi = (x[:, 0] - LENGTH / 2) / wall
        return np.column_stack([0 * xi, 1 / np.cosh(xi), np.tanh(xi)])

    film.set_magnetisation(bloch)
    density = 50.0 / abs(material.spin_drift_per_current_density)
    film.evolve(constant([density * LENGTH / material.conductivity, 0.0], 5e-11))
    before = film.dynamics.m.copy()
    film.evolve(constant([density * LENGTH / material.conductivity, 0.0], 5e-11))
    found = fit_displacement(
        film.operators, before, film.dynamics.m, film.conduction.current_density
    )
    # The current flows to +x, the electrons to -x. P1 errs by (h/Δ)²/8 in the slope and in the
    # motion, and the finite step by (d/Δ)²/12.
    tolerance = 2 * (LONGEST_EDGE / wall) ** 2 / 8 + (2.5e-9 / wall) ** 2 / 12
    assert found.distance == pytest.approx(-50 * 5e-11, rel=tolerance, abs=0)
    assert found.explained > 0.9
