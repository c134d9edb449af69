"""A magnet that follows its temperature.

M_s, A, K and D are their values at the substrate, 300 K, times powers of f = μ(T)/μ(300 K), with
μ = (1 - (T/T_C)^(3/2))^(1/3). All closed forms below are those of cold films with such parameters.
"""

import numpy as np
import pytest
from scipy.integrate import quad

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import CurieLaw, Film, Heat, Layer, Material, Numerics, constant, rest
from hebbfilm.solvers.kernels import llg
from hebbfilm.solvers.materials.constants import BOLTZMANN, GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from tests.validation.explicit_steps import frequency_error

LAW = CurieLaw(curie_temperature=700.0)
UNUSUAL = CurieLaw(
    curie_temperature=800.0, exchange_exponent=1.8, anisotropy_exponent=10 / 3, dmi_exponent=1.5
)
HOT = 550.0
EXCHANGE, ANISOTROPY, MAGNETISATION = 1e-11, 2e5, 5.8e5
PLAIN = {"interfacial_dmi": 0.0, "exchange_stiffness": EXCHANGE, "uniaxial_anisotropy": ANISOTROPY}


def mu(temperature, law=LAW):
    return (1 - (temperature / law.curie_temperature) ** 1.5) ** (1 / 3)


def factor(temperature, law=LAW):
    return mu(temperature, law) / mu(300.0, law)


def warm_film(comm, layout, at, law=LAW, dimension=2, **options):
    """A film whose temperature is what it was set to, and stays so."""
    options = {"material": Material(**PLAIN)} | options
    film = Film(mesh_film(layout, comm, dimension=dimension), heat=Heat(magnet=law), **options)
    film.processes.remove(film.heat)
    film.heat.set_temperature(at)
    return film


@pytest.mark.analytic
@pytest.mark.parametrize("law", [LAW, UNUSUAL], ids=["default", "unusual"])
@pytest.mark.parametrize("demagnetisation", ["local", "full"])
def test_each_energy_goes_by_its_power(comm, check, law, demagnetisation):
    """Of the same random m; numbers of pairs are kept in 32 bits, 6e-8 each."""
    film = warm_film(
        comm,
        strip(60e-9, 40e-9, mesh_size=8e-9),
        300.0,
        law,
        material=Material(bulk_dmi=1e-3),
        demagnetisation=demagnetisation,
        applied_field=(1e5, 0.0, 2e5),
    )
    film.randomise(seed=3)
    before = film.dynamics.energies()
    film.heat.set_temperature(HOT)
    after = film.dynamics.energies()
    powers = {
        "exchange": law.exchange_exponent,
        "uniaxial_anisotropy": law.anisotropy_exponent,
        "interfacial_dmi": law.dmi_exponent,
        "thin_film_demagnetisation": 2.0,
        "demagnetisation": 2.0,
        "zeeman": 1.0,
    }
    f = factor(HOT, law)
    assert f < 0.9
    for name, power in powers.items():
        if name in before:
            check(
                f"Power of f in the energy of {name.replace('_', ' ')}, n = {power:.3g}, "
                f"{demagnetisation} demagnetisation",
                np.log(after[name] / before[name]) / np.log(f),
                power,
                1e-6 / abs(np.log(f)),
                "the law; pairs in 32 bits",
            )


