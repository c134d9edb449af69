"""Drives that depend on the currents which they cause: found at once, for one moment."""

from collections.abc import Callable, Sequence

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import SolverError
from hebbfilm.solvers.conduction.node_voltages import held_nodes, voltages_per_drive
from hebbfilm.solvers.drives.current import Current
from hebbfilm.solvers.drives.drive import Drive
from hebbfilm.solvers.drives.scale import DriveScale
from hebbfilm.solvers.drives.source import as_numbers

_STEPS, _HALVINGS = 30, 20
_DIFFERENCE = 1e-6
"""Of the scale, by which a drive is varied to see what the circuit makes of it."""
_FINER = 0.1
"""Of the tolerance, to which the small system is solved."""


class FilmResponse:
    """Voltages and currents of N nodes near those that were solved for: the film as a network.

    Args:
        conductance: G in S, (N, N).
        drives: with which it was solved.
        currents: found, in A, (N,).
        voltages: found, in V, (N,).
        groups: numbers of the nodes that the film joins, see `Strips`.
    """

    def __init__(
        self,
        conductance: FloatArray,
        drives: Sequence[Drive],
        currents: FloatArray,
        voltages: FloatArray,
        groups: Sequence[IntArray],
    ) -> None:
        self._conductance, self._currents, self._voltages = conductance, currents, voltages
        self._numbers = np.array(as_numbers(drives))
        self._per_drive = voltages_per_drive(conductance, held_nodes(drives), groups)

    def at(self, numbers: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Currents in A and voltages in V for other numbers of the same drives, (N,) each."""
        step = self._per_drive @ (numbers - self._numbers)
        return self._currents + self._conductance @ step, self._voltages + step


def settled(
    drives: Sequence[Drive],
    response: FilmResponse,
    ask: Callable[[FloatArray, FloatArray], list[Drive]],
    scale: DriveScale,
    tolerance: float,
) -> list[Drive]:
    """Drives d that the circuit asks for at the currents and voltages which they cause.

    Newton's method for c(I(d), V(d)) = d, c by differences, I and V from the conductances of the
    film. A step is halved until the residual falls, so a stiff loop, of any gain, stays stable.

    Args:
        drives: to begin with.
        response: of the film.
        ask: what the circuit makes of currents and voltages.
        scale: in relation to which the residual is small.
        tolerance: largest part of the scale by which c(d) and d may differ.

    Raises:
        SolverError: no such drives were found.
    """
    circuit = _Circuit(drives, response, ask, scale)
    numbers = np.array(as_numbers(drives))
    residual = circuit.residual(numbers)
    for _ in range(_STEPS):
        if circuit.size(residual) <= _FINER * tolerance:
            return circuit.drives(numbers)
        step = np.linalg.lstsq(circuit.slopes(numbers, residual), -residual, rcond=None)[0]
        for _ in range(_HALVINGS):
            found = circuit.residual(numbers + step)
            if circuit.size(found) < circuit.size(residual):
                break
            step = step / 2
        else:
            break
        numbers, residual = numbers + step, found
    raise SolverError(f"off by {circuit.size(residual):.2g} of the largest drive so far")


class _Circuit:
    """c(d) - d of drives of the same kinds as those at the beginning."""

    def __init__(
        self,
        drives: Sequence[Drive],
        response: FilmResponse,
        ask: Callable[[FloatArray, FloatArray], list[Drive]],
        scale: DriveScale,
    ) -> None:
        self._kinds, self._response, self._ask = list(drives), response, ask
        units = [scale.current if isinstance(d, Current) else scale.voltage for d in drives]
        largest = max(map(abs, as_numbers(drives)))
        self._units = np.array([unit or largest or 1.0 for unit in units])

    def size(self, residual: FloatArray) -> float:
        return float(np.abs(residual / self._units).max())

    def drives(self, numbers: FloatArray) -> list[Drive]:
        return [
            None if kind is None else Current(n) if isinstance(kind, Current) else float(n)
            for kind, n in zip(self._kinds, numbers, strict=True)
        ]

    def residual(self, numbers: FloatArray) -> FloatArray:
        asked = self._ask(*self._response.at(numbers))
        if any(type(a) is not type(b) for a, b in zip(asked, self._kinds, strict=True)):
            return np.full(len(numbers), np.inf)
        return np.array(as_numbers(asked)) - numbers

    def slopes(self, numbers: FloatArray, residual: FloatArray) -> FloatArray:
        """∂(c - d)/∂d, (N, N), by differences."""
        columns = []
        for k, unit in enumerate(self._units):
            shifted = numbers.copy()
            shifted[k] += _DIFFERENCE * unit
            column = (self.residual(shifted) - residual) / (shifted[k] - numbers[k])
            columns.append(column if np.isfinite(column).all() else -np.eye(len(numbers))[k])
        return np.array(columns).T
