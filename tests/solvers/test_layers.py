"""Layers of metal that share the electric field of a film in 2D."""

import numpy as np
import pytest

from hebbfilm.common.errors import SolverError
from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Conduction, Film, Heat, Layer, Material, constant
from hebbfilm.solvers.conduction.conductivity import (
    Resistivity,
    assemble_conductivity,
    current_density,
)
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.layers.film_layer import layers_on_film
from hebbfilm.solvers.materials.film_material import FilmMaterial

LAYOUT = strip(30e-9, 20e-9, thickness=2e-9, mesh_size=8e-9)
PLAIN = Layer("pt", 3e-9, conductivity=lambda x: 4e6 * (1 + x[:, 0] / 60e-9))
MAGNETORESISTIVE = Layer("w", 5e-9, conductivity=1e6, side="above", spin_hall_magnetoresistance=0.3)


def reference(material, layers, thickness, m):
    """σ of the film and of each layer of cells with m (n, 3, 3), in plain NumPy, (n, 2, 2) each."""
    sigma, amr, hall = (
        material["conductivity"].in_cells,
        material["amr_ratio"].in_cells,
        material["anomalous_hall_ratio"].in_cells,
    )
    square, mean = np.einsum("cak,cal->ckl", m, m)[:, :2, :2] / 3, m.mean(axis=1)
    turn = mean[:, 2, None, None] * np.array([[0.0, -1.0], [1.0, 0.0]])
    each = np.eye(2) + amr[:, None, None] * square + hall[:, None, None] * turn
    found = [sigma[:, None, None] * np.linalg.inv(each)]
    across = np.einsum("kl,clm,nm->ckn", [[0, -1], [1, 0]], square, [[0, -1], [1, 0]])
    for layer in layers:
        ratio = layer["spin_hall_magnetoresistance"].in_cells[:, None, None]
        rho = np.eye(2) + ratio * (np.eye(2) - across)
        found.append(layer["conductivity"].in_cells[:, None, None] * np.linalg.inv(rho))
    return found


@pytest.mark.cross_method
@pytest.mark.parametrize("hall", [0.0, 0.4])
@pytest.mark.parametrize("layers", [[PLAIN], [MAGNETORESISTIVE], [PLAIN, MAGNETORESISTIVE]])
def test_loops_conduct_as_the_reference(comm, hall, layers):
    """Matrix and all current densities, to round-off."""
    film_mesh = mesh_film(LAYOUT, comm)
    operators = VertexOperators(film_mesh)
    material = FilmMaterial(film_mesh, Material(amr_ratio=0.3, anomalous_hall_ratio=hall))
    found = layers_on_film(film_mesh, layers)
    resistivity = Resistivity(operators, material, found)
    m, potential = (operators.halo(operators.random_normal(seed)) for seed in (0, 1))
    m /= np.linalg.norm(m, axis=1)[:, None]
    potential = potential[:, 0].copy()
    sigmas = reference(material, found, operators.thickness, m[operators.cells])
    gradients, cells = operators.gradients, operators.cells
    field = -np.einsum("cad,ca->cd", gradients, potential[cells])
    j = np.empty(field.shape)
    current_density(operators, m, resistivity, potential, j)
    expected = np.einsum("ckl,cl->ck", sigmas[0], field)
    np.testing.assert_allclose(j, expected, atol=1e-13 * np.abs(expected).max())
    for layer, sigma in zip(resistivity.layers, sigmas[1:], strict=True):
        layer.current_density(operators, m, potential, j)
        expected = np.einsum("ckl,cl->ck", sigma, field)
        np.testing.assert_allclose(j, expected, atol=1e-13 * np.abs(expected).max())
    total = sigmas[0] + sum(
        (each.thickness / operators.thickness)[:, None, None] * sigma
        for each, sigma in zip(found, sigmas[1:], strict=True)
    )
    matrix = np.empty(operators.indices.size)
    assemble_conductivity(operators, m, resistivity, matrix)
    flow = np.einsum("cak,ckl,cl,c->ca", gradients, total, -field, operators.volumes)
    products = matrix * potential[operators.indices]
    np.testing.assert_allclose(
        np.add.reduceat(products, operators.indptr[:-1]),
        operators.sum_to_vertices(flow),
        atol=1e-13 * np.abs(products).max(),
    )


