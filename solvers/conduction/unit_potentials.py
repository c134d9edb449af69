"""The potentials of single nodes, of which every other potential is a sum."""

from collections.abc import Sequence

import numpy as np
from dolfinx import la

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.reductions import total
from hebbfilm.solvers.conduction.energy_descent import EnergyDescent
from hebbfilm.solvers.conduction.potential import PotentialSolver
from hebbfilm.solvers.conduction.strips import Fields
from hebbfilm.solvers.discretisation.operators import VertexOperators

_ACCURACY = 1e-4
"""Of the shares, as the error of their current densities: far below what AMR makes of them."""

SAMPLED = 1e-5
"""Of conductances in a trajectory, in relation: what learning does to them is some per cent."""


class UnitPotentials:
    """φ of each of N nodes at 1 and all others at 0, for the σ that the solver holds.

    Those of nodes between which there are several `Strips` lie on top of each other, in as many
    fields as the strip with most nodes has: F, which is N of a film in one piece.

    Args:
        operators: the P1 operators of the film.
        solver: of the potential; its σ is uniform now.

    Attributes:
        shares: (F, columns), without unit, those of a film of uniform conductivity, which sum to 1
            at every vertex. They are the first guesses, so that what is found does not depend on
            what was asked before.
    """

    def __init__(self, operators: VertexOperators, solver: PotentialSolver) -> None:
        self._operators = operators
        self._solver = solver
        self._strips = solver.electrodes.strips
        self._voltages = self._strips.unit_voltages()
        fields = len(self._voltages)
        self.shares: FloatArray = np.zeros((fields, operators.vector().array.size))
        self._units: list[la.Vector] = []
        self._solve_others(_ACCURACY)
        self.shares[:] = self.values
        self.forget()

    def forget(self) -> None:
        """Start the next solves from the shares again."""
        self._units = []

    @property
    def values(self) -> FloatArray:
        """What was solved last, (F, columns)."""
        return np.array([unit.array for unit in self._units])

    def conductance_matrix(self, tolerance: float) -> FloatArray:
        """G in S, (N, N), to a relative error of the current density; collective."""
        self.forget()
        columns = self._solve_others(tolerance)
        # The last one is a guess that only wants checking.
        return self._between_nodes([*columns, self._currents(len(self._voltages) - 1, tolerance)])

    def approximate_conductance(self, tolerance: float) -> FloatArray:
        """The same from what was solved last."""
        self._begin()
        columns = self._currents_of_others(tolerance)
        # Nodes at one voltage drive no current.
        return self._between_nodes([*columns, -np.sum(columns, axis=0)])

    def conductance_of(self, nodes: Sequence[int], tolerance: float) -> FloatArray:
        """G in S between some nodes alone, from what was solved last for them; collective.

        Args:
            nodes: their numbers.
            tolerance: relative error of the current density, see `PotentialSolver.solve`.
        """
        self._begin()
        columns = np.zeros_like(self._voltages)
        for field in self._strips.fields_of(nodes):
            columns[field] = self._currents(field, tolerance)
        return self._between_nodes([*columns])[np.ix_(nodes, nodes)]

    def add(self, voltages: FloatArray, out: FloatArray) -> None:
        """Add φ at voltages of the nodes, (N,), from what was solved last, to `out` (columns,)."""
        self._add(voltages, [unit.array for unit in self._units], out)

    def add_shares(self, voltages: FloatArray, out: FloatArray) -> None:
        """The same in a film of uniform conductivity."""
        self._add(voltages, self.shares, out)

    def _add(self, voltages: FloatArray, fields: Fields, out: FloatArray) -> None:
        self._strips.add(self._strips.of_fields(voltages)[..., None], fields, out[None])

    def shared_out(self, currents: FloatArray) -> FloatArray:
        """To which nodes currents fall that vertices lack, (N,), of these (owned,); collective.

        What an unfinished solve leaves is missing at the contacts that feed its vertex. With the
        unit potentials of the present σ this would be the exact current; the shares leave a small
        part of the error, and currents that sum to zero.
        """
        found = self._strips.products(self.shares[:, : currents.size], currents[None])
        return total(self._operators.comm, self._strips.vector(found[..., 0]))

    def sampled_conductance(self, spread: float) -> FloatArray:
        """G in S, (N, N), as exact as a row of a trajectory has to be; collective.

        To 1e-5 of √(G_ii G_jj), whatever was solved before; the potentials are to some 3e-3 then.
        With Hall effect G has the errors of the potentials themselves, which are to 1e-5 then; and
        one factorisation for many nodes costs less, and gives more.

        Args:
            spread: largest over least ratio of the present σ to that of the shares.
        """
        if not self._solver.symmetric or self._solver.factorises(len(self._voltages)):
            return self.conductance_matrix(SAMPLED)
        self.forget()
        self._begin()
        descent = EnergyDescent(self._solver, self._units[:-1], spread)
        found = descent.conductance_matrix(SAMPLED)
        self._complete()
        return found

    def _solve_others(self, tolerance: float) -> list[FloatArray]:
        """Solve for all fields but the last, and take that from them."""
        self._begin()
        self._solver.guess(self._units, self._voltages)
        columns = self._currents_of_others(tolerance)
        self._complete()
        return columns

    def _currents_of_others(self, tolerance: float) -> list[FloatArray]:
        return [self._currents(field, tolerance) for field in range(len(self._voltages) - 1)]

    def _currents(self, field: int, tolerance: float) -> FloatArray:
        """Solve for one; what flows into the terminals per voltage, (T,) in S; collective."""
        return self._solver.solve(self._units[field], self._voltages[field], tolerance)

    def _between_nodes(self, columns: Sequence[FloatArray]) -> FloatArray:
        """G, (N, N), of what flows into the terminals in each field, (T,)."""
        return self._strips.matrix(self._strips.blocks(np.column_stack(columns)))

    def _begin(self) -> None:
        if not self._units:
            self._units = [self._operators.vector() for _ in self._voltages]
            for unit, share in zip(self._units, self.shares, strict=True):
                unit.array[:] = share

    def _complete(self) -> None:
        """Take the last from the others: nodes at one voltage drive no current."""
        *others, last = self._units
        last.array[:] = 1 - sum(unit.array for unit in others)
