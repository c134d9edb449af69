"""What the contacts get at any time of a segment, from its waveforms and functions."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from math import inf
from typing import Any, TypeAlias, cast

from mpi4py import MPI

from hebbfilm.common.arrays import FloatArray
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
from hebbfilm.solvers.drives.waveform import AnyWaveform

SegmentDrives: TypeAlias = tuple[ContactDrive, ...] | CircuitFunction


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
        breakpoints: the same, with those at which functions jump.
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
        clocked = [f for f in self.functions if callable(getattr(f, "breakpoints", None))]
        jumps = {t for f in clocked for t in cast(Any, f).breakpoints(duration)}
        self.waveform_kinks = tuple(sorted(kinks))
        self.breakpoints = tuple(sorted(kinks | jumps))
        self.accuracy = min((getattr(f, "accuracy", inf) for f in self.functions), default=inf)

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


def as_numbers(drives: Sequence[Drive]) -> list[float]:
    """Of each drive its number in V or A; 0 of a contact that floats."""
    return [
        drive.amperes if isinstance(drive, Current) else 0.0 if drive is None else drive
        for drive in drives
    ]
