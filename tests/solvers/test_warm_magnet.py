"""A magnet that follows its temperature, and the noise, energies and torques that do."""

from dataclasses import dataclass, replace

from mpi4py import MPI

import numpy as np
import pytest
import ufl
from dolfinx import jit

from hebbfilm.common.errors import InputError, SolverError
from hebbfilm.meshing import Slab, mesh_film, strip
from hebbfilm.solvers import (
    CurieLaw,
    Disorder,
    Energy,
    Film,
    Heat,
    Layer,
    Material,
    NumericField,
    Numerics,
    Sink,
    Torque,
    constant,
    load_state,
    parameter,
    rest,
    save_state,
)
from hebbfilm.solvers.kernels.couplings import DRIFT
from hebbfilm.solvers.materials.constants import BOLTZMANN, VACUUM_PERMEABILITY

LAW = CurieLaw(curie_temperature=700.0)
ALL = Material(bulk_dmi=1e-3, conductivity=5e6, heat_transfer_coefficient=1e7)
FIELD = (1e4, 2e4, -3e4)
DRIVE = [0.02, -0.02]


def uneven(places):
    """Between 300 and 600 K."""
    return 400 + 2e9 * places[:, 0] + 50 * np.sin(places[:, 1] / 1e-8)


@pytest.fixture(scope="module")
def film_mesh(comm):
    return mesh_film(strip(60e-9, 40e-9, mesh_size=8e-9), comm)


@pytest.fixture(scope="module")
def solid_mesh(comm):
    return mesh_film(strip(40e-9, 30e-9, mesh_size=8e-9, thickness=6e-9), comm, dimension=3)


def make(film_mesh, law=LAW, **options):
    options = {"material": ALL, "applied_field": FIELD, "heat": Heat(magnet=law)} | options
    film = Film(film_mesh, **options)
    film.randomise(seed=1)
    return film


def factor(law, temperature):
    return law.reduced_magnetisation(temperature) / law.reduced_magnetisation(np.array(300.0))


@dataclass(frozen=True)
class Own(Energy):
    """Of all kinds at once: quadratic, linear, and constant, with an M_s of its own."""

    pressure: float = parameter("A/m")
    name = "own"

    def density(self, m, at):
        per_field = at.saturation_magnetisation * VACUUM_PERMEABILITY * self.pressure
        return per_field * (m[0] * m[1] + m[2] + 1)


@dataclass(frozen=True)
class Quartic(Energy):
    """General, at vertices alone or with slopes, and with the temperature in it."""

    pressure: float = parameter("A/m")
    length: float = parameter("m")
    name = "quartic"

    def density(self, m, at):
        per_field = at.saturation_magnetisation * VACUUM_PERMEABILITY * self.pressure
        slope = self.length**2 * ufl.inner(ufl.grad(m), ufl.grad(m)) if self.length else 0
        return per_field * at.temperature / 300 * (m[0] ** 4 + slope * m[1] ** 2)


@pytest.mark.analytic
@pytest.mark.parametrize("demagnetisation", ["none", "local", "full"])
@pytest.mark.parametrize("mesh", ["film_mesh", "solid_mesh"])
def test_fields_are_the_slope_of_the_energy(request, comm, mesh, demagnetisation):
    """Central differences with ε err by ε²/6 of the third derivative, and by round-off over ε.

    Both are about 1e-8 of what all moments give together where all have random signs: 1e-6.
    """
    grains = Disorder(2e-8, relative_deviation=0.2, deviations={"saturation_magnetisation": 0.2})
    lengths = (0.0, 1e-8)
    terms = [Own(1e5), *(replace(Quartic(1e5, 0.0), length=length) for length in lengths[:1])]
    film = make(
        request.getfixturevalue(mesh), demagnetisation=demagnetisation, disorder=grains, terms=terms
    )
    check_slope(comm, film)
    with_slopes = make(request.getfixturevalue(mesh), terms=[Quartic(1e5, 1e-8)])
    check_slope(comm, with_slopes)


def check_slope(comm, film):
    film.heat.set_temperature(uneven)
    assert film.magnet.renewals == 1
    check_slope_now(comm, film)


