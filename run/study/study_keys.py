"""The keys of a study file, as a person may look them up."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import Field

from hebbfilm.common.quantities import OneOf, Unit
from hebbfilm.run.inputs.sections import Section

SPACINGS = ("linear", "logarithmic")
MOST_RUNS = 10_000
"""Unless the study says otherwise: each is checked before the first one starts."""


OfKey: TypeAlias = Annotated[float, Unit("that of the key")]


class Vary(Section):
    """A key of the case that is varied: `values`, or what lies between `from` and `to`.

    Attributes:
        key: dotted, like "training.voltage".
        values: of the key, one for each run.
        low: the least value, a number or a quantity like "10 mV"; see `count`.
        high: the largest value.
        count: how many values from the least to the largest; without it a [sample] draws them.
        spacing: of the values: equal steps, or equal ratios.
    """

    key: str
    values: Annotated[list[Any], Field(min_length=1)] | None = None
    low: OfKey | str | None = Field(default=None, alias="from")
    high: OfKey | str | None = Field(default=None, alias="to")
    count: Annotated[int, Field(ge=2)] | None = None
    spacing: Annotated[str, OneOf(SPACINGS)] = SPACINGS[0]


class Sample(Section):
    """Some runs at random, in place of all combinations.

    Attributes:
        count: of runs.
        seed: of the draws.
    """

    count: int = Field(ge=1)
    seed: int = Field(default=1, ge=0)


class StudyFile(Section):
    """A case in many variants: all combinations of what is varied, or some.

    Attributes:
        title: of the study; without it the name of the file.
        case: path of the case that is varied, from the folder of the study.
        seeds: how many values of `initial.seed`, from 1, or a list of them.
        vary: a key of the case, and its values.
        zip: keys of the case with lists of one length, whose entries go together.
        sample: some runs at random in place of all combinations.
        set: keys of the case that are the same in all runs, in place of those of the case. Paths
            here, in `vary` and in `zip` start from the folder of the study.
        pictures: whether each run draws its own pictures.
        most_runs: how many runs are allowed.
    """

    title: str = ""
    case: str
    seeds: Annotated[int, Field(ge=1)] | Annotated[list[int], Field(min_length=1)] | None = None
    vary: tuple[Vary, ...] = ()
    zip: tuple[dict[str, Any], ...] = ()
    sample: Sample | None = None
    set: dict[str, Any] = Field(default_factory=dict)
    pictures: bool = False
    most_runs: int = MOST_RUNS


def keys_of(section: type[Section]) -> tuple[str, ...]:
    """Its keys, as a file writes them."""
    return tuple(field.alias or name for name, field in section.model_fields.items())
