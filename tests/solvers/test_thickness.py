"""A film whose thickness differs from place to place."""

import numpy as np
import pytest
import ufl
from dolfinx import fem

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Conduction, Electrodes, Film, Material
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.heating import Heating
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.thickness import cell_thickness
from hebbfilm.solvers.terms.demagnetisation.term import Demagnetisation
from tests.solvers.rectangles import cells_where, rectangle

NM = 1e-9
COLUMNS, ROWS, SIZE = 20, 6, 10 * NM
LENGTH, WIDTH = COLUMNS * SIZE, ROWS * SIZE
THIN, THICK = 1 * NM, 5 * NM
MATERIAL = Material(amr_ratio=0.0, heat_transfer_coefficient=1e8)


def right(x):
    return x[:, 0] > LENGTH / 2


def stepped(comm, holds=right):
    """Operators of a film that is thick where something holds."""
    film_mesh = rectangle(comm, COLUMNS, ROWS, SIZE, THIN)
    each = np.where(cells_where(film_mesh, holds), THICK, THIN)
    return VertexOperators(film_mesh, cell_thickness(film_mesh, each))


@pytest.mark.analytic
def test_volumes_masses_and_integrals_see_the_step(comm):
    """wL (t₁ + t₂)/2, of cells, of vertices and of UFL, to round-off; at the step, the mean."""
    operators = stepped(comm)
    expected = WIDTH * LENGTH * (THIN + THICK) / 2
    assert operators.volume == pytest.approx(expected, rel=1e-13, abs=0)
    assert operators.area == pytest.approx(WIDTH * LENGTH, rel=1e-13, abs=0)
    masses = comm.allreduce(float(operators.vertex_volumes.sum()))
    assert masses == pytest.approx(expected, rel=1e-13, abs=0)
    x, y = operators.film_mesh.coordinates[: operators.owned, :2].T
    inside = (y > SIZE / 2) & (y < WIDTH - SIZE / 2)
    at_step = operators.vertex_volumes[inside & (abs(x - LENGTH / 2) < SIZE / 2)]
    np.testing.assert_allclose(at_step, SIZE**2 * (THIN + THICK) / 2, rtol=1e-13)
    integral = fem.assemble_scalar(fem.form(operators.depth * ufl.dx))
    assert comm.allreduce(integral) == pytest.approx(expected, rel=1e-13, abs=0)


@pytest.mark.analytic
@pytest.mark.parametrize("resistance", [0.0, 1e-14])
def test_resistances_of_a_step_in_series(comm, resistance):
    """R = Σ L/(2σwt) + Σ r_c/(wt): each edge contact has the thickness that the film has there."""
    conduction = Conduction(stepped(comm), MATERIAL, electrodes=Electrodes(resistance))
    per_thickness = LENGTH / (2 * MATERIAL.conductivity * WIDTH) + resistance / WIDTH
    expected = 1 / (per_thickness * (1 / THIN + 1 / THICK))
    conduction.update(np.tile([0.0, 0.0, 1.0], (conduction.potential.size, 1)))
    found = conduction.conductance_matrix()
    np.testing.assert_allclose(found, expected * np.array([[1, -1], [-1, 1]]), rtol=1e-8)
    conduction.solve([1e-3, 0.0])
    heat = conduction.joule_power() + conduction.interface_power()
    assert heat == pytest.approx(1e-6 * found[0, 0], rel=1e-8, abs=0)
    sizes = [conduction.operators.contact_size(name) for name in ("left", "right")]
    np.testing.assert_allclose(sizes, [WIDTH * THIN, WIDTH * THICK], rtol=1e-13)
    # |j| w t is the current, everywhere.
    flow = conduction.current_density[:, 0] * WIDTH * conduction.operators.thickness
    np.testing.assert_allclose(flow, conduction.currents[0], rtol=1e-8)


