"""The sections of a case file that are of a run alone, and of no film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Reference
from hebbfilm.hopfield.moments import TRAINED, UNIFORM, UNTRAINED
from hebbfilm.solvers import IntegratorName, Numerics

Positive = Annotated[float, Field(gt=0)]
Vector = tuple[float, float, float]


class Section(BaseModel):
    """A table of a case file, in which nothing may stand that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ModuleSection(BaseModel):
    """A table of a case file whose other keys are those of a class in a module of one's own."""

    model_config = ConfigDict(extra="allow", frozen=True)

    module: str
    sha256: str = ""


class Initial(Section):
    """The texture before training: random directions or one direction, then settled.

    It settles by dynamics with a high damping for a while, or by the minimiser, which goes on until
    the torque is below the tolerance.
    """

    texture: Literal["random", "uniform"] = "random"
    seed: int = Field(default=1, ge=0)
    direction: Vector = (0.0, 0.0, 1.0)
    method: Literal["relax", "minimise"] = "relax"
    relaxation: float = Field(default=5e-9, ge=0)
    damping: Positive = 0.5
    torque_tolerance: float = Field(default=10.0, ge=0)

    @model_validator(mode="after")
    def _possible(self) -> Initial:
        if not any(self.direction):
            raise InputError(
                f"initial.direction = {list(self.direction)}: must be a direction that is not zero"
            )
        if self.method == "minimise" and not self.torque_tolerance:
            raise InputError(
                "initial.torque_tolerance = 0: must be positive for the minimiser, in A/m; 10 is "
                "typical"
            )
        return self


class Thermal(Section):
    """The thermal noise that acts while the film is trained and rests; none at 0 K.

    A film is relaxed without it, and then comes to its temperature for `equilibration` in s.
    """

    temperature: float = Field(default=0.0, ge=0)
    equilibration: float = Field(default=2e-9, ge=0)
    seed: int = Field(default=0, ge=0)


class Reading(Section):
    """How weights are read, and the recall that is tried with them.

    With thermal noise, conductances are means over `average` in s, after equilibration and after
    the rest.
    """

    reference: str = "untrained"
    offset: float | None = None
    since: str = UNTRAINED
    of: Annotated[tuple[str, ...], Field(min_length=1)] = (TRAINED,)
    average: float = Field(default=1e-9, ge=0)
    voltage: Positive = 1e-3
    duration: Positive = 1e-10
    recall: Literal["asynchronous", "synchronous"] = "asynchronous"
    orders: int = Field(default=4, ge=1, le=1000)
    seed: int = Field(default=0, ge=0)

    def rule(self) -> Reference:
        """The reference of the weights."""
        return Reference(self.reference, self.offset, self.since, self.of)

    def require_moments(self, labels: Sequence[str], film: bool) -> None:
        """Refuse moments that no step of the training reads.

        Args:
            labels: that it reads on the way.
            film: whether neurons are compared with those of another film.

        Raises:
            InputError: the key, its label, and those that there are.
        """
        there = [UNTRAINED, *labels, TRAINED, UNIFORM]
        self.rule().require_moments(there, "reading", film=film)


class NumericsSection(Section):
    """What decides accuracy and cost: of the mesh, and as `Numerics` has it, of the film.

    A mesh on which m would turn once around from one vertex to the next is refused unless allowed.
    """

    dimension: Literal[2, 3] = 2
    layers: int = Field(default=1, ge=1, le=1000)
    renewal_tolerance: float = Field(default=Numerics.renewal_tolerance, ge=1e-8, le=1)
    potential_tolerance: float = Field(default=Numerics.potential_tolerance, ge=1e-15, lt=1e-2)
    integrator: IntegratorName = Numerics.integrator
    step_tolerance: float = Field(default=Numerics.step_tolerance, ge=1e-9, le=0.1)
    allow_coarse_mesh: bool = False

    @model_validator(mode="after")
    def _flat_or_not(self) -> NumericsSection:
        if self.dimension == 2 and self.layers != 1:
            raise InputError(
                f"numerics.layers = {self.layers}: must be 1 in two dimensions, where a film is of "
                "triangles; did you mean numerics.dimension = 3?"
            )
        return self

    def of_film(self) -> Numerics:
        """What the film itself needs of it."""
        return Numerics(**self.model_dump(include={field.name for field in fields(Numerics)}))


class Output(Section):
    """What is kept: the time between table rows, and between fields beside the main moments."""

    sample_interval: Positive = 5e-11
    field_interval: Positive | None = None
