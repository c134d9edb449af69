"""The spin-orbit torque of layers: its field, in the loops and in both integrators."""

import numpy as np
import pytest

from hebbfilm import (
    CurieLaw,
    Film,
    Heat,
    InputError,
    Layer,
    Material,
    NumericTorque,
    constant,
    mesh_film,
    strip,
)
from hebbfilm.meshing import wheel
from hebbfilm.solvers.kernels import kernel_reference, llg, midpoint
from hebbfilm.solvers.kernels.compiled import null
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from tests.solvers.midpoint_loops import require_midpoint_of_reference

# CODATA 2018, apart from the constants that the code has.
HBAR, CHARGE = 1.054571817e-34, 1.602176634e-19


class Given:
    """A current whose layers carry what is given."""

    def __init__(self, *densities):
        self.densities = densities

    def layer_current_density(self, layer):
        return self.densities[layer]


def layer(name="pt", side="below", **options):
    return Layer(name, 3e-9, conductivity=4e6, side=side, **options)


def carrying(comm, layers, densities, material=None, layout=None, **options):
    """A film whose layers carry (d,) or (n_cells, d) each, m random."""
    film = Film(
        mesh_film(layout or wheel(mesh_size=20e-9), comm), material, layers=layers, **options
    )
    film.randomise(seed=2)
    shape = len(film.operators.cells), film.operators.dimension
    given = Given(*(np.array(np.broadcast_to(j, shape), float, order="C") for j in densities))
    for each in film.dynamics.fields.followers:
        each.take_current(given)
    film.dynamics.renew_fields()
    return film


def strength(film, efficiency, density):
    """ħ ξ j/(2 e μ₀ M_s t) in A/m."""
    magnetic = VACUUM_PERMEABILITY * film.material.saturation_magnetisation
    moment = 2 * CHARGE * magnetic * film.film_mesh.thickness
    return HBAR * efficiency * density / moment


@pytest.mark.analytic
@pytest.mark.parametrize(("side", "sign"), [("below", 1.0), ("above", -1.0)])
def test_directions_and_size(comm, side, sign):
    """s = ĵ × ẑ below: -ŷ of a current along +x, and +x̂ of one along +y. To round-off."""
    for density, direction in (((2e11, 0.0), (0, -1, 0)), ((0.0, 2e11), (1, 0, 0))):
        options = {"damping_like_efficiency": 0.1, "field_like_efficiency": -0.04}
        film = carrying(comm, [layer(side=side, **options)], [density])
        (torque,) = film.dynamics.fields.followers
        expected = sign * strength(film, 0.1, 2e11)
        np.testing.assert_allclose(torque.twist, [np.multiply(expected, direction)] * len(film.m))
        np.testing.assert_allclose(torque.steady, -0.4 * torque.twist)


@pytest.mark.analytic
def test_pull_of_platinum_below(comm):
    """ξ > 0, below, a current along +x: m is pulled to -y, and on m = -x a field along +z acts."""
    film = carrying(comm, [layer(damping_like_efficiency=0.1)], [(1e12, 0.0)])
    plain = Film(film.film_mesh)
    for m, along in (((1.0, 0.0, 0.0), (0, 0, -1)), ((-1.0, 0.0, 0.0), (0, 0, 1))):
        for each in (film, plain):
            each.set_magnetisation(np.array(m))
        found = film.dynamics.effective_field() - plain.dynamics.effective_field()
        expected = np.multiply(strength(film, 0.1, 1e12), along)
        # The difference of fields that are larger by exchange, at most 1e8 A/m.
        np.testing.assert_allclose(found, np.broadcast_to(expected, found.shape), atol=1e-6)
    rates = []
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    plain.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    for each in (film, plain):
        rates.append(np.empty((each.operators.owned, 3)))
        llg.rate(each.dynamics.couplings, each.dynamics.gilbert, each.dynamics.m, rates[-1])
    assert np.all((rates[0] - rates[1])[:, 1] < 0)