def check_slope_now(comm, film):
    dynamics, owned = film.dynamics, film.operators.owned
    field, m = dynamics.effective_field(), film.m.copy()
    along = film.operators.random_normal(seed=5)
    sums, step = [], 1e-4
    for sign in (1, -1):
        dynamics.m[:owned] = m + sign * step * along
        dynamics.fetch_ghosts()
        sums.append(np.array(list(dynamics.energies().values())))
    found = (sums[0] - sums[1]).sum() / (2 * step)
    work = dynamics.moments.magnetic[:, None] * field * along
    size = np.sqrt(comm.allreduce(float(np.sum(work**2))))
    assert abs(found + comm.allreduce(float(work.sum()))) < 1e-6 * size


@pytest.mark.analytic
def test_all_that_is_made_of_the_material_is_as_in_a_film_made_so(film_mesh):
    """A film of the parameters at T, cold: the same couplings, but for the order of round-off."""
    film = make(film_mesh, demagnetisation="full", terms=[Own(1e5)])
    film.heat.set_temperature(uneven)
    powers = {name: factor(LAW, uneven(film_mesh.coordinates)) ** n for name, n in POWERS.items()}
    owned = film.operators.owned
    values = {name: getattr(ALL, name) * each[:owned] for name, each in powers.items()}
    cold = make(
        film_mesh,
        material=replace(ALL, **values),
        heat=None,
        demagnetisation="full",
        terms=[Own(1e5)],
    )
    size = np.abs(cold.dynamics.effective_field()).max()
    # The demagnetising field of itself takes f_i² in place of ∫ λ_i f²: to the first order alike.
    assert np.abs(film.dynamics.effective_field() - cold.dynamics.effective_field()).max() < (
        0.01 * size
    )
    for each, other in zip(
        film.dynamics.terms.quadratic.total.__dict__.values(),
        cold.dynamics.terms.quadratic.total.__dict__.values(),
        strict=True,
    ):
        if isinstance(each, np.ndarray):
            np.testing.assert_allclose(each, other, rtol=0, atol=2e-7 * np.abs(other).max())
    np.testing.assert_allclose(
        film.dynamics.moments.magnetic, cold.dynamics.moments.magnetic, rtol=1e-12
    )
    energies, others = film.dynamics.energies(), cold.dynamics.energies()
    for name in ("own", "zeeman", "uniaxial_anisotropy"):
        assert energies[name] == pytest.approx(others[name], rel=1e-9)


POWERS = {
    "saturation_magnetisation": 1.0,
    "exchange_stiffness": 2.0,
    "uniaxial_anisotropy": 3.0,
    "interfacial_dmi": 2.0,
    "bulk_dmi": 2.0,
}


@pytest.mark.analytic
def test_drift_is_as_one_over_the_moment(film_mesh):
    """Of one current, at whose vertices M_s has fallen; kept in 32 bits."""
    film = make(film_mesh)
    film.current.apply(DRIVE)
    film.current.begin(0.0)
    couplings = film.dynamics.couplings
    before, rows = couplings.pairs[:, DRIFT].copy(), couplings.rows
    film.heat.set_temperature(uneven)
    found = couplings.pairs[:, DRIFT] * factor(LAW, uneven(film_mesh.coordinates))[rows]
    assert np.abs(before).max() > 0
    np.testing.assert_allclose(found, before, rtol=1e-6, atol=1e-9 * np.abs(before).max())


@pytest.mark.analytic
def test_nothing_changes_where_the_temperature_stays(film_mesh):
    """To the last bit, told again and again; and beside a film without heat but for round-off."""
    films = [make(film_mesh, temperature=300.0) for _ in range(2)]
    told = films[0]
    told.heat.set_temperature(uneven)
    told.heat.set_temperature(300.0)
    assert told.magnet.renewals == 2
    plain = make(film_mesh, temperature=300.0, heat=None)
    for film in [*films, plain]:
        film.processes[:] = [film.heating]
        film.evolve(constant(DRIVE, 2e-12))
    assert np.array_equal(films[0].m, films[1].m)
    # Of 100 steps at most, in which what differs by 1e-15 grows by γ₀ H dt < 1 each.
    np.testing.assert_allclose(films[0].m, plain.m, rtol=0, atol=1e-7)


