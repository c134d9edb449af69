"""Capacities at the vertices, and what flows between them and out."""

from __future__ import annotations

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem import petsc

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.forms import compiled
from hebbfilm.solvers.heat.body import HeatedBody
from hebbfilm.solvers.heat.heat import Heat
from hebbfilm.solvers.heat.outlets import Outlets
from hebbfilm.solvers.heat.system import ShiftedSystem

_PASSES = 2
"""By which κ(T) of a stage is found: T moves by little in a step, and κ by as much in relation."""


class ThermalNetwork:
    """C ∂θ/∂t = Q + B - A θ of P1 elements with lumped capacities, θ the rise above the substrate.

    A = ∫ κ ∇λ_i · ∇λ_j, and on its diagonal what conducts to the substrate and through interfaces
    to sinks; B is what comes from these. A sink without an interface holds its vertices.

    Args:
        body: what is heated.
        heat: its sinks, and how it conducts.

    Attributes:
        operators: of the mesh.
        outlets: where heat leaves it.
        capacity: C in J/K, (owned,).
        passes: how often a stage is to be solved, as κ depends on T or not.
        system: of implicit steps.
    """

    def __init__(self, body: HeatedBody, heat: Heat) -> None:
        self.operators, self._body, self._heat = body.operators, body, heat
        self.outlets = Outlets(body, heat)
        self.passes = _PASSES if heat.wiedemann_franz else 1
        self.capacity = self.deposited(body.capacity)
        mesh = self.operators.film_mesh.mesh
        by_cell = fem.functionspace(mesh, ("Discontinuous Lagrange", 0))
        self._places = by_cell.dofmap.list[: len(self.operators.cells), 0]
        self._kappa = fem.Function(by_cell, name="thermal_conductivity")
        space = self.operators.film_mesh.space
        trial, test = ufl.TrialFunction(space), ufl.TestFunction(space)
        flow = self._kappa * self.operators.depth * ufl.inner(ufl.grad(trial), ufl.grad(test))
        self._form = compiled(flow * ufl.dx, self.operators.comm)
        self._matrix = petsc.create_matrix(self._form)
        self._rise, self._out = self._matrix.createVecs()
        self._conduct(body.conductivity)
        self.system = ShiftedSystem(self._matrix, self.capacity, self.outlets.held)

    def deposited(self, density: FloatArray) -> FloatArray:
        """∫ of what each cell has by volume, (n_cells,), at the vertices, (owned,); collective."""
        corners = self.operators.dimension + 1
        each = np.repeat((density * self.operators.volumes / corners)[:, None], corners, axis=1)
        return self.operators.sum_to_vertices(each)

    def _conduct(self, kappa: FloatArray) -> None:
        """Assemble A for κ by volume of the mesh in W/(m K), (n_cells,); collective."""
        self._kappa.x.array[self._places] = kappa
        self._kappa.x.scatter_forward()
        self._matrix.zeroEntries()
        petsc.assemble_matrix(self._matrix, self._form)
        self._matrix.assemble()
        self._matrix.getDiagonal(self._out)
        self._out.array[:] += self.outlets.conductance
        self._matrix.setDiagonal(self._out)

    def conduct_at(self, rise: FloatArray) -> None:
        """Let κ be that at θ in K, (owned,), if it depends on it; collective."""
        if not self._heat.wiedemann_franz:
            return
        reference = self._heat.substrate_temperature
        everywhere = self.operators.halo(rise) + reference
        in_cells = everywhere[self.operators.cells].mean(axis=1)
        self._conduct(self._body.electronic(in_cells, reference))
        self.system.take(self._matrix)

    def missing(self, rise: FloatArray, source: FloatArray) -> FloatArray:
        """Q + B - A θ in W, (owned,), of θ in K and Q in W; collective."""
        self._rise.array[:] = rise
        self._matrix.mult(self._rise, self._out)
        left: FloatArray = source + self.outlets.inflow - self._out.array_r
        return left
