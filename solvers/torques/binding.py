"""The torques of a film on that film."""

from __future__ import annotations

from collections.abc import Sequence

from hebbfilm.common.errors import InputError
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.terms.conditions import Conditions
from hebbfilm.solvers.terms.interface import BoundField
from hebbfilm.solvers.torques.numeric_torque import BoundNumericTorque, NumericTorque
from hebbfilm.solvers.torques.torque import BoundTorque, Torque, TorqueSymbols

AnyTorque = Torque | NumericTorque
"""What turns m without an energy, and has a name of its own."""


def bind_torques(
    conditions: Conditions, material: FilmMaterial, torques: Sequence[AnyTorque]
) -> list[tuple[str, BoundField]]:
    """The fields that act as torques do, each with its name; collective.

    Args:
        conditions: of the film.
        material: on the film.
        torques: in UFL or NumPy.

    Raises:
        InputError: one that does not fit the film, or is no torque.
    """
    found: list[tuple[str, BoundField]] = []
    symbols = None
    for torque in torques:
        if isinstance(torque, Torque):
            symbols = symbols or TorqueSymbols(conditions, material)
            found.append((torque.name, BoundTorque(torque, symbols)))
        elif isinstance(torque, NumericTorque):
            found.append((torque.name, BoundNumericTorque(torque, conditions, material)))
        else:
            raise InputError(
                f"torques: {torque!r} is none: must be a Torque, in UFL, or a NumericTorque"
            )
    return found
