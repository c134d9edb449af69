"""Drives as JSON can hold them, in manifests and state files."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeAlias

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are, check_keys
from hebbfilm.common.messages import shown
from hebbfilm.solvers.drives.current import Current
from hebbfilm.solvers.drives.drive import CircuitFunction, ContactDrive, contact_drive, name_of
from hebbfilm.solvers.drives.waveform import AnyWaveform
from hebbfilm.solvers.drives.waveforms import WAVEFORMS, Waveform

Json: TypeAlias = Any
"""What JSON can hold."""
_CURRENT, _CALLABLE, _KIND, _AMPLITUDE = "current", "callable", "kind", "amplitude"


def drives_as_json(
    drives: Sequence[ContactDrive] | CircuitFunction | None,
) -> Json:
    """Drives of a segment as JSON can hold them.

    A voltage is a number, a current I {"current": I}, a waveform a table with its "kind", and a
    function {"callable": its name}.
    """
    if drives is None or callable(drives):
        return drive_as_json(drives)
    return [drive_as_json(drive) for drive in drives]


def drives_from_json(content: Json) -> Any:
    """What `drives_as_json` wrote.

    Raises:
        InputError: a function, of which only the name is known, or no drive.
    """
    if isinstance(content, list):
        return tuple(drive_from_json(each) for each in content)
    return drive_from_json(content)


def drive_as_json(drive: Any) -> Json:
    """The drive of one contact; see `drives_as_json`."""
    if isinstance(drive, Current):
        return {_CURRENT: drive.amperes}
    if isinstance(drive, AnyWaveform):
        content = {field.name: _plain(getattr(drive, field.name)) for field in fields(drive)}
        return {name: value for name, value in content.items() if value is not None}
    return {_CALLABLE: name_of(drive)} if callable(drive) else drive


def drive_from_json(content: Json) -> ContactDrive:
    """What `drive_as_json` wrote.

    Raises:
        InputError: a function, of which only the name is known, or no drive.
    """
    if not isinstance(content, Mapping):
        return contact_drive(content)
    if _CALLABLE in content:
        raise InputError(
            f"drive {content[_CALLABLE]}: a function cannot be read back; give the same segments "
            "again"
        )
    if _KIND in content:
        return waveform_from_json(content)
    check_keys(content, [_CURRENT], "in the drive of a contact")
    return Current(content.get(_CURRENT))  # type: ignore[arg-type]


def waveform_from_json(content: Mapping[str, Json]) -> Waveform:
    """A waveform by its kind.

    Args:
        content: its fields; an amplitude that is a current as {"current": I}.

    Raises:
        InputError: an unknown kind or key, a key that is missing, or a value that cannot be.
    """
    kind = str(content.get(_KIND))
    if kind not in WAVEFORMS:
        raise InputError(f"waveform.kind = {shown(kind)}: {allowed_are(kind, WAVEFORMS)}")
    made = WAVEFORMS[kind]
    check_keys(content, [field.name for field in fields(made)], f"in a waveform of kind {kind}")
    values = {name: _lists_as_tuples(value) for name, value in content.items() if name != _KIND}
    amplitude = values.get(_AMPLITUDE)
    if isinstance(amplitude, Mapping):
        values[_AMPLITUDE] = drive_from_json(amplitude)
    try:
        return made(**values)
    except TypeError as error:
        raise InputError(f"waveform of kind {kind}: {error}") from None


def _plain(value: Any) -> Json:
    if isinstance(value, Current):
        return drive_as_json(value)
    return list(value) if isinstance(value, tuple) else value


def _lists_as_tuples(value: Json) -> Any:
    return tuple(value) if isinstance(value, list) else value
