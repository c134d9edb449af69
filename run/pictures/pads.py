"""The pads of a film that is a device: contacts that all stand on it, few enough to be drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import IntArray
from hebbfilm.hopfield import Neurons
from hebbfilm.run.pictures.contacts import roomiest
from hebbfilm.run.pictures.edges import chains
from hebbfilm.run.pictures.surface import Piece, Surface

MOST_NEURONS = 8
_MOST_PADS = 3
"""Of one contact."""


@dataclass(frozen=True, eq=False)
class Pad:
    """A pad: the points of its `outline`, (n,), closed, and the `foot` of its wire.

    `film` is the number of the piece of film that it is on; `sign` that of what is presented there
    against the pattern, 0 on a film that is never presented with anything.
    """

    outline: IntArray
    foot: int
    film: int
    sign: int


def pads_of(surface: Surface, neurons: Neurons) -> list[list[Pad]]:
    """The pads of each neuron.

    None at all, if a contact is on the edge or in many places, or if neurons are too many for a
    picture.
    """
    found: list[list[Pad]] = [[] for _ in neurons.names]
    for number in range(len(neurons.contacts)):
        pieces = surface.pieces(number + 1)
        if not 0 < len(pieces) <= _MOST_PADS or not all(piece.is_pad for piece in pieces):
            return []
        uses = neurons.tied + neurons.reference
        neuron = int(np.argmax(uses[:, number]))
        sign = int(neurons.presentation[neuron, number])
        found[neuron] += [_pad(surface, piece, sign) for piece in pieces]
    return found if len(found) <= MOST_NEURONS else []


def _pad(surface: Surface, piece: Piece, sign: int) -> Pad:
    own, outline = surface.points[piece.vertices], max(chains(piece.edges), key=len)
    place = roomiest(own, surface.points[outline])
    foot = int(piece.vertices[np.linalg.norm(own - place, axis=1).argmin()])
    return Pad(outline, foot, int(surface.part[foot]), sign)