@pytest.mark.analytic
def test_bloch_wall(comm, check):
    """Width ∫ m_y dx = π√(A/K), energy 4√(AK) per area, of A f² and K f³."""
    h, width, thickness = 1.5e-9, 10e-9, 2e-9
    layout = strip(120e-9, width, thickness=thickness, mesh_size=h)
    film = warm_film(comm, layout, HOT)
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    uniform = sum(film.dynamics.energies().values())
    f = factor(HOT)
    stiffness, constant_hot = EXCHANGE * f**2, ANISOTROPY * f**3
    wall = np.sqrt(stiffness / constant_hot)
    xi = (film.film_mesh.coordinates[: film.operators.owned, 0] - layout.outline.centroid.x) / wall
    film.set_magnetisation(np.column_stack([0 * xi, 1 / np.cosh(xi), -np.tanh(xi)]))
    film.relax(5e-10, torque_tolerance=100.0)
    energy = sum(film.dynamics.energies().values()) - uniform
    tolerance = 0.5 * (h / wall) ** 2
    area = width * thickness
    expected = 4 * np.sqrt(stiffness * constant_hot)
    check(
        f"Bloch wall energy at {HOT:g} K, mJ/m²",
        energy / area * 1e3,
        expected * 1e3,
        tolerance * expected * 1e3,
        "4√(AK) f^(5/2); P1 errs by (h/Δ)²/2",
    )
    integral = film.dynamics.mean_magnetisation()[1] * film.operators.volume / area
    check(
        f"Bloch wall width at {HOT:g} K, nm",
        abs(integral) * 1e9,
        np.pi * wall * 1e9,
        tolerance * np.pi * wall * 1e9,
        "π√(A/K) f^(-1/2); P1 errs by (h/Δ)²/2",
    )


@pytest.mark.analytic
@pytest.mark.parametrize(("anisotropy", "half_waves"), [(0.0, 0), (ANISOTROPY, 0), (ANISOTROPY, 4)])
def test_precession_and_spin_waves(comm, check, anisotropy, half_waves):
    """ω = γ₀(H + 2K f²/μ₀M_s + 2A f k²/μ₀M_s): a free moment turns as ever, others more slowly."""
    length, h, field, amplitude = 120e-9, 3e-9, 1e5, 1e-4
    film = warm_film(
        comm,
        strip(length, 20e-9, mesh_size=h),
        HOT,
        material=Material(**PLAIN | {"uniaxial_anisotropy": anisotropy}, damping=0.0),
        applied_field=(0.0, 0.0, field),
        numerics=Numerics(integrator="explicit"),
    )
    low = film.comm.allreduce(film.film_mesh.coordinates[:, 0].min(), min)
    owned, k = film.operators.owned, half_waves * np.pi / length
    mode = np.cos(k * (film.film_mesh.coordinates[:owned, 0] - low))
    film.set_magnetisation(np.column_stack([amplitude * mode, 0 * mode, np.ones(owned)]))
    f, pressure = factor(HOT), VACUUM_PERMEABILITY * MAGNETISATION
    exchange = 2 * EXCHANGE * f * k**2 / pressure
    stiffness = field + 2 * anisotropy * f**2 / pressure + exchange
    omega = GYROMAGNETIC_RATIO * stiffness
    duration = 1.9 * np.pi / omega
    film.relax(duration, torque_tolerance=0.0, damping=0.0, sample_interval=duration)
    weighted = film.dynamics.moments.volumes * mode
    turned = comm.allreduce(complex(weighted @ (film.m[:, 0] + 1j * film.m[:, 1])))
    found = (np.angle(turned) % (2 * np.pi)) / duration
    stepping = frequency_error(film.dynamics, omega)
    tolerance = omega * (exchange / stiffness * (k * h) ** 2 / 6 + stepping + amplitude**2)
    check(
        f"ω at {HOT:g} K of {half_waves} half waves, K = {anisotropy:g} J/m³, rad/ns",
        found * 1e-9,
        omega * 1e-9,
        tolerance * 1e-9,
        "γ₀(H + 2K f²/μ₀M_s + 2A f k²/μ₀M_s); P1 errs by (kh)²/6 of the last, and the steps",
    )


