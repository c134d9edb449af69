"""The torques of a film on that film."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mpi4py import MPI

from hebbfilm.common.collective import first_unlike, on_every_rank
from hebbfilm.common.errors import RAISED, InputError
from hebbfilm.common.messages import reason, shown
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.moments import VertexMoments
from hebbfilm.solvers.terms.conditions import Conditions
from hebbfilm.solvers.terms.energy import Energy
from hebbfilm.solvers.terms.general_energies import require_finite_fields
from hebbfilm.solvers.terms.interface import BoundField, FieldTerm
from hebbfilm.solvers.terms.numeric_field import NumericField
from hebbfilm.solvers.torques.numeric_torque import BoundNumericTorque, NumericTorque
from hebbfilm.solvers.torques.spin_orbit import SpinOrbit
from hebbfilm.solvers.torques.torque import BoundTorque, Torque, TorqueSymbols

AnyTorque = Torque | NumericTorque
"""What turns m without an energy, and has a name of its own."""
FilmTorque = AnyTorque | SpinOrbit
"""The same, or what the layers of a film exert."""
_TERMS, _TORQUES = (Energy, NumericField, FieldTerm), (Torque, NumericTorque)


def bind_torques(
    conditions: Conditions,
    material: FilmMaterial,
    moments: VertexMoments,
    torques: Sequence[FilmTorque],
) -> list[tuple[str, BoundField]]:
    """The fields that act as torques do, each with its name; collective.

    Args:
        conditions: of the film.
        material: on the film.
        moments: of the vertices.
        torques: in UFL or NumPy, or of layers.

    Raises:
        InputError: one that does not fit the film.
    """
    found: list[tuple[str, BoundField]] = []
    symbols = None
    for torque in torques:
        if isinstance(torque, SpinOrbit):
            found.append((torque.name, torque.bind(conditions.operators, moments)))
        elif isinstance(torque, Torque):
            symbols = symbols or TorqueSymbols(conditions, material)
            found.append((torque.name, _bound(torque, conditions, symbols)))
        else:
            found.append((torque.name, BoundNumericTorque(torque, conditions, material)))
    return found


def _bound(torque: Torque, conditions: Conditions, symbols: TorqueSymbols) -> BoundTorque:
    """A torque in UFL on a film, with InputError by its name for all that is wrong with it."""
    try:
        bound = BoundTorque(torque, symbols)
    except InputError:
        raise
    except RAISED as error:
        raise InputError(
            f"{torque.name}: its torque cannot be compiled: {reason(error)}"
        ) from error
    require_finite_fields(conditions.operators, [(torque.name, bound)], "torque")
    return bound


def require_kinds(comm: MPI.Intracomm, terms: Sequence[Any], torques: Sequence[Any]) -> None:
    """Refuse terms or torques that are something else, have no name, or differ; collective.

    Args:
        comm: the ranks, all of which must have the same.
        terms: as they were given.
        torques: as they were given.

    Raises:
        InputError: on all ranks.
    """

    def check() -> None:
        _require_kind("terms", terms, _TERMS, "an Energy, a NumericField, or have `bind`")
        _require_kind("torques", torques, _TORQUES, "a Torque or a NumericTorque")

    on_every_rank(comm, check)
    for where, given in {"terms": terms, "torques": torques}.items():
        if unlike := first_unlike(comm, [f"{type(each).__name__} {each.name}" for each in given]):
            first, other = (", ".join(each) or "none" for each in unlike[:2])
            raise InputError(
                f"{where}: {first} on rank 0 and {other} on rank {unlike[2]}: must be the same, "
                "in one order, on all ranks"
            )


def _require_kind(where: str, given: object, kinds: tuple[type, ...], allowed: str) -> None:
    if not isinstance(given, list | tuple):
        raise InputError(f"{where} = {shown(given)}: must be a list")
    for number, each in enumerate(given):
        if isinstance(each, type):
            raise InputError(
                f"{where}[{number}]: {each.__name__} is a class: did you mean {each.__name__}(…)?"
            )
        kind = type(each).__name__
        if not isinstance(each, kinds):
            hint = ""
            if isinstance(each, (*_TERMS, *_TORQUES)):
                hint = f": did you mean {'terms' if where == 'torques' else 'torques'}=[…]?"
            raise InputError(f"{where}[{number}] is of class {kind}: must be {allowed}{hint}")
        name = getattr(each, "name", None)
        if not isinstance(name, str) or not name:
            raise InputError(
                f"{where}[{number}], of class {kind}, has no name: its class must say name = …"
            )