@pytest.mark.analytic
def test_a_film_takes_its_thickness_as_any_parameter(comm):
    """One number: energies and conductances are in proportion; where m is uniform, exactly."""
    film_mesh = rectangle(comm, COLUMNS, ROWS, SIZE, THIN)
    films = [
        Film(film_mesh, MATERIAL, thickness=t) for t in (None, THICK, lambda x: THICK + 0 * x[:, 0])
    ]
    for film in films:
        film.set_magnetisation([0.6, 0.0, 0.8])
    energies = [film.dynamics.energies()["uniaxial_anisotropy"] for film in films]
    conductances = [film.conductance_matrix()[0, 0] for film in films]
    for found in (energies, conductances):
        np.testing.assert_allclose(found, found[0] * np.array([1, 5, 5]), rtol=1e-8)
    step = Film(film_mesh, MATERIAL, thickness=lambda x: np.where(x[:, 1] > 0, THIN, THICK))
    step.set_magnetisation([0.6, 0.0, 0.8])
    expected = energies[0] * step.operators.volume / films[0].operators.volume
    assert step.dynamics.energies()["uniaxial_anisotropy"] == pytest.approx(
        expected, rel=1e-12, abs=0
    )


@pytest.mark.analytic
def test_heat_is_kept_in_the_volume_and_leaves_by_the_area(comm):
    """C = ∫ c dV, K = ∫ h dA, of c and h that differ, too."""
    operators = stepped(comm)
    each = {name: np.where(cells_where(operators.film_mesh, right), 2.0, 1.0) for name in "ch"}
    material = Material(
        volumetric_heat_capacity=1e6 * each["c"], heat_transfer_coefficient=1e8 * each["h"]
    )
    heating = Heating.of_film(FilmMaterial(operators.film_mesh, material), operators)
    half = WIDTH * LENGTH / 2
    assert heating.capacity == pytest.approx(1e6 * half * (THIN + 2 * THICK), rel=1e-13, abs=0)
    assert heating.conductance == pytest.approx(1e8 * half * 3, rel=1e-13, abs=0)
    plain = Heating.of_film(FilmMaterial(operators.film_mesh, MATERIAL), operators)
    assert plain.conductance == pytest.approx(1e8 * 2 * half, rel=1e-13, abs=0)


@pytest.mark.analytic
def test_thickness_of_the_mesh_is_none_of_its_own(comm):
    film_mesh = rectangle(comm, 2, 2, SIZE, THIN)
    assert cell_thickness(film_mesh, None) is None
    assert cell_thickness(film_mesh, THIN) is None
    assert cell_thickness(film_mesh, lambda x: np.full(len(x), THIN)) is None
    np.testing.assert_array_equal(cell_thickness(film_mesh, THICK), THICK)


@pytest.mark.parametrize(
    ("thickness", "message"),
    [
        (0.0, "thickness: 0 m somewhere: must be positive"),
        (lambda x: x[:, 0] - LENGTH, "thickness: -2e-07 m somewhere: must be positive"),
        (lambda x: x[:, 0] * np.nan, "thickness: nan at"),
        (lambda x: x, r"thickness: values of shape \(\d+, 3\): must be"),
        ({"film": THIN, "tip": THICK}, r"thickness: no region tip \(this film has film\)"),
    ],
)
def test_impossible_thickness_is_named(comm, thickness, message):
    with pytest.raises(InputError, match=message):
        cell_thickness(rectangle(comm, COLUMNS, ROWS, SIZE, THIN), thickness)


def test_full_demagnetisation_refuses_a_step(comm):
    operators = stepped(comm)
    with pytest.raises(InputError, match="needs a film of one thickness, that of its mesh"):
        Demagnetisation().bind(operators, FilmMaterial(operators.film_mesh, MATERIAL))


def test_tetrahedra_have_a_thickness_of_their_own(comm):
    film_mesh = mesh_film(strip(100 * NM, 50 * NM, mesh_size=25 * NM), comm, dimension=3)
    with pytest.raises(InputError, match="thickness: a film of tetrahedra is as thick as its mesh"):
        cell_thickness(film_mesh, 2e-9)
