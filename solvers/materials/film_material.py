"""A material on one film: each of its parameters in every cell, and at every vertex."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields

from mpi4py import MPI

import numpy as np

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import FilmMesh
from hebbfilm.solvers.materials.agreement import require_one_kind
from hebbfilm.solvers.materials.material import Material, problem_of
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm, on_film


class FilmMaterial:
    """The parameters of a material on one film; made collectively.

    Args:
        film_mesh: of the film.
        material: what it is made of.
        changing: names of the parameters whose values will change in place.

    Raises:
        InputError: a parameter that does not fit the film, or is out of its range anywhere.

    Attributes:
        material, changing: as they were given.
    """

    def __init__(
        self, film_mesh: FilmMesh, material: Material, changing: Collection[str] = ()
    ) -> None:
        self.material, self.changing = material, tuple(changing)
        missing = [each.name for each in fields(material) if getattr(material, each.name) is None]
        require_one_kind(film_mesh.comm, "what a material has not", ", ".join(missing))
        as_given: Mapping[str, ParameterOnFilm] = {
            field.name: on_film(
                film_mesh,
                f"material.{field.name}",
                getattr(material, field.name),
                (3,) if field.name == "easy_axis" else (),
            )
            for field in fields(material)
            if getattr(material, field.name) is not None
        }
        self._found = {
            name: found.changing() if name in changing else found
            for name, found in as_given.items()
        }
        for name, found in self._found.items():
            for value in (found.least, found.largest):
                if problem := problem_of(name, value):
                    raise InputError(f"material.{name}: {value:g} somewhere: must be {problem}")

        self._require_directions(self["easy_axis"])

    @staticmethod
    def _require_directions(axis: ParameterOnFilm) -> None:
        if axis.value is not None:
            return
        local = np.linalg.norm(axis.corners, axis=2).min(initial=np.inf)
        if not axis.film_mesh.comm.allreduce(float(local), MPI.MIN) > 0:
            raise InputError(f"{axis.name}: zero somewhere: must be a direction that is not zero")

    def __getitem__(self, name: str) -> ParameterOnFilm:
        return self._found[name]

    def __contains__(self, name: str) -> bool:
        return name in self._found
