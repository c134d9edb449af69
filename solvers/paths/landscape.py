"""The energy of a film, and its slope, for any m."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import SolverError
from hebbfilm.common.reductions import total
from hebbfilm.solvers.kernels import llg
from hebbfilm.solvers.kernels import minimisation as loops
from hebbfilm.solvers.magnetisation.dynamics import Dynamics, rows
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.paths.directions import squared_angles


class Landscape:
    """The energy of a film over all its m; methods are collective.

    Distances are root mean squares of angles over the film, by moments: with their scalar product
    ⟨a, b⟩ = Σ w a · b, Σ w = 1, a small change of m changes the energy by -moment ⟨H, δm⟩.

    Args:
        dynamics: of the film; its m stays, its fields are set.

    Attributes:
        comm: of the film.
        owned: number of vertices of this rank.
        weights: (owned,) w.
        anyhow: (owned, 3) directions at random, of no symmetry.
        moment: μ₀ ∫ M_s dV in J/(A/m).
        evaluations: of the effective field, so far.
    """

    def __init__(self, dynamics: Dynamics) -> None:
        self._dynamics, operators = dynamics, dynamics.operators
        self.comm, self.owned = operators.comm, operators.owned
        volumes = dynamics.moments.volumes
        self.weights: FloatArray = np.asarray(volumes / operators.volume, dtype=np.float64)
        self.moment = float(VACUUM_PERMEABILITY * dynamics.moments.mean * operators.volume)
        self.anyhow: FloatArray = operators.random_normal(seed=0)
        self.evaluations = 0
        self._root = np.sqrt(self.weights)
        self._trial = operators.vector(3)
        self._field = np.empty((self.owned, 3))

    @property
    def stiffest(self) -> float:
        """Bound in A/m on how strongly a deviation of m raises a field on itself."""
        return self._dynamics.largest_field

    def evaluate(self, m: FloatArray, force: FloatArray) -> float:
        """Energy in J of m (owned, 3); the field across m in A/m goes into `force` (owned, 3).

        Raises:
            SolverError: m, or a term, is not finite.
        """
        dynamics, trial = self._dynamics, rows(self._trial)
        trial[: self.owned] = m
        self._trial.scatter_forward()
        external = dynamics.evaluate_energy(trial)
        llg.effective_field(dynamics.couplings, trial, self._field)
        local, _ = loops.gradient(
            self._field, dynamics.couplings.external, trial, self._root, force
        )
        force /= -self._root[:, None]
        self.evaluations += 1
        energy = self.moment * total(self.comm, local) + external
        if not np.isfinite(energy):
            raise SolverError("the energy of a state on the path is not finite")
        return float(energy)

    def products(self, left: FloatArray, right: FloatArray) -> FloatArray:
        """⟨a, b⟩ of each pair, (n,), of vectors (n, owned, 3)."""
        own: FloatArray = np.einsum("kij,kij->ki", left, right) @ self.weights
        return total(self.comm, own)

    def along(self, basis: FloatArray, vector: FloatArray) -> FloatArray:
        """⟨b, v⟩ of each b of (n, owned, 3) with one v (owned, 3), (n,)."""
        weighted = (self.weights[:, None] * vector).ravel()
        return total(self.comm, basis.reshape(len(basis), -1) @ weighted)

    def distances(self, images: FloatArray) -> FloatArray:
        """In rad, (n - 1,), from each of the m (n, owned, 3) to the next."""
        squares = [squared_angles(*pair) @ self.weights for pair in pairwise(images)]
        found: FloatArray = np.sqrt(total(self.comm, np.array(squares)))
        return found

    def largest(self, vectors: FloatArray) -> FloatArray:
        """The largest |v| of all vertices, (n,), of vectors (n, owned, 3)."""
        from mpi4py import MPI

        squares = np.einsum("kij,kij->ki", vectors, vectors).max(axis=1, initial=0.0)
        found = np.ascontiguousarray(squares)
        self.comm.Allreduce(MPI.IN_PLACE, found, MPI.MAX)
        root: FloatArray = np.sqrt(found)
        return root
