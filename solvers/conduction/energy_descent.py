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

    Each of several `Strips` goes its own way, by itself alone.

    Args:
        solver: of the potential, with a symmetric σ.
        potentials: the fields of `UnitPotentials` but the last, F - 1 without unit: the first
            guesses, which are improved.
        spread: largest over least ratio of the present σ to that of the preconditioner, of which
            the condition of a V-cycle itself makes κ.

    Attributes:
        energies: ∫ ∇φ_i · σ ∇φ_j of what was found in S, (S, F - 1, F - 1).
        left: by how much they are too large at most, in any sum of potentials.
    """

    def __init__(
        self, solver: PotentialSolver, potentials: Sequence[la.Vector], spread: float
    ) -> None:
        self._solver, self._potentials = solver, potentials
        self._strips = solver.electrodes.strips
        self._voltages = self._strips.unit_voltages()[:-1]
        self._comm, self._owned = solver.operators.comm, solver.operators.owned
        condition = solver.cycle_condition * spread
        self._share_left = (condition - 1) ** 2 / (4 * condition)
        self._residuals = np.empty((len(self._potentials), self._owned))
        self._last: tuple[FloatArray, FloatArray, FloatArray, FloatArray] | None = None

    def conductance_matrix(self, tolerance: float) -> FloatArray:
        """G in S, (N, N), symmetric, its rows summing up to zero; collective.

        Args:
            tolerance: of G_ij in relation to √(G_ii G_jj), of each strip.

        Raises:
            SolverError: no convergence.
        """
        self.energies = self._energies()
        for _ in range(_ROUNDS):
            found = self._descend()
            self.energies -= found
            self.left = self._share_left * found
            if suffices(self.energies, own_of_fields(self.left), tolerance):
                self._finish()
                return self._strips.matrix(of_all_fields(self.energies))
        raise SolverError(
            f"conductances did not converge: they may be off by {self.left.max():.3g} S"
        )

    def _energies(self) -> FloatArray:
        """∫ ∇u_i · σ ∇u_j of the first guesses u in S, (S, F - 1, F - 1); residuals are kept.

        That is the current of terminal j under u_i, less r_i · u_j: residuals are currents that no
        contact supplies.
        """
        columns = []
        for potential, voltages, left in zip(
            self._potentials, self._voltages, self._residuals, strict=True
        ):
            columns.append(self._solver.currents(potential, voltages))
            left[:] = self._solver.residual
        guesses = np.array([each.array[: self._owned] for each in self._potentials])
        flowing = self._strips.blocks(np.column_stack(columns))[:, :-1]
        inner = flowing - self._products(guesses, self._residuals)
        return (inner + inner.transpose(0, 2, 1)) / 2

    def _descend(self) -> FloatArray:
        """Go down along what V-cycles make of the residuals; by how much the energies fall."""
        fields = len(self._residuals)
        if self._last is not None:
            _, products_before, _, steps = self._last
            self._strips.add(-steps, products_before, self._residuals)
        directions, both = np.empty((fields, self._owned)), np.empty((2, fields, self._owned))
        products, both[1] = both[0], self._residuals
        for residual, direction, product in zip(self._residuals, directions, products, strict=True):
            direction[:] = self._solver.correction(residual)
            product[:] = self._solver.product(direction)
        if self._last is not None:
            before, products_before, inverse, _ = self._last
            shares = -inverse @ self._products(products_before, directions)
            self._strips.add(shares, before, directions)
            self._strips.add(shares, products_before, products)
        together = self._products(directions, both.reshape(2 * fields, -1))
        energies, slopes = together[..., :fields], together[..., fields:]
        inverse = _inverse(energies)
        steps = inverse @ slopes
        self._last = directions, products, inverse, steps
        for potential, own in zip(self._potentials, steps.transpose(2, 0, 1), strict=True):
            change = potential.array[: self._owned]
            self._strips.add(own[..., None], directions, change[None])
        # What these steps lead to, not what exact ones would.
        turned = steps.transpose(0, 2, 1)
        found: FloatArray = slopes.transpose(0, 2, 1) @ steps - turned @ energies @ steps / 2
        return found + found.transpose(0, 2, 1)

    def _finish(self) -> None:
        for potential in self._potentials:
            potential.scatter_forward()

    def _products(self, first: FloatArray, second: FloatArray) -> FloatArray:
        """Σ a_k b_l over all vertices of each strip, (S, F - 1, F - 1); collective."""
        local = self._strips.products(first, second)
        self._comm.Allreduce(MPI.IN_PLACE, local)
        return local


def of_all_fields(inner: FloatArray) -> FloatArray:
    """(S, F, F) of F - 1: nodes at one voltage drive no current, and currents sum to zero."""
    upper = np.concatenate([inner, -inner.sum(axis=1, keepdims=True)], axis=1)
    return np.concatenate([upper, -upper.sum(axis=2, keepdims=True)], axis=2)


def own_of_fields(inner: FloatArray) -> FloatArray:
    """What F fields have by themselves, (S, F), of what F - 1 have together, (S, F - 1, F - 1)."""
    found: FloatArray = np.einsum("sii->si", of_all_fields(inner))
    return found


def suffices(energies: FloatArray, left: FloatArray, tolerance: float) -> bool:
    """Whether every G_ij is to that tolerance of √(G_ii G_jj), of each strip.

    Args:
        energies: that were found in S, (S, F - 1, F - 1).
        left: by how much those of single fields are too large at most in S, (S, F).
        tolerance: without unit.
    """
    own = own_of_fields(energies)
    return bool((left <= tolerance * own + _ROUND_OFF * own.max()).all())


def _inverse(energies: FloatArray) -> FloatArray:
    """Of those of several directions, (S, n, n), but for what they have in common.

    Whatever their sizes are: those of ideal contacts and of almost isolating ones go together.
    """
    own = np.einsum("sii->si", energies)
    scale = np.divide(1, np.sqrt(own, where=own > 0), out=np.zeros_like(own), where=own > 0)
    sizes = scale[:, :, None] * scale[:, None, :]
    values, vectors = np.linalg.eigh(energies * sizes)
    kept = values > _DEPENDENT
    inverse = np.divide(1, values, where=kept, out=np.zeros_like(values))
    found: FloatArray = (vectors * inverse[:, None, :]) @ vectors.transpose(0, 2, 1) * sizes
    return found
