"""Current continuity in a film with named contacts."""

from collections.abc import Sequence

from mpi4py import MPI

import numba
import numpy as np

from meshing.errors import InputError
from solvers.conductivity import cell_conductivity
from solvers.material import Material
from solvers.operators import FloatArray, VertexOperators
from solvers.potential import PotentialSolver

Voltages = Sequence[float | None]
"""Voltage in V of each contact, in node order; None floats: equipotential, without net current."""


class Conduction:
    """φ, j, contact currents and the conductance matrix for any magnetisation.

    ∇·j = 0 with j = -σ(m) ∇φ and φ = V on contacts; the rest of the boundary insulates. The current
    of a contact is the residual of the weak form summed over its vertices (positive into the film),
    so that currents sum to zero and VᵀGV is the Joule power to solver precision.

    Args:
        operators: the P1 operators of the film.
        material: ρ⊥ and the AMR ratio are used here.
        tolerance: residual in relation to the current through the contacts, for φ and G alike.

    Raises:
        InputError: fewer than two contacts.

    Attributes:
        contacts: names in node order.
        potential: φ in V, (columns,).
        current_density: j in A/m², (n_cells, d).
        currents: into the film in A, (N,).
        voltages: of the contacts in V, (N,), floating ones included.
    """

    def __init__(
        self, operators: VertexOperators, material: Material, tolerance: float = 1e-10
    ) -> None:
        film_mesh = operators.film_mesh
        self.contacts = film_mesh.contacts
        if len(self.contacts) < 2:
            raise InputError(
                f"a current needs two contacts or more; this film has {len(self.contacts)}"
            )
        self.operators = operators
        self.material = material
        vertices = [film_mesh.contact_vertices(name) for name in self.contacts]
        self._owned_vertices = [v[v < operators.owned] for v in vertices]
        self.tolerance = tolerance
        self._solver = PotentialSolver(operators, self._mark_contacts(), material.conductivity)
        self._conductivity = np.empty((len(operators.cells), *2 * [operators.dimension]))
        self._potential = operators.vector()
        self._previous = np.zeros_like(self._potential.array)
        self._units = [operators.vector() for _ in self.contacts]
        self.potential = self._potential.array
        self.current_density = np.zeros((len(operators.cells), operators.dimension))
        self.currents: FloatArray = np.zeros(len(self.contacts))
        self.voltages: FloatArray = np.zeros(len(self.contacts))

    def _mark_contacts(self) -> np.ndarray:
        mark = np.zeros(self.operators.owned)
        for vertices in self._owned_vertices:
            mark[vertices] = 1
        return self.operators.halo(mark) > 0

    @property
    def iterations_per_solve(self) -> float:
        """Mean number of conjugate-gradient iterations so far."""
        return self._solver.iterations / max(self._solver.solves, 1)

    def update(self, m: FloatArray) -> None:
        """Take the conductivity from m (columns, 3); collective."""
        perpendicular = self.material.perpendicular_resistivity
        difference = self.material.resistivity_difference
        cell_conductivity(self.operators.cells, m, perpendicular, difference, self._conductivity)
        self.operators.assemble_tensor(self._conductivity, self._solver.values)

    def solve(
        self, voltages: Voltages, *, extrapolation: float = 0.0, tolerance: float | None = None
    ) -> None:
        """Find φ, j and the currents under contact voltages in V; collective.

        Args:
            voltages: (N,), None for a floating contact.
            extrapolation: the first guess is φ + extrapolation (φ - φ_previous): how far this
                solve lies beyond the last one, in units of the time between the last two.
            tolerance: another one than that of the reading of G.

        Raises:
            InputError: a wrong number of voltages.
            SolverError: no convergence.
        """
        if len(voltages) != len(self.contacts):
            raise InputError(
                f"{len(voltages)} voltages for {len(self.contacts)} contacts "
                f"({', '.join(self.contacts)})"
            )
        self.voltages = self._with_floating(voltages)
        guess = self.potential + extrapolation * (self.potential - self._previous)
        self._previous[:] = self.potential
        self.potential[:] = guess
        self._impose(self._potential, self.voltages)
        reaction = self._solver.solve(self._potential, tolerance or self.tolerance)
        self.currents = self._contact_sums(reaction)
        self._update_current_density()

    def switch_off(self) -> None:
        """All contacts open: no potential, no current."""
        self.potential[:] = 0
        self._previous[:] = 0
        self.current_density[:] = 0
        self.currents = np.zeros(len(self.contacts))
        self.voltages = np.zeros(len(self.contacts))

    def conductance_matrix(self) -> FloatArray:
        """G in S with I = G V, (N, N), from one unit potential for each contact; collective."""
        columns = []
        for k, unit in enumerate(self._units):
            self._impose(unit, np.eye(len(self.contacts))[k])
            columns.append(self._contact_sums(self._solver.solve(unit, self.tolerance)))
        return np.column_stack(columns)

    def _with_floating(self, voltages: Voltages) -> FloatArray:
        floating = [k for k, voltage in enumerate(voltages) if voltage is None]
        values = np.array([0.0 if voltage is None else voltage for voltage in voltages])
        if len(floating) == len(voltages) or not floating:
            return values
        conductance = self.conductance_matrix()
        driven = conductance[floating] @ values
        values[floating] = -np.linalg.solve(conductance[np.ix_(floating, floating)], driven)
        return values

    def _impose(self, vector, voltages: FloatArray) -> None:  # type: ignore[no-untyped-def]
        for vertices, voltage in zip(self._owned_vertices, voltages, strict=True):
            vector.array[vertices] = voltage

    def _contact_sums(self, reaction: FloatArray) -> FloatArray:
        local = np.array([reaction[vertices].sum() for vertices in self._owned_vertices])
        return self.operators.comm.allreduce(local)

    def _update_current_density(self) -> None:
        _current_density(
            self.operators.cells,
            self.operators.gradients,
            self._conductivity,
            self.potential,
            self.current_density,
        )

    @property
    def power(self) -> float:
        """Power that the contacts supply, V · I, in W."""
        return float(self.voltages @ self.currents)

    def joule_power(self) -> float:
        """∫ j · E in W, cell by cell; collective."""
        field = -np.einsum(
            "cad,ca->cd", self.operators.gradients, self.potential[self.operators.cells]
        )
        local = self.operators.volumes @ np.einsum("cd,cd->c", self.current_density, field)
        return self.operators.comm.allreduce(float(local))

    def vertex_current_density(self) -> FloatArray:
        """J in A/m² as the volume-weighted mean of the cells around each vertex, (owned, d)."""
        return self.operators.average_to_vertices(self.current_density)

    def current_density_statistics(self) -> dict[str, float]:
        """Largest |j| and its mean over the volume that carries current, in A/m²; collective."""
        size = np.linalg.norm(self.current_density, axis=1)
        comm, volumes = self.operators.comm, self.operators.volumes
        largest = comm.allreduce(float(size.max(initial=0.0)), MPI.MAX)
        # Pads are equipotentials: the current crosses them in their metal.
        carrying = size > 1e-6 * largest
        sums = np.array([volumes[carrying] @ size[carrying], volumes[carrying].sum()])
        total, volume = comm.allreduce(sums)
        return {"max": largest, "mean": float(total / volume) if volume > 0 else 0.0}


@numba.njit(cache=True)
def _current_density(cells, gradients, conductivity, potential, out):  # type: ignore[no-untyped-def]
    corners, d = gradients.shape[1:]
    slope = np.empty(d)
    for c in range(cells.shape[0]):
        slope[:] = 0.0
        for a in range(corners):
            for k in range(d):
                slope[k] += gradients[c, a, k] * potential[cells[c, a]]
        for k in range(d):
            out[c, k] = 0.0
            for l in range(d):  # noqa: E741
                out[c, k] -= conductivity[c, k, l] * slope[l]