@pytest.mark.analytic
@pytest.mark.parametrize("law", [None, LAW])
def test_noise_has_the_temperature_of_its_place(film_mesh, law):
    """⟨H²⟩ = 2 α k_B T/(γ₀ μ₀ ∫ M_s λ_i dV dt) of each component, with T and M_s of the vertex."""
    film = make(film_mesh, law, temperature=300.0)
    film.heat.set_temperature(uneven)
    dynamics, temperature = film.dynamics, uneven(film_mesh.coordinates[: film.operators.owned])
    film.thermal.draw(1e-13, dynamics.gilbert)
    hot = film.thermal.field.copy()
    film.heat.set_temperature(300.0)
    film.thermal.steps = 0
    film.thermal.draw(1e-13, dynamics.gilbert)
    ratio = temperature / 300 / (1 if law is None else factor(law, temperature))
    np.testing.assert_allclose(hot, film.thermal.field * np.sqrt(ratio)[:, None], rtol=1e-9)
    variance = 2 * 0.3 * BOLTZMANN * 300 / (ALL.gyromagnetic_ratio * dynamics.moments.magnetic)
    np.testing.assert_allclose(film.thermal._variance * 0.3, variance, rtol=1e-12)


@pytest.mark.analytic
def test_noise_that_grows_asks_for_shorter_steps(film_mesh):
    """The step is as 1/T of the hottest vertex by its moment."""
    film = make(film_mesh, None, temperature=300.0)
    before = film.thermal.longest_step(film.dynamics.gilbert)
    film.heat.set_temperature(320.0)
    assert film.thermal.warmings == 0
    film.heat.set_temperature(360.0)
    assert film.thermal.warmings == 1
    after = film.thermal.longest_step(film.dynamics.gilbert)
    assert after == pytest.approx(before / 1.2, rel=1e-12)


class Seen(NumericField):
    name = "seen"

    def field(self, state):
        self.temperature = state.temperature
        return 0 * state.m


@dataclass(frozen=True)
class Turn(Torque):
    name = "turn"

    def torque(self, m, at):
        return 1e6 * at.temperature * ufl.cross(m, ufl.as_vector([0, 0, 1]))


@pytest.mark.analytic
def test_energies_torques_and_fields_see_the_temperature_of_their_place(film_mesh):
    """An energy, a torque and a NumPy field; without heat one number."""
    seen = Seen()
    own = {"terms": [seen, Quartic(1e5, 0.0)], "torques": [Turn()]}
    film = make(film_mesh, None, **own)
    at_first = film.dynamics.torque_fields()["turn"]
    film.heat.set_temperature(uneven)
    film.dynamics.effective_field()
    temperature = uneven(film_mesh.coordinates[: film.operators.owned])
    np.testing.assert_allclose(seen.temperature, temperature, rtol=1e-12)
    with pytest.raises(ValueError, match="read-only"):
        seen.temperature[:] = 0
    assert film.dynamics.torque_fields()["turn"] > 1.3 * at_first
    m = film.m
    local = VACUUM_PERMEABILITY * ALL.saturation_magnetisation * 1e5 * temperature / 300
    volumes = film.operators.vertex_volumes
    expected = film.comm.allreduce(float(volumes @ (local * m[:, 0] ** 4)))
    assert film.dynamics.energies()["quartic"] == pytest.approx(expected, rel=1e-12)
    plain = make(film_mesh, heat=None, temperature=250.0, **own)
    plain.dynamics.effective_field()
    assert seen.temperature == 250.0
    assert isinstance(seen.temperature, float)


@pytest.mark.regression
@pytest.mark.parametrize("integrator", ["explicit", "implicit"])
def test_a_saved_film_goes_on_to_the_last_bit(film_mesh, shared_tmp_path, integrator):
    """Couplings are renewed between samples, and at these not of the temperature of the moment."""
    options = {
        "temperature": 300.0,
        "numerics": Numerics(integrator=integrator),
        "material": replace(ALL, volumetric_heat_capacity=4e5),
        "demagnetisation": "full",
    }
    drive = [*constant([0.05, -0.05], 6e-12), *rest(3e-12)]
    law = replace(LAW, tolerance=0.02)
    film = make(film_mesh, law, **options)
    saved = {}

    def save(film):
        now = film.heat.temperature[: film.operators.owned]
        since = film.comm.allreduce(not np.array_equal(film.magnet.temperature, now), MPI.LOR)
        saved[film.time] = film.position, film.magnet.renewals, film.magnet.renewals and since
        save_state(film, shared_tmp_path / f"{film.time:.3e}.npz")

    film.evolve(drive, sample_interval=1.5e-12, observer=save)
    assert film.magnet.renewals >= 3
    middle = next(time for time in sorted(saved) if saved[time][2])
    again = make(film_mesh, law, **options)
    again.heat.set_temperature(450.0)
    load_state(again, shared_tmp_path / f"{middle:.3e}.npz")
    assert again.magnet.renewals == saved[middle][1] > 0
    again.evolve(drive, start=again.position, sample_interval=1.5e-12)
    assert np.array_equal(film.m, again.m)
    assert np.array_equal(film.magnet.temperature, again.magnet.temperature)
    assert film.magnet.renewals == again.magnet.renewals


