"""Thermal equilibrium of a macrospin.

With u(z) = E/kT = -ξz - κz², ξ = μ₀M_sVH/kT and κ = KV/kT, Boltzmann's distribution of z = m_z is
∝ exp(-u). The vertices of a film without exchange are macrospins, each of its own volume.
"""

import numpy as np
import pytest
from scipy.integrate import cumulative_simpson, trapezoid

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material, Numerics, rest
from hebbfilm.solvers.materials.constants import BOLTZMANN, GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY

FIELD, ANISOTROPY, TEMPERATURE = 3e5, 3e5, 300.0
KINDS = ["explicit", "implicit"]
CASES = {"field": (FIELD, 0.0), "anisotropy": (0.0, ANISOTROPY), "both": (FIELD, ANISOTROPY)}
Z = np.linspace(-1, 1, 20001)
MOMENTS = {"field": ("⟨m_z⟩", Z), "anisotropy": ("⟨m_z²⟩", Z**2)}


def free_moments(comm, kind, case, damping, size, h, seed=1):
    field, anisotropy = CASES[case]
    material = Material(
        exchange_stiffness=1e-30,
        uniaxial_anisotropy=anisotropy,
        interfacial_dmi=0.0,
        damping=damping,
    )
    return Film(
        mesh_film(strip(size, size, mesh_size=h), comm),
        material,
        numerics=Numerics(integrator=kind),
        applied_field=(0.0, 0.0, field),
        temperature=TEMPERATURE,
        thermal_seed=seed,
    )


def boltzmann(case, volume):
    """Density of z for volumes in m³, (n, len(Z))."""
    field, anisotropy = CASES[case]
    pressure = VACUUM_PERMEABILITY * Material().saturation_magnetisation * field
    volume = np.atleast_1d(volume)[:, None]
    density = np.exp(volume * (pressure * Z + anisotropy * Z**2) / (BOLTZMANN * TEMPERATURE))
    return density / trapezoid(density, Z)[:, None]


def diffusion(volume, damping):
    """D in 1/s of free rotation: α γ₀ kT/((1 + α²) μ₀M_sV)."""
    moment = VACUUM_PERMEABILITY * Material().saturation_magnetisation * volume
    return damping * GYROMAGNETIC_RATIO * BOLTZMANN * TEMPERATURE / ((1 + damping**2) * moment)


def step_bias(comm, kind, case, volume, damping, turn):
    """What steps do to a mean of Boltzmann's distribution, from one step of the integrator.

    The noise turns moments by `turn` rad. With the generator of the diffusion,
    Lg = D e^u (e^-u (1 - z²) g')', and Lg = f - ⟨f⟩, the mean of f is off by
    -⟨g(after the step) - g(before)⟩/dt to the first order of dt. That mean is taken by Gauss's
    rules over z and the noise: each vertex is one of their nodes.
    """
    film = free_moments(comm, kind, case, damping, 40e-9, 1e-9)
    moment = VACUUM_PERMEABILITY * film.material.saturation_magnetisation * volume
    dt = turn**2 * moment / (2 * damping * GYROMAGNETIC_RATIO * BOLTZMANN * TEMPERATURE)
    z, z_weight = np.polynomial.legendre.leggauss(10)
    noise, noise_weight = np.polynomial.hermite_e.hermegauss(5)
    density = boltzmann(case, volume)[0]
    z_weight = z_weight * np.interp(z, Z, density)
    nodes = np.stack(np.meshgrid(z, noise, noise, noise, indexing="ij"), -1).reshape(-1, 4)
    weights = np.einsum("a,b,c,d->abcd", z_weight, *3 * [noise_weight]).ravel()
    numbers = film.film_mesh.numbering.canonical[: film.operators.owned]
    assert film.film_mesh.numbering.size >= len(nodes)
    used = numbers < len(nodes)
    nodes, weights = nodes[numbers[used]], weights[numbers[used]] / weights.sum()
    m = np.tile([0.0, 0.0, 1.0], (len(numbers), 1))
    m[used] = np.column_stack([np.sqrt(1 - nodes[:, 0] ** 2), 0 * nodes[:, 0], nodes[:, 0]])
    film.set_magnetisation(m)

    def give(dt, gilbert, beside=None):
        film.thermal.field[:] = 0 if beside is None else beside
        film.thermal.field[used] += turn / (GYROMAGNETIC_RATIO * dt) * nodes[:, 1:]

    film.thermal.draw = give
    film.dynamics.thermal = film.thermal
    film.integrator.begin()
    film.integrator.step, film.integrator._accuracy = dt, 1e-10
    assert film.integrator.advance(dt, film.m.copy()).step == dt
    observable = MOMENTS.get(case, MOMENTS["field"])[1]
    flow = cumulative_simpson(
        (observable - trapezoid(density * observable, Z)) * density, x=Z, initial=0
    )
    slope = np.zeros_like(Z)
    slope[1:-1] = flow[1:-1] / ((1 - Z**2) * density)[1:-1] / diffusion(volume, damping)
    slope[[0, -1]] = slope[[1, -2]]
    g = cumulative_simpson(slope, x=Z, initial=0)
    gained = np.interp(film.m[used, 2], Z, g) - np.interp(nodes[:, 0], Z, g)
    return -comm.allreduce(float(weights @ gained)) / dt