@pytest.mark.analytic
def test_moment_of_a_film_between_two_temperatures(comm, check):
    """∫ M_s(T) dV where T is linear from 300 to 600 K; the sum over vertices errs by h² μ''/12."""
    length, h = 200e-9, 10e-9

    def temperature(x):
        return 300 + 300 * x / length

    film = warm_film(comm, strip(length, 20e-9, mesh_size=h), lambda p: temperature(p[:, 0]))
    found = film.dynamics.moments.mean / MAGNETISATION
    expected = quad(lambda x: factor(temperature(x)), 0, length)[0] / length
    places = np.linspace(0, length, 1001)
    bend = np.abs(np.gradient(np.gradient(factor(temperature(places)), places), places)).max()
    check(
        "Mean M_s of a film between 300 and 600 K, by that at 300 K",
        found,
        expected,
        h**2 * bend / 12,
        "∫ f(T(x)) dx/L; trapezium rule, h²/12 of the largest second derivative",
    )


@pytest.mark.analytic
def test_drift_is_as_one_over_the_magnetisation(comm, check):
    """u ∝ 1/M_s: the rate of a texture that nothing else turns; pairs are kept in 32 bits."""
    film = warm_film(
        comm,
        strip(100e-9, 30e-9, mesh_size=5e-9),
        300.0,
        material=Material(
            exchange_stiffness=1e-40, interfacial_dmi=0.0, uniaxial_anisotropy=0.0, amr_ratio=0.0
        ),
    )
    phase = 2 * np.pi * film.film_mesh.coordinates[: film.operators.owned, 0] / 50e-9
    film.set_magnetisation(np.column_stack([np.cos(phase), 0 * phase, np.sin(phase)]))
    film.current.apply([0.01, -0.01])
    film.current.begin(0.0)
    rates = []
    for temperature in (300.0, HOT):
        film.heat.set_temperature(temperature)
        rate = np.empty((film.operators.owned, 3))
        llg.rate(film.dynamics.couplings, film.dynamics.gilbert, film.dynamics.m, rate)
        rates.append(np.sqrt(comm.allreduce(float(np.sum(rate**2)))))
    check(
        f"Rate of the Zhang-Li torque at {HOT:g} K, by that at 300 K",
        rates[1] / rates[0],
        1 / factor(HOT),
        1e-6,
        "1/f; pairs in 32 bits",
    )


@pytest.mark.analytic
def test_spin_orbit_torque_is_as_one_over_the_magnetisation(comm, check):
    """a = ħ ξ j/(2 e μ₀ M_s t) of one current, with the M_s of each vertex."""
    film = warm_film(
        comm,
        strip(100e-9, 30e-9, mesh_size=5e-9),
        300.0,
        layers=[
            Layer(
                "pt",
                3e-9,
                conductivity=4e6,
                damping_like_efficiency=0.1,
                field_like_efficiency=0.03,
            )
        ],
    )
    film.current.apply([0.01, -0.01])
    film.current.begin(0.0)
    before = film.dynamics.couplings.twist.copy(), film.dynamics.couplings.external.copy()
    film.heat.set_temperature(lambda p: 300 + 3e9 * p[:, 0])
    f = factor(300 + 3e9 * film.film_mesh.coordinates[: film.operators.owned, 0])[:, None]
    for name, at_first, now in zip(
        ("damping-like", "field-like"),
        before,
        (film.dynamics.couplings.twist, film.dynamics.couplings.external),
        strict=True,
    ):
        size = comm.allreduce(float(np.abs(at_first).max(initial=0.0)), max)
        assert size > 100
        check(
            f"M_s(T) times the {name} field where T differs, by that at 300 K",
            (now * f - at_first) / size,
            0,
            1e-12,
            "a ∝ 1/M_s at each vertex; round-off",
        )


