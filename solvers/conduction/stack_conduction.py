"""Current in a film in three dimensions, and in the layers that are meshed with it."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.reductions import total
from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.conduction.conductivity import current_density
from hebbfilm.solvers.conduction.electrodes import Electrodes
from hebbfilm.solvers.conduction.flow import FlowingCurrent
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.layers.stack import Stack


class StackConduction(Conduction):
    """φ, j, contact currents and G of a film and its layers in one mesh; see `Conduction`.

    Each cell of a layer conducts by its own σ, without magnetoresistance. `operators` are those of
    the whole mesh, and so is φ; the current density is that of the cells of the film.

    Args:
        stack: what conducts.
        tolerance, electrodes: see `Conduction`.

    Raises:
        InputError: see `Conduction`.
    """

    def __init__(
        self, stack: Stack, tolerance: float = 1e-10, electrodes: Electrodes | None = None
    ) -> None:
        self._stack = stack
        super().__init__(stack.operators, stack.material, tolerance, electrodes)
        self.layers = stack.layers

    def _allocate(self) -> None:
        super()._allocate()
        self._density = np.zeros((len(self.operators.cells), 3))
        self.current_density = np.zeros((len(self._stack.cells), 3))

    def _copy_from(self, other: FlowingCurrent) -> None:
        super()._copy_from(other)
        assert isinstance(other, StackConduction)
        self._density[:] = other._density

    def on_mesh(self, m: FloatArray) -> FloatArray:
        """See `FlowingCurrent.on_mesh`: a copy, 0 in layers; collective."""
        return self._stack.spread(m)

    def _find_density(self, m: FloatArray) -> None:
        current_density(self.operators, m, self._resistivity, self.potential, self._density)
        np.take(self._density, self._stack.cells, axis=0, out=self.current_density)

    def _no_density(self) -> None:
        super()._no_density()
        self._density[:] = 0

    def sheet_current_densities(self) -> list[FloatArray]:
        """See `FlowingCurrent.sheet_current_densities`: all lies in the cells of the whole."""
        return [self._density]

    @property
    def film_cells(self) -> IntArray:
        """See `FlowingCurrent.film_cells`."""
        return self._stack.cells

    @property
    def film_operators(self) -> VertexOperators:
        """See `FlowingCurrent.film_operators`."""
        return self._stack.film

    def film_potential(self) -> FloatArray:
        """See `FlowingCurrent.film_potential`."""
        return self._stack.at_film(self.potential)

    def layer_current_density(self, layer: int) -> FloatArray:
        """J in A/m² in the cells of the layer of that number, (n, 3), as `Stack` numbers them."""
        found: FloatArray = self._density[self._stack.cells_of_layers[layer]]
        return found

    def power_density(self) -> FloatArray:
        """Heat in W/m³ in each cell of the whole, (n_cells,)."""
        return self._heat_of(self._density)

    def _sums(self, values: FloatArray) -> FloatArray:
        """∫ of what each cell has, (n_cells,), over the film and over each layer; collective."""
        integrals = values * self.operators.volumes
        parts = [self._stack.cells, *self._stack.cells_of_layers]
        return total(self.operators.comm, np.array([integrals[cells].sum() for cells in parts]))

    def _carried(self) -> FloatArray:
        return self._sums(np.linalg.norm(self._density, axis=1))

    def _lateral_conductivity(self) -> FloatArray:
        # Of a pad on top of all: what spreads below it is the whole stack, not its topmost cells.
        return np.asarray(self.sheet_conductance / self.operators.film_mesh.height)

    def _conductances(self) -> FloatArray:
        return self._sums(self._material["conductivity"].in_cells)
