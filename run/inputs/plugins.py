"""What modules of one's own make of the keys of a case: terms, torques, and drives of contacts."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import partial, update_wrapper
from inspect import Parameter, get_annotations, isclass, signature
from types import ModuleType
from typing import TYPE_CHECKING, Any, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

from hebbfilm.common.arguments import check_number, check_vector
from hebbfilm.common.collective import on_every_rank
from hebbfilm.common.errors import RAISED, InputError, SolverError
from hebbfilm.common.hints import check_keys, did_you_mean
from hebbfilm.common.messages import reason
from hebbfilm.common.quantities import is_quantity, si
from hebbfilm.common.schema import wrong_value
from hebbfilm.run.inputs.modules import CHECKSUM, MODULE, ModuleName, as_kept, source_of

if TYPE_CHECKING:
    from mpi4py import MPI

_OWN = (MODULE, CHECKSUM)
_DRIVEN_BY = 3
"""Arguments of a function that drives a contact: time, currents, voltages."""
_UNIT, _SHAPE = "unit", "shape"
"""In the metadata of a field that may differ from place to place."""


def load_all(
    tables: Sequence[Mapping[str, Any]],
    section: str,
    kind: Any,
    wanted: str,
    comm: MPI.Intracomm,
) -> list[Any]:
    """What each table of a section stands for, each with a `name` of its own; collective.

    Runs the code of the modules, on every rank.

    Args:
        tables: with `module`, its checksum and the keys of its class.
        section: their key in the case, "terms" or "torques".
        kind: a class, or several, of which each must be one.
        wanted: what these are called in the message.
        comm: ranks, all of which need them.

    Raises:
        InputError: a module that cannot be run, a class that is not there or no dataclass with a
            name, a key that it does not know, a value that does not fit, or two of one name.
    """

    def made() -> list[Any]:
        found = [_of_class(table, f"{section}[{k}]") for k, table in enumerate(tables)]
        for k, each in enumerate(found):
            _require_name(each, found[:k], f"{section}[{k}]")
            if not isinstance(each, kind):
                name = type(each).__name__
                raise InputError(f"{section}[{k}].{MODULE}: {name} is none of these: {wanted}")
        return found

    return on_every_rank(comm, made)


def load(table: Mapping[str, Any], where: str) -> Any:
    """What one table stands for: a dataclass of its keys, or a function with some given.

    Args:
        table: with `module`, its checksum, and other keys.
        where: its key in the case.

    Raises:
        InputError: see `load_all`.
    """
    make, values = _named(table, where)
    return _made(make, values, where) if isclass(make) else _partial(make, values, where)


def _of_class(table: Mapping[str, Any], where: str) -> Any:
    make, values = _named(table, where)
    if not isclass(make):
        name = getattr(make, "__name__", type(make).__name__)
        raise InputError(f"{where}.{MODULE}: {name} is no class: must be one, a dataclass")
    return _made(make, values, where)


def _named(table: Mapping[str, Any], where: str) -> tuple[Callable[..., Any], dict[str, Any]]:
    """What a table names in its module, and the values that it gives to that."""
    name = ModuleName.parsed(table[MODULE], f"{where}.{MODULE}")
    module = _module(name, table[CHECKSUM], f"{where}.{MODULE}")
    make = getattr(module, name.name, None)
    if not callable(make):
        known = [key for key, value in vars(module).items() if _is_own(value, module)]
        told = f" (it has {', '.join(known)})" if known else ""
        raise InputError(
            f"{where}.{MODULE}: {name.path.name} has no {name.name}"
            f"{did_you_mean(name.name, known)}{told}"
        )
    return make, {key: value for key, value in table.items() if key not in _OWN}


def described(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    """What a manifest says of a term or a torque: parameters with their units, and its source.

    Args:
        table: of the case, of which `load_all` has made something.
        where: its key in the case.
    """
    each = load(table, where)
    parameters = {
        field.name: {"value": _given(table, field, where), _UNIT: field.metadata[_UNIT]}
        for field in (fields(each) if is_dataclass(each) else ())
        if _UNIT in field.metadata
    }
    kept = as_kept(table)
    return {"name": each.name, **{key: kept[key] for key in _OWN}, "parameters": parameters}


def _module(name: ModuleName, checksum: str, where: str) -> ModuleType:
    """The module of a file, run once in this process."""
    known = f"{name.path.stem}_{checksum[:8]}"
    if known in sys.modules:
        return sys.modules[known]
    source = source_of(name.path, where)
    if hashlib.sha256(source).hexdigest() != checksum:
        raise InputError(f"{where}: {name.path} was changed after the case was read")
    module = ModuleType(known)
    module.__file__ = str(name.path)
    # Dataclasses look up their module as they are made.
    sys.modules[known] = module
    try:
        with _staying_here():
            exec(compile(source, str(name.path), "exec"), vars(module))
    except RAISED as error:
        del sys.modules[known]
        line = _line_in(name.path, error)
        raise InputError(
            f"{where}: {name.path.name} raised {type(error).__name__}{line}: {reason(error)}"
        ) from None
    return module


@contextmanager
def _staying_here() -> Iterator[None]:
    """Afterwards the working directory, from which all paths start, is the same."""
    here = os.getcwd()
    try:
        yield
    finally:
        os.chdir(here)


def _line_in(path: Any, error: BaseException) -> str:
    """Where in the file an error was raised, as far as that is known."""
    if isinstance(error, SyntaxError) and error.lineno is not None:
        return f" in line {error.lineno}"
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return "" if line is None else f" in line {line}"


def _is_own(value: Any, module: ModuleType) -> bool:
    return callable(value) and getattr(value, "__module__", "") == module.__name__


def _made(kind: type, values: Mapping[str, Any], where: str) -> Any:
    """A dataclass of the keys of a table."""
    if not is_dataclass(kind) and not values:
        return _called(kind, kind.__name__, where)
    if not is_dataclass(kind) or _lacks_decorator(kind, values):
        raise InputError(
            f"{where}.{MODULE}: {kind.__name__} must be a dataclass, whose fields are keys: write "
            "@dataclass(frozen=True) above its class"
        )
    own = {field.name: field for field in fields(kind) if field.init}
    check_keys(values, own, f"in {where}")
    for name, field in own.items():
        if name not in values and field.default is MISSING and field.default_factory is MISSING:
            raise InputError(f"{where}.{name} is missing")
    hints = _hints(kind)
    given = {
        name: _quantity(value, own[name], f"{where}.{name}")
        if _UNIT in own[name].metadata
        else _checked(value, hints.get(name, Any), f"{where}.{name}")
        for name, value in values.items()
    }
    return _called(partial(kind, **given), kind.__name__, where)


def _lacks_decorator(kind: type, values: Mapping[str, Any]) -> bool:
    """Whether a class of a dataclass has fields of its own that are none, as it is undecorated."""
    if "__dataclass_fields__" in vars(kind):
        return False
    return any(isinstance(each, Field) for each in vars(kind).values()) or any(
        name in values for name in get_annotations(kind)
    )


def _partial(function: Callable[..., Any], values: Mapping[str, Any], where: str) -> Any:
    """A function of which the keys of a table give arguments that stand after the first three."""
    known = list(signature(function).parameters.values())[_DRIVEN_BY:]
    if not any(each.kind is Parameter.VAR_KEYWORD for each in known):
        check_keys(values, [each.name for each in known], f"in {where}")
    for each in known:
        named = each.kind in (Parameter.KEYWORD_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
        if named and each.default is Parameter.empty and each.name not in values:
            raise InputError(f"{where}.{each.name} is missing")
    # It keeps its name, which messages say.
    return update_wrapper(partial(function, **values), function)


def _called(make: Callable[[], Any], name: str, where: str) -> Any:
    try:
        return make()
    except (InputError, SolverError) as error:
        raise InputError(f"{where}: {error}") from None
    except RAISED as error:
        raise InputError(
            f"{where}: {name} raised {type(error).__name__}: {reason(error)}"
        ) from None


def _quantity(value: Any, field: Field[Any], where: str) -> Any:
    """A parameter: a number or a vector, or one for each region by its name."""
    if isinstance(value, Mapping):
        if not value:
            raise InputError(f"{where}: has no region; give a value, or one for each region")
        return {name: _value(each, field, f"{where}.{name}") for name, each in value.items()}
    return _value(value, field, where)


def _value(value: Any, field: Field[Any], where: str) -> Any:
    unit, shape = field.metadata[_UNIT], field.metadata.get(_SHAPE, ())
    if isinstance(value, list | tuple):
        value = [_in_si(each, unit, where) for each in value]
    else:
        value = _in_si(value, unit, where)
    if not shape:
        check_number(where, value, unit)
        return float(value)
    if shape == (3,):
        check_vector(where, value, unit)
    elif not isinstance(value, list | tuple) or len(value) != shape[0]:
        raise InputError(f"{where}: must be {shape[0]} numbers, in {unit}")
    return tuple(value)


def _in_si(value: Any, unit: str, where: str) -> Any:
    """A number, in place of a quantity like "40 kJ/m^3"."""
    if not isinstance(value, str) or not is_quantity(value):
        return value
    try:
        return si(value, unit)
    except InputError as error:
        raise InputError(f"{where} = {error}") from None


def _hints(kind: type) -> dict[str, Any]:
    try:
        return get_type_hints(kind)
    except RAISED:  # what they name may be known to type checkers alone
        return {}


def _checked(value: Any, hint: Any, where: str) -> Any:
    """A value of the type that its field has."""
    try:
        adapter = TypeAdapter(hint, config=ConfigDict(arbitrary_types_allowed=True))
    except Exception:  # dataclasses have a configuration of their own
        adapter = TypeAdapter(hint)
    try:
        return adapter.validate_python(value, strict=not isinstance(value, list | int))
    except ValidationError as error:
        raise InputError(wrong_value(where, error.errors()[0])) from None


def _require_name(each: Any, others: Sequence[Any], where: str) -> None:
    name = getattr(each, "name", None)
    if not isinstance(name, str) or not name:
        raise InputError(
            f"{where}.{MODULE}: {type(each).__name__} must be a class with a name, like "
            "name = 'cubic'"
        )
    if name in [other.name for other in others]:
        raise InputError(f"{where}: two are called {name!r}: give each a name of its own")


def _given(table: Mapping[str, Any], field: Field[Any], where: str) -> Any:
    """The value of a parameter in a table, or its default."""
    if field.name not in table:
        return _default(field)
    return _quantity(table[field.name], field, f"{where}.{field.name}")


def _default(field: Field[Any]) -> Any:
    value = None if field.default is MISSING else field.default
    return list(value) if isinstance(value, tuple) else value
