"""Types that the files of a run folder are made of, and what is said where a value is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import numpy as np
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    ValidationError,
)
from pydantic_core import core_schema

import hebbfilm
from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import one_line
from hebbfilm.common.schema import checked

FORMAT = 1
"""Of `manifest.json` and `summary.json`; higher where an earlier reader would misunderstand them.

Files of earlier versions have no such number and are read as they are: keys that they lack have a
default. Keys that are not known are let through.
"""

STRICT = ConfigDict(strict=True, extra="ignore", arbitrary_types_allowed=True, defer_build=True)

_SHOWN = 60


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise ValueError("must be different names")
    return names


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("must lie within the run folder")
    return name


def _array(rows: list[list[float]]) -> FloatArray | IntArray:
    if len({len(row) for row in rows}) > 1:
        raise ValueError("must be rows of one length")
    return np.array(rows)


def _listed(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def _rows_of(entry: Any) -> GetPydanticSchema:
    """An array (n, k) in Python, rows of such entries in the file."""
    return GetPydanticSchema(
        lambda source, handler: core_schema.no_info_after_validator_function(
            _array,
            handler.generate_schema(list[list[entry]]),
            serialization=core_schema.plain_serializer_function_ser_schema(_listed),
        )
    )


Number = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Correlation = Annotated[float, Field(ge=-1 - 1e-9, le=1 + 1e-9)]
Count = Annotated[int, Field(ge=0)]
Word = Annotated[str, Field(min_length=1, pattern=r"^[^\x00-\x1f\x7f]*$")]
ContactNames = Annotated[tuple[Word, ...], AfterValidator(_distinct)]
"""Of any film; without current, it may have none."""
Names = Annotated[tuple[Word, ...], Field(min_length=2), AfterValidator(_distinct)]
FileName = Annotated[Word, AfterValidator(_inside)]
Matrix: TypeAlias = Annotated[FloatArray, _rows_of(Number), BeforeValidator(_listed)]
Patterns: TypeAlias = Annotated[IntArray, _rows_of(Literal[1, -1]), BeforeValidator(_listed)]

_T = TypeVar("_T")


def validated(path: Path, content: Mapping[str, Any], entries: type[_T]) -> _T:
    """The content of a file as the class has it.

    Raises:
        InputError: one line that names the file, the key, the value and what is allowed.
    """
    _require_known_format(path, content)
    try:
        return checked(entries, content)
    except ValidationError as error:
        raise InputError(f"{path}: {next(_explained(error))}") from None


def _require_known_format(path: Path, content: Mapping[str, Any]) -> None:
    number = content.get("format")
    if isinstance(number, int) and number > FORMAT:
        raise InputError(
            f"{path}: format = {number}: was written by a newer hebbfilm; this one, "
            f"{hebbfilm.__version__}, reads formats up to {FORMAT}: update it"
        )


def _explained(error: ValidationError) -> Iterator[str]:
    for found in error.errors():
        key = ".".join(" ".join(str(part).split()) for part in found["loc"])
        if found["type"] == "missing":
            yield f"entry '{key}' is missing"
        elif found["type"] == "value_error" and not key:
            yield str(found["ctx"]["error"])
        else:
            message = found["msg"].replace("Input should", "must").removeprefix("Value error, ")
            value = one_line(repr(found["input"]))
            shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
            yield f"{key} = {shown}: {message}"
