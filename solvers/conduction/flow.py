"""What flows in a film and its layers, and the heat of it."""

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.reductions import largest, total
from hebbfilm.solvers.conduction.conductivity import (
    Resistivity,
    conductivity_change,
    current_density,
)
from hebbfilm.solvers.conduction.electrodes import BoundElectrodes
from hebbfilm.solvers.conduction.leads import outside_conductance
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.kernels.compiled import loops, reals
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.layers.sheet import per_film_volume, thickness_ratio
from hebbfilm.solvers.materials.film_material import FilmMaterial


class FlowingCurrent:
    """The current that a `Conduction` has found, which says what its attributes are.

    Args:
        operators: the P1 operators of the film.
        material: of the film.
        layers: on it.
        electrodes: of the film.
    """

    def __init__(
        self,
        operators: VertexOperators,
        material: FilmMaterial,
        layers: Sequence[FilmLayer],
        electrodes: BoundElectrodes,
    ) -> None:
        self.operators = operators
        self.layers = tuple(layers)
        self._electrodes = electrodes
        self.strips = electrodes.strips
        self._resistivity = Resistivity(operators, material, layers)
        self._material = material
        self._capacity = per_film_volume(operators, material, layers, "volumetric_heat_capacity")
        self.contacts = tuple(electrodes.nodes)
        self.lead_resistance = electrodes.lead_resistance
        self._allocate()

    def _allocate(self) -> None:
        operators, nodes = self.operators, len(self.contacts)
        self._potential = operators.vector()
        self.potential: FloatArray = self._potential.array
        shape = len(operators.cells), operators.dimension
        self.current_density = np.zeros(shape)
        self._in_layers = np.zeros((len(self._resistivity.layers), *shape))
        self.currents: FloatArray = np.zeros(nodes)
        self.voltages: FloatArray = np.zeros(nodes)
        self.accuracy = 0.0

    def begin_from(self, potential: FloatArray, voltages: FloatArray, currents: FloatArray) -> None:
        """Let the next solve go on from φ in V, (columns,), and V and I of the nodes, (N,)."""
        self.potential[:] = potential
        self.voltages, self.currents = voltages, currents

    def _copy_from(self, other: "FlowingCurrent") -> None:
        self.potential[:] = other.potential
        self.current_density[:] = other.current_density
        self._in_layers[:] = other._in_layers
        self.currents, self.voltages = other.currents.copy(), other.voltages.copy()
        self.accuracy = other.accuracy

    def on_mesh(self, m: FloatArray) -> FloatArray:
        """M of the film, (its columns, 3), at the vertices of the mesh that conducts."""
        return m

    def spread(self) -> float:
        """Largest over least ratio of σ to that of a uniform film, whatever m is; collective."""
        return self._resistivity.spread()

    def change(
        self,
        before: FloatArray,
        after: FloatArray,
        potentials: FloatArray,
        strip: IntArray | None,
    ) -> tuple[FloatArray, FloatArray]:
        """What another m does to energies and currents; see `conductivity_change`; collective."""
        given = self.operators, before, after, self._resistivity, potentials
        return conductivity_change(*given, strip, len(self.strips.at))

    def _find_density(self, m: FloatArray) -> None:
        current_density(self.operators, m, self._resistivity, self.potential, self.current_density)
        for layer, density in zip(self._resistivity.layers, self._in_layers, strict=True):
            layer.current_density(self.operators, m, self.potential, density)

    def _no_density(self) -> None:
        self.current_density[:] = 0
        self._in_layers[:] = 0

    def layer_current_density(self, layer: int) -> FloatArray:
        """J in A/m² of the layer of that number, in the order of `layers`, (n_cells, d)."""
        found: FloatArray = self._in_layers[layer]
        return found

    def sheet_current_densities(self) -> list[FloatArray]:
        """J in A/m² in every cell of the mesh that conducts, (n_cells, d): of film and layers."""
        return [self.current_density, *self._in_layers]

    @property
    def film_cells(self) -> slice | IntArray:
        """Which cells of the mesh that conducts are those of the film, in their order."""
        return slice(None)

    @property
    def film_operators(self) -> VertexOperators:
        """Those of the film, of whose mesh that which conducts may be more."""
        return self.operators

    def film_potential(self) -> FloatArray:
        """Φ in V at the vertices of the film, (columns,); collective."""
        return self.potential

    def electric_field(self) -> FloatArray:
        """E = -∇φ in V/m in the cells of the film, (n_cells, d); layers in 2D share it."""
        return self._field()[self.film_cells]

    def _field(self) -> FloatArray:
        """E in every cell of the mesh that conducts."""
        gradients, cells = self.operators.gradients, self.operators.cells
        field: FloatArray = -np.einsum("cad,ca->cd", gradients, self.potential[cells])
        return field

    def current_shares(self) -> dict[str, float]:
        """What part of ∫ |j| dV the film ("film") and each layer carry; collective.

        Where no current flows, what they would of one without magnetoresistance.
        """
        found, names = self._carried(), ["film", *(layer.name for layer in self.layers)]
        if not found.any():
            found[:] = self._conductances()
        return dict(zip(names, (found / found.sum()).tolist(), strict=True))

    def _carried(self) -> FloatArray:
        """∫ |j| dV in A m of the film and of each layer; collective."""
        volumes = self.operators.volumes
        sums = [volumes @ np.linalg.norm(self.current_density, axis=1)]
        for layer, density in zip(self.layers, self._in_layers, strict=True):
            own = thickness_ratio(self.operators, layer, alike=False) * volumes
            sums.append(own @ np.linalg.norm(density, axis=1))
        return total(self.operators.comm, np.array(sums))

    def _conductances(self) -> FloatArray:
        """∫ σ⊥ dV in S m² of the film and of each layer; collective."""
        operators = self.operators
        film = self._material["conductivity"].integral(operators)
        of_layers = [
            layer.thickness * layer["conductivity"].integral(operators, over_area=True)
            for layer in self.layers
        ]
        return np.array([film, *of_layers])

    @property
    def power(self) -> float:
        """V · I in W: that of film, layers and interfaces, which is all that no lead takes."""
        return float(self.voltages @ self.currents)

    @property
    def lead_power(self) -> float:
        """Heat of the leads, Σ R I², in W: none of it reaches the film."""
        return float(self.lead_resistance @ self.currents**2)

    @property
    def source_voltages(self) -> FloatArray:
        """What the sources of the nodes show in V, (N,): U = V + R I, V without leads."""
        if not self.lead_resistance.any():
            return self.voltages
        return self.voltages + self.lead_resistance * self.currents

    def outside(self, conductance: FloatArray) -> FloatArray:
        """G in S, (N, N), as sources and instruments at them see it through the leads."""
        return outside_conductance(conductance, self.lead_resistance)

    def interface_power(self) -> float:
        """Heat of the contact resistances in W; collective."""
        return self._electrodes.power(self.potential, self._of_terminals(self.voltages))

    def interface_heat(self) -> FloatArray:
        """The same of each vertex, (owned,)."""
        return self._electrodes.heat(self.potential, self._of_terminals(self.voltages))

    def _of_terminals(self, voltages: FloatArray) -> FloatArray:
        """Those of nodes, (N,), where these touch the strips, (T,)."""
        found: FloatArray = voltages[self.strips.node]
        return found

    def joule_power(self) -> float:
        """∫ j · E over the film and all layers in W, cell by cell; collective."""
        return total(self.operators.comm, float(self.operators.volumes @ self.power_density()))

    def power_density(self) -> FloatArray:
        """Heat of film and layers over the volume of the film in W/m³, (n_cells,)."""
        whole: FloatArray = self.current_density
        for layer, density in zip(self.layers, self._in_layers, strict=True):
            whole = whole + thickness_ratio(self.operators, layer, alike=False)[:, None] * density
        return self._heat_of(whole)

    def _heat_of(self, density: FloatArray) -> FloatArray:
        """J · E in W/m³ of j in every cell of the mesh that conducts, (n_cells,)."""
        heat = np.empty(len(density))
        loops.power_density(
            self.operators.cells_pointer, reals(density), reals(self.potential), reals(heat)
        )
        return heat

    def power_concentration(self) -> float:
        """Mean of j · E over the heat that it releases, in units of that over volume; collective.

        Where the heat capacity c differs, of j · E/c: of how fast the film gets warm, with layers.

        1 where a film is heated evenly; the largest j · E, at corners of contacts, has no limit on
        fine meshes, but this has.
        """
        density, volumes = self.power_density(), self.operators.volumes
        whole, share = self.operators.volume, volumes
        if self._capacity.ndim:
            local = float(volumes @ self._capacity)
            whole, share = total(self.operators.comm, local), volumes / self._capacity
        sums = np.array([volumes @ density, share @ density**2])
        first, second = total(self.operators.comm, sums)
        return float(whole * second / first**2) if first > 0 else 0.0

    def vertex_current_density(self) -> FloatArray:
        """J in A/m² as the mean of the film's cells around each vertex by volume, (owned, d)."""
        return self.film_operators.average_to_vertices(self.current_density)

    def current_density_statistics(self) -> dict[str, float]:
        """Largest |j| of the film and its mean where it carries current, in A/m²; collective."""
        size = np.sqrt(np.einsum("cd,cd->c", self.current_density, self.current_density))
        comm, volumes = self.operators.comm, self.film_operators.volumes
        most = largest(comm, float(size.max(initial=0.0)))
        # Pads are equipotentials: the current crosses them in their metal.
        carrying = size > 1e-6 * most
        sums = np.array([volumes[carrying] @ size[carrying], volumes[carrying].sum()])
        whole, volume = total(comm, sums)
        return {"max": most, "mean": float(whole / volume) if volume > 0 else 0.0}