@pytest.mark.regression
def test_a_trial_is_undone_to_the_last_bit(film_mesh):
    film = make(film_mesh, material=replace(ALL, volumetric_heat_capacity=4e5))
    film.evolve(constant([0.05, -0.05], 2e-12))
    pairs, moments = film.dynamics.couplings.pairs.copy(), film.dynamics.moments.volumes.copy()
    with film.on_trial():
        film.evolve(constant([0.06, -0.06], 3e-12))
        assert not np.array_equal(film.dynamics.moments.volumes, moments)
    assert np.array_equal(film.dynamics.couplings.pairs, pairs)
    assert np.array_equal(film.dynamics.moments.volumes, moments)


@pytest.mark.regression
def test_a_film_too_close_to_its_curie_temperature_ends(comm, film_mesh):
    film = make(film_mesh, material=replace(ALL, volumetric_heat_capacity=4e5))
    samples = []
    with pytest.raises(SolverError) as caught:
        film.evolve(
            constant([0.1, -0.1], 5e-11),
            sample_interval=1e-12,
            observer=lambda film: samples.append(film.time),
        )
    message = str(caught.value)
    assert message.startswith("the film is at 63")
    assert message.endswith(
        "above 0.9 of its Curie temperature, 700 K: the model is not valid there"
    )
    assert set(comm.allgather(message)) == {message}
    assert not film.moves
    # Cooled down, it goes on.
    film.heat.set_temperature(300.0)
    film.evolve(rest(1e-13))


@pytest.mark.regression
@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"curie_temperature": 0.0},
            "heat.magnet.curie_temperature = 0.0: must be positive, in K",
        ),
        (
            {"curie_temperature": True},
            "heat.magnet.curie_temperature = True: must be a number",
        ),
        ({"limit": 1.0}, "heat.magnet.limit = 1.0: must be between 0 and 1"),
        ({"tolerance": 0.0}, "heat.magnet.tolerance = 0.0: must be between 0 and 1"),
        (
            {"magnetisation_exponent": -0.3},
            "heat.magnet.magnetisation_exponent = -0.3: must be positive",
        ),
        ({"dmi_exponent": 50.0}, "heat.magnet.dmi_exponent = 50.0: must be at most 20"),
    ],
)
def test_laws_that_are_none_are_refused(given, message):
    with pytest.raises(InputError) as caught:
        CurieLaw(**{"curie_temperature": 700.0} | given)
    assert str(caught.value) == message


@pytest.mark.regression
def test_a_substrate_that_is_too_warm_is_refused():
    with pytest.raises(InputError) as caught:
        Heat(magnet=CurieLaw(320.0))
    assert str(caught.value) == (
        "heat.substrate_temperature = 300 K: must be below 288 K, 0.9 of "
        "heat.magnet.curie_temperature"
    )
    with pytest.raises(InputError, match=r"^heat\.sinks\.left = 650 K: must be below 630 K, 0\.9"):
        Heat(sinks={"left": 650.0}, magnet=LAW)
    with pytest.raises(InputError) as caught:
        Heat(sinks={"left": Sink(1e9, 690.0)}, magnet=LAW)
    assert str(caught.value) == (
        "heat.sinks.left.temperature = 690 K: must be below 630 K, 0.9 of "
        "heat.magnet.curie_temperature"
    )
    with pytest.raises(InputError, match=r"heat\.magnet"):
        Heat(magnet=700.0)