@pytest.mark.analytic
def test_all_that_enters_is_gained(comm):
    """Σ μ₀ ∫M_sλ q = Σ ħξj × ẑ A/2e, whatever differs from place to place; each place its own."""

    def wave(mean, number):
        return lambda x: mean * (1 + 0.5 * np.sin(number * x[:, 0] / 20e-9))

    material = Material(saturation_magnetisation=wave(5.8e5, 1))
    efficiency = wave(0.1, 2)
    film = carrying(
        comm,
        [layer(damping_like_efficiency=efficiency)],
        [(3e11, -1e11)],
        material,
        layout=strip(100e-9, 60e-9, mesh_size=10e-9),
        thickness=wave(1e-9, 3),
    )
    (torque,), operators = film.dynamics.fields.followers, film.operators
    found = comm.allreduce((film.dynamics.moments.magnetic[:, None] * torque.twist).sum(axis=0))
    corners = film.layers[0]["damping_like_efficiency"].corners.mean(axis=1)
    entering = comm.allreduce(float(corners @ (operators.volumes / operators.thickness)))
    expected = HBAR / (2 * CHARGE) * entering * np.array([-1e11, -3e11, 0.0])
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-30)


@pytest.mark.analytic
def test_layers_add_up(comm):
    """Equal layers below and above a film cancel, with opposite efficiencies they double."""
    density = [(1e12, 2e11)] * 2
    options = {"damping_like_efficiency": 0.1, "field_like_efficiency": 0.02}
    both = [layer("a", **options), layer("b", side="above", **options)]
    (torque,) = carrying(comm, both, density).dynamics.fields.followers
    np.testing.assert_allclose(torque.twist, 0, atol=1e-9)
    np.testing.assert_allclose(torque.steady, 0, atol=1e-9)
    opposite = {name: -value for name, value in options.items()}
    both[1] = layer("b", side="above", **opposite)
    (double,) = carrying(comm, both, density).dynamics.fields.followers
    (single,) = carrying(comm, both[:1], density[:1]).dynamics.fields.followers
    np.testing.assert_allclose(double.twist, 2 * single.twist, rtol=1e-14)


@pytest.mark.cross_method
@pytest.mark.parametrize("field_like", [0.0, 0.05])
def test_loops_are_their_reference(comm, field_like):
    """Round-off, in the rate and in the midpoint rule with its Jacobian."""
    options = {"damping_like_efficiency": 0.3, "field_like_efficiency": field_like}
    film = carrying(comm, [layer(**options)], [(2e12, 1e12)])
    dynamics, operators = film.dynamics, film.operators
    couplings, gilbert = dynamics.couplings, dynamics.gilbert
    assert (couplings.pointer.external == null) == (field_like == 0)

    def close(found, expected):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * np.abs(expected).max())

    found = np.empty((operators.owned, 3))
    llg.rate(couplings, gilbert, dynamics.m, found)
    close(found, kernel_reference.rate(couplings, gilbert, dynamics.m))
    without = kernel_reference.effective_field(couplings, dynamics.m)
    added = np.zeros_like(found)
    (torque,) = dynamics.fields.followers
    torque.add_field(0.0, dynamics.m, added)
    couplings.twist[:] = couplings.external[:] = 0
    close(without - kernel_reference.effective_field(couplings, dynamics.m), added)
    dynamics.renew_fields()
    require_midpoint_of_reference(film, 1e-12, close)


@pytest.mark.cross_method
def test_jacobian_is_the_slope_of_the_residual(comm):
    """Central differences of F, which is quadratic in w: round-off 1e-16/h is what they leave."""
    film = carrying(comm, [layer(damping_like_efficiency=0.3)], [(2e13, 1e13)])
    dynamics, operators, tau, h = film.dynamics, film.operators, 1e-12, 1e-4
    couplings, gilbert = dynamics.couplings, dynamics.gilbert
    change = operators.random_normal(seed=6)

    def residual(half):
        middle = operators.halo(film.m + half)
        return kernel_reference.midpoint_residual(couplings, gilbert, tau, middle, half)

    slope = (residual(h * change)[0] - residual(-h * change)[0]) / (2 * h)
    lever, found = residual(0 * change)[1], np.empty_like(change)
    field, drift = np.empty((2, *change.shape))
    whole = operators.halo(change)
    llg.linear_field(couplings, whole, field, drift)
    midpoint.jacobian(gilbert, tau, dynamics.m, field, drift, lever, whole, found)
    assert np.abs(couplings.twist).max() > 1e5
    np.testing.assert_allclose(found, slope, rtol=0, atol=1e-10 * np.abs(slope).max())


def test_nothing_where_there_is_none(comm):
    """Layers without an efficiency, and films without a current, have no torque."""
    film = Film(mesh_film(wheel(mesh_size=20e-9), comm), layers=[layer()])
    assert film.torques == ()
    assert film.dynamics.torque_fields() == {}
    film = carrying(
        comm, [layer(damping_like_efficiency=0.1, field_like_efficiency=0.1)], [(1e12, 0)]
    )
    assert film.dynamics.torque_fields()["spin_orbit"] > 1e3
    assert film.dynamics.couplings.pointer.twist != null
    film.current.apply(None)
    assert film.dynamics.torque_fields() == {"spin_orbit": 0.0}
    assert film.dynamics.couplings.pointer.twist == null
    assert film.dynamics.couplings.pointer.external == null
    assert np.all(film.dynamics.couplings.twist == 0)


