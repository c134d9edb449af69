"""Unit potentials that go down in energy, and the conductances from the energies they reach."""

from collections.abc import Sequence

from mpi4py import MPI

import numpy as np
from dolfinx import la

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import SolverError
from hebbfilm.solvers.conduction.potential import PotentialSolver

_ROUNDS = 50
_ROUND_OFF = 1e-14
"""Of a conductance, in relation to the largest."""


class EnergyDescent:
    """Finds G from potentials of single nodes that are but nearly right.

    G_ij = ∫ ∇φ_i · σ ∇φ_j, with the heat of interfaces, is stationary at the right potentials of a
    symmetric σ: what it errs by is the product of the errors of two of them, so that those of a
    uniform film (errors of some 5 % with an AMR of 20 %) and one V-cycle give it to 1e-5.

    A round goes down in energy along what a V-cycle makes of the residuals, then along what the
    diagonal of the matrix makes of those that are left, each time as far as that leads. The
    second step finds more than half of what is still missing of G, and so tells how much that is:
    between 0.4 and 0.8 of what it found, in films with AMR of 5 to 100 %.

    Args:
        solver: of the potential, with a symmetric σ.
        potentials: of the nodes, N without unit; the first guesses, of which all but the last are
            improved. That is 1 less all others.
    """

    def __init__(self, solver: PotentialSolver, potentials: Sequence[la.Vector]) -> None:
        self._solver, self._potentials = solver, potentials[:-1]
        self._voltages = np.eye(len(potentials))[:-1]
        self._comm, self._owned = solver.operators.comm, solver.operators.owned
        self._guesses = np.array([each.array[: self._owned] for each in self._potentials])
        self._changes = np.zeros_like(self._guesses)
        self._residuals = np.empty_like(self._guesses)
        self._last: tuple[FloatArray, FloatArray, FloatArray] | None = None

    def conductance_matrix(self, tolerance: float) -> FloatArray:
        """G in S, (N, N), symmetric, its rows summing up to zero; collective.

        Args:
            tolerance: of G_ij in relation to √(G_ii G_jj).

        Raises:
            SolverError: no convergence.
        """
        currents = self._currents()
        at_first = self._residuals.copy()
        for _ in range(_ROUNDS):
            self._descend(np.array([self._solver.correction(each) for each in self._residuals]))
            found = self._descend(self._residuals / self._solver.diagonal)
            conductance = self._conductance(currents, at_first)
            own = np.diag(conductance)
            if (found <= tolerance * own + _ROUND_OFF * own.max()).all():
                self._finish()
                return conductance
        raise SolverError(f"conductances did not converge: they change by {found.max():.3g} S")

    def _currents(self) -> FloatArray:
        """Those of the first guesses, (N - 1, N) in A, whose residuals are kept."""
        rows = []
        for potential, voltages, left in zip(
            self._potentials, self._voltages, self._residuals, strict=True
        ):
            rows.append(self._solver.currents(potential, voltages))
            left[:] = self._solver.residual
        return np.array(rows)

    def _conductance(self, currents: FloatArray, at_first: FloatArray) -> FloatArray:
        """G from the energies of the potentials as they are.

        With first guesses u and their residuals r, changes d that lead to v, and what is left q,
        ∫ ∇v_i · σ ∇v_j is the current of node j under u_i, less r_i · v_j and d_i · q_j: residuals
        are currents that no contact supplies, and d vanishes where contacts hold φ.
        """
        values = self._guesses + self._changes
        missing = np.einsum("kn,ln->kl", at_first, values)
        missing += np.einsum("kn,ln->kl", self._changes, self._residuals)
        inner = currents[:, :-1] - self._summed(missing)
        inner = (inner + inner.T) / 2
        # Nodes at one voltage drive no current, and currents sum up to zero.
        upper = np.vstack([inner, -inner.sum(axis=0)])
        return np.hstack([upper, -upper.sum(axis=1, keepdims=True)])

    def _descend(self, directions: FloatArray) -> FloatArray:
        """Go down along these, (N - 1, owned), which are changed; by how much each G_ii falls.

        Conjugate to the directions before.
        """
        products = np.array([self._solver.product(each) for each in directions])
        if self._last is not None:
            before, products_before, energies = self._last
            along = self._summed(np.einsum("kn,kn->k", products_before, directions))
            shares = _ratios(along, energies)[:, None]
            directions -= shares * before
            products -= shares * products_before
        pairs = (directions, products), (directions, self._residuals)
        energies, slopes = self._summed(np.array([np.einsum("kn,kn->k", *each) for each in pairs]))
        self._last = directions, products, energies
        steps = _ratios(slopes, energies)
        change, flux = steps[:, None] * directions, steps[:, None] * products
        self._changes += change
        self._residuals -= flux
        of_last = self._summed(np.atleast_1d(change.sum(axis=0) @ flux.sum(axis=0)))
        return np.append(slopes * steps, of_last)

    def _finish(self) -> None:
        for potential, change in zip(self._potentials, self._changes, strict=True):
            potential.array[: self._owned] += change
            potential.scatter_forward()

    def _summed(self, local: FloatArray) -> FloatArray:
        self._comm.Allreduce(MPI.IN_PLACE, local)
        return local


def _ratios(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """0 where nothing is left to be found."""
    there = denominator > 0
    found: FloatArray = np.divide(numerator, denominator, out=np.zeros_like(numerator), where=there)
    return found
