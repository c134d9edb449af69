"""Case files: one TOML a run, checked before anything is meshed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tomli_w
from pydantic import Field, ValidationError

from hebbfilm.common.arguments import check_vector
from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import WrittenAs
from hebbfilm.common.schema import checked
from hebbfilm.hopfield import Neurons, Training
from hebbfilm.meshing import Layout
from hebbfilm.run.inputs.content import check_content, without_none
from hebbfilm.run.inputs.explaining import explained
from hebbfilm.run.inputs.functions import training_with_functions
from hebbfilm.run.inputs.layers import (
    LayerSections,
    regions_of,
    require_no_elements,
    require_regions,
)
from hebbfilm.run.inputs.layouts import FilmSource, film_source
from hebbfilm.run.inputs.limits import Limits
from hebbfilm.run.inputs.material import MaterialSection
from hebbfilm.run.inputs.modules import as_kept, files_of, with_modules_found
from hebbfilm.run.inputs.neurons import Given, have_reference, named_neurons, with_neurons
from hebbfilm.run.inputs.paths import path_from
from hebbfilm.run.inputs.plausible import check_plausible
from hebbfilm.run.inputs.protocol import Protocol, ReadStep
from hebbfilm.run.inputs.recall_section import RecallSection
from hebbfilm.run.inputs.regions import (
    Regions,
    check_different,
    material_with_regions,
)
from hebbfilm.run.inputs.sections import (
    FieldVector,
    Initial,
    ModuleSection,
    NumericsSection,
    Output,
    Reading,
    Section,
    Thermal,
)
from hebbfilm.run.inputs.settings import apply_setting, read_toml
from hebbfilm.run.inputs.tables import with_tables_read
from hebbfilm.solvers import (
    DemagnetisationModel,
    Disorder,
    Electrodes,
    Heat,
    Layer,
    Material,
    Oersted,
)
from hebbfilm.solvers.drives.waveforms import LARGEST_FIELD, Waveform
from hebbfilm.solvers.layers.layer import require_layers_apart
from hebbfilm.solvers.terms.oersted.wire import require_wires_fit

if TYPE_CHECKING:
    from mpi4py import MPI

    from hebbfilm.meshing import FilmMesh

_YES = (1, "true", "yes", "on")


class Case(Section):
    """A run, as its case file describes it.

    Attributes:
        title: of the run, in pictures and tables.
        layout: the film and its contacts: a layout by its kind, or a file.
        contacts: what lies between the film and its circuit.
        neurons: which contacts make each neuron: a table with the contacts of each, or, of films
            with `layout.copies`, what the copies are; without it each contact is one.
        material: what the film is made of.
        regions: parts of the film in which something differs.
        disorder: grains that differ from each other.
        applied_field: uniform H along x, y and z, A/m.
        applied_field_waveform: fields that change in time, added to it.
        demagnetisation: the demagnetising field: "none" (an effective anisotropy contains it),
            "local" (the limit of a thin film), or "full" (that of all poles).
        oersted: the field of the current: true, or a table.
        terms: energies and fields of modules of one's own.
        torques: torques of modules of one's own.
        initial: the texture before training.
        layers: of metal below and above the film.
        heat: that the film gets warm where current flows.
        thermal: the thermal noise.
        training: which patterns are presented, and how.
        protocol: what happens in a run without patterns, in place of [training].
        reading: how weights are read.
        recall: recall by circuits at the contacts, after the training.
        numerics: what decides accuracy and cost.
        output: what is kept.
        limits: how much work and memory the case may ask for.
    """

    title: str = Field(default="", max_length=200)
    layout: Annotated[dict[str, Any], WrittenAs("layout")]
    contacts: Electrodes = Electrodes()
    neurons: Annotated[Given | None, WrittenAs("neurons")] = None
    material: MaterialSection = MaterialSection()
    regions: Regions = ()
    disorder: Disorder | None = None
    applied_field: FieldVector = (0.0, 0.0, 0.0)
    applied_field_waveform: tuple[Annotated[Waveform, Field(discriminator="kind")], ...] = ()
    demagnetisation: DemagnetisationModel = "none"
    oersted: Annotated[Oersted | None, WrittenAs("oersted")] = None
    terms: tuple[ModuleSection, ...] = ()
    torques: tuple[ModuleSection, ...] = ()
    initial: Initial = Initial()
    layers: LayerSections = ()
    heat: Heat | None = None
    thermal: Thermal = Thermal()
    training: Training | None = None
    protocol: Protocol | None = None
    reading: Reading = Reading()
    recall: RecallSection | None = None
    numerics: NumericsSection = NumericsSection()
    output: Output = Output()
    limits: Limits = Limits()

    def film_source(self) -> FilmSource:
        """The layout, or the mesh file, that the case names.

        Raises:
            InputError: what is wrong with the layout, a contact that it does not have, or a size
                beyond the limits.
        """
        numerics = self.numerics
        source = film_source(self.layout, numerics.dimension, numerics.layers, self.regions)
        source = source.with_slabs([layer.slab() for layer in self.layers])
        if isinstance(source.geometry, Layout):
            contacts = source.geometry.contact_names
            nodes = self.contacts.nodes(contacts)
            self.neurons_of(list(nodes))
            if self.heat is not None:
                self.heat.require_contacts(contacts)
            require_regions(self.layers, source.geometry.region_names)
            require_wires_fit(self.oersted.wires if self.oersted else (), contacts, nodes)
            self.limits.require_film(
                source.geometry,
                source.layers_of_vertices,
                self._grid_of(),
                self.disorder.grain_diameter if self.disorder else None,
                source.layers_beside,
            )
        return source

    def _grid_of(self) -> str | None:
        """The key that asks for a grid over the film, with its value."""
        if self.demagnetisation == "full":
            return "demagnetisation = 'full'"
        return "oersted" if self.oersted else None

    def neurons_of(self, nodes: Sequence[str]) -> Neurons:
        """Those that the contacts make.

        Args:
            nodes: names of the nodes of the film.

        Raises:
            InputError: neurons that do not fit the contacts.
        """
        return Neurons(nodes, named_neurons(self.neurons, nodes))

    def film_material(self) -> Material:
        """What the film is made of, with what differs in its regions.

        Raises:
            InputError: a key that differs in a region, and that [material] leaves out.
        """
        return material_with_regions(self.material.of_film(), self.regions)

    def film_layers(self) -> list[Layer]:
        """The layers of metal, in their order."""
        return [layer.of_film() for layer in self.layers]

    def materials(self) -> dict[str, MaterialSection]:
        """Each material by the path of its keys: that of the film, and those of its regions."""
        return {"material": self.material} | {
            f"regions.{region.name}.material": region.material_in(self.material)
            for region in self.regions
        }

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
        """The training section, with the functions that it names.

        Raises:
            InputError: there is none, or a function that is none.
        """
        if self.training is None:
            raise InputError(
                "the case has no [training]: give at least patterns = ['+,+,-,-'] in it; "
                "`hebbfilm run` does a run without patterns"
            )
        return training_with_functions(self.training)

    def steps(self) -> Protocol:
        """What a run without patterns does; by default the film is read once."""
        return self.protocol or Protocol(steps=(ReadStep(),))

    def as_kept(self) -> dict[str, Any]:
        """All keys with their values, modules as the folder of a run has them."""
        kept: dict[str, Any] = as_kept(self.model_dump(mode="json"))
        return kept

    def modules(self) -> dict[str, Path]:
        """The files of the modules that the case names, by the names of their copies."""
        return files_of(self.model_dump(mode="json"))

    def as_toml(self) -> str:
        """The case with every default written out, for the folder of its run."""
        return tomli_w.dumps(without_none(self.as_kept()))


def read_case(path: Path | str, settings: Iterable[str] = ()) -> Case:
    """Read a case file.

    Args:
        path: of the TOML file.
        settings: "section.key=value" that overrule the file.

    Raises:
        InputError: one line that names the key, the value, what is allowed and the likely slip.
    """
    content = read_content(Path(path), settings)
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
        # So that the copy in the run folder finds the film, too.
        layout["path"] = str(path_from(layout["path"], path.parent).resolve())
    try:
        return _with_files(content, path.parent)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _with_files(content: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The same with its tables read and its modules found, from a folder."""
    found: dict[str, Any] = with_modules_found(with_tables_read(content, folder), folder)
    return found


