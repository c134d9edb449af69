"""Paths of least energy: their barriers against formulas, and against each other."""

from mpi4py import MPI

import numpy as np
import pytest
import ufl

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import disc, mesh_film, strip
from hebbfilm.solvers import Energy, Film, Material, NumericTorque, Skyrmion
from hebbfilm.solvers.following import in_motion
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.paths import barrier
from hebbfilm.solvers.paths.barrier import energy_path, relaxed
from hebbfilm.solvers.paths.directions import between, squared_angles
from hebbfilm.solvers.paths.landscape import Landscape
from hebbfilm.solvers.paths.options import PathOptions
from hebbfilm.solvers.paths.spacing import equal_places, initial_images
from hebbfilm.solvers.paths.string_method import StringMethod

MS, A, K = 5.8e5, 1e-11, 2e5
H_K = 2 * K / (VACUUM_PERMEABILITY * MS)
WIDTH = np.sqrt(A / K)
"""Of a wall, by a radian."""
SIDE, THICK = 20e-9, 1e-9


def film_of(comm, length=SIDE, mesh_size=5e-9, dmi=0.0, **options):
    layout = strip(length=length, width=SIDE, mesh_size=mesh_size, thickness=THICK)
    fields = {"uniaxial_anisotropy": K, **options.pop("material", {})}
    material = Material(
        saturation_magnetisation=MS, exchange_stiffness=A, interfacial_dmi=dmi, **fields
    )
    return Film(mesh_film(layout, comm), material, **options)


def uniform(film, direction):
    unit = np.array(direction) / np.linalg.norm(direction)
    return np.tile(unit, (film.operators.owned, 1))


def wall(film, sign=1.0):
    """A wall in the middle of a strip, from up to down."""
    x = film.film_mesh.coordinates[: film.operators.owned, 0]
    middle = film.comm.allreduce(x.max(initial=-1.0), MPI.MAX) / 2
    middle += film.comm.allreduce(x.min(initial=1.0), MPI.MIN) / 2
    u = (x - middle) / WIDTH
    return np.column_stack([sign / np.cosh(u), 0 * u, -np.tanh(u)])


@pytest.mark.analytic
@pytest.mark.parametrize("field", [0.0, 0.3, -0.5])
def test_coherent_reversal_takes_what_stoner_and_wohlfarth_say(comm, field):
    """K V (1 - h)² from the state along the field, K V (1 + h)² back, h = H/H_K.

    A torque τ = 10 A/m that is left raises no energy by more than ½ μ₀M_sV τ²/H_K(1 - |h|), and
    this is (τ/H_K)²/(1 - |h|) < 1e-9 of K V; the vertices share K V exactly, as m is uniform.
    """
    film = film_of(comm, applied_field=(0.0, 0.0, field * H_K))
    up, down = uniform(film, (0, 0, 1)), uniform(film, (0, 0, -1))
    path = energy_path(film, [up, down], PathOptions(images=8))
    unit = K * film.operators.volume
    assert path.converged
    assert path.forward / unit == pytest.approx((1 + field) ** 2, rel=1e-8)
    assert path.backward / unit == pytest.approx((1 - field) ** 2, rel=1e-8)


@pytest.mark.analytic
@pytest.mark.parametrize("field", [-0.99, -0.998])
def test_saddle_close_to_an_end_is_found(comm, field):
    """K V (1 - h)² from a state that is hardly a minimum, with the saddle at arccos h from it.

    That is 0.14 and 0.06 rad, the spacing of images π/9. A torque of τ = 1 A/m raises energies by
    (τ/H_K)²/(1 - |h|) of K V at most, as above: 4e-4 of the lower barrier.
    """
    film = film_of(comm, applied_field=(0.0, 0.0, field * H_K))
    up, down = uniform(film, (0, 0, 1)), uniform(film, (0, 0, -1))
    path = energy_path(film, [up, down], PathOptions(images=8, equilibrium=1.0))
    assert path.converged
    expected = K * film.operators.volume * (1 + field) ** 2
    assert path.forward == pytest.approx(expected, rel=1e-3)