@pytest.mark.analytic
@pytest.mark.parametrize("demagnetisation", ["local", "full"])
def test_fields_are_the_slope_of_the_energy(comm, check, demagnetisation):
    """Where T differs from place to place; central differences err by the square of the step."""
    film = warm_film(
        comm,
        strip(60e-9, 40e-9, mesh_size=8e-9),
        lambda p: 400 + 2e9 * p[:, 0] + 50 * np.sin(p[:, 1] / 1e-8),
        material=Material(bulk_dmi=1e-3),
        demagnetisation=demagnetisation,
        applied_field=(1e5, 0.0, 2e5),
    )
    film.randomise(seed=3)
    dynamics, m, step = film.dynamics, film.m.copy(), 1e-4
    work = dynamics.moments.magnetic[:, None] * dynamics.effective_field()
    along = film.operators.random_normal(seed=5)
    energies = []
    for sign in (1, -1):
        dynamics.m[: len(m)] = m + sign * step * along
        dynamics.fetch_ghosts()
        energies.append(sum(dynamics.energies().values()))
    size = np.sqrt(comm.allreduce(float(np.sum((work * along) ** 2))))
    slope = (energies[0] - energies[1]) / (2 * step)
    check(
        f"∂E/∂m + μ₀ moment H at T(x), {demagnetisation} demagnetisation, relative",
        (slope + comm.allreduce(float(np.sum(work * along)))) / size,
        0,
        1e-6,
        "central differences of a quadratic energy; round-off over the step",
    )


class Warming:
    """T that rises evenly in time, told after every step."""

    def __init__(self, film, rate):
        self.film, self.rate, self.time = film, rate, 0.0

    def begin(self, time):
        pass

    def finish(self):
        pass

    def pass_time(self, duration):
        self.time += duration
        temperature = np.full(len(self.film.dynamics.m), 300 + self.rate * self.time)
        self.film.magnet.take_temperature(temperature)


@pytest.mark.analytic
def test_results_converge_as_renewals_become_more(comm, check):
    """The angle of a precession ω ∝ K/M_s ∝ f² in a film that warms up.

    f lags by half of the tolerance in the mean, and ω by all of it: the angle comes out too large
    by the tolerance, and of its first order.
    """
    duration, tilt = 1e-10, 0.2
    rate = (HOT - 300) / duration
    frequency = GYROMAGNETIC_RATIO * 2 * ANISOTROPY / (VACUUM_PERMEABILITY * MAGNETISATION)
    frequency *= np.cos(tilt)
    exact = frequency * quad(lambda t: factor(300 + rate * t) ** 2, 0, duration)[0]
    excess = {}
    for tolerance in (0.02, 0.005):
        law = CurieLaw(curie_temperature=LAW.curie_temperature, tolerance=tolerance)
        film = warm_film(
            comm,
            strip(20e-9, 20e-9, mesh_size=10e-9),
            300.0,
            law,
            material=Material(**PLAIN, damping=0.0),
            numerics=Numerics(integrator="explicit", step_tolerance=1e-7),
        )
        film.set_magnetisation(np.array([np.sin(tilt), 0.0, np.cos(tilt)]))
        film.processes.append(Warming(film, rate))
        angles = []

        def look(film, angles=angles):
            x, y, _ = film.dynamics.mean_magnetisation()
            angles.append(np.arctan2(y, x))

        film.evolve(rest(duration), sample_interval=duration / 40, observer=look)
        excess[tolerance] = np.unwrap([0.0, *angles])[-1] / exact - 1
        check(
            f"Excess of the angle of a warming precession, renewed at {tolerance:g}",
            excess[tolerance],
            tolerance,
            tolerance / 2,
            "a lag of half the tolerance in f, twice that in ω; half of it for the last stretch",
        )
    check(
        "Order of that excess in the tolerance",
        np.log(excess[0.02] / excess[0.005]) / np.log(4),
        1,
        0.2,
        "first order; 15 renewals, the last of them unfinished",
    )


FIELD = 2e6


