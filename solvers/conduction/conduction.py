"""Current continuity in a film with named contacts."""

from collections.abc import Sequence
from copy import copy

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.conduction.conductivity import assemble_conductivity
from hebbfilm.solvers.conduction.electrodes import BoundElectrodes, Electrodes
from hebbfilm.solvers.conduction.flow import FlowingCurrent
from hebbfilm.solvers.conduction.node_search import NodeSearch
from hebbfilm.solvers.conduction.pad_resolution import warn_of_coarse_pads
from hebbfilm.solvers.conduction.potential import PotentialSolver
from hebbfilm.solvers.conduction.unit_potentials import UnitPotentials
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.drives.drive import Drives, acts, check_pieces, plain_drives, voltage_of
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.material import Material

_ACCURACY_OF_SHARES = 1e-4


class Conduction(FlowingCurrent):
    """φ, j, contact currents and the conductance matrix for any magnetisation.

    ∇·j = 0 with j = -σ(m) ∇φ and φ = V on ideal contacts, n·j = (φ - V)/r_c on resistive ones; the
    rest of the boundary insulates. Layers on a film in 2D share its φ: σ(m) + Σ d_k/t σ_k stands
    for σ(m) then. The current of a contact is the residual of the weak form summed
    over its vertices (positive into the film), so that currents sum to zero and VᵀGV is the Joule
    power of film, layers and interfaces to solver precision.

    Args:
        operators: the P1 operators of the film.
        material: σ, the AMR and the Hall ratio are used here.
        tolerance: relative error of the current density, see `PotentialSolver.solve`, for φ and G
            alike; contact currents are about as exact.
        electrodes: contact resistances, and contacts tied together; None: ideal, all apart.
        layers: of metal on the film.

    Raises:
        InputError: fewer than two nodes, or electrodes that name a contact that is not there.

    Attributes:
        contacts: names of the N nodes in node order; contacts tied together are one.
        strips: of film between them.
        joined: groups of their numbers between which current can flow: one, or one for each piece.
        symmetric: whether G is: there is no Hall effect in the film.
        layers: of metal on the film.
        sheet_conductance: σ⊥t + Σ d_k σ_k in S, its mean where the film differs.
        reference_temperature: T₀ in K, at which the resistivities are as they were given.
        resistivity_change: by how much in relation a ρ has changed at most, by the temperature that
            was taken last, since that of the last `update`.
        solver: of the potential.
        potential: φ in V, (columns,).
        current_density: j in A/m² in the film, (n_cells, d).
        currents: into the film in A, (N,).
        voltages: of the nodes at the film in V, (N,), also of those without a prescribed voltage.
        lead_resistance: of the lead of each node in Ω, (N,), see `source_voltages`.
        accuracy: relative error of the current density that the last solve left, see
            `PotentialSolver.solve`.
    """

    def __init__(
        self,
        operators: VertexOperators,
        material: Material | FilmMaterial,
        tolerance: float = 1e-10,
        electrodes: Electrodes | None = None,
        layers: Sequence[FilmLayer] = (),
    ) -> None:
        self.tolerance = tolerance
        electrodes = electrodes or Electrodes()
        nodes = electrodes.nodes(operators.film_mesh.contacts)
        if len(nodes) < 2:
            raise InputError(f"a current needs two contacts or more; this film has {len(nodes)}")
        if isinstance(material, Material):
            material = FilmMaterial(operators.film_mesh, material)
        super().__init__(operators, material, layers, BoundElectrodes(operators, electrodes))
        self.symmetric = self._resistivity.symmetric
        self.sheet_conductance = float(self._conductances().sum()) / operators.area
        self.reference_temperature = 300.0
        self.resistivity_change = 0.0
        self._temperature: FloatArray | None = None
        self._temperature_then: FloatArray | None = None
        self._warmed = False
        warn_of_coarse_pads(operators, electrodes, self._lateral_conductivity())
        self.joined = self.strips.joined
        if len(self.joined) == len(self.contacts):
            raise InputError("a current needs two contacts or more on one piece of film")
        self.solver = PotentialSolver(
            operators,
            self._electrodes,
            self._resistivity.conductivity,
            symmetric=self.symmetric,
        )
        self._m: FloatArray = operators.vector(3).array.reshape(-1, 3)
        self._units = UnitPotentials(operators, self.solver)
        self._leads = self.lead_resistance if self.lead_resistance.any() else None
        self._uniform: FloatArray = np.zeros((0, 0))
        self._network: FloatArray = self._uniform
        if self._leads is not None:
            # σ is uniform now, and the unit potentials are its shares.
            self._uniform = self._units.approximate_conductance(_ACCURACY_OF_SHARES)
            self.forget()

    def _lateral_conductivity(self) -> FloatArray:
        """Times `thickness` of a cell, σ t in S of all that conducts at its place."""
        return self._resistivity.conductivity

    def _allocate(self) -> None:
        super()._allocate()
        self._previous, self._step = np.zeros((2, self.potential.size))

    def beside(self) -> "Conduction":
        """The same current once more; else as `anew`."""
        other = self.anew()
        other._copy_from(self)
        return other

    def anew(self) -> "Conduction":
        """A current, not found yet, by the same solver: what is found there changes nothing here.

        Only the conductivity is shared: `update` it before the next solve here.
        """
        other = copy(self)
        other._units = copy(self._units)
        other._allocate()
        other.forget()
        return other

    def update(self, m: FloatArray) -> None:
        """Take the conductivity from m (columns, 3), which is kept, not copied; collective.

        It is that at the temperature which was taken last.
        """
        self._conduct(self.on_mesh(m))

    def _conduct(self, m: FloatArray) -> None:
        """The same of m on the mesh that conducts."""
        self._m = m
        if self._temperature is not None and not self._warmed:
            self._warmed = True
            self._temperature_then, self.resistivity_change = self._temperature.copy(), 0.0
            self._resistivity.warm(self._temperature - self.reference_temperature)
        assemble_conductivity(self.operators, m, self._resistivity, self.solver.values)

    @property
    def temperature_coefficient(self) -> float:
        """The largest |a| of ρ(T) = ρ (1 + a (T - T₀)) of film and layers, in 1/K."""
        return self._resistivity.temperature_coefficient

    def take_temperature(self, temperature: FloatArray) -> None:
        """Let the resistivities be those at T in K at the vertices, (columns,); collective.

        T is kept, not copied, and acts from the next `update` on.

        Raises:
            SolverError: a resistivity would not be positive.
        """
        coefficient = self.temperature_coefficient
        if not coefficient:
            return
        then = self._temperature_then
        rise = temperature - self.reference_temperature
        change = rise if then is None else temperature - then
        sizes = rise, -rise, np.abs(change)
        ends = np.array([each.max(initial=-np.inf) for each in sizes])
        self.operators.comm.Allreduce(MPI.IN_PLACE, ends, MPI.MAX)
        highest, lowest, moved = ends
        self._resistivity.require_positive(-lowest, highest)
        self._temperature, self._warmed = temperature, False
        self.resistivity_change = coefficient * float(moved)

    def solve(
        self, drives: Drives, *, extrapolation: float = 0.0, tolerance: float | None = None
    ) -> None:
        """Find φ, j, the voltages and currents of driven contacts; collective.

        Args:
            drives: (N,), of each node its voltage in V, its `Current`, or None to let it float.
                In a piece of film without a voltage currents have to sum to zero, and the mean
                voltage of its nodes is 0 V; for another ground, give one 0.0 instead of a current.
            extrapolation: the first guess is φ + extrapolation (φ - φ_previous): how far this
                solve lies beyond the last one, in units of the time between the last two.
            tolerance: another one than that of the reading of G.

        Raises:
            InputError: a wrong number of drives, a voltage that is not finite, or currents that do
                not sum to zero.
            SolverError: no convergence.
        """
        drives = plain_drives(drives, self.contacts)
        check_pieces(self.joined, drives, self.contacts)
        if not any(map(acts, drives)):
            self.switch_off()
            return
        tolerance = tolerance or self.tolerance
        self._guess(drives, extrapolation)
        self._find_voltages(drives, tolerance)
        self.accuracy = self.solver.accuracy
        if tolerance > self.tolerance:
            # A finished solve is left alone, so that the sum of its currents says how good it is.
            self.currents = self.currents - self._units.shared_out(self.solver.residual)
        self._find_density(self._m)

    def _guess(self, drives: Drives, extrapolation: float) -> None:
        # The ends of leads are looked for where they were.
        ends = drives if self._leads is None else [float(volts) for volts in self.voltages]
        given = [voltage_of(drive) for drive in ends]
        if not self.potential.any():
            volts = np.array([voltage or 0.0 for voltage in given])
            self._units.add_shares(volts, self.potential)
            return
        step = np.subtract(self.potential, self._previous, out=self._step)
        self._previous[:] = self.potential
        self.potential += np.multiply(extrapolation, step, out=step)
        moved = [
            0.0 if voltage is None else float(voltage - old)
            for voltage, old in zip(given, self.voltages, strict=True)
        ]
        if any(moved):
            self._units.add_shares(np.array(moved), self.potential)

    def switch_off(self) -> None:
        """All contacts open: no potential, no current."""
        self.forget()
        self._no_density()
        self.currents = np.zeros(len(self.contacts))

    def forget(self) -> None:
        """Let the next solve start from nothing but its drives."""
        self.potential[:] = 0
        self._previous[:] = 0
        self.voltages = np.zeros(len(self.contacts))
        self._network = self._uniform
        self._units.forget()

    def conductance_matrix(self) -> FloatArray:
        """G in S with I = G V, (N, N), from the unit potentials; collective.

        V is that at the film, behind leads; for what sources see, see `outside`.
        """
        return self._units.conductance_matrix(self.tolerance)

    def approximate_conductance(self, tolerance: float) -> FloatArray:
        """G in S, (N, N), to another tolerance, from what was solved last; collective."""
        return self._units.approximate_conductance(tolerance)

    def sampled_conductance(self) -> FloatArray:
        """G in S, (N, N), for a row of a trajectory, see `UnitPotentials`; collective."""
        return self._units.sampled_conductance(self.spread())

    @property
    def shares(self) -> FloatArray:
        """The unit potentials of a film of uniform conductivity, (F, columns)."""
        return self._units.shares

    def unit_potentials(self) -> FloatArray:
        """φ of each node at 1 and others at 0, (F, columns) in the fields of `strips`; collective.

        A film in one piece has one for each node.
        """
        self.conductance_matrix()
        return self._units.values

    def superpose(self, conductance: FloatArray, voltages: FloatArray) -> None:
        """Take the current at voltages of the nodes from what was solved last for G.

        Args:
            conductance: as `conductance_matrix` has just given it, (N, N) in S.
            voltages: in V, (N,).
        """
        self.potential[:] = 0
        self._units.add(voltages, self.potential)
        self.voltages, self.currents = voltages, conductance @ voltages
        self._find_density(self._m)

    def adjoint_potentials(self) -> FloatArray:
        """The same for σᵀ, which is that of -m; the conductivity stays as it was; collective."""
        m, other = self._m, self.anew()
        other._conduct(-m)
        found = other.unit_potentials()
        other._conduct(m)
        return found

    def _find_voltages(self, drives: Drives, tolerance: float) -> None:
        """Solve, with the voltages at which the prescribed currents flow; collective."""
        search = NodeSearch(drives, self.joined, self.voltages, self._leads)
        if self._leads is None:
            search.take(self._units.conductance_of(search.free, tolerance))
            add = self._units.add
        else:
            search.take(self._network)
            add = self._units.add_shares
        for offset in search.offsets:
            self._units.add_shares(-offset, self.potential)
        if self._leads is not None:
            # What flows now foretells where the ends of leads will be.
            flowing = self.currents if self.potential.any() else np.zeros_like(self.currents)
            add(search.move(search.missing(flowing)), self.potential)

        def solved(voltages: FloatArray) -> tuple[FloatArray, float]:
            at_terminals = self._of_terminals(voltages)
            entering = self.solver.solve(self._potential, at_terminals, tolerance)
            return self.strips.at_nodes(entering), self.solver.resolution

        def renewed() -> FloatArray:
            self._network = self._units.approximate_conductance(tolerance)
            return self._network

        self.currents = search.run(
            solved, lambda steps: add(steps, self.potential), renewed, tolerance
        )
        self.voltages = search.voltages