@pytest.mark.analytic
def test_saddle_that_is_missing_is_told(comm, monkeypatch):
    """The end against the field is a minimum, so a path that falls from it is not converged."""
    monkeypatch.setattr(barrier, "_top_beside", lambda *_: None)
    film = film_of(comm, applied_field=(0.0, 0.0, -0.998 * H_K))
    up, down = uniform(film, (0, 0, 1)), uniform(film, (0, 0, -1))
    path = energy_path(film, [up, down], PathOptions(images=8))
    assert list(path.unresolved) == [(0, 9)]
    assert not path.converged


@pytest.mark.analytic
def test_both_ways_differ_by_the_energies_of_the_ends(comm):
    film = film_of(comm, applied_field=(1e4, 0.0, 0.1 * H_K))
    ends = [relaxed(film, uniform(film, (0.1, 0, sign)), 10.0) for sign in (1, -1)]
    path = energy_path(film, ends, PathOptions(images=8))
    energies = []
    for m in ends:
        film.set_magnetisation(m)
        energies.append(sum(film.dynamics.energies().values()))
    expected = energies[1] - energies[0]
    assert path.forward - path.backward == pytest.approx(expected, rel=1e-9)


@pytest.mark.analytic
def test_a_wall_reverses_a_long_strip(comm):
    """4√(AK) w t, once the wall is away from both ends.

    Between vertices h apart m is a chord: the exchange of a wall is lower by (h/Δ)²/12 of its half
    of the energy at most, and its anisotropy is off by as much, so that the sum lies within
    (h/Δ)²/12 = 1.5 % for h = 3 nm and Δ = 7.1 nm. Of an end 50 nm away exp(-50/7.1) is felt.
    """
    film = film_of(comm, length=100e-9, mesh_size=3e-9)
    states = uniform(film, (0, 0, 1)), wall(film), uniform(film, (0, 0, -1))
    path = energy_path(film, states, PathOptions(images=14))
    assert path.converged
    expected = 4 * np.sqrt(A * K) * SIDE * THICK
    assert path.forward == pytest.approx(expected, rel=(3e-9 / WIDTH) ** 2 / 12 + 1e-3)
    assert path.forward < 0.5 * K * film.operators.volume


@pytest.mark.analytic
def test_symmetric_path_over_a_ridge_says_so(comm):
    """Turned all at once, modes cos(nπx/L) with nπΔ/L < 1 are downhill: five for L = 100 nm."""
    film = film_of(comm, length=100e-9, mesh_size=4e-9)
    path = energy_path(film, [uniform(film, (0, 0, 1)), uniform(film, (0, 0, -1))])
    assert path.forward == pytest.approx(K * film.operators.volume, rel=1e-8)
    (saddle,) = (stop for stop in path.stops if stop.kind == "maximum")
    assert path.converged
    assert 2 <= saddle.downhill <= 5


