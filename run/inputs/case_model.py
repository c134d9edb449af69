"""A case: its sections, and the film that they make."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tomli_w
from pydantic import Field

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.quantities import WrittenAs
from hebbfilm.hopfield import Neurons, Training
from hebbfilm.meshing import Layout
from hebbfilm.run.inputs.content import without_none
from hebbfilm.run.inputs.functions import training_with_functions
from hebbfilm.run.inputs.layers import (
    LayerSections,
    require_regions,
)
from hebbfilm.run.inputs.layouts import FilmSource, film_source
from hebbfilm.run.inputs.limits import Limits
from hebbfilm.run.inputs.material import MaterialSection
from hebbfilm.run.inputs.modules import as_kept, files_of
from hebbfilm.run.inputs.neurons import Given, named_neurons
from hebbfilm.run.inputs.protocol import Protocol
from hebbfilm.run.inputs.protocol_steps import ReadStep
from hebbfilm.run.inputs.recall_section import RecallSection
from hebbfilm.run.inputs.regions import (
    Regions,
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
from hebbfilm.solvers import (
    DemagnetisationModel,
    Disorder,
    Electrodes,
    Heat,
    Layer,
    Material,
    Oersted,
)
from hebbfilm.solvers.drives.waveforms import Waveform
from hebbfilm.solvers.terms.oersted.wire import require_wires_fit

if TYPE_CHECKING:
    from mpi4py import MPI

    from hebbfilm.meshing import FilmMesh


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
        source = source.refined(numerics.refinements)
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
        return tomli_w.dumps(without_none(self.as_kept()), multiline_strings=True)
