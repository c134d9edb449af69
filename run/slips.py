"""Slips in calls of the public interface, told as those in files are.

What scripts import from `hebbfilm` passes through here once: functions, and of classes what makes
them and the methods of `Film` and `HopfieldFilm`. A misspelt argument is told with the likely one,
a quantity as text with `si`, and a number that is plausible in another unit alone by a warning: a
script may want what no film has.
"""

from __future__ import annotations

import functools
import inspect
import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, cast, get_args, get_type_hints

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import Unit, is_quantity

_T = TypeVar("_T")

_SECTIONS = {
    "Material": "material",
    "Layer": "layers",
    "Heat": "heat",
    "CurieLaw": "heat.magnet",
    "Disorder": "disorder",
    "Oersted": "oersted",
    "Training": "training",
    "HopfieldFilm.train": "training",
    "Step": "training.steps",
}
"""Of a case, in which the same values are plausible."""
_METHODS_OF = ("Film", "HopfieldFilm")
_UNEXPECTED = "got an unexpected keyword argument"
_LOG = logging.getLogger("hebbfilm")


def watched(thing: _T) -> _T:
    """The same function or class, whose calls tell of slips.

    Args:
        thing: of the public interface; what is neither is handed back as it is.
    """
    if inspect.isfunction(thing):
        return cast(_T, _replaced(thing))
    if isinstance(thing, type) and not issubclass(thing, Exception):
        _watch(thing)
    return thing


def _replaced(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function in place of another, in its module too, where pickle looks for it."""
    found = _telling(function, function.__name__, function)
    module = sys.modules[function.__module__]
    if getattr(module, function.__name__, None) is function:
        setattr(module, function.__name__, found)
    return found


def _watch(made: type) -> None:
    """Let the methods of a class that scripts call with keywords tell of slips."""
    own = [("__init__", vars(made).get("__init__"))]
    bases = [base for base in made.__mro__ if base.__module__.startswith("hebbfilm.")]
    for base in bases if made.__name__ in _METHODS_OF else ():
        own += [(name, each) for name, each in vars(base).items() if not name.startswith("_")]
    for name, each in own:
        if inspect.isfunction(each) and not hasattr(each, "__wrapped__"):
            called = made.__name__ if name == "__init__" else f"{made.__name__}.{name}"
            if getattr(made, name) is each:  # and not of a class that another one overrides
                setattr(made, name, _telling(each, called, made if name == "__init__" else each))


def _telling(
    function: Callable[..., Any], called: str, hinted: Callable[..., Any]
) -> Callable[..., Any]:
    """A function that does the same, and tells of slips.

    Args:
        function: that does it.
        called: how it is called in messages.
        hinted: itself, or the class that it makes, whose types are those of the arguments.
    """
    section = _SECTIONS.get(called)

    @functools.wraps(function)
    def call(*arguments: Any, **options: Any) -> Any:
        for given in (*arguments, *options.values()):
            if isinstance(given, str) and is_quantity(given):
                named = _named(function, arguments, options)
                _refuse_quantities(_hints(hinted), section, called, named)
        try:
            found = function(*arguments, **options)
        except TypeError as error:
            inner = error.__traceback__.tb_next if error.__traceback__ else None
            if inner is None and _UNEXPECTED in str(error):
                raise TypeError(_unknown(function, called, options)) from None
            raise
        if section is not None:
            _warn(section, called, _named(function, arguments, options))
        return found

    return call


def _named(
    function: Callable[..., Any], arguments: tuple[Any, ...], options: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What was given, by the names of the arguments; nothing if it does not fit."""
    try:
        return inspect.signature(function).bind_partial(*arguments, **options).arguments
    except TypeError:
        return {}


def _unknown(function: Callable[..., Any], called: str, options: Mapping[str, Any]) -> str:
    known = [name for name in inspect.signature(function).parameters if name != "self"]
    first = next(name for name in options if name not in known)
    hint = did_you_mean(first, known)
    return f"{called}: unknown argument {first}{hint} (allowed: {', '.join(known)})"


def _refuse_quantities(
    hints: Mapping[str, Any], section: str | None, called: str, given: Mapping[str, Any]
) -> None:
    """Refuse texts like "14 nm" for numbers.

    Raises:
        InputError: the argument, the text, and how a number is made of it.
    """
    from hebbfilm.run.inputs.plausible import PLAUSIBLE

    for name, value in given.items():
        parts = list(_parts(hints.get(name)))
        plausible = PLAUSIBLE.get(f"{section}.{name}")
        is_number = plausible is not None or (float in parts and str not in parts)
        if is_number and isinstance(value, str) and is_quantity(value):
            units = [part.symbol for part in parts if isinstance(part, Unit)]
            units += [] if plausible is None else [plausible.unit]
            unit = next(iter(units), "…")
            raise InputError(
                f"{called}: {name} = {shown(value)}: in Python quantities are numbers in SI units; "
                f"write {name}=si({value!r}, {unit!r}), with si of hebbfilm"
            )


@functools.cache
def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except NameError:  # of what is imported for type checkers alone
        return {}


def _parts(hint: Any) -> Iterator[Any]:
    """A type, all types in it, and what they are annotated with."""
    yield hint
    for inner in (*get_args(hint), *getattr(hint, "__metadata__", ())):
        yield from _parts(inner)


@functools.cache
def _tell_once(message: str) -> None:
    mpi = sys.modules.get("mpi4py.MPI")
    if mpi is None or not mpi.Is_initialized() or mpi.COMM_WORLD.rank == 0:
        _LOG.warning("warning: %s", message)


def _warn(section: str, called: str, given: Mapping[str, Any]) -> None:
    """Tell on rank 0, once, of numbers that a case would not be allowed to have."""
    from hebbfilm.run.inputs.plausible import PLAUSIBLE

    for name, value in given.items():
        plausible = PLAUSIBLE.get(f"{section}.{name}")
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if plausible is not None and number:
            try:
                plausible.check(f"{called}: {name}", value)
            except InputError as slip:
                _tell_once(str(slip).replace("allowed are", "a case may have"))