@pytest.mark.analytic
def test_dmi_lowers_the_wall(comm):
    """(4√(AK) - πD) w t in the middle.

    Beside the error of the mesh above, the rims count: m is tilted there, which lowers their energy
    by D²Δ/(4A) a length and thickness, and a wall takes this from 3Δ at most on either side of it,
    at both rims.
    """
    d = 3e-4
    film = film_of(comm, length=100e-9, mesh_size=3e-9, dmi=d)
    # The sense of rotation that D > 0 favours: towards -x from up to down along x.
    guesses = [wall(film, sign) for sign in (1.0, -1.0)]
    energies = []
    for m in guesses:
        film.set_magnetisation(m)
        energies.append(sum(film.dynamics.energies().values()))
    guess = guesses[int(np.argmin(energies))]
    states = uniform(film, (0, 0, 1)), guess, uniform(film, (0, 0, -1))
    path = energy_path(film, states, PathOptions(images=16))
    assert path.converged
    middle = path.energies[len(path.energies) // 2 - 1 : len(path.energies) // 2 + 1].min()
    expected = (4 * np.sqrt(A * K) - np.pi * d) * SIDE * THICK
    rims = 2 * 6 * WIDTH * d**2 * WIDTH / (4 * A) * THICK
    mesh = (3e-9 / WIDTH) ** 2 / 12 * 4 * np.sqrt(A * K) * SIDE * THICK
    assert middle - path.energies[0] == pytest.approx(expected, abs=rims + mesh)


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("constant", "ends", "barrier"),
    [
        (1e5, [(1, 0, 0), (0, 1, 0)], 1 / 4),
        (-1e5, [(1, 1, 1), (1, 1, -1)], 1 / 12),
    ],
)
def test_cubic_anisotropy_of_ones_own(comm, constant, ends, barrier):
    """K/4 between ⟨100⟩ for K > 0, |K|/12 between ⟨111⟩ for K < 0, over ⟨110⟩.

    The error is of second order in the torque that is left, 10 A/m of |K|/(μ₀M_s) = 1.4e5 A/m;
        at this constant a film of 20 nm turns as one.
    """

    class Cubic(Energy):
        name = "cubic anisotropy"

        def density(self, m, surroundings):
            x, y, z = (m[k] ** 2 for k in range(3))
            return ufl.as_ufl(constant) * (x * y + y * z + z * x)

    film = film_of(comm, material={"uniaxial_anisotropy": 0.0}, terms=[Cubic()])
    states = [uniform(film, end) for end in ends]
    path = energy_path(film, states, PathOptions(images=8))
    unit = abs(constant) * film.operators.volume
    assert path.converged
    assert path.forward / unit == pytest.approx(barrier, rel=1e-6)


@pytest.mark.cross_method
def test_climbing_image_is_the_top_of_the_interpolated_path(comm):
    """With an even number of images none stands on the top by itself.

    A cubic through energies and slopes h apart is off by h⁴/384 of the fourth derivative: of
    K sin²θ, with h = π/9, by 8 K h⁴/384 = 3.1e-4 K.
    """
    film = film_of(comm)
    with in_motion(film, None, None):
        landscape = Landscape(film.dynamics)
        ends = uniform(film, (0, 0, 1)), uniform(film, (0, 0, -1))
        string = StringMethod(landscape, initial_images(landscape, ends, 10))
    assert np.diff(string.distances).max() < 1e-6
    highest = string.energies.max()
    path = energy_path(film, ends, PathOptions(images=8))
    unit = K * film.operators.volume
    _, energy = path.between(50)
    assert highest < path.energies[0] + 0.98 * unit
    assert energy.max() == pytest.approx(path.energies.max(), abs=3.2e-4 * unit)
    saddle = next(stop for stop in path.stops if stop.kind == "saddle")
    assert saddle.curvature == pytest.approx(-H_K, rel=1e-3)


@pytest.mark.cross_method
def test_skyrmion_collapses_over_one_saddle_whatever_the_path(comm):
    """With 10 and 16 images, and through a smaller skyrmion, it is the same state.

    Its energy is stationary: a torque of 10 A/m, of fields of 1e5 A/m and more, leaves 1e-6 of it.
    """
    layout = disc(radius=40e-9, mesh_size=4e-9, thickness=THICK)
    material = Material(uniaxial_anisotropy=3e5, interfacial_dmi=3e-3)
    film = Film(mesh_film(layout, comm), material)

    def skyrmion(radius):
        film.start_from(Skyrmion(radius=radius, wall_width=8e-9))
        return film.m.copy()

    up = uniform(film, (0, 0, 1))
    core = skyrmion(12e-9)
    if film.texture_measures().topological_charge > 0:
        up = -up
    paths = [
        energy_path(film, [core, up], PathOptions(images=10)),
        energy_path(film, [core, up], PathOptions(images=16)),
        energy_path(film, [core, skyrmion(6e-9), up], PathOptions(images=12)),
    ]
    assert all(path.converged for path in paths)
    barriers = [path.forward for path in paths]
    assert barriers == pytest.approx([barriers[0]] * 3, rel=1e-4)


