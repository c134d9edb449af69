"""Where heat leaves a film: to the substrate, and to contacts."""

from __future__ import annotations

import numpy as np
import ufl
from dolfinx import fem, la

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.solvers.discretisation.forms import compiled
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.heat.body import HeatedBody
from hebbfilm.solvers.heat.heat import Heat, Sink
from hebbfilm.solvers.terms.densities import AT_VERTICES

_DOWN = -0.5
"""Faces of tetrahedra whose outer normal has a z below this look down: far from walls (0)."""


class Outlets:
    """What leaves each vertex, to where; made collectively.

    Args:
        body: what is heated.
        heat: its sinks, and the temperature of the substrate.

    Raises:
        InputError: a sink at no contact of the film.

    Attributes:
        conductance: from each vertex to the substrate and all sinks that do not hold it, in W/K,
            (owned,).
        inflow: from these into each vertex, if all were at the temperature of the substrate, in W,
            (owned,).
        held: whether a contact holds the temperature of a vertex, (owned,).
        held_rise: at which rise in K above the substrate, (owned,); 0 elsewhere.
    """

    def __init__(self, body: HeatedBody, heat: Heat) -> None:
        self._operators = operators = body.operators
        heat.require_contacts(operators.film_mesh.contacts)
        self._links = [(_to_substrate(body), 0.0)]
        self._vertices: list[IntArray] = []
        self.held: BoolArray = np.zeros(operators.owned, dtype=bool)
        self.held_rise = np.zeros(operators.owned)
        for name, sink in heat.sinks.items():
            self._add(name, sink, heat.substrate_temperature)
        self.conductance: FloatArray = np.sum([each for each, _ in self._links], axis=0)
        self.inflow: FloatArray = np.sum([each * rise for each, rise in self._links], axis=0)

    def _add(self, name: str, sink: float | Sink, substrate: float) -> None:
        operators = self._operators
        if isinstance(sink, Sink):
            rise = 0.0 if sink.temperature is None else sink.temperature - substrate
            self._links.append((sink.conductance * operators.contact_shares(name), rise))
            self._vertices.append(np.empty(0, dtype=np.int32))
            return
        vertices = operators.film_mesh.contact_vertices(name)
        vertices = vertices[vertices < operators.owned]
        self.held[vertices], self.held_rise[vertices] = True, sink - substrate
        self._links.append((np.zeros(operators.owned), 0.0))
        self._vertices.append(vertices)

    def flows(self, rise: FloatArray, missing: FloatArray) -> FloatArray:
        """Heat that leaves this rank in W, to the substrate and to each sink, (1 + sinks,).

        Args:
            rise: θ in K, (owned,).
            missing: what is left over at each vertex in W; where it is held, the contact takes it.
        """
        flows = [g @ rise - outside * g.sum() for g, outside in self._links]
        held = [0.0, *(missing[vertices].sum() for vertices in self._vertices)]
        total: FloatArray = np.array(flows) + np.array(held)
        return total


def _to_substrate(body: HeatedBody) -> FloatArray:
    """∫ h λ_i dA in W/K over what lies on the substrate, (owned,); collective."""
    operators: VertexOperators = body.operators
    if body.transfer is None:
        return np.zeros(operators.owned)
    space = operators.film_mesh.space
    if operators.dimension == 2:
        looks_down, measure = 1.0, AT_VERTICES
    else:
        normal = ufl.FacetNormal(operators.film_mesh.mesh)
        looks_down, measure = ufl.conditional(normal[2] < _DOWN, 1.0, 0.0), ufl.ds
    density = looks_down * body.transfer.coefficient * ufl.TestFunction(space)
    found = fem.assemble_vector(compiled(density * measure, operators.comm))
    found.scatter_reverse(la.InsertMode.add)
    conductance: FloatArray = found.array[: operators.owned].copy()
    return conductance
