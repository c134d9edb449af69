"""Where the film meets the circuit outside: contacts, their resistance, ties and leads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeAlias

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.quantities import Range, Unit
from hebbfilm.common.reductions import total
from hebbfilm.solvers.conduction.strips import Strips, sums_at

if TYPE_CHECKING:
    from hebbfilm.solvers.discretisation.operators import VertexOperators

_LEAST_RESISTANCE = 1e-19
"""In Ω m². The best metals reach 1e-16; far below it V - φ drowns in the round-off of V."""
_MOST_OHMS = 1e7
"""Far above any lead. What sources see of a change ΔG falls off like ΔG/(R G)² beside 1/R: here it
is right to 4e-4 yet, with nine contacts of up to 50 mS; at 1e9 Ω it would be round-off alone."""
ContactResistance: TypeAlias = Annotated[float, Unit("Ω m²"), Range(0)]
LeadResistance: TypeAlias = Annotated[float, Unit("Ω"), Range(0)]


@dataclass(frozen=True)
class Electrodes:
    """What lies between a film and its circuit.

    Args:
        specific_resistance: r_c of the interface between metal and film in Ω m², one number for
            all contacts or one for each name; contacts that are not named are ideal (0). Through
            a pad the current enters all over its area, through an edge contact all over its side.
        tied: groups of contacts that are shorted outside the film. Each group is one node, named
            after its contacts like "a+b", in the place of the first of them.
        lead_resistance: R of the wire between the source and each node in Ω, one number for all or
            one for each name of a node; nodes that are not named have none (0). Contacts that are
            tied hang on one lead, behind the tie. A contact at the end of a lead that carries the
            current I is at V - R I where its source is at V.

    Raises:
        InputError: a resistance that is negative, not finite, too small or too large to matter, or
            a group that cannot be.

    Example:
        >>> electrodes = Electrodes({"a": 1e-15}, tied=(("a", "b"),))
        >>> electrodes.nodes(["a", "b", "c"])
        {'a+b': ('a', 'b'), 'c': ('c',)}
    """

    specific_resistance: ContactResistance | Mapping[str, ContactResistance] = 0.0
    tied: tuple[tuple[str, ...], ...] = ()
    lead_resistance: LeadResistance | Mapping[str, LeadResistance] = 0.0

    def __post_init__(self) -> None:
        leads = self.lead_resistance
        for name, value in leads.items() if isinstance(leads, Mapping) else [("", leads)]:
            if not 0 <= value <= _MOST_OHMS:
                raise InputError(
                    f"contacts.lead_resistance{name and '.'}{name} = {value}: must be 0 to "
                    f"{_MOST_OHMS:g}, in Ω; behind more, what films learn is round-off"
                )
        given = self.specific_resistance
        for name, value in given.items() if isinstance(given, Mapping) else [("", given)]:
            if not (value == 0 or (math.isfinite(value) and value >= _LEAST_RESISTANCE)):
                raise InputError(
                    f"contacts.specific_resistance{name and '.'}{name} = {value}: must be 0 or at "
                    f"least {_LEAST_RESISTANCE}, in Ω m²; below, a contact is ideal: give 0"
                )
        names = [name for group in self.tied for name in group]
        for group in self.tied:
            if len(group) < 2:
                raise InputError(f"contacts.tied: {list(group)} ties nothing: give two or more")
        for name in names:
            if names.count(name) > 1:
                raise InputError(f"contacts.tied: {name} stands there twice; allowed is once")

    def resistance(self, contact: str) -> float:
        """r_c in Ω m² of a contact."""
        given = self.specific_resistance
        return given.get(contact, 0.0) if isinstance(given, Mapping) else given

    def leads(self, nodes: Sequence[str]) -> FloatArray:
        """R in Ω of the lead of each node, (N,), by their names.

        Raises:
            InputError: a lead of a node that is none of these.
        """
        self._require_leads_of(nodes)
        given = self.lead_resistance
        if not isinstance(given, Mapping):
            return np.full(len(nodes), float(given))
        return np.array([float(given.get(name, 0.0)) for name in nodes])

    def nodes(self, contacts: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The contacts of each node by its name, in node order.

        Args:
            contacts: names of the film's contacts.

        Raises:
            InputError: a name that the film does not have.
        """
        given = self.specific_resistance
        named = [("tied", name) for group in self.tied for name in group]
        if isinstance(given, Mapping):
            named += [("specific_resistance", name) for name in given]
        for key, name in named:
            if name not in contacts:
                raise InputError(
                    f"contacts.{key}: no contact {name} (this film has {', '.join(contacts)})"
                    + did_you_mean(name, contacts)
                )
        group_of = {name: group for group in self.tied for name in group}
        groups = dict.fromkeys(group_of.get(name, (name,)) for name in contacts)
        nodes = {"+".join(group): group for group in groups}
        self._require_leads_of(list(nodes))
        return nodes

    def _require_leads_of(self, nodes: Sequence[str]) -> None:
        given = self.lead_resistance
        group_of = {name: group for group in self.tied for name in group}
        for name in given if isinstance(given, Mapping) else ():
            if name in group_of:
                raise InputError(
                    f"contacts.lead_resistance.{name}: {name} is tied, and contacts that are tied "
                    f"hang on one lead: did you mean '{'+'.join(group_of[name])}'?"
                )
            if name not in nodes:
                raise InputError(
                    f"contacts.lead_resistance: no contact {name} (this film has "
                    f"{', '.join(nodes)})" + did_you_mean(name, nodes)
                )