@pytest.mark.cross_method
def test_ranks_agree(comm):
    """The whole film on each rank alone, and shared: descent amplifies round-off alone."""
    found = []
    for ranks in (MPI.COMM_SELF, comm):
        film = film_of(ranks, length=60e-9, applied_field=(0.0, 0.0, 2e4))
        states = uniform(film, (0, 0, 1)), wall(film), uniform(film, (0, 0, -1))
        path = energy_path(film, states, PathOptions(images=8, tilt=0.01, seed=1))
        found.append((path.forward, path.backward))
    assert found[1] == pytest.approx(found[0], rel=1e-6)


@pytest.mark.cross_method
def test_a_search_goes_on_from_its_images(comm):
    film = film_of(comm, length=60e-9)
    states = uniform(film, (0, 0, 1)), wall(film), uniform(film, (0, 0, -1))
    kept = []

    class StoppedError(Exception):
        pass

    def stop(string):
        if string.steps == 20:
            kept.append(string.images.copy())
            raise StoppedError

    options = PathOptions(images=8)
    m = film.m.copy()
    with pytest.raises(StoppedError):
        energy_path(film, states, options, watch=stop)
    np.testing.assert_array_equal(film.m, m)
    path = energy_path(film, states, options, resumed=kept[0])
    assert path.forward == pytest.approx(energy_path(film, states, options).forward, rel=1e-6)


@pytest.mark.analytic
def test_path_that_is_not_converged_has_a_maximum_and_no_overshoot(comm):
    """A strip whose path has taken one step only.

    Between two images the curve lies between their energies but for rounding, 1e-12 of the range.
    """
    film = film_of(comm, length=100e-9, mesh_size=5e-9)
    states = uniform(film, (0, 0, 1)), wall(film), uniform(film, (0, 0, -1))
    path = energy_path(film, states, PathOptions(images=4, steps=1, tolerance=1.0))
    assert not path.converged
    tops = {stop.kind for stop in path.stops if stop.kind != "end"}
    assert "maximum" in tops
    assert len(path.hops()) >= 1
    arc, energy = path.between(20)
    lowest, highest = (
        np.array([choose(path.energies[k : k + 2]) for k in range(len(path.arc) - 1)])
        for choose in (np.min, np.max)
    )
    piece = np.minimum(np.arange(len(arc)) // 20, len(path.arc) - 2)
    slack = 1e-12 * np.ptp(path.energies)
    assert np.all(energy >= lowest[piece] - slack)
    assert np.all(energy <= highest[piece] + slack)


@pytest.mark.analytic
def test_opposite_vectors_turn_the_same_way():
    m = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    middle = between(m, -m, 0.5)
    np.testing.assert_allclose(middle, [[1, 0, 0], [0, 1, 0], [1, 0, 0]], atol=1e-12)
    third = between(m, np.roll(m, 1, axis=0), 1 / 3)
    np.testing.assert_allclose(squared_angles(m, third), (np.pi / 6) ** 2, rtol=1e-12)


@pytest.mark.analytic
def test_places_between_nodes_are_equal():
    places = equal_places(np.array([1.0, 2.0, 3.0, 2.0]), [0, 2, 4])
    assert places.tolist() == [0.0, 1.5, 3.0, 5.5, 8.0]


@pytest.mark.regression
def test_one_state_has_no_path(comm):
    film = film_of(comm)
    states = uniform(film, (0, 0, 1)), uniform(film, (0.3, 0, 1))
    with pytest.raises(InputError, match="both ends relax to the same state"):
        energy_path(film, states)


@pytest.mark.regression
def test_a_torque_without_an_energy_is_refused(comm):
    class Twist(NumericTorque):
        name = "twist"

        def torque(self, state):
            return 1e10 * np.cross(state.m, [1.0, 0.0, 0.0])

    film = film_of(comm, torques=[Twist()])
    with pytest.raises(InputError, match="twist"):
        energy_path(film, [uniform(film, (0, 0, 1)), uniform(film, (0, 0, -1))])
