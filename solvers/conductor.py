"""What conducts: a film with its layers in one sheet; in three dimensions, the mesh of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hebbfilm.common.arrays import FloatArray
from hebbfilm.meshing import FilmMesh, FilmPart
from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.conduction.electrodes import Electrodes
from hebbfilm.solvers.conduction.stack_conduction import StackConduction
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.heat.body import HeatedBody
from hebbfilm.solvers.heating import Heating
from hebbfilm.solvers.layers.faces import Interfaces
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.layers.stack import Stack
from hebbfilm.solvers.layers.stack_faces import StackInterfaces
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.terms.oersted.oersted import Oersted
from hebbfilm.solvers.terms.oersted.term import OerstedTerm, oersted_terms


class Conductor:
    """A film that conducts on its own mesh, and in 2D its layers with it.

    Args:
        operators: of the film.
        material: of the film.
        layers: that share its cells.

    Attributes:
        operators: of the mesh that conducts.
        material: of its cells, without what shares them.
        shared: the layers that share them.
    """

    def __init__(
        self, operators: VertexOperators, material: FilmMaterial, layers: Sequence[FilmLayer]
    ) -> None:
        self.operators, self.material, self.shared = operators, material, tuple(layers)

    @property
    def mesh(self) -> FilmMesh:
        """Of all that conducts."""
        return self.operators.film_mesh

    def contact_numbers(self, nodes: Mapping[str, Sequence[str]]) -> FloatArray:
        """Of each vertex of the film that this rank owns the number of its node; collective.

        From 1, or 0 for none; also of a pad above it, which lies on a layer.
        """
        return self.mesh.contact_numbers(nodes)

    @property
    def interfaces(self) -> Interfaces:
        """Where layers touch the film."""
        return Interfaces(self.operators)

    def oersted(
        self, oersted: Oersted | None, nodes: Mapping[str, Sequence[str]]
    ) -> list[OerstedTerm]:
        """The field of its current, if it was asked for.

        Args:
            oersted: how it is found.
            nodes: the contacts of each node by its name.
        """
        return oersted_terms(oersted, self.operators, self.shared, nodes)

    def conduction(self, tolerance: float, electrodes: Electrodes | None) -> Conduction:
        """What finds the current in it; collective; see `Conduction`."""
        return Conduction(self.operators, self.material, tolerance, electrodes, self.shared)

    def heating(self) -> Heating:
        """The estimate of one temperature for all of it; collective."""
        return Heating.of_film(self.material, self.operators, self.shared)

    def heated_body(self) -> HeatedBody:
        """What of it is heated, on the mesh that conducts."""
        return HeatedBody.of_film(self.operators, self.material, self.shared)


class StackConductor(Conductor):
    """A film and its layers in one mesh of tetrahedra.

    Args:
        stack: the mesh of all.
    """

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack.operators, stack.material, ())
        self._stack = stack

    def contact_numbers(self, nodes: Mapping[str, Sequence[str]]) -> FloatArray:
        """See `Conductor.contact_numbers`."""
        return self._stack.contact_numbers(nodes)

    @property
    def interfaces(self) -> Interfaces:
        """See `Conductor.interfaces`."""
        return StackInterfaces(self._stack)

    def conduction(self, tolerance: float, electrodes: Electrodes | None) -> Conduction:
        """See `Conductor.conduction`."""
        return StackConduction(self._stack, tolerance, electrodes)

    def heated_body(self) -> HeatedBody:
        """See `Conductor.heated_body`."""
        return replace(super().heated_body(), at_film=self._stack.at_film)


def conductor_of(
    mesh: FilmMesh,
    part: FilmPart,
    operators: VertexOperators,
    material: FilmMaterial,
    layers: Sequence[FilmLayer],
) -> Conductor:
    """What conducts in a film with its layers; collective.

    Args:
        mesh: of the film with what is meshed with it.
        part: the film in that.
        operators: of the film.
        material: of the film.
        layers: on the whole mesh.

    Raises:
        InputError: a layer that cannot be meshed with the film.
    """
    if part.film is mesh:
        return Conductor(operators, material, layers)
    return StackConductor(Stack(mesh, part, operators, material, layers))
