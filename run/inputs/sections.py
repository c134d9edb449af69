"""The sections of a case file that are of a run alone, and of no film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hebbfilm.common.errors import InputError
from hebbfilm.common.quantities import (
    Conductance,
    FieldStrength,
    OneOf,
    Plain,
    Temperature,
    Time,
    Voltage,
)
from hebbfilm.hopfield import Reference
from hebbfilm.hopfield.moments import TRAINED, UNIFORM, UNTRAINED
from hebbfilm.hopfield.reference import FORMULAS
from hebbfilm.meshing.bounds import MOST_REFINEMENTS
from hebbfilm.run.inputs.textures import NamedOrTable
from hebbfilm.solvers import IntegratorName, Numerics, Texture

PositiveTime = Annotated[Time, Field(gt=0)]
PositiveTorque = Annotated[FieldStrength, Field(gt=0)]
PositiveVoltage = Annotated[Voltage, Field(gt=0)]
Damping = Annotated[Plain, Field(gt=0)]
Direction = tuple[Plain, Plain, Plain]
FieldVector = tuple[FieldStrength, FieldStrength, FieldStrength]
_SEED = 1


class Section(BaseModel):
    """A table of a case file, in which nothing may stand that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class ModuleSection(BaseModel):
    """A table of a case file whose other keys are those of a class in a module of one's own.

    Attributes:
        module: file and class, like "my_terms.py:Cubic"; the path from the folder of the case.
        sha256: checksum of the file, which hebbfilm notes in the case of a run.
    """

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    module: str
    sha256: str = ""


class Initial(Section):
    """The texture before training, then settled: "random", "uniform", or a table with its kind.

    It settles by dynamics with a high damping for a while, or by the minimiser, which goes on until
    the torque is below the tolerance.

    Attributes:
        texture: random directions at all vertices, or one `direction`; or a table with its kind.
        seed: of the random directions of "random".
        direction: of "uniform", of any length but zero; also that of m for which couplings of pairs
            are predicted.
        method: "relax" by dynamics, "minimise" downhill to an equilibrium, in no time.
        relaxation: how long it settles by dynamics at most, s; 0 for not at all.
        damping: Gilbert's α while it settles by dynamics.
        torque_tolerance: largest |m × H| at which it counts as settled, A/m; 0 for the whole time.
    """

    texture: NamedOrTable = "random"
    seed: int = Field(default=_SEED, ge=0)
    direction: Direction = (0.0, 0.0, 1.0)
    method: Literal["relax", "minimise"] = "relax"
    relaxation: Time = Field(default=5e-9, ge=0)
    damping: Damping = 0.5
    torque_tolerance: FieldStrength = Field(default=10.0, ge=0)

    @model_validator(mode="after")
    def _possible(self) -> Initial:
        if self.seed != _SEED and isinstance(self.texture, Texture):
            raise InputError(
                f"initial.seed = {self.seed}: is that of texture = 'random'; a texture in a table "
                "has what it needs in there, like initial.texture.seed"
            )
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

    A film is relaxed without it, and then comes to its temperature.

    Attributes:
        temperature: of the noise, K; with [heat] that of the substrate.
        equilibration: how long the film comes to its temperature, s.
        seed: of the noise.
    """

    temperature: Temperature = Field(default=0.0, ge=0)
    equilibration: Time = Field(default=2e-9, ge=0)
    seed: int = Field(default=0, ge=0)


class Reading(Section):
    """How weights are read, and the recall that is tried with them.

    Attributes:
        reference: what a conductance is compared with to give a weight.
        offset: at which a weight is zero, of the references that are called so: a relative change
            (0.01 is 1 %), or a conductance in S.
        since: the moment from which on changes are taken: "untrained", the label of a reading,
            "uniform" (the same film with m along z), or "reference_film".
        of: the moments at which conductances are read, of which the mean is taken.
        average: with thermal noise, the time over which conductances are means, s.
        voltage: with which it is read; m must stay as it is.
        duration: how long the film is read, s, to see whether m stays as it is.
        recall: "asynchronous", one neuron after another, or "synchronous", all at once.
        orders: how many random orders of neurons are tried from each state.
        seed: of these orders.
    """

    reference: Annotated[str, OneOf(tuple(FORMULAS))] = "untrained"
    offset: Plain | Conductance | None = None
    since: str = UNTRAINED
    of: Annotated[tuple[str, ...], Field(min_length=1)] = (TRAINED,)
    average: Time = Field(default=1e-9, ge=0)
    voltage: PositiveVoltage = 1e-3
    duration: PositiveTime = 1e-10
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
    """What decides accuracy and cost, of the mesh and of the film.

    Attributes:
        dimension: 2 for a film of triangles, 3 for one of tetrahedra.
        layers: of tetrahedra over the thickness; 1 in two dimensions.
        refinements: how often each triangle of a coarser mesh is divided into four; as often as a
            film of more than 2e5 vertices needs, and its curves and corners allow, where none is
            given.
        allow_coarse_mesh: whether a mesh is allowed on which m would turn once around from one
            vertex to the next.
    """

    described_like: ClassVar = Numerics

    dimension: Literal[2, 3] = 2
    layers: int = Field(default=1, ge=1, le=1000)
    refinements: int | None = Field(default=None, ge=0, le=MOST_REFINEMENTS)
    renewal_tolerance: Plain = Field(default=Numerics.renewal_tolerance, ge=1e-8, le=1)
    potential_tolerance: Plain = Field(default=Numerics.potential_tolerance, ge=1e-15, lt=1e-2)
    integrator: IntegratorName = Numerics.integrator
    step_tolerance: Plain = Field(default=Numerics.step_tolerance, ge=1e-9, le=0.1)
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
    """What is kept of a run.

    Attributes:
        sample_interval: time between rows of the table, s.
        field_interval: time between snapshots of the fields, s, beside those of the main moments;
            without it there are only these. Each is at the first row that comes so much later than
            the last one, and the first at the first row.
        texture: whether each row has topological charge, skyrmions, length of walls and stripes,
            too; a row takes some per cent longer then. Snapshots have them in any case.
    """

    sample_interval: PositiveTime = 5e-11
    field_interval: PositiveTime | None = None
    texture: bool = False
