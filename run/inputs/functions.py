"""Functions of modules of one's own that drive contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Step, Training
from hebbfilm.run.inputs.modules import MODULE
from hebbfilm.run.inputs.plugins import load
from hebbfilm.solvers.drives.named_drives import (
    NamedDrives,
    drives_of_contacts,
    stands_for_function,
)

if TYPE_CHECKING:
    from hebbfilm.solvers.drives.source import SegmentDrives


def with_functions(drives: Mapping[str, Any], where: str) -> NamedDrives:
    """Drives by name with functions in place of the tables that name them.

    Runs the code of their modules. What a function remembers begins anew with each call.

    Args:
        drives: of a case; or one table that names a function for all contacts at once.
        where: their key, in front of messages.

    Raises:
        InputError: a module that cannot be run, or what is no function.
    """
    if stands_for_function(drives):
        found: NamedDrives = _function(drives, where)
        return found
    return {
        name: _function(value, f"{where}.{name}") if stands_for_function(value) else value
        for name, value in drives.items()
    }


def segment_drives(drives: Mapping[str, Any], contacts: Sequence[str], where: str) -> SegmentDrives:
    """What a `Segment` takes, of drives by name of a case.

    Raises:
        InputError: see `with_functions` and `drives_of_contacts`.
    """
    return drives_of_contacts(with_functions(drives, where), contacts, where)


def training_with_functions(training: Training) -> Training:
    """The same schedule, with functions where its steps name them."""
    if not any(_names_function(step.drives) for step in training.steps):
        return training
    steps = tuple(
        _step_with_functions(step, f"training.steps[{k}].drives")
        for k, step in enumerate(training.steps)
    )
    return replace(training, steps=steps)


def _step_with_functions(step: Step, where: str) -> Step:
    if step.drives is None:
        return step
    found: Any = with_functions(step.drives, where)
    return replace(step, drives=found)


def _names_function(drives: Mapping[str, Any] | None) -> bool:
    if drives is None:
        return False
    return stands_for_function(drives) or any(map(stands_for_function, drives.values()))


def _function(table: Mapping[str, Any], where: str) -> Any:
    made = load(table, where)
    if not callable(made):
        raise InputError(
            f"{where}.{MODULE}: {type(made).__name__} cannot be called: give it __call__(self, t, "
            "currents, voltages)"
        )
    return made
