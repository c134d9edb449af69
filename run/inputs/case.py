"""Case files: one TOML a run, checked before anything is meshed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are, unknown_key
from hebbfilm.common.messages import shown
from hebbfilm.common.schema import checked, wrong_value
from hebbfilm.hopfield import Reference, Step, Training
from hebbfilm.meshing import Layout
from hebbfilm.run.inputs.content import check_content
from hebbfilm.run.inputs.layouts import FilmSource, film_source
from hebbfilm.run.inputs.limits import Limits
from hebbfilm.run.inputs.paths import path_from
from hebbfilm.run.inputs.plausible import check_plausible
from hebbfilm.run.inputs.settings import apply_setting, read_toml
from hebbfilm.solvers import (
    DemagnetisationModel,
    Disorder,
    Electrodes,
    IntegratorName,
    Material,
    Numerics,
)
from hebbfilm.solvers.drives.waveforms import Pulse, Ramp, Sinc, Sine, Waveform

if TYPE_CHECKING:
    from mpi4py import MPI

    from hebbfilm.meshing import FilmMesh

_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
_WAVEFORMS: Mapping[str, type[Waveform]] = {w.kind: w for w in (Sine, Pulse, Ramp, Sinc)}
_ALTERNATIVES = ("float", "int", "str")
_Positive = Annotated[float, Field(gt=0)]
_Vector = tuple[float, float, float]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Initial(_Section):
    """The texture before training: random directions or one direction, then settled.

    It settles by dynamics with a high damping for a while, or by the minimiser, which goes on until
    the torque is below the tolerance.
    """

    texture: Literal["random", "uniform"] = "random"
    seed: int = Field(default=1, ge=0)
    direction: _Vector = (0.0, 0.0, 1.0)
    method: Literal["relax", "minimise"] = "relax"
    relaxation: float = Field(default=5e-9, ge=0)
    damping: _Positive = 0.5
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


class Thermal(_Section):
    """The heat that acts while the film is trained and rests; none at 0 K.

    A film is relaxed without it, and then comes to its temperature for `equilibration` in s.
    """

    temperature: float = Field(default=0.0, ge=0)
    equilibration: float = Field(default=2e-9, ge=0)
    seed: int = Field(default=0, ge=0)


class Reading(_Section):
    """How weights are read, and the recall that is tried with them.

    With heat, conductances are means over `average` in s, after equilibration and after the rest.
    """

    reference: str = "untrained"
    offset: float | None = None
    average: float = Field(default=1e-9, ge=0)
    voltage: _Positive = 1e-3
    duration: _Positive = 1e-10
    recall: Literal["asynchronous", "synchronous"] = "asynchronous"
    orders: int = Field(default=4, ge=1, le=1000)
    seed: int = Field(default=0, ge=0)

    def rule(self) -> Reference:
        """The reference of the weights."""
        return Reference(self.reference, self.offset)


class NumericsSection(_Section):
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

    def of_film(self) -> Numerics:
        """What the film itself needs of it."""
        return Numerics(**self.model_dump(include={field.name for field in fields(Numerics)}))


class Output(_Section):
    """What is kept: the time between table rows, and between fields beside the main moments."""

    sample_interval: _Positive = 5e-11
    field_interval: _Positive | None = None


class Case(_Section):
    """A run, as its case file describes it."""

    title: str = Field(default="", max_length=200)
    layout: dict[str, Any]
    contacts: Electrodes = Electrodes()
    material: Material = Material()
    disorder: Disorder | None = None
    applied_field: _Vector = (0.0, 0.0, 0.0)
    applied_field_waveform: tuple[Annotated[Waveform, Field(discriminator="kind")], ...] = ()
    demagnetisation: DemagnetisationModel = "none"
    initial: Initial = Initial()
    thermal: Thermal = Thermal()
    training: Training | None = None
    reading: Reading = Reading()
    numerics: NumericsSection = NumericsSection()
    output: Output = Output()
    limits: Limits = Limits()

    def film_source(self) -> FilmSource:
        """The layout, or the mesh file, that the case names.

        Raises:
            InputError: what is wrong with the layout, a contact that it does not have, or a size
                beyond the limits.
        """
        source = film_source(self.layout, self.numerics.dimension, self.numerics.layers)
        if isinstance(source.geometry, Layout):
            self.contacts.nodes(source.geometry.contact_names)
            self.limits.require_film(
                source.geometry,
                source.layers_of_vertices,
                self.demagnetisation == "full",
                self.disorder.grain_diameter if self.disorder else None,
            )
        return source

    def shared_film_source(self, comm: MPI.Intracomm) -> FilmSource:
        """The same on all ranks, drawn or read on rank 0; collective."""
        source: FilmSource = comm.bcast(on_root(comm, self.film_source), root=0)
        return source

    def mesh(self, comm: MPI.Intracomm) -> FilmMesh:
        """Mesh the film, on rank 0 as it is drawn or read; collective.

        Raises:
            InputError: see `film_source`; or a film that cannot be meshed.
        """
        return self.shared_film_source(comm).mesh(comm)

    def required_training(self) -> Training:
        """The training section.

        Raises:
            InputError: there is none, or a film from which no weights can be read.
        """
        if self.training is None:
            raise InputError(
                "the case has no [training]: give at least patterns = ['+,+,-,-'] in it"
            )
        if self.material.anomalous_hall_ratio:
            raise InputError(
                f"material.anomalous_hall_ratio = {self.material.anomalous_hall_ratio:g}: must be "
                "0 in training, as weights are read from a symmetric conductance matrix; "
                "`hebbfilm conductance` reads such a film"
            )
        return self.training

    def as_toml(self) -> str:
        """The case with every default written out."""
        return tomli_w.dumps(_without_none(self.model_dump(mode="json")))


def read_case(path: Path, settings: Iterable[str] = ()) -> Case:
    """Read a case file.

    Args:
        path: of the TOML file.
        settings: "section.key=value" that overrule the file.

    Raises:
        InputError: one line that names the key, the value, what is allowed and the likely slip.
    """
    content = read_content(path, settings)
    try:
        return parse_case(content)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def read_content(path: Path, settings: Iterable[str] = ()) -> dict[str, Any]:
    """What a case file holds, as nested mappings that `parse_case` takes; see `read_case`.

    Raises:
        InputError: a file that cannot be read, or a setting that is none.
    """
    content = read_toml(path, "case")
    for setting in settings:
        apply_setting(content, setting)
    try:
        check_content(content)
    except InputError as error:
        raise InputError(f"--set: {error}") from None
    layout = content.get("layout")
    if isinstance(layout, dict) and isinstance(layout.get("path"), str):
        # So that the copy in the run folder finds the mesh too.
        layout["path"] = str(path_from(layout["path"], path.parent).resolve())
    return content


def parse_case(content: Mapping[str, Any]) -> Case:
    """Check a case given as nested mappings.

    Raises:
        InputError: see `read_case`.
    """
    check_content(content)
    check_plausible(content)
    try:
        case = checked(Case, content)
    except ValidationError as error:
        raise InputError(_explain(error)) from None
    case.reading.rule()
    return case


def _explain(error: ValidationError) -> str:
    """The first thing that is wrong, in one line."""
    errors = error.errors()
    # A key that is misspelt is missing too: the slip says more.
    first = next((e for e in errors if e["type"] in _UNKNOWN_KEY), errors[0])
    # Where a number or something else is allowed, pydantic says which of them it tried.
    location = tuple(part for part in first["loc"] if part not in _ALTERNATIVES)
    key = ".".join(str(part) for part in location)
    kind = first["type"]
    if kind in _UNKNOWN_KEY:
        return _unknown_key(location)
    if kind.startswith("union_tag"):
        value = first["input"].get("kind", "")
        return f"{key}.kind = {shown(value)}: {allowed_are(value, _WAVEFORMS)}"
    if kind == "tuple_type" and isinstance(first["input"], Mapping):
        return f"[{key}]: may stand several times, so write it as [[{key}]]"
    if kind == "missing":
        return f"{key} is missing"
    if kind == "value_error":
        slip = first["ctx"]["error"]
        return str(slip) if isinstance(slip, InputError) else f"{key}: {slip}"
    return wrong_value(key, first)


def _unknown_key(location: tuple[int | str, ...]) -> str:
    *section, key = (str(part) for part in location)
    where = f"in [{'.'.join(section)}]" if section else "at the top of the case"
    return unknown_key(key, where, _keys(section))


def _keys(section: list[str]) -> list[str]:
    if section[:1] == ["applied_field_waveform"]:
        return list(_WAVEFORMS[section[2]].__dataclass_fields__)
    if section[:2] == ["training", "steps"]:
        return list(Step.__dataclass_fields__)
    fields: dict[str, Iterable[str]] = {
        "": Case.model_fields,
        "contacts": Electrodes.__dataclass_fields__,
        "material": Material.__dataclass_fields__,
        "disorder": Disorder.__dataclass_fields__,
        "training": Training.__dataclass_fields__,
        "initial": Initial.model_fields,
        "thermal": Thermal.model_fields,
        "reading": Reading.model_fields,
        "numerics": NumericsSection.model_fields,
        "output": Output.model_fields,
        "limits": Limits.model_fields,
    }
    return list(fields[section[0] if section else ""])


def _without_none(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _without_none(value) for key, value in content.items() if value is not None}
    if isinstance(content, list):
        return [_without_none(entry) for entry in content]
    return content