@pytest.mark.analytic
@pytest.mark.parametrize("law", [None, LAW], ids=["M_s fixed", "M_s(T)"])
def test_equipartition_where_the_temperature_differs(comm, check, law):
    """⟨m_x² + m_y²⟩ = 2 L(ξ)/ξ of free moments, ξ = μ₀ ∫ M_s λ_i H/kT at each vertex.

    L is Langevin's function: Boltzmann's distribution in a field. The midpoint rule keeps it at any
    step. Then the warm end becomes the cold one, and the noise follows.
    """
    length, damping = 60e-9, 0.5

    def temperature(places, turned=False):
        share = places[:, 0] / length
        return 300 + 300 * (1 - share if turned else share)

    film = warm_film(
        comm,
        strip(length, 40e-9, mesh_size=6e-9),
        temperature,
        law,
        material=Material(
            exchange_stiffness=1e-30, uniaxial_anisotropy=0.0, interfacial_dmi=0.0, damping=damping
        ),
        applied_field=(0.0, 0.0, FIELD),
        temperature=300.0,
        thermal_seed=5,
        numerics=Numerics(integrator="implicit"),
    )
    memory = (1 + damping**2) / (2 * damping * GYROMAGNETIC_RATIO * FIELD)
    places = film.film_mesh.coordinates[: film.operators.owned]
    for turned in (False, True):
        film.heat.set_temperature(lambda p, turned=turned: temperature(p, turned))
        local = temperature(places, turned)
        f = 1.0 if law is None else factor(local)
        volumes = film.operators.vertex_volumes
        xi = VACUUM_PERMEABILITY * MAGNETISATION * f * volumes * FIELD / (BOLTZMANN * local)
        expected = 2 * (1 / np.tanh(xi) - 1 / xi) / xi
        samples = []
        film.evolve(rest(5 * memory))
        film.evolve(
            rest(300 * memory),
            sample_interval=3 * memory,
            observer=lambda f, samples=samples: samples.append(1 - f.m[:, 2] ** 2),
        )
        ratio = np.mean(samples, axis=0) / expected
        for name, low, high in (("cold", 0, 400), ("mild", 400, 500), ("hot", 500, 700)):
            chosen = (local >= low) & (local < high)
            number = comm.allreduce(int(chosen.sum()))
            found = comm.allreduce(float(ratio[chosen].sum())) / number
            # The energy of two directions has the variance of an exponential distribution or less;
            # correlations e⁻³ in time add a tenth.
            error = np.sqrt(1.1 / (len(samples) * number))
            check(
                f"⟨m_x² + m_y²⟩ by Boltzmann's at the {name} vertices, "
                f"{'turned, ' if turned else ''}{'M_s fixed' if law is None else 'M_s(T)'}",
                found,
                1,
                4 * error,
                "2 L(ξ)/ξ with the T and M_s of each vertex; 4 standard errors",
            )


@pytest.mark.cross_method
def test_a_uniform_rise_is_a_film_of_other_parameters(comm, check):
    """A coupled run at 550 K beside one of a cold film made of the parameters at 550 K.

    Couplings agree to the 6e-8 of 32 bits. Steps are of another length, as the warm film keeps to
    the limit of the cold one; each errs by its tolerance at most, and damping forgets what ten did.
    """
    f = factor(HOT)
    layout = strip(80e-9, 40e-9, mesh_size=8e-9)
    hot = warm_film(comm, layout, HOT, material=Material(), demagnetisation="full")
    cold = Film(
        mesh_film(layout, comm),
        Material(
            saturation_magnetisation=5.8e5 * f,
            exchange_stiffness=1e-11 * f**2,
            interfacial_dmi=3e-3 * f**2,
            uniaxial_anisotropy=2e5 * f**3,
        ),
        demagnetisation="full",
    )
    for film in (hot, cold):
        phase = film.film_mesh.coordinates[: film.operators.owned, 0] / 1e-8
        film.set_magnetisation(np.column_stack([np.sin(phase), 0 * phase + 0.1, np.cos(phase)]))
        film.evolve(constant([0.01, -0.01], 1e-10))
    check(
        "m after 0.1 ns at 550 K, beside a film of those parameters",
        hot.m,
        cold.m,
        10 * Numerics().step_tolerance,
        "steps of another length, ten of which count with their tolerance",
    )
