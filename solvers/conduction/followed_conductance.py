"""Conductances from sample to sample, whose potentials are looked for only where they must be."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from dolfinx import la

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.conduction.conductivity import MOST_FIELDS
from hebbfilm.solvers.conduction.energy_descent import (
    EnergyDescent,
    of_all_fields,
    own_of_fields,
    suffices,
)
from hebbfilm.solvers.conduction.unit_potentials import SAMPLED
from hebbfilm.solvers.state.part import Entry


class FollowedConductance:
    """G of a film as rows of a trajectory have it, each from the potentials of an earlier one.

    G is too large by the energy of what its potentials err by. Those of an earlier m, as they are,
    err by two parts in the σ of now: what was left there, in the norm of now at most √spread times
    as long, and what the currents δσ ∇φ ask for, whose energy is no less than that of their
    potential (`conductivity_change`). As long as the square of the sum of both is below what a row
    may err by, one loop over the cells gives G. Where it is not, these potentials go down in energy
    until the bound of `EnergyDescent` says so, and are those of an earlier m from then on.

    They are remembered in 32 bits, which moves their energy by 1e-10 or so of itself.

    Args:
        conduction: of the film.

    Attributes:
        follows: whether it can: σ is symmetric, and no factorisation gives many nodes at once. With
            a σ that depends on the temperature potentials go down in each row.
    """

    def __init__(self, conduction: Conduction) -> None:
        self._conduction = conduction
        solver, fields = conduction.solver, conduction.strips.fields
        several = fields - 1 <= MOST_FIELDS and not solver.factorises(fields)
        self.follows = solver.symmetric and several
        self._fields: list[la.Vector] = []
        self._m: FloatArray = np.zeros((0, 3))
        self._energies, self._left = np.zeros((2, len(conduction.strips.at), 0, 0))
        self._strip = self._strip_of_cells()

    def conductance_matrix(self, m: FloatArray) -> FloatArray:
        """G in S, (N, N), to 1e-5 of √(G_ii G_jj); collective.

        Args:
            m: of the film, (its columns, 3).

        Raises:
            SolverError: no convergence.
        """
        conduction = self._conduction
        if self._fields and not conduction.temperature_coefficient:
            fields = np.array([field.array for field in self._fields])
            change, moved = conduction.change(self._m, conduction.on_mesh(m), fields, self._strip)
            energies = self._energies + change
            left = np.sqrt(conduction.spread() * own_of_fields(self._left))
            if suffices(energies, (left + np.sqrt(own_of_fields(moved))) ** 2, SAMPLED):
                return conduction.strips.matrix(of_all_fields(energies))
        return self._go_down(m)

    def potential(self, voltages: FloatArray) -> FloatArray:
        """φ in V, (columns,), at voltages of the nodes (N,) in V, as nearly as that is known."""
        strips, fields = self._conduction.strips, [field.array for field in self._fields]
        last: FloatArray = 1 - np.sum(fields, axis=0)
        found: FloatArray = np.zeros_like(last)
        strips.add(strips.of_fields(voltages)[..., None], [*fields, last], found[None])
        return found

    def state(self) -> dict[str, Entry]:
        """The potentials, and the m that they belong to."""
        if not self._fields:
            return {}
        owned = self._conduction.operators.owned
        fields = np.column_stack([field.array[:owned] for field in self._fields])
        return {
            "followed_potentials": fields.astype(np.float32),
            "followed_magnetisation": self._m[:owned].astype(np.float32),
            "followed_energies": self._energies.tolist(),
            "followed_left": self._left.tolist(),
        }

    def restore(self, state: Mapping[str, Entry]) -> None:
        """Take up what `state` gave, also nothing; collective."""
        self._fields = []
        if "followed_potentials" not in state:
            return
        self._fields = [self._vector(each) for each in state["followed_potentials"].T]
        operators = self._conduction.operators
        self._m = operators.halo(state["followed_magnetisation"].astype(np.float64))
        self._energies = np.array(state["followed_energies"])
        self._left = np.array(state["followed_left"])

    def _go_down(self, m: FloatArray) -> FloatArray:
        """Find potentials for this m from those that are remembered."""
        reading = self._conduction.anew()
        reading.update(m)
        if not self._fields:
            self._fields = [self._vector(share) for share in reading.shares[:-1]]
        descent = EnergyDescent(reading.solver, self._fields, reading.spread())
        found = descent.conductance_matrix(SAMPLED)
        for field in self._fields:
            field.array[:] = field.array.astype(np.float32)
        self._m = reading.on_mesh(m).astype(np.float32).astype(np.float64)
        self._energies, self._left = descent.energies, descent.left
        return found

    def _vector(self, values: FloatArray) -> la.Vector:
        operators = self._conduction.operators
        found = operators.vector()
        found.array[: operators.owned] = values[: operators.owned]
        found.scatter_forward()
        return found

    def _strip_of_cells(self) -> IntArray | None:
        strips = self._conduction.strips
        if len(strips.at) == 1:
            return None
        return strips.of_vertex[self._conduction.operators.cells[:, 0]].astype(np.int32)
