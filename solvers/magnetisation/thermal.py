"""The thermal field of Brown: the noise that keeps a film at its temperature."""

from collections.abc import Mapping

import numpy as np

from hebbfilm.common.arguments import LARGEST_SEED, check_count
from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.reductions import largest
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.kernels.gilbert import Gilbert
from hebbfilm.solvers.kernels.noise import fill_normal
from hebbfilm.solvers.materials.constants import BOLTZMANN
from hebbfilm.solvers.materials.moments import VertexMoments
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm
from hebbfilm.solvers.state.part import Entry

_LARGEST_TURN = 0.2
"""Standard deviation in rad of the angle by which the noise alone turns a moment in one step."""
_WARMER = 1.1
"""By how much the variance may grow somewhere before steps are chosen anew: the angle by half."""


class ThermalField:
    """A fluctuating field, normal and independent at every vertex and in every step.

    In the Gilbert equation the fluctuation-dissipation theorem asks for a white field of
    ⟨H_a(t) H_b(t')⟩ = 2 α k_B T / (γ₀ μ₀ ∫ M_s λ_i dV) δ_ab δ(t - t') at the vertex i:
    W. F. Brown, Phys. Rev. 130, 1677 (1963). It is held constant over a step, so that the limit of
    small steps is that of smooth noise: the equation in the sense of Stratonovich, which keeps |m|
    and Boltzmann's distribution (E. Wong and M. Zakai, Ann. Math. Stat. 36, 1560 (1965)).

    Args:
        operators: of the film.
        moments: of its vertices; read anew when the material is renewed.
        gyromagnetic_ratio: γ₀ in m/(A s).
        temperature: T in K, above 0, until another is taken.
        seed: of the noise.

    Attributes:
        temperature: as it was given.
        steps: drawn so far: with the seed, all that the noise to come depends on.
        warmings: how often it has become so warm that steps are to be chosen anew.
        field: (owned, 3) in A/m, of the present step, and what `draw` was given beside it.

    Raises:
        InputError: a negative seed.
    """

    def __init__(
        self,
        operators: VertexOperators,
        moments: VertexMoments,
        gyromagnetic_ratio: ParameterOnFilm,
        temperature: float,
        seed: int,
    ) -> None:
        check_count("seed", seed, 0, LARGEST_SEED)
        self._gyromagnetic_ratio = gyromagnetic_ratio.at_vertices(operators)
        self._moments, self._comm = moments, operators.comm
        self._local: float | FloatArray = temperature
        self.renew_material()
        self._at_choice, self.warmings = self._variance, 0
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
        """Take up the noise there; of a film without noise, it begins."""
        self.steps = state.get("thermal_steps", 0)

    def take_temperature(self, temperature: FloatArray) -> None:
        """See `hebbfilm.solvers.followers.FollowsTemperature`: the noise is that of T there."""
        self._local = temperature[: len(self._numbers)]
        self.renew_material()
        grown = float(np.max(self._variance / self._at_choice, initial=0.0))
        if largest(self._comm, grown) > _WARMER:
            self._at_choice = self._variance
            self.warmings += 1

    def renew_material(self) -> None:
        """See `hebbfilm.solvers.followers.FollowsMaterial`."""
        moment = self._moments.magnetic
        self._variance = 2 * BOLTZMANN * self._local / (self._gyromagnetic_ratio * moment)
        self._scaled_for: Gilbert | None = None

    def draw(self, dt: float, gilbert: Gilbert, beside: FloatArray | None = None) -> None:
        """The field of the next step.

        Args:
            dt: length of the step in s.
            gilbert: the present damping.
            beside: (owned, 3) a field in A/m to add, or None.
        """
        if self._scaled_for is not gilbert:
            self._scale[:] = np.sqrt(self._variance * gilbert.damping)
            self._scaled_for = gilbert
        fill_normal(
            self._numbers, self.steps, self._seed, dt**-0.5, self._scale, self.field, beside
        )
        self.steps += 1

    def longest_step(self, gilbert: Gilbert) -> float:
        """The step in s in which the noise turns no moment far, for that damping; collective."""
        self._at_choice = self._variance
        turning = self._gyromagnetic_ratio**2 * self._variance
        local = float(np.max(turning * gilbert.damping, initial=0.0))
        most = largest(self._comm, local)
        return _LARGEST_TURN**2 / most if most > 0 else np.inf
