"""The nearest equilibrium of a film, by a quasi-Newton method on the spheres |m| = 1.

L-BFGS (J. Nocedal, Math. Comput. 35, 773 (1980)) with steps along the tangent planes and the
directions projected back onto them, as J. Fischbacher et al., AIP Advances 7, 045310 (2017) do for
micromagnetics with conjugate gradients. TAO's L-BFGS in PETSc, which knows no spheres, was tried on
m = x/|x|: the norms that it has to learn beside the energy cost it most of its progress.

All scalar products that a step needs are those between the rows of one table, so that a step has
one pass over that table and one reduction over the ranks: W. Chen, Z. Wang and J. Zhou, Advances in
Neural Information Processing Systems 27 (2014). The pass is a loop of ours: for matrices of a few
long rows BLAS needs four times as long.
"""

from collections.abc import Callable

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError, SolverError
from hebbfilm.common.reductions import total
from hebbfilm.solvers.kernels import llg
from hebbfilm.solvers.kernels import minimisation as loops
from hebbfilm.solvers.magnetisation.dynamics import Dynamics, rows
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY

ROUND = 100
"""Steps after which what was learnt is forgotten. On mazes in the four-node wheel, meshed at 8 and
15 nm, that changed the number of evaluations by -14 to +8 %."""
_HISTORY = 5
_SUFFICIENT = 1e-4
"""Part of the decrease foreseen by the slope that a step must yield (L. Armijo, 1966)."""
_SHORTER, _SHORTEST = 0.4, 1e-10
_LARGEST_TURN = 1.0
"""In rad, of any moment in one step."""
_ROUND_OFF = 1e-13
"""Of the energy, within which a step counts as one that does not climb."""


class _Memory:
    """The last changes of m, those of the gradient, and the gradient: rows of one table."""

    def __init__(self, dynamics: Dynamics) -> None:
        self._comm = dynamics.operators.comm
        self._table = np.zeros((2 * _HISTORY + 1, 3 * dynamics.operators.owned))
        self._products = np.zeros((2 * _HISTORY + 1, 2 * _HISTORY + 1))
        self._order: list[int] = []

    def row(self, kind: int, slot: int = 0) -> FloatArray:
        """(owned, 3): change of m (0) or of the gradient (1) in a slot, or the gradient (2)."""
        row: FloatArray = self._table[kind * _HISTORY + slot].reshape(-1, 3)
        return row

    def free_slot(self) -> int:
        """Where the next changes go."""
        if len(self._order) == _HISTORY:
            return self._order[0]
        return min(set(range(_HISTORY)) - set(self._order))

    def forget(self) -> None:
        """Start again from the slope alone."""
        self._order.clear()

    def learn(self, slot: int | None) -> None:
        """Take up the gradient, and what stands in a slot if the curvature there is positive."""
        new = [2 * _HISTORY] if slot is None else [2 * _HISTORY, slot, _HISTORY + slot]
        products = loops.products(self._table, new)
        self._comm.Allreduce(MPI.IN_PLACE, products, MPI.SUM)
        self._products[:, new] = products
        self._products[new, :] = products.T
        if slot is None:
            return
        if slot in self._order:
            self._order.remove(slot)
        if self._products[slot, _HISTORY + slot] > 0:
            self._order.append(slot)

    def direction(self, first_length: float, out: FloatArray) -> float:
        """The step downhill into `out` (owned, 3), and its slope.

        Args:
            first_length: times the gradient where nothing has been learnt yet.
            out: receives √w p.
        """
        products = self._products
        weights = np.zeros(2 * _HISTORY + 1)
        weights[-1] = -1.0
        alphas = {}
        for slot in reversed(self._order):
            alphas[slot] = (products[slot] @ weights) / products[slot, _HISTORY + slot]
            weights[_HISTORY + slot] -= alphas[slot]
        if self._order:
            s, y = self._order[-1], _HISTORY + self._order[-1]
            weights *= products[s, y] / products[y, y]
        else:
            weights *= first_length
        for slot in self._order:
            y = _HISTORY + slot
            weights[slot] += alphas[slot] - (products[y] @ weights) / products[slot, y]
        np.dot(weights, self._table, out=out.reshape(-1))
        return float(products[-1] @ weights)


