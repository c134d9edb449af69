"""What a material and a layer have in common: fields that are parameters."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from hebbfilm.solvers.materials.parameter import described, same


@dataclass(frozen=True, eq=False, repr=False)
class ParameterSet:
    """A frozen dataclass of parameters and words, equal to another if all of them are."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and all(
            same(getattr(self, field.name), getattr(other, field.name)) for field in fields(self)
        )

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        given = [f"{name}={value!r}" for name, value in self.described().items()]
        return f"{type(self).__name__}({', '.join(given)})"

    def described(self) -> dict[str, Any]:
        """What each of them is, as JSON can hold it."""
        return {field.name: described(getattr(self, field.name)) for field in fields(self)}
