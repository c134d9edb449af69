"""Thermal equilibrium of a small film: the same energy in every mode."""

from mpi4py import MPI

import numpy as np
import pytest
import scipy.linalg

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material, Numerics, rest
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.constants import BOLTZMANN, GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY

LAYOUT = strip(60e-9, 40e-9, mesh_size=6e-9)
FIELD, TEMPERATURE, DAMPING = 2e6, 30.0, 0.5
MATERIAL = Material(uniaxial_anisotropy=0.0, interfacial_dmi=0.0, damping=DAMPING)


def normal_modes():
    """Curvatures in J, and columns of modes, of the energy in m_x or m_y of all vertices."""
    operators = VertexOperators(mesh_film(LAYOUT, MPI.COMM_SELF))
    canonical = operators.film_mesh.numbering.canonical
    rows = np.repeat(canonical, np.diff(operators.indptr))
    energy = np.zeros(2 * (operators.owned,))
    energy[rows, canonical[operators.indices]] = (
        2 * MATERIAL.exchange_stiffness * operators.stiffness
    )
    magnetic = VACUUM_PERMEABILITY * MATERIAL.saturation_magnetisation
    energy[canonical, canonical] += magnetic * FIELD * operators.vertex_volumes
    return scipy.linalg.eigh(energy)


@pytest.mark.analytic
@pytest.mark.parametrize("kind", ["explicit", "implicit"])
def test_modes_of_a_film_share_the_energy_equally(comm, check, plot, kind):
    """kT/2 for each normal mode and direction of a film that a strong field holds along z.

    Runge-Kutta 4 lacks 2 % in the fastest mode, the midpoint rule nothing in any; what is not
    quadratic in the energy is of the order of ⟨m_x² + m_y²⟩.
    """
    film = Film(
        mesh_film(LAYOUT, comm),
        MATERIAL,
        numerics=Numerics(integrator=kind),
        applied_field=(0.0, 0.0, FIELD),
        temperature=TEMPERATURE,
        thermal_seed=4,
    )
    curvatures, modes = normal_modes()
    memory = (1 + DAMPING**2) / (2 * DAMPING * GYROMAGNETIC_RATIO * FIELD)
    samples = []

    def sample(f):
        m = comm.bcast(f.film_mesh.numbering.gather(f.m))
        samples.append(curvatures[:, None] * (modes.T @ m[:, :2]) ** 2)

    film.evolve(rest(5 * memory))
    film.evolve(rest(150 * memory), sample_interval=3 * memory, observer=sample)
    # ½ c a² of each amplitude a, in units of ½ kT.
    found = np.mean(samples, axis=(0, 2)) / (BOLTZMANN * TEMPERATURE)
    across = BOLTZMANN * TEMPERATURE * np.sum(modes**2 / curvatures, axis=1).max() * 2
    bias = across + (0.02 if kind == "explicit" else 0.0)
    parts = {"all": found} | dict(
        zip(("slow", "medium", "fast"), np.array_split(found, 3), strict=True)
    )
    for name, part in parts.items():
        # Each number has a variance of 2; correlations e⁻³ in time add a tenth to that of the mean.
        error = np.sqrt(2 * 1.1 / (2 * len(samples) * len(part)))
        check(
            f"Energy of the {name} modes, {kind}, kT/2",
            part.mean(),
            1,
            4 * error + bias,
            "equipartition; 4 standard errors, anharmonic ⟨m_x² + m_y²⟩, 2 % by RK4",
        )
    each = np.sqrt(2 * 1.1 / (2 * len(samples)))
    stiffness = curvatures / (BOLTZMANN * TEMPERATURE)
    plot(
        f"Energy of the modes of a film at {TEMPERATURE:g} K, {kind}",
        "curvature of the mode / kT",
        "mean energy / ½kT",
        {
            "equipartition": (stiffness, np.ones_like(stiffness)),
            # Two lines of one name: a gap between them.
            "± 2 standard errors": (
                np.r_[stiffness, np.nan, stiffness],
                np.repeat(
                    [1 + 2 * each, np.nan, 1 - 2 * each], [len(stiffness), 1, len(stiffness)]
                ),
            ),
        },
        {"run": (stiffness, found)},
    )
