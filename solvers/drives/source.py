"""What the contacts get at any time of a segment, from its waveforms and functions."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from math import inf
from typing import Any, TypeAlias, cast

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import RAISED, InputError
from hebbfilm.common.messages import reason, shown
from hebbfilm.solvers.drives.current import Current
from hebbfilm.solvers.drives.drive import (
    CircuitFunction,
    ContactDrive,
    Drive,
    name_of,
    plain_drive,
)
from hebbfilm.solvers.drives.memory import remembers
from hebbfilm.solvers.drives.pace import Pace, Paces, sampled_pace
from hebbfilm.solvers.drives.waveform import AnyWaveform

SegmentDrives: TypeAlias = tuple[ContactDrive, ...] | CircuitFunction

_LOOKS = 1 << 14
"""Times of a segment, at most, at which a function is looked at before."""


def varies(drives: SegmentDrives | None) -> bool:
    """Whether drives of a segment can change within it."""
    return drives is not None and (
        callable(drives) or any(isinstance(d, AnyWaveform) or callable(d) for d in drives)
    )


def functions_of(drives: SegmentDrives | None) -> Iterator[Callable[..., Any]]:
    """The functions among the drives of a segment."""
    if callable(drives):
        yield drives
    elif drives is not None:
        yield from (drive for drive in drives if callable(drive))


class Source:
    """Waveforms and functions that drive the contacts of a film through one segment.

    Args:
        comm: the ranks, all of which ask the functions, and get the same.
        contacts: names of the nodes.
        drives: of the segment.
        duration: of the segment in s.

    Raises:
        InputError: not one drive for each contact.

    Attributes:
        functions: those among the drives.
        waveform_kinks: times in s since the segment began, in order, at which waveforms have kinks.
        paces: how far steps may go since it began, by waveforms and functions.
        breakpoints: times of kinks, with those at which functions jump.
        accuracy: relative error of the current density with which the functions have to be told
            what flows; infinite where none says.
    """

    def __init__(
        self,
        comm: MPI.Intracomm,
        contacts: Sequence[str],
        drives: SegmentDrives,
        duration: float,
    ) -> None:
        self._comm, self._contacts, self._drives = comm, contacts, drives
        if not callable(drives) and len(drives) != len(contacts):
            raise InputError(_number(drives, contacts))
        self.functions = tuple(functions_of(drives))
        waves = () if callable(drives) else drives
        kinks = {t for w in waves if isinstance(w, AnyWaveform) for t in w.breakpoints()}
        clocked = filter(_has_breakpoints, self.functions)
        jumps = {t for f in clocked for t in cast(Any, f).breakpoints(duration)}
        self.waveform_kinks = tuple(sorted(kinks))
        self.paces = Paces(self._found_paces(waves, duration))
        self.breakpoints = tuple(sorted({*kinks, *jumps, *self.paces.jumps}))
        self.accuracy = min((getattr(f, "accuracy", inf) for f in self.functions), default=inf)

    def _found_paces(self, waves: Iterable[Any], duration: float) -> list[Pace]:
        found = [w.pace(0.0, duration) for w in waves if isinstance(w, AnyWaveform)]
        # What remembers is asked in the order of time alone; what has breakpoints says it itself.
        unknown = [f for f in self.functions if not remembers(f) and not _has_breakpoints(f)]
        if unknown:
            pace = on_root(self._comm, lambda: self._looked_over(unknown, duration))
            found.append(self._comm.bcast(pace, root=0))
        return found

    def _looked_over(self, functions: Sequence[Callable[..., Any]], duration: float) -> Pace:
        """How far steps may go by what functions do while nothing flows."""
        nothing = np.zeros((2, len(self._contacts)))

        def values(times: FloatArray) -> FloatArray:
            return np.array([_numbers(functions, float(time), *nothing) for time in times])

        try:
            return sampled_pace(values, 0.0, duration, _LOOKS, f"drive {self.names}")
        except _FunctionError:
            # Whoever asks it next says what is wrong with it, and when.
            return Pace()

    def at(self, time: float, currents: FloatArray, voltages: FloatArray) -> list[Drive]:
        """The drives at a time, for what flows; collective.

        Args:
            time: in s since the segment began.
            currents: into the film in A, (N,).
            voltages: of the nodes in V, (N,).

        Raises:
            InputError: a function that raises, returns what is no drive, or differs between ranks.
        """
        return self._agreed(time, currents, voltages, self._found)

    def on_trial(self, time: float, currents: FloatArray, voltages: FloatArray) -> list[Drive]:
        """The same; what functions remember stays as it was."""

        def undone(*given: Any) -> list[Drive]:
            with self.undoing():
                return self._found(*given)

        return self._agreed(time, currents, voltages, undone)

    @contextmanager
    def undoing(self) -> Iterator[None]:
        """What functions remember of what is asked inside, they forget at the end."""
        parts: list[Any] = [each for each in self.functions if remembers(each)]
        kept = [(part, deepcopy(part.state())) for part in parts]
        try:
            yield
        finally:
            for part, state in kept:
                part.restore(state)

    def _agreed(
        self,
        time: float,
        currents: FloatArray,
        voltages: FloatArray,
        ask: Callable[[float, FloatArray, FloatArray], list[Drive]],
    ) -> list[Drive]:
        if not self.functions:
            return ask(time, currents, voltages)
        if self._comm.size > 1:
            currents, voltages = self._comm.bcast((currents, voltages), root=0)
        found: list[Drive] = []
        failure = None
        try:
            found = ask(time, currents, voltages)
        except RAISED as error:
            failure = error
        told = None if failure is None else _said(failure, time, self.names)
        answers = self._comm.allgather((told, found)) if self._comm.size > 1 else [(told, found)]
        for told, _ in answers:
            if told is not None:
                raise InputError(told) from failure
        for rank, (_, other) in enumerate(answers):
            if other != answers[0][1]:
                raise InputError(
                    f"drive {self.names} at t = {time:g} s: {shown(answers[0][1])} on rank 0 and "
                    f"{shown(other)} on rank {rank}; must be the same on all ranks"
                )
        return found

    @property
    def names(self) -> str:
        """Of the functions; where there are none, of the waveforms and their contacts."""
        if self.functions or callable(self._drives):
            return ", ".join(dict.fromkeys(map(name_of, self.functions)))
        return ", ".join(
            f"{type(drive).__name__} of contact {contact}"
            for drive, contact in zip(self._drives, self._contacts, strict=True)
            if isinstance(drive, AnyWaveform)
        )

    def _found(self, time: float, currents: FloatArray, voltages: FloatArray) -> list[Drive]:
        if callable(self._drives):
            name = name_of(self._drives)
            found = _asked(self._drives, name, time, currents, voltages)
            if isinstance(found, str) or not isinstance(found, Iterable):
                raise _FunctionError(name, f"returned {shown(found)}; must be a list of drives")
            listed = list(found)
            if len(listed) != len(self._contacts):
                raise _FunctionError(name, f"returned {_number(listed, self._contacts)}")
            return [
                _checked(name, drive, contact)
                for drive, contact in zip(listed, self._contacts, strict=True)
            ]
        return [
            self._of_contact(drive, contact, time, currents, voltages)
            for drive, contact in zip(self._drives, self._contacts, strict=True)
        ]

    def _of_contact(
        self,
        drive: ContactDrive,
        contact: str,
        time: float,
        currents: FloatArray,
        voltages: FloatArray,
    ) -> Drive:
        if isinstance(drive, AnyWaveform):
            return drive.drive(time)
        if not callable(drive):
            return drive
        name = name_of(drive)
        found = _asked(drive, name, time, currents, voltages)
        if found is None:
            raise _FunctionError(
                name,
                f"returned None for contact {contact}; must be a voltage in V or a Current "
                "(Current(0.0) lets it float)",
            )
        return _checked(name, found, contact)


class _FunctionError(Exception):
    """What a function of some name did."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(name, what)
        self.name, self.what = name, what


