"""Dummy resistors between the neurons: what the currents of a film are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.common.arguments import check_kind, check_number, numbers
from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.hopfield.contact_pairs import (
    CONDUCTANCE_TOLERANCE,
    conductance_matrix,
    coupled_pairs,
)
from hebbfilm.hopfield.neurons import Neurons

_MOST = 1e3
"""Level in S, or by what a film conducts: far beyond any."""


@dataclass(frozen=True, eq=False)
class ResistorNetwork:
    """Resistors between N neurons, which get the same voltages as the film.

    The current that a neuron feeds into it is taken from that which it feeds into the film, so a
    pair's weight is w_ij = G_ij - G_ref,ij = g_ref,ij - g_ij. (A negative conductance of a pair
    stands for a resistor on the other side, beside the film.)

    Args:
        conductance: G_ref in S, (N, N), I = G V: off the diagonal minus the conductances of pairs.

    Raises:
        InputError: no symmetric matrix of finite numbers.

    Example:
        >>> ResistorNetwork([[1e-3, -1e-3], [-1e-3, 1e-3]]).currents([0.01, 0.0])
        array([ 1.e-05, -1.e-05])
    """

    conductance: FloatArray

    def __post_init__(self) -> None:
        try:
            matrix = np.array(self.conductance, dtype=float)
        except (TypeError, ValueError):
            raise InputError(
                f"conductances of resistors = {shown(self.conductance)}: must be numbers, (N, N)"
            ) from None
        if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
            raise InputError(f"conductances of resistors of shape {matrix.shape}: must be (N, N)")
        if not np.isfinite(matrix).all():
            raise InputError("conductances of resistors: must be finite numbers, in S")
        if np.abs(matrix - matrix.T).max() > CONDUCTANCE_TOLERANCE * np.abs(matrix).max():
            raise InputError(
                "conductances of resistors: must be symmetric; a film with Hall effect has another "
                "G, of which (G + G.T)/2 can be had from resistors"
            )
        matrix = (matrix + matrix.T) / 2
        matrix.flags.writeable = False
        object.__setattr__(self, "conductance", matrix)

    @classmethod
    def like(
        cls, conductance: ArrayLike, *, relative: float = 0.0, absolute: float = 0.0
    ) -> ResistorNetwork:
        """A network whose pairs conduct like those of a film before training, and a level more.

        Args:
            conductance: G of that film between the neurons in S, (N, N).
            relative: by which part each pair conducts more than there.
            absolute: by how many S each pair that is coupled conducts more.

        Raises:
            InputError: as `ResistorNetwork`, or a level that leaves no conductance.
        """
        check_number("relative", relative, "", above=-1, below=_MOST)
        check_number("absolute", absolute, "S", above=-_MOST, below=_MOST)
        pairs = cls(cast(FloatArray, conductance)).conductance
        upper = np.triu_indices(len(pairs), k=1)
        level = np.where(coupled_pairs(pairs), absolute, 0.0)
        return cls(conductance_matrix(level - (1 + relative) * pairs[upper], len(pairs)))

    def require_size(self, neurons: int) -> None:
        """Raise InputError unless they are of so many neurons."""
        if len(self.conductance) != neurons:
            raise InputError(f"resistors: of {len(self.conductance)} neurons, not of {neurons}")

    def balanced(self, conductance: ArrayLike) -> ResistorNetwork:
        """The same, trimmed: with the self conductances of a film, whose G is (N, N) in S.

        A neuron whose contact is at its own voltage V_i sees (G_ii - G_ref,ii) V_i of itself, which
        holds it where it is. One more resistor for each neuron, from its voltage to where currents
        are compared, takes that away.
        """
        trimmed, film = np.array(self.conductance), ResistorNetwork(cast(FloatArray, conductance))
        film.require_size(len(trimmed))
        np.fill_diagonal(trimmed, np.diag(film.conductance))
        return replace(self, conductance=trimmed)

    def currents(self, voltages: ArrayLike) -> FloatArray:
        """Of the neurons into the network in A, (N,), at (N,) V.

        A neuron that is held at virtual ground, 0 V, gets its sum over the others.
        """
        found: FloatArray = self.conductance @ numbers("voltages", voltages, len(self.conductance))
        return found


def compared_weights(
    conductance: ArrayLike,
    neurons: Sequence[str] | Neurons,
    resistors: ResistorNetwork | None = None,
) -> FloatArray:
    """The weights by which a circuit recalls: w_ij = G_ij - G_ref,ij in S, (N, N), no diagonal.

    Args:
        conductance: G of the contacts in S, (C, C).
        neurons: of the film; one with a reference film is compared with that.
        resistors: compared with, beside that film if there is one.

    Example:
        >>> G = [[3.0, -1, -2], [-1, 2, -1], [-2, -1, 3]]
        >>> compared_weights(G, "abc", ResistorNetwork.like(G, relative=0.1))
        array([[0. , 0.1, 0.2],
               [0.1, 0. , 0.1],
               [0.2, 0.1, 0. ]])
    """
    tied = Neurons.of(neurons)
    check_kind("resistors", resistors, ResistorNetwork, optional=True)
    own = tied.conductance(conductance)
    beside = tied.reference_conductance(conductance)
    found = own if beside is None else own - beside
    if resistors is not None:
        resistors.require_size(len(found))
        found = found - resistors.conductance
    weights: FloatArray = (found + found.T) / 2
    np.fill_diagonal(weights, 0.0)
    return weights
