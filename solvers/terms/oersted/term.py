"""The Oersted field as a term of a film, which follows the current."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.state.part import Entry
from hebbfilm.solvers.terms.oersted.oersted import Oersted
from hebbfilm.solvers.terms.oersted.pattern import CurrentPattern
from hebbfilm.solvers.terms.oersted.sheets import SheetFields, sheets_of
from hebbfilm.solvers.terms.oersted.strands import WireFields
from hebbfilm.solvers.terms.oersted.wire import require_wires_fit


@dataclass(frozen=True, eq=False)
class OerstedTerm:
    """The Oersted field of a film that has these layers and contacts.

    Args:
        oersted: what was asked for.
        conducting: of the mesh that conducts: that of the film, or one of which it is a part.
        layers: of metal, that share its cells.
        nodes: the contacts of each node by its name.
    """

    oersted: Oersted
    conducting: VertexOperators
    layers: Sequence[FilmLayer]
    nodes: Mapping[str, Sequence[str]]
    name = "oersted"
    varies = False

    def bind(self, operators: VertexOperators, material: FilmMaterial) -> BoundOersted:
        """The term on one film; collective.

        Raises:
            InputError: a film in 2D that is not everywhere as thick as its mesh, or a wire that
                does not fit.
        """
        if operators.even_thickness is None:
            raise InputError(
                "oersted: needs a film of one thickness, that of its mesh: leave thickness or "
                "oersted out, or mesh the film in 3D"
            )
        return BoundOersted(self, operators)


def oersted_terms(
    oersted: Oersted | None,
    conducting: VertexOperators,
    layers: Sequence[FilmLayer],
    nodes: Mapping[str, Sequence[str]],
) -> list[OerstedTerm]:
    """The term of a film, if it was asked for; see `OerstedTerm`."""
    return [] if oersted is None else [OerstedTerm(oersted, conducting, layers, nodes)]


class BoundOersted:
    """The Oersted field of one film; see `hebbfilm.solvers.terms.interface.BoundField`.

    What of the current is a multiple of that of which the field was found needs no convolution: the
    field is the same multiple. After a sample it is found anew, so that what comes later is the
    same if the film was saved and loaded there.

    Args:
        term: of a film.
        operators: of that film.

    Attributes:
        field: H in A/m, (owned, 3), of the current that was taken last.
        evaluations: how often it was found by convolution.
    """

    energy_share = 1.0

    def __init__(self, term: OerstedTerm, operators: VertexOperators) -> None:
        oersted, conducting = term.oersted, term.conducting
        require_wires_fit(oersted.wires, conducting.film_mesh.contacts, term.nodes)
        sheets = sheets_of(conducting.film_mesh.thickness, term.layers)
        self._tolerance = oersted.tolerance
        self._sheets = SheetFields(operators, conducting, sheets, oersted.spacing)
        self._wires = WireFields(operators, conducting, oersted.wires, sheets).unit_fields
        self._nodes = [list(term.nodes).index(wire.contact) for wire in oersted.wires]
        self._pattern = CurrentPattern(conducting, sheets)
        self._found, self.field = np.zeros((2, operators.owned, 3))
        self.evaluations = 0

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add H in A/m to `out` (owned, 3)."""
        out += self.field

    def stiffness(self, time: float, m: FloatArray) -> float:
        """The largest |H| on this rank in A/m."""
        return float(np.linalg.norm(self.field, axis=1).max(initial=0.0))

    def take_current(self, current: Conduction | None) -> None:
        """See `hebbfilm.solvers.followers.FollowsCurrent`."""
        if current is None:
            self.field[:] = 0
            return
        currents = current.sheet_current_densities()
        factor, left = self._pattern.compare(currents)
        if left > self._tolerance:
            self._pattern.keep()
            self._sheets.evaluate(currents, self._found)
            self.evaluations += 1
            factor = 1.0
        np.multiply(factor, self._found, out=self.field)
        for unit_field, node in zip(self._wires, self._nodes, strict=True):
            self.field += current.currents[node] * unit_field

    def begin(self, time: float) -> None:
        """See `hebbfilm.solvers.followers.FollowsTime`."""
        self._pattern.forget()

    def pass_time(self, duration: float) -> None:
        """Nothing is to be done: it follows the current alone."""

    def finish(self) -> None:
        """Nothing is to be done: it is as near to the current as its tolerance says."""

    def state(self) -> dict[str, Entry]:
        """Nothing: it is found anew of the current."""
        return {}

    def restore(self, state: Mapping[str, Entry]) -> None:
        """Find it anew when the current is taken again."""
        self._pattern.forget()
