"""The thermal field of Brown: the noise that keeps a film at its temperature."""

from collections.abc import Mapping

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arguments import LARGEST_SEED, check_count
from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.kernels.gilbert import Gilbert
from hebbfilm.solvers.kernels.noise import fill_normal
from hebbfilm.solvers.materials.constants import BOLTZMANN
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.moments import VertexMoments
from hebbfilm.solvers.state.part import Entry

_LARGEST_TURN = 0.2
"""Standard deviation in rad of the angle by which the noise alone turns a moment in one step."""


class ThermalField:
    """A fluctuating field, normal and independent at every vertex and in every step.

    In the Gilbert equation the fluctuation-dissipation theorem asks for a white field of
    ⟨H_a(t) H_b(t')⟩ = 2 α k_B T / (γ₀ μ₀ ∫ M_s λ_i dV) δ_ab δ(t - t') at the vertex i:
    W. F. Brown, Phys. Rev. 130, 1677 (1963). It is held constant over a step, so that the limit of
    small steps is that of smooth noise: the equation in the sense of Stratonovich, which keeps |m|
    and Boltzmann's distribution (E. Wong and M. Zakai, Ann. Math. Stat. 36, 1560 (1965)).

    Args:
        operators: of the film.
        material: M_s and γ₀ are used here.
        temperature: T in K, above 0.
        seed: of the noise.

    Attributes:
        steps: drawn so far: with the seed, all that the noise to come depends on.
        field: (owned, 3) in A/m, of the present step.

    Raises:
        InputError: a negative seed.
    """

    def __init__(
        self,
        operators: VertexOperators,
        material: FilmMaterial,
        temperature: float,
        seed: int,
    ) -> None:
        check_count("seed", seed, 0, LARGEST_SEED)
        gyromagnetic_ratio = material["gyromagnetic_ratio"].at_vertices(operators)
        moment = VertexMoments.of_film(operators, material).magnetic
        self._variance = 2 * BOLTZMANN * temperature / (gyromagnetic_ratio * moment)
        self._turning = gyromagnetic_ratio**2 * self._variance
        self._comm = operators.comm
        self._scale = np.empty(operators.owned)
        self._numbers = operators.film_mesh.numbering.canonical[: operators.owned]
        self._seed = seed
        self.temperature = temperature
        self.steps = 0
        self.field: FloatArray = np.zeros((operators.owned, 3))

    def state(self) -> dict[str, Entry]:
        """Where in the noise of its seed the film is."""
        return {"thermal_steps": self.steps}

    def restore(self, state: Mapping[str, Entry]) -> None:
        """Take up the noise there; of a film without heat, it begins."""
        self.steps = state.get("thermal_steps", 0)

    def draw(self, dt: float, gilbert: Gilbert) -> None:
        """The field of the next step, of `dt` s, for the present damping."""
        np.divide(gilbert.damping, dt, out=self._scale)
        np.multiply(self._variance, self._scale, out=self._scale)
        np.sqrt(self._scale, out=self._scale)
        fill_normal(self._numbers, self.steps, self._seed, self._scale, self.field)
        self.steps += 1

    def longest_step(self, gilbert: Gilbert) -> float:
        """The step in s in which the noise turns no moment far, for that damping; collective."""
        local = float(np.max(self._turning * gilbert.damping, initial=0.0))
        turning = self._comm.allreduce(local, MPI.MAX)
        return _LARGEST_TURN**2 / turning if turning > 0 else np.inf