def test_moments_that_change_are_known(comm):
    """What enters is kept: half the moment, twice the field."""
    heat = Heat(magnet=CurieLaw(700.0))
    film = carrying(
        comm, [layer(damping_like_efficiency=0.1)], [(1e12, 0)], heat=heat, temperature=300.0
    )
    before = film.dynamics.couplings.twist.copy()
    saturation = film.dynamics.material["saturation_magnetisation"]
    saturation.become(saturation.corners / 2)
    film.dynamics.renew_material(growth=1.0)
    np.testing.assert_allclose(film.dynamics.couplings.twist, 2 * before, rtol=1e-14)
    assert film.dynamics.couplings.pointer.twist != null


def test_looking_changes_nothing(comm):
    """Energies set the fields without torques; what moves afterwards has them again."""
    options = {"damping_like_efficiency": 0.1, "field_like_efficiency": 0.1}
    mesh, found = mesh_film(wheel(mesh_size=20e-9), comm), []
    for look in (lambda film: None, lambda film: film.dynamics.energies()):
        film = Film(mesh, layers=[layer(**options)])
        film.randomise(seed=1)
        film.evolve(constant([0.05, 0.0, -0.05, 0.0], 4e-12), sample_interval=1e-12, observer=look)
        assert "spin_orbit" not in film.dynamics.energies()
        found.append(film.m.copy())
    assert np.array_equal(*found)


def test_trial_and_relaxation_leave_nothing(comm):
    film = Film(
        mesh_film(wheel(mesh_size=20e-9), comm), layers=[layer(damping_like_efficiency=0.1)]
    )
    film.randomise(seed=1)
    film.relax(1e-12, torque_tolerance=0.0)
    before, drives = film.m.copy(), constant([0.05, 0.0, -0.05, 0.0], 2e-12)
    with film.on_trial():
        film.evolve(drives)
        assert film.dynamics.torque_fields()["spin_orbit"] > 0
    assert np.array_equal(film.m, before)
    film.evolve(drives)
    turned = film.m.copy()
    film.relax(1e-12, torque_tolerance=0.0)
    assert film.dynamics.torque_fields()["spin_orbit"] == 0
    other = Film(film.film_mesh)
    other.set_magnetisation(turned)
    other.relax(1e-12, torque_tolerance=0.0)
    # The steps of one film begin where it was, of the other with the limit of stability.
    assert np.abs(film.m - other.m).max() < 2e-3


def test_film_without_contacts_goes_downhill(comm):
    layout = strip(60e-9, 30e-9, mesh_size=10e-9)
    film = Film(mesh_film(layout, comm), layers=[layer(damping_like_efficiency=0.1)])
    film.randomise(seed=1)
    film.minimise(torque_tolerance=100.0)
    assert film.dynamics.largest_torque() < 100.0


def test_limit_of_steps_knows_the_torque(comm):
    """γ₀ (|a_DL| + |a_FL|) adds to the rate at which m turns: as if the field were as strong."""
    options = {"damping_like_efficiency": 3.0, "field_like_efficiency": 1.0}
    film = carrying(comm, [layer(**options)], [(1e14, 0.0)])
    before = film.dynamics.largest_field
    film.dynamics.measure_stiffness()
    added = strength(film, 3.0, 1e14) + strength(film, 1.0, 1e14)
    assert film.dynamics.largest_field - before == pytest.approx(added, rel=1e-12)
    assert added > before


@pytest.mark.parametrize("value", [10.0, -6.0])
def test_efficiency_in_per_cent_is_refused(value):
    with pytest.raises(InputError, match=rf"from -5 to 5, a ratio: did you mean {value / 100:g}"):
        layer(damping_like_efficiency=value)


def test_torque_of_the_same_name_is_refused(comm):
    class Own(NumericTorque):
        name = "spin_orbit"

        def torque(self, state):
            return 0 * state.m

    mesh = mesh_film(strip(60e-9, 30e-9, mesh_size=15e-9), comm)
    with pytest.raises(InputError, match="2 terms are called 'spin_orbit'"):
        Film(mesh, layers=[layer(damping_like_efficiency=0.1)], torques=[Own()])