def parse_case(content: Mapping[str, Any]) -> Case:
    """Check a case given as nested mappings.

    Raises:
        InputError: see `read_case`.

    Example:
        >>> case = parse_case({"layout": {"kind": "wheel"}, "training": {"patterns": ["++--"]}})
        >>> case.training.voltage, case.film_source().geometry.contact_names
        (0.05, ('rim_1', 'rim_2', 'rim_3', 'centre'))
    """
    check_content(content)
    content = with_neurons(_with_tables(_with_files(content, Path())))
    check_plausible(content)
    _check_amplitudes(content.get("applied_field_waveform"))
    try:
        case = checked(Case, content)
    except ValidationError as error:
        raise InputError(explained(error, content, Case.model_fields)) from None
    case.reading.rule()
    # So many as are refused for their number are not looked through.
    if case.training is not None and case.training.reading_count <= case.limits.fields:
        case.reading.require_moments(case.training.labels(), have_reference(case.neurons))
    case.modules()
    if case.training is not None and case.protocol is not None:
        raise InputError("[training] and [protocol]: a run has one of them; leave the other out")
    if case.recall is not None and case.training is None:
        raise InputError("[recall]: nothing is learnt that could be recalled; add a [training]")
    check_different(case.regions, regions_of(case.layers))
    require_layers_apart(case.film_layers())
    case.film_material()
    if case.numerics.dimension == 2:
        require_no_elements(case.layers)
    if case.heat is not None:
        case.heat.require_noise_of(case.thermal.temperature)
    return case


def _with_tables(content: dict[str, Any]) -> dict[str, Any]:
    """The same with an empty table for `oersted = true`, and none for false."""
    given = content.get("oersted", {})
    if isinstance(given, Mapping):
        return content
    if not isinstance(given, bool):
        meant = "; did you mean true?" if given in _YES else ""
        raise InputError(f"oersted = {shown(given)}: must be true, false or a table{meant}")
    rest = {key: value for key, value in content.items() if key != "oersted"}
    return rest | {"oersted": {}} if given else rest


def _check_amplitudes(waveforms: Any) -> None:
    """Raise InputError for a waveform of a contact in place of one of a field."""
    for waveform in waveforms if isinstance(waveforms, list) else []:
        if isinstance(waveform, Mapping) and "amplitude" in waveform:
            given = waveform["amplitude"]
            check_vector("applied_field_waveform.amplitude", given, "A/m", LARGEST_FIELD)
