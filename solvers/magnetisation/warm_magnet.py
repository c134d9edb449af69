"""The parameters of a magnet that follow its temperature, and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import SolverError
from hebbfilm.solvers.followers import FollowsMaterial
from hebbfilm.solvers.heat.heat import Heat
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.materials.curie_law import CurieLaw
from hebbfilm.solvers.state.part import Entry


class WarmMagnet:
    """Lets M_s, A, K and D follow the temperature by a law, each corner of a cell with its vertex.

    So the energy stays a sum over corners, each with the parameters at the T there, and fields stay
    -(1/μ₀ ∫ M_s λ_i dV) ∂E/∂m_i. What is made of the parameters (moments, couplings, fields, drift,
    noise) is renewed when M_s has moved by the tolerance of the law anywhere.

    Args:
        law: of the magnet.
        substrate_temperature: T_s in K, at which the parameters are those that were given.
        dynamics: of the film, made of a material in which the parameters of the law are changing.
        followers: what else keeps something made of them.
        fixed: whether other energies act, whose parameters do not follow.

    Attributes:
        temperature: (owned,) in K, at the last renewal.
        renewals: how often that was.
    """

    def __init__(
        self,
        law: CurieLaw,
        substrate_temperature: float,
        dynamics: Dynamics,
        followers: Sequence[FollowsMaterial] = (),
        *,
        fixed: bool = False,
    ) -> None:
        self._law, self._dynamics, self._followers = law, dynamics, followers
        self._fixed = fixed
        material = dynamics.material
        self._at_substrate = {
            name: material[name].corners.copy()
            for name in law.exponents
            if not material[name].is_zero
        }
        self._reduced_at_substrate = law.reduced_magnetisation(np.array(substrate_temperature))
        operators = dynamics.operators
        self.temperature: FloatArray = np.full(operators.owned, substrate_temperature)
        self._reduced = law.reduced_magnetisation(self.temperature)
        self._present, self._highest = operators.halo(self.temperature), substrate_temperature
        self.renewals = 0

    def take_temperature(self, temperature: FloatArray) -> None:
        """See `hebbfilm.solvers.followers.FollowsTemperature`.

        Raises:
            SolverError: it is too close to the Curie temperature somewhere.
        """
        own, law = temperature[: len(self.temperature)], self._law
        reduced = law.reduced_magnetisation(np.minimum(own, law.highest_temperature))
        change = np.abs(reduced / self._reduced - 1).max(initial=0.0)
        extremes = np.array([change, own.max(initial=0.0)])
        self._dynamics.operators.comm.Allreduce(MPI.IN_PLACE, extremes, MPI.MAX)
        # Not the other way round, so that what is no number ends here.
        if not extremes[1] <= law.highest_temperature:
            raise self._too_warm(own)
        self._present, self._highest = temperature, float(extremes[1])
        if extremes[0] > law.tolerance:
            self.renewals += 1
            self._renew(temperature)

    @property
    def tolerated_warming(self) -> float:
        """By how much in K T may move until M_s has moved by the tolerance, where it is hottest."""
        steepness = self._law.steepness(self._highest)
        return self._law.tolerance / steepness if steepness else np.inf

    def _renew(self, temperature: FloatArray) -> None:
        """Of T (columns,) in K."""
        dynamics = self._dynamics
        factor = self._law.reduced_magnetisation(temperature) / self._reduced_at_substrate
        for name, corners in self._at_substrate.items():
            scaled = factor ** self._law.exponents[name]
            dynamics.material[name].become(corners * scaled[dynamics.operators.cells])
        dynamics.renew_material(self._growth(factor[: len(self.temperature)]))
        for each in self._followers:
            each.renew_material()
        self.temperature[:] = temperature[: len(self.temperature)]
        self._reduced = self._law.reduced_magnetisation(self.temperature)

    def _growth(self, factor: FloatArray) -> float:
        """By how much fields by energies can be stronger than at T_s; they are ∝ f^(n - 1)."""
        extremes = np.array([factor.max(initial=-np.inf), -factor.min(initial=np.inf)])
        self._dynamics.operators.comm.Allreduce(MPI.IN_PLACE, extremes, MPI.MAX)
        most, least = extremes[0], -extremes[1]
        law = self._law
        # Of an applied field; of the demagnetising field; of the twist of a flat film by bulk DMI.
        exponents = {1.0, 2.0, 2 * law.dmi_exponent - law.exchange_exponent}
        exponents |= {law.exponents[name] for name in self._at_substrate}
        exponents |= {0.0} if self._fixed else set()
        return float(max(f ** (n - 1) for n in exponents for f in (least, most)))

    def state(self) -> dict[str, Entry]:
        """The temperatures at the last renewal, of which all else follows, and how many."""
        return {"magnet_temperature": self.temperature.copy(), "magnet_renewals": self.renewals}

    def restore(self, state: Mapping[str, Entry]) -> None:
        """Take up what `state` gave; of a film without such a law, the T that it was told last.

        Raises:
            SolverError: that is too close to the Curie temperature somewhere.
        """
        operators, law = self._dynamics.operators, self._law
        own = self._present[: len(self.temperature)]
        # A film that is on its way down may have been renewed above the limit of another law.
        found = np.minimum(state.get("magnet_temperature", own), law.highest_temperature)
        if operators.comm.allreduce(not np.array_equal(found, self.temperature), MPI.LOR):
            self._renew(operators.halo(found))
        self.renewals = state.get("magnet_renewals", 0)
        self.take_temperature(self._present)

    def _too_warm(self, temperature: FloatArray) -> SolverError:
        """The end of a run that gets too close to T_C; collective."""
        operators, law = self._dynamics.operators, self._law
        # Of numbers, one that is none counts as the largest.
        hottest = int(np.argmax(temperature)) if len(temperature) else 0
        found = [(-np.inf, np.zeros(3))]
        if len(temperature):
            place = operators.film_mesh.coordinates[hottest]
            found = [(float(np.nan_to_num(temperature[hottest], nan=np.inf)), place)]
        kelvin, (x, y, z) = max(
            (each for rank in operators.comm.allgather(found) for each in rank),
            key=lambda each: each[0],
        )
        return SolverError(
            f"the film is at {kelvin:.4g} K at ({x:.4g}, {y:.4g}, {z:.4g}) m after "
            f"{self._dynamics.time:.4g} s, above {law.limit:g} of its Curie temperature, "
            f"{law.curie_temperature:g} K: the model is not valid there"
        )


def warm_magnet(
    heat: Heat | None,
    dynamics: Dynamics,
    followers: Sequence[FollowsMaterial],
    *,
    fixed: bool,
) -> WarmMagnet | None:
    """What of a magnet follows the heat of its film, None without a law; see `WarmMagnet`."""
    if heat is None or heat.magnet is None:
        return None
    return WarmMagnet(heat.magnet, heat.substrate_temperature, dynamics, followers, fixed=fixed)