@pytest.mark.analytic
def test_a_state_of_another_film_brings_one_temperature_to_all(comm, film_mesh, shared_tmp_path):
    """Couplings are those of the T in the state: of another substrate, and without a law."""
    law, path = replace(LAW, tolerance=1e-9), shared_tmp_path / "state.npz"
    for saved in (Heat(magnet=law), Heat()):
        film = Film(film_mesh, ALL, heat=saved)
        film.set_magnetisation((0.0, 0.3, 1.0))
        film.heat.set_temperature(400.0)
        save_state(film, path)
        comm.barrier()
        other = Film(film_mesh, ALL, heat=Heat(substrate_temperature=250.0, magnet=law))
        load_state(other, path)
        expected = Film(film_mesh, ALL, heat=Heat(substrate_temperature=250.0, magnet=law))
        expected.set_magnetisation((0.0, 0.3, 1.0))
        expected.heat.set_temperature(400.0)
        for name, joules in expected.dynamics.energies().items():
            # T to round-off, through powers of at most 5.
            assert other.dynamics.energies()[name] == pytest.approx(joules, rel=1e-12)
        comm.barrier()


@pytest.mark.regression
def test_a_state_beyond_the_law_is_refused_and_leaves_the_film(comm, film_mesh, shared_tmp_path):
    film, path = make(film_mesh), shared_tmp_path / "state.npz"
    film.heat.set_temperature(400.0)
    save_state(film, path)
    comm.barrier()
    other = Film(film_mesh, ALL, heat=Heat(magnet=CurieLaw(420.0)))
    other.set_magnetisation((0.0, 0.3, 1.0))
    before, energies = other.m.copy(), other.dynamics.energies()
    with pytest.raises(InputError) as caught:
        load_state(other, path)
    message = str(caught.value)
    assert message.startswith(f"{path}: the film is at 400 K at (")
    assert message.endswith(
        "above 0.9 of its Curie temperature, 420 K: the model is not valid there"
    )
    assert set(comm.allgather(message)) == {message}
    assert np.array_equal(other.m, before)
    assert other.heat.highest() == 300.0
    assert other.dynamics.energies() == energies


@pytest.mark.analytic
def test_temperature_moves_by_no_more_than_the_law_can_stand(film_mesh):
    """δT = tolerance/|d ln μ/dT|: by a difference quotient of μ, off by a part δ/T or less."""
    film = make(film_mesh, law=replace(LAW, tolerance=1e-4))
    film.heat.set_temperature(500.0)
    near = LAW.reduced_magnetisation(np.array([500.0, 500.0 + film.magnet.tolerated_warming]))
    assert abs(near[1] / near[0] - 1) == pytest.approx(1e-4, rel=1e-2)


@pytest.mark.regression
def test_a_film_in_a_stack_of_tetrahedra_goes_on_to_the_last_bit(comm, shared_tmp_path):
    """The temperature is that of film and layers; magnet, noise and their states are the film's."""
    layer = Layer("pt", 3e-9, conductivity=4e6, damping_like_efficiency=0.1)
    layout = strip(60e-9, 20e-9, 2e-9, mesh_size=6e-9)
    mesh = mesh_film(layout, comm, dimension=3, slabs=[Slab("pt", 3e-9)])
    films = [
        make(
            mesh,
            material=replace(ALL, volumetric_heat_capacity=4e5),
            layers=[replace(layer, volumetric_heat_capacity=4e5)],
            temperature=300.0,
        )
        for _ in range(2)
    ]
    drive, file = constant([0.05, -0.05], 4e-12), shared_tmp_path / "state.npz"

    def save(film):
        if film.position.elapsed == pytest.approx(2e-12):
            save_state(film, file)

    films[0].evolve(drive, sample_interval=1e-12, observer=save)
    comm.barrier()
    assert films[0].magnet.renewals > 1
    load_state(films[1], file)
    films[1].evolve(drive, start=films[1].position, sample_interval=1e-12)
    assert np.array_equal(films[0].m, films[1].m)
    assert np.array_equal(films[0].magnet.temperature, films[1].magnet.temperature)
    # The torque of the current has no energy.
    films[0].current.apply(None)
    check_slope_now(comm, films[0])


@pytest.mark.regression
def test_nothing_is_compiled_when_couplings_are_renewed(film_mesh, monkeypatch):
    film = make(
        film_mesh,
        demagnetisation="full",
        temperature=300.0,
        terms=[Own(1e5), Quartic(1e5, 1e-8)],
        torques=[Turn()],
    )

    def refuse(*arguments, **options):
        raise AssertionError("compiled anew")

    monkeypatch.setattr(jit, "ffcx_jit", refuse)
    film.heat.set_temperature(uneven)
    assert film.magnet.renewals == 1
    film.dynamics.energies()
    film.evolve(rest(1e-13))