VOLUME = 25e-27
"""Of a macrospin in m³: there ξ is 1.3."""


@pytest.mark.analytic
def test_midpoint_rule_keeps_the_distribution_in_a_field(comm, check):
    """What the field gives in a step is exactly what friction and noise take, at any step."""
    turn = 0.2
    check(
        "Bias of ⟨m_z⟩ in a field by implicit steps, noise of 0.2 rad",
        step_bias(comm, "implicit", "field", VOLUME, 0.2, turn),
        0,
        2 * turn**8,
        "none; rules of 5 nodes, exact to the 9th power of the noise, over a step",
    )


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("kind", "case"),
    [("explicit", "field"), ("explicit", "anisotropy"), ("implicit", "anisotropy")],
)
def test_bias_is_of_first_order(comm, check, kind, case):
    """Noise that is held over a step is of first weak order, whatever the integrator."""
    biases = [step_bias(comm, kind, case, VOLUME, 0.2, turn) for turn in (0.1, 0.05)]
    # The step is as the square of the angle.
    check(
        f"Order in time of the bias of {MOMENTS[case][0]}, {kind}, {case}",
        0.5 * np.log2(biases[0] / biases[1]),
        1,
        0.2,
        "noise held over a step; next power of the step",
    )


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("kind", "damping"), [("explicit", 0.2), ("explicit", 1.0), ("implicit", 0.2)]
)
@pytest.mark.parametrize("case", ["field", "anisotropy"])
def test_free_moments_follow_boltzmann(comm, check, plot, kind, damping, case):
    """A mean over the vertices and over time; ⟨m_z⟩ = coth ξ - 1/ξ in a field.

    The integrator chooses steps in which noise turns the smallest vertex by 0.2 rad, others less.
    """
    film = free_moments(comm, kind, case, damping, 100e-9, 5e-9)
    film.set_magnetisation(film.operators.random_normal(seed=1))
    volumes = film.operators.vertex_volumes
    density = boltzmann(case, volumes)
    name, observable = MOMENTS[case]
    expected = trapezoid(density * observable, Z)
    variance = trapezoid(density * observable**2, Z) - expected**2
    # Free moments forget z within 1/(2D); in a field sooner, and so z², which crosses no barrier.
    memory = comm.allreduce(float((0.5 / diffusion(volumes, damping)).max()), max)
    samples = []
    film.evolve(rest(5 * memory))
    film.evolve(
        rest(24 * memory),
        sample_interval=3 * memory,
        observer=lambda f: samples.append(f.m[:, 2].copy()),
    )
    number = film.film_mesh.numbering.size
    local = sum(np.interp(z, Z, observable).sum() for z in samples) / len(samples)
    found, reference = comm.allreduce(np.array([local, expected.sum()])) / number
    # Correlations e⁻³ between neighbours in time add a tenth to the variance of the mean.
    error = np.sqrt(1.1 * comm.allreduce(float(variance.sum())) / len(samples)) / number
    steps, mean_volume = film.thermal.longest_step(film.dynamics.gilbert), 1e-9 * 1e-14 / number
    turn = np.sqrt(2 * diffusion(mean_volume, damping) * (1 + damping**2) * steps)
    bias = abs(step_bias(comm, kind, case, mean_volume, damping, turn))
    check(
        f"{name} of free moments, {case}, {kind}, α = {damping:g}",
        found,
        reference,
        4 * error + bias,
        "Boltzmann; 4 standard errors, and the bias of a step",
    )
    edges = np.linspace(-1, 1, 21)
    counts = comm.allreduce(np.histogram(np.concatenate(samples), edges)[0])
    shown = comm.allreduce(density[:, ::200].sum(axis=0)) / number
    plot(
        f"Free moments, {case}, {kind}, α = {damping:g}",
        "$m_z$",
        "probability density",
        {"Boltzmann": (Z[::200], shown)},
        {"run": (0.5 * (edges[1:] + edges[:-1]), counts / counts.sum() / 0.1)},
    )
