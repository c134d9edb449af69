"""The potentials of single nodes, of which every other potential is a sum."""

from collections.abc import Sequence

import numpy as np
from dolfinx import la

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.conduction.energy_descent import EnergyDescent
from hebbfilm.solvers.conduction.potential import PotentialSolver
from hebbfilm.solvers.discretisation.operators import VertexOperators

_ACCURACY = 1e-4
"""Of the shares, as the error of their current densities: far below what AMR makes of them."""

_SAMPLED = 1e-5
"""Of conductances in a trajectory, in relation: what learning does to them is some per cent."""


class UnitPotentials:
    """φ of each of N nodes at 1 and all others at 0, for the σ that the solver holds.

    Args:
        operators: the P1 operators of the film.
        solver: of the potential; its σ is uniform now.
        nodes: N.

    Attributes:
        shares: (N, columns), without unit, those of a film of uniform conductivity, which sum to 1
            at every vertex. They are the first guesses, so that what is found does not depend on
            what was asked before.
    """

    def __init__(self, operators: VertexOperators, solver: PotentialSolver, nodes: int) -> None:
        self._operators = operators
        self._solver = solver
        self._voltages = np.eye(nodes)
        self.shares: FloatArray = np.zeros((nodes, operators.vector().array.size))
        self._units: list[la.Vector] = []
        self._solve_others(_ACCURACY)
        self.shares[:] = self.values
        self.forget()

    def forget(self) -> None:
        """Start the next solves from the shares again."""
        self._units = []

    @property
    def values(self) -> FloatArray:
        """What was solved last, (N, columns)."""
        return np.array([unit.array for unit in self._units])

    def unit(self, node: int) -> FloatArray:
        """What was solved last for one node, (columns,)."""
        return self._units[node].array

    def conductance_matrix(self, tolerance: float) -> FloatArray:
        """G in S, (N, N), to a relative error of the current density; collective."""
        self.forget()
        columns = self._solve_others(tolerance)
        # The last one is a guess that only wants checking.
        return np.hstack([columns, self.currents([len(self._voltages) - 1], tolerance)])

    def approximate_conductance(self, tolerance: float) -> FloatArray:
        """The same from what was solved last."""
        columns = self.currents(range(len(self._voltages) - 1), tolerance)
        # Nodes at one voltage drive no current.
        return np.hstack([columns, -columns.sum(axis=1, keepdims=True)])

    def sampled_conductance(self, spread: float) -> FloatArray:
        """G in S, (N, N), as exact as a row of a trajectory has to be; collective.

        To 1e-5 of √(G_ii G_jj), whatever was solved before; the potentials are to some 3e-3 then.
        With Hall effect G has the errors of the potentials themselves, which are to 1e-5 then; and
        one factorisation for many nodes costs less, and gives more.

        Args:
            spread: largest over least ratio of the present σ to that of the shares.
        """
        if not self._solver.symmetric or self._solver.factorises(len(self._voltages)):
            return self.conductance_matrix(_SAMPLED)
        self.forget()
        self._begin()
        found = EnergyDescent(self._solver, self._units, spread).conductance_matrix(_SAMPLED)
        self._complete()
        return found

    def _solve_others(self, tolerance: float) -> FloatArray:
        """Solve for all nodes but the last, and take that from them; see `currents`."""
        self._begin()
        self._solver.guess(self._units)
        columns = self.currents(range(len(self._voltages) - 1), tolerance)
        self._complete()
        return columns

    def _begin(self) -> None:
        if not self._units:
            self._units = [self._operators.vector() for _ in self._voltages]
            for unit, share in zip(self._units, self.shares, strict=True):
                unit.array[:] = share

    def currents(self, nodes: Sequence[int], tolerance: float) -> FloatArray:
        """Currents per voltage of some nodes, (N, len(nodes)) in S; collective.

        Args:
            nodes: their numbers.
            tolerance: relative error of the current density, see `PotentialSolver.solve`.
        """
        self._begin()
        rows = [self._solver.solve(self._units[k], self._voltages[k], tolerance) for k in nodes]
        return np.reshape(rows, (-1, len(self._voltages))).T

    def _complete(self) -> None:
        """Take the last from the others: nodes at one voltage drive no current."""
        *others, last = self._units
        last.array[:] = 1 - sum(unit.array for unit in others)
