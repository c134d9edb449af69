"""Unit potentials that go down in energy, and the conductances from the energies they reach."""

from collections.abc import Sequence

from mpi4py import MPI

import numpy as np
from dolfinx import la

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import SolverError
from hebbfilm.solvers.conduction.potential import PotentialSolver

_ROUNDS = 100
_ROUND_OFF = 1e-14
"""Of a conductance, in relation to the largest."""
_DEPENDENT = 1e-12
"""Part of the energy of a direction that the others lack, below which they say the same."""


class EnergyDescent:
    """Finds G from potentials of single nodes that are but nearly right.

    G_ij = ∫ ∇φ_i · σ ∇φ_j, with the heat of interfaces, is stationary at the right potentials of a
    symmetric σ: what it errs by is the product of the errors of two of them, so that those of a
    uniform film (errors of some 5 % with an AMR of 20 %) and two V-cycles give it to 1e-5.

    A round goes down in energy along what V-cycles make of the residuals of all potentials, each
    along all of these together as far as that leads, conjugate to the round before. A round of
    steepest descent leaves at most q² of what G lacks, q = (κ - 1)/(κ + 1), with κ the condition of
    the matrix behind a V-cycle, whatever the residuals are like; this one goes no less far, and so
    G lacks at most (κ - 1)²/4κ of what was found. (Y. Saad, Iterative Methods for Sparse Linear
    Systems, 2nd ed., SIAM 2003, theorem 5.9.)

    Args:
        solver: of the potential, with a symmetric σ.
        potentials: of the nodes, N without unit; the first guesses, of which all but the last are
            improved. That is 1 less all others.
        spread: largest over least ratio of the present σ to that of the preconditioner, of which
            the condition of a V-cycle itself makes κ.
    """

    def __init__(
        self, solver: PotentialSolver, potentials: Sequence[la.Vector], spread: float
    ) -> None:
        self._solver, self._potentials = solver, potentials[:-1]
        self._voltages = np.eye(len(potentials))[:-1]
        self._comm, self._owned = solver.operators.comm, solver.operators.owned
        condition = solver.cycle_condition * spread
        self._share_left = (condition - 1) ** 2 / (4 * condition)
        self._residuals = np.empty((len(self._potentials), self._owned))
        self._last: tuple[FloatArray, FloatArray, FloatArray] | None = None

    def conductance_matrix(self, tolerance: float) -> FloatArray:
        """G in S, (N, N), symmetric, its rows summing up to zero; collective.

        Args:
            tolerance: of G_ij in relation to √(G_ii G_jj).

        Raises:
            SolverError: no convergence.
        """
        energies = self._energies()
        for _ in range(_ROUNDS):
            found = self._descend()
            energies -= found
            conductance = _of_all_nodes(energies)
            own = np.diag(conductance)
            left = self._share_left * np.diag(_of_all_nodes(found))
            if (left <= tolerance * own + _ROUND_OFF * own.max()).all():
                self._finish()
                return conductance
        raise SolverError(f"conductances did not converge: they may be off by {left.max():.3g} S")

    def _energies(self) -> FloatArray:
        """∫ ∇u_i · σ ∇u_j of the first guesses u in S, (N - 1, N - 1); residuals are kept.

        That is the current of node j under u_i, less r_i · u_j: residuals are currents that no
        contact supplies.
        """
        rows = []
        for potential, voltages, left in zip(
            self._potentials, self._voltages, self._residuals, strict=True
        ):
            rows.append(self._solver.currents(potential, voltages)[:-1])
            left[:] = self._solver.residual
        guesses = np.array([each.array[: self._owned] for each in self._potentials])
        inner = np.array(rows) - self._summed(self._residuals @ guesses.T)
        return (inner + inner.T) / 2

    def _descend(self) -> FloatArray:
        """Go down along what V-cycles make of the residuals; by how much the energies fall."""
        directions = np.array([self._solver.correction(each) for each in self._residuals])
        products = np.array([self._solver.product(each) for each in directions])
        if self._last is not None:
            before, products_before, inverse = self._last
            shares = inverse @ self._summed(products_before @ directions.T)
            directions -= shares.T @ before
            products -= shares.T @ products_before
        pairs = products, self._residuals
        energies, slopes = self._summed(np.array([directions @ each.T for each in pairs]))
        inverse = _inverse(energies)
        self._last = directions, products, inverse
        steps = inverse @ slopes
        for potential, change in zip(self._potentials, steps.T @ directions, strict=True):
            potential.array[: self._owned] += change
        self._residuals -= steps.T @ products
        # What these steps lead to, not what exact ones would.
        found: FloatArray = slopes.T @ steps - steps.T @ energies @ steps / 2
        return found + found.T

    def _finish(self) -> None:
        for potential in self._potentials:
            potential.scatter_forward()

    def _summed(self, local: FloatArray) -> FloatArray:
        self._comm.Allreduce(MPI.IN_PLACE, local)
        return local


def _of_all_nodes(inner: FloatArray) -> FloatArray:
    """(N, N) of (N - 1, N - 1): nodes at one voltage drive no current, and currents sum to zero."""
    upper = np.vstack([inner, -inner.sum(axis=0)])
    return np.hstack([upper, -upper.sum(axis=1, keepdims=True)])


def _inverse(energies: FloatArray) -> FloatArray:
    """Of those of several directions, but for what they have in common.

    Whatever their sizes are: those of ideal contacts and of almost isolating ones go together.
    """
    own = np.diag(energies)
    scale = np.divide(1, np.sqrt(own, where=own > 0), out=np.zeros_like(own), where=own > 0)
    sizes = np.outer(scale, scale)
    values, vectors = np.linalg.eigh(energies * sizes)
    kept = values > _DEPENDENT
    found: FloatArray = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T * sizes
    return found
