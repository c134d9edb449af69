"""The spin-orbit torque of the currents in the layers below and above a film."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from dolfinx import la

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.layers.faces import Faces, Interfaces, TurnedSums
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.materials.constants import ELEMENTARY_CHARGE, REDUCED_PLANCK_CONSTANT
from hebbfilm.solvers.materials.moments import VertexMoments

_MOMENT = REDUCED_PLANCK_CONSTANT / (2 * ELEMENTARY_CHARGE)
"""ħ/2e: the angular momentum in J s that an electron carries, by its charge in C."""
_SIGNS = {"below": 1.0, "above": -1.0}
"""Of j × ẑ, along which the moments lie that a layer with ξ_DL > 0 sends into the film."""


class SpinOrbit:
    """H = a_DL m × s + a_FL s with a = ħ ξ j/(2 e μ₀ M_s t), summed over the layers of a film.

    s = ĵ × ẑ for a layer below the film and ẑ × ĵ for one above, with j that of the layer: a
    current along +x in platinum (ξ_DL > 0) below the film pulls m towards -y. A. Manchon et al.,
    Rev. Mod. Phys. 91, 035004 (2019), with the sign that makes the efficiency of platinum positive.

    Where the film differs from place to place, a vertex turns by what enters the film around it
    over its moment, ∫ ħ ξ j λ_i dA/(2 e μ₀ ∫ M_s λ_i dV): all that the layers lose the moments
    gain. Where all is uniform that is the formula above, as ∫ λ_i dA/∫ λ_i dV = 1/t.

    In 3D it is a torque on the faces of the film, with the j of the cells of the layer there.

    Args:
        layers: of the film, in the order of its conduction.
        interfaces: where they touch the film.
    """

    name = "spin_orbit"

    def __init__(self, layers: Sequence[FilmLayer], interfaces: Interfaces) -> None:
        self._layers, self._interfaces = layers, interfaces

    def bind(self, operators: VertexOperators, moments: VertexMoments) -> BoundSpinOrbit:
        """The torque on the film whose layers they are; collective.

        Raises:
            InputError: in 3D, a layer that exerts a torque and does not touch the film.
        """
        return BoundSpinOrbit(operators, moments, self._layers, self._interfaces)


def spin_orbit_of(layers: Sequence[FilmLayer], interfaces: Interfaces) -> list[SpinOrbit]:
    """The spin-orbit torque of a film with such layers; none if none of them exerts any."""
    exerting = any(not layer[_NAMES[kind]].is_zero for layer in layers for kind in _NAMES)
    return [SpinOrbit(layers, interfaces)] if exerting else []


_NAMES = {"twist": "damping_like_efficiency", "steady": "field_like_efficiency"}


class BoundSpinOrbit:
    """`SpinOrbit` on one film; a `hebbfilm.solvers.terms.interface.TwistingField`.

    Args:
        operators: of the film.
        moments: of its vertices.
        layers: of the film.
        interfaces: where they touch it.

    Attributes:
        energy_share: none: it has no energy.
        twist: a_DL s in A/m, (owned, 3); None where nothing of it acts.
        steady: a_FL s likewise.
    """

    energy_share = 0.0

    def __init__(
        self,
        operators: VertexOperators,
        moments: VertexMoments,
        layers: Sequence[FilmLayer],
        interfaces: Interfaces,
    ) -> None:
        self._moments, self._owned = moments, operators.owned
        self._interfaces = interfaces
        self._entering = {
            kind: [
                (k, _sums(interfaces.faces(k, layer), layer, name))
                for k, layer in enumerate(layers)
                if not layer[name].is_zero
            ]
            for kind, name in _NAMES.items()
        }
        self._sums = la.vector(interfaces.vertices, 3, dtype=np.float64)
        self._current: Conduction | None = None
        self.twist: FloatArray | None = None
        self.steady: FloatArray | None = None

    def take_current(self, current: Conduction | None) -> None:
        """See `hebbfilm.solvers.followers.FollowsCurrent`."""
        self._current = current
        self.renew_material()

    def renew_material(self) -> None:
        """See `hebbfilm.solvers.followers.FollowsMaterial`: of the same current, other moments."""
        self.twist, self.steady = self._found("twist"), self._found("steady")

    def _found(self, kind: str) -> FloatArray | None:
        current = self._current
        if current is None or not self._entering[kind]:
            return None
        self._sums.array[:] = 0
        for k, sums in self._entering[kind]:
            sums.add(current.layer_current_density(k), self._sums.array)
        found: FloatArray = self._interfaces.at_film(self._sums)
        return found / self._moments.magnetic[:, None]

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add all of it in A/m to `out` (owned, 3), of m (columns, 3); time plays no part."""
        if self.twist is not None:
            out += np.cross(m[: len(out)], self.twist)
        if self.steady is not None:
            out += self.steady

    def stiffness(self, time: float, m: FloatArray) -> float:
        """See `hebbfilm.solvers.terms.interface.StiffField`: |a_DL| + |a_FL| at most."""
        size = np.zeros(self._owned)
        for each in (self.twist, self.steady):
            if each is not None:
                size += np.linalg.norm(each, axis=1)
        return float(size.max(initial=0.0))


def _sums(faces: Faces, layer: FilmLayer, name: str) -> TurnedSums:
    """Takes j of a layer to ∫ ±ħ ξ j × ẑ λ_i dA/2e at the vertices, in J m."""
    efficiencies = _SIGNS[layer.layer.side] * _MOMENT * faces.of(layer[name])
    return TurnedSums(faces, efficiencies)