class Minimiser:
    """Takes m of a `Dynamics` downhill; all methods are collective.

    Args:
        dynamics: whose m is moved; neither its time nor its drift plays a part.

    Attributes:
        evaluations: of the effective field, so far.
        torque: largest |m × H_eff| in A/m where m stands.
    """

    def __init__(self, dynamics: Dynamics) -> None:
        operators = dynamics.operators
        self._dynamics = dynamics
        # Relative moments, so that the slope is a field in A/m and the steps do not see the mesh.
        self._mean_volume = operators.volume / operators.film_mesh.numbering.size
        self._root_weight = np.sqrt(dynamics.moments.volumes / self._mean_volume)
        self._unit = VACUUM_PERMEABILITY * dynamics.moments.mean * self._mean_volume
        self._trial = operators.vector(3)
        self._slope, self._direction, self._field = (
            np.empty((operators.owned, 3)) for _ in range(3)
        )
        self._memory = _Memory(dynamics)
        self.evaluations = 0
        self._energy, self.torque = self._evaluate(dynamics.m, self._memory.row(2))
        self._memory.learn(None)

    def step(self) -> None:
        """One step that does not climb.

        Raises:
            SolverError: there is none, or m is no longer finite.
        """
        dynamics, memory, trial = self._dynamics, self._memory, rows(self._trial)
        length, slope = self._find_direction()
        while True:
            loops.turn(dynamics.m, self._direction, length, trial)
            self._trial.scatter_forward()
            energy, torque = self._evaluate(trial, self._slope)
            allowed = _SUFFICIENT * length * slope + _ROUND_OFF * abs(self._energy)
            if energy <= self._energy + allowed:
                break
            length *= _SHORTER
            if not length > _SHORTEST:
                raise SolverError(
                    f"the minimiser finds no way down from a torque of {self.torque:.3g} A/m"
                )
        slot = memory.free_slot()
        loops.secant(
            trial,
            dynamics.m,
            self._slope,
            memory.row(2),
            self._root_weight,
            memory.row(0, slot),
            memory.row(1, slot),
        )
        memory.row(2)[:] = self._slope
        memory.learn(slot)
        dynamics.m[:] = trial
        self._energy, self.torque = energy, torque

    def forget(self) -> None:
        """Go on as from the present m alone."""
        self._memory.forget()
        self._memory.learn(None)

    def _find_direction(self) -> tuple[float, float]:
        """The first length to try along the direction, and the slope there in A/m."""
        stiffest = self._dynamics.largest_field
        slope = self._memory.direction(1 / stiffest, self._direction)
        if slope >= 0:
            self._memory.forget()
            slope = self._memory.direction(1 / stiffest, self._direction)
        turn = loops.project(self._dynamics.m, self._root_weight, self._direction)
        turn = np.sqrt(self._dynamics.maximum(turn))
        return min(1.0, _LARGEST_TURN / turn) if turn > 0 else 1.0, slope

    def _evaluate(self, m: FloatArray, slope: FloatArray) -> tuple[float, float]:
        """Energy in units of the mean moment times A/m, and largest torque in A/m."""
        dynamics = self._dynamics
        external = dynamics.evaluate_energy(m)
        llg.effective_field(dynamics.couplings, m, self._field)
        local, torque = loops.gradient(
            self._field, dynamics.couplings.external, m, self._root_weight, slope
        )
        energy = total(dynamics.operators.comm, local) + external / self._unit
        self.evaluations += 1
        if not np.isfinite(energy):
            # At the m that it came from, this names the term that is to blame, if one is.
            dynamics.energies()
            raise SolverError("the magnetisation is no longer finite in the minimiser")
        return energy, np.sqrt(dynamics.maximum(torque))


def minimise(
    dynamics: Dynamics,
    torque_tolerance: float,
    evaluations: int,
    observer: Callable[[], None] | None = None,
    observe_every: int = ROUND,
) -> int:
    """Take m to an equilibrium; collective.

    After every `ROUND` steps only m counts: a film that is saved then goes on in the same way.

    Args:
        dynamics: whose m is moved.
        torque_tolerance: largest |m × H_eff| in A/m at which m counts as settled.
        evaluations: of the effective field, after which it counts as failed.
        observer: called after so many steps, and again and again.
        observe_every: the number of these steps.

    Returns:
        How many evaluations it took.

    Raises:
        InputError: a torque that has no energy acts where m stands first or last.
        SolverError: no equilibrium was reached.
    """
    _require_energies(dynamics, torque_tolerance)
    minimiser, steps = Minimiser(dynamics), 0
    while minimiser.torque >= torque_tolerance:
        if minimiser.evaluations >= evaluations:
            raise SolverError(
                f"the minimiser reached a torque of {minimiser.torque:.3g} A/m after "
                f"{minimiser.evaluations} evaluations; {torque_tolerance:.3g} A/m was wanted"
            )
        minimiser.step()
        steps += 1
        if steps % ROUND == 0:
            minimiser.forget()
        if observer is not None and steps % observe_every == 0:
            observer()
    _require_energies(dynamics, torque_tolerance)
    return minimiser.evaluations


def _require_energies(dynamics: Dynamics, torque_tolerance: float) -> None:
    """Raise InputError if a torque acts: no way downhill leads to its equilibrium."""
    for name, size in dynamics.torque_fields().items():
        if size >= torque_tolerance:
            raise InputError(
                f"{name}: a torque of {size:.3g} A/m acts on m without a current, and has no "
                "energy to minimise: let m relax instead"
            )