def _asked(
    function: Callable[..., Any],
    name: str,
    time: float,
    currents: FloatArray,
    voltages: FloatArray,
) -> Any:
    try:
        # Copies: what a function does to them must not reach the film.
        return function(time, currents.copy(), voltages.copy())
    except RAISED as error:
        raise _FunctionError(name, f"{type(error).__name__}: {reason(error)}") from error


def _checked(name: str, drive: Any, contact: str) -> Drive:
    try:
        return plain_drive(drive, f"of contact {contact}")
    except InputError as error:
        raise _FunctionError(name, f"returned {error}, or a Current") from None


def _number(drives: Sequence[Any], contacts: Sequence[str]) -> str:
    return (
        f"{len(drives)} voltages or currents for {len(contacts)} contacts ({', '.join(contacts)})"
    )


def _said(failure: BaseException, time: float, names: str) -> str:
    if isinstance(failure, InputError):
        return str(failure)
    if isinstance(failure, _FunctionError):
        return f"drive {failure.name} at t = {time:g} s: {failure.what}"
    return f"drive {names} at t = {time:g} s: {type(failure).__name__}: {reason(failure)}"


def _has_breakpoints(function: Any) -> bool:
    return callable(getattr(function, "breakpoints", None))


def _numbers(
    functions: Sequence[Callable[..., Any]], time: float, currents: FloatArray, voltages: FloatArray
) -> list[float]:
    """What functions return, in V and A, and which of these it is."""
    try:
        found = [f(time, currents.copy(), voltages.copy()) for f in functions]
        drives = [d for each in found for d in (each if isinstance(each, Iterable) else (each,))]
        return [*map(float, as_numbers(drives)), *(float(isinstance(d, Current)) for d in drives)]
    except RAISED as error:
        raise _FunctionError("", "") from error


def as_numbers(drives: Sequence[Drive]) -> list[float]:
    """Of each drive its number in V or A; 0 of a contact that floats."""
    return [
        drive.amperes if isinstance(drive, Current) else 0.0 if drive is None else drive
        for drive in drives
    ]