@pytest.mark.analytic
def test_temperature_scales_each_conductor(comm):
    """Uniform T: G of film and layer in parallel, each with its own coefficient."""
    material = Material(amr_ratio=0.0, temperature_coefficient=2e-3)
    film_mesh = mesh_film(LAYOUT, comm)
    layers = layers_on_film(film_mesh, [Layer("pt", 3e-9, 4e6, temperature_coefficient=4e-3)])
    operators = VertexOperators(film_mesh)
    conduction = Conduction(operators, material, layers=layers)
    conduction.reference_temperature = 290.0
    m = operators.halo(operators.random_normal(0))
    cold = (5e6 * 2e-9 + 4e6 * 3e-9) * 20 / 30
    warm = (5e6 * 2e-9 / 1.2 + 4e6 * 3e-9 / 1.4) * 20 / 30
    conduction.update(m)
    assert conduction.conductance_matrix()[0, 0] == pytest.approx(cold, rel=1e-8)
    assert conduction.resistivity_change == 0
    conduction.take_temperature(np.full(len(m), 390.0))
    assert conduction.resistivity_change == pytest.approx(0.4)
    reading = conduction.anew()
    reading.update(m)
    assert reading.resistivity_change == 0
    assert conduction.resistivity_change == pytest.approx(0.4)
    assert reading.conductance_matrix()[0, 0] == pytest.approx(warm, rel=1e-8)
    conduction.update(m)
    conduction.take_temperature(np.full(len(m), 400.0))
    assert conduction.resistivity_change == pytest.approx(0.04)


def test_a_film_with_a_layer_shares_its_current(comm):
    film = Film(mesh_film(LAYOUT, comm), Material(amr_ratio=0.0), layers=[Layer("pt", 3e-9, 4e6)])
    film.set_magnetisation(np.array([1.0, 0.0, 0.0]))
    found = film.solve_current([0.03, 0.0])
    assert found.sheet_conductance == pytest.approx(22e-3)
    assert found.current_shares() == pytest.approx({"film": 10 / 22, "pt": 12 / 22})
    assert found.current_density[:, 0] == pytest.approx(5e12, rel=1e-7)
    assert found.layer_current_density(0)[:, 0] == pytest.approx(4e12, rel=1e-7)
    assert found.joule_power() == pytest.approx(found.power, rel=1e-8)
    assert found.power_concentration() == pytest.approx(1, rel=1e-7)
    assert film.read().current_shares() == pytest.approx({"film": 10 / 22, "pt": 12 / 22})


@pytest.mark.analytic
def test_current_follows_the_temperature_of_a_film(comm):
    """After a jump of T by 100 K, a = 2e-3: the next step has the current of ρ(T), 1.2 times ρ."""
    film = Film(
        mesh_film(LAYOUT, comm),
        Material(amr_ratio=0.0, temperature_coefficient=2e-3),
        heat=Heat(substrate_temperature=290.0),
    )
    film.set_magnetisation(np.array([1.0, 0.0, 0.0]))
    film.evolve(constant([1e-9, 0.0], 1e-14))
    cold = film.conduction.currents[0]
    film.heat.set_temperature(390.0)
    assert film.conduction.resistivity_change == pytest.approx(0.2)
    film.current.follow(0.0, film.time)
    assert film.conduction.currents[0] == pytest.approx(cold / 1.2, rel=1e-7)
    assert film.conductance_matrix()[0, 0] == pytest.approx(1e9 * cold / 1.2, rel=1e-7)
    film.heat.set_temperature(290.0)
    assert film.conductance_matrix()[0, 0] == pytest.approx(1e9 * cold, rel=1e-7)


@pytest.mark.parametrize("temperature", [20.0, 1.0])
def test_resistivity_that_would_not_be_positive_is_refused(comm, temperature):
    film_mesh = mesh_film(LAYOUT, comm)
    layers = layers_on_film(film_mesh, [Layer("pt", 3e-9, 4e6, temperature_coefficient=4e-3)])
    conduction = Conduction(VertexOperators(film_mesh), Material(), layers=layers)
    wrong = np.full(conduction.operators.vector().array.size, temperature)
    with pytest.raises(SolverError, match=r"^layers.pt.temperature_coefficient: at .* K from the "):
        conduction.take_temperature(wrong)


@pytest.mark.cross_method
def test_current_of_the_solves_for_conductances_is_the_one_that_is_solved_for(comm):
    """Each of them to 1e-10 of its own current density; a hundred times that for their sum."""
    layers = [Layer("pt", 3e-9, 4e6, temperature_coefficient=1e-3)]
    film = Film(mesh_film(LAYOUT, comm), Material(amr_ratio=0.5), layers=layers)
    film.randomise(1)
    solved, summed = film.solve_current([0.03, -0.01]), film.read()
    summed.superpose(summed.conductance_matrix(), np.array([0.03, -0.01]))
    size = np.abs(solved.current_density).max()
    for found, reference in (
        (summed.current_density, solved.current_density),
        (summed.layer_current_density(0), solved.layer_current_density(0)),
    ):
        np.testing.assert_allclose(found, reference, rtol=0, atol=1e-8 * size)
    np.testing.assert_allclose(summed.currents, solved.currents, rtol=1e-8)
    assert summed.current_shares() == pytest.approx(solved.current_shares(), rel=1e-8)