class BoundElectrodes:
    """The electrodes of one film: which vertices they hold, and which they feed; collective.

    An ideal contact holds its vertices at the voltage of its node. Through an interface the
    current g_i (V - φ_i) enters vertex i, with g_i = ∫ λ_i dA/r_c (lumped, like the mass): under a
    pad φ falls off over the transfer length L_T = √(r_c t/ρ). Edges of length h under the pad make
    the resistance of a long one √(1 + (h/2L_T)²) times too small.

    Args:
        operators: the P1 operators of the film.
        electrodes: resistances and ties.

    Attributes:
        nodes: the contacts of each node by its name, in node order.
        lead_resistance: of each node in Ω, (N,).
        strips: between them; all voltages and currents here are those of their terminals, (T,).
        fixed: (columns,) true on vertices that are held.
        conductance: from each vertex to all nodes in S, (owned,).
    """

    def __init__(self, operators: VertexOperators, electrodes: Electrodes) -> None:
        self.operators = operators
        self.nodes = electrodes.nodes(operators.film_mesh.contacts)
        self.lead_resistance = electrodes.leads(list(self.nodes))
        self.strips = Strips(operators, self.nodes)
        held = [
            self._owned_vertices([name for name in group if not electrodes.resistance(name)])
            for group in self.nodes.values()
        ]
        self._held: IntArray = np.concatenate(held)
        self._holding = np.concatenate(
            [self.strips.terminals(k, vertices) for k, vertices in enumerate(held)]
        )
        mark = np.zeros(operators.owned)
        mark[self._held] = 1
        self.fixed: BoolArray = operators.halo(mark) > 0
        links = [
            self._links(k, name, electrodes.resistance(name))
            for k, group in enumerate(self.nodes.values())
            for name in group
            if electrodes.resistance(name)
        ]
        table = np.vstack([np.empty((0, 3)), *links])
        self._terminal, self._vertex = table[:, :2].astype(np.int64).T
        self._conductance = table[:, 2]
        self.conductance = self._to_vertices(self._conductance)

    def _owned_vertices(self, contacts: Sequence[str]) -> IntArray:
        found = [self.operators.film_mesh.contact_vertices(contact) for contact in contacts]
        vertices = np.concatenate([np.empty(0, dtype=np.int32), *found])
        owned: IntArray = vertices[vertices < self.operators.owned]
        return owned

    def _links(self, node: int, contact: str, resistance: float) -> FloatArray:
        """Rows of terminal, vertex and the conductance between them in S; collective."""
        share = self.operators.contact_shares(contact)
        vertices = np.flatnonzero(share)
        terminals = self.strips.terminals(node, vertices)
        return np.column_stack([terminals, vertices, share[vertices] / resistance])

    def impose(self, potential: FloatArray, voltages: FloatArray) -> None:
        """Set φ in V on the vertices that are held, from the voltages of the terminals."""
        potential[self._held] = voltages[self._holding]

    def inflow(self, potential: FloatArray, voltages: FloatArray) -> FloatArray:
        """Current into each vertex through interfaces in A, (owned,)."""
        return self._to_vertices(self._flow(potential, voltages))

    def currents(
        self, reaction: FloatArray, potential: FloatArray, voltages: FloatArray
    ) -> FloatArray:
        """Current into the film from each terminal in A, (T,); collective.

        Args:
            reaction: current that is missing at each vertex, without the inflow, in A, (owned,).
            potential: φ in V.
            voltages: of the terminals in V.
        """
        terminals = len(self.strips.node)
        held = sums_at(self._holding, reaction[self._held], terminals)
        fed = sums_at(self._terminal, self._flow(potential, voltages), terminals)
        return total(self.operators.comm, held + fed)

    def power(self, potential: FloatArray, voltages: FloatArray) -> float:
        """Σ g_i (V - φ_i)², the heat of the interfaces in W; collective."""
        return total(self.operators.comm, float(self.heat(potential, voltages).sum()))

    def heat(self, potential: FloatArray, voltages: FloatArray) -> FloatArray:
        """The same of each vertex, (owned,)."""
        drop = voltages[self._terminal] - potential[self._vertex]
        return self._to_vertices(self._conductance * drop**2)

    def _flow(self, potential: FloatArray, voltages: FloatArray) -> FloatArray:
        # The difference first: an almost ideal interface multiplies its round-off.
        flow: FloatArray = self._conductance * (voltages[self._terminal] - potential[self._vertex])
        return flow

    def _to_vertices(self, flow: FloatArray) -> FloatArray:
        return sums_at(self._vertex, flow, self.operators.owned)
