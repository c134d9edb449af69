"""All quadratic energies of a film: one form, compiled once, assembled when parameters change."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from mpi4py import MPI

import numpy as np
from dolfinx import fem, la
from scipy import sparse

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.forms import compiled
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.kernels.compiled import PROCESSOR_FLAGS
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.material import Material
from hebbfilm.solvers.materials.moments import VertexMoments
from hebbfilm.solvers.terms.densities import Densities
from hebbfilm.solvers.terms.density_checks import naming, require_finite
from hebbfilm.solvers.terms.energy import Energy
from hebbfilm.solvers.terms.quadratic import QuadraticForm

_FAST = {"cffi_extra_compile_args": ["-O3", "-ffast-math", *PROCESSOR_FLAGS, "-g0"]}
"""Takes 10 ms in place of 16 on 16k vertices, and rounds otherwise, by 5e-16 of the largest."""
_LOG = logging.getLogger("hebbfilm")


class QuadraticEnergies:
    """The quadratic parts of some energies as couplings of the vertices; made collectively.

    Args:
        densities: of the film.
        names: of those that have such a part.
        often: whether it is assembled again and again.
    """

    def __init__(self, densities: Densities, names: Sequence[str], *, often: bool = False) -> None:
        self._densities, self._names = densities, names
        mesh = densities.operators.film_mesh.mesh
        # One form serves the sum and each term by itself: these factors are 0 or 1.
        self._shares = {name: fem.Constant(mesh, np.float64(1)) for name in names}
        self._form: Any = None
        self._matrix: la.MatrixCSR | None = None
        self._often = often
        if names:
            energy = sum(self._shares[name] * densities.energies[name] for name in names)
            with naming(names):
                options = _FAST if often else {}
                comm = densities.operators.comm
                self._form = compiled(densities.hessian(energy), comm, options)
        if self.total.anisotropic is not None and densities.operators.comm.rank == 0:
            _LOG.warning(
                "note: an energy couples neighbours by more than exchange and Dzyaloshinskii-"
                "Moriya vectors, as anisotropic exchange does: its field is evaluated by a general "
                "sparse matrix, which takes several times as long"
            )

    @cached_property
    def total(self) -> QuadraticForm:
        """Their sum, in numbers that the compiled loops keep exactly; collective at first."""
        return self.assembled(self._names).narrowed()

    def forget(self) -> None:
        """Keep nothing until it is asked for: then of the parameters as they are by then."""
        for name in ("total", "parts"):
            vars(self).pop(name, None)

    def beyond_pairs(self) -> Mapping[str, QuadraticForm]:
        """The form of each term that couples pairs by more than exchange and Moriya vectors."""
        if self.total.anisotropic is None:
            return {}
        return {name: form for name, form in self.parts.items() if form.anisotropic is not None}

    @cached_property
    def parts(self) -> Mapping[str, QuadraticForm]:
        """The form of each term; their sum is the total; collective at first."""
        return dict(self.each())

    def each(self) -> Iterator[tuple[str, QuadraticForm]]:
        """The same one after another, as all take as much memory as the film; collective."""
        if not self._names:
            return
        matrix = self._workspace()
        for name in self._names:
            form = self._filled([name], matrix)
            if name == self._names[0]:
                # What was rounded off the sum counts to the first.
                form = form.shifted(self._filled(self._names, matrix), self.total)
            yield name, form
            del form

    def gradients(self, m: FloatArray) -> Iterator[tuple[str, FloatArray]]:
        """∂E/∂m_i in J, (owned, 3), of each term one after another; collective.

        The matrix of blocks is all that this takes beyond what a film keeps.

        Args:
            m: unit vectors, (columns, 3).
        """
        if not self._names:
            return
        operators, matrix = self._densities.operators, self._workspace()
        blocks = self._blocks_of(matrix)
        pattern = operators.indices, operators.indptr
        shape = 3 * operators.owned, m.size
        product = sparse.bsr_array((blocks, *pattern), shape=shape, copy=False)
        for name in self._names:
            self._fill([name], matrix)
            yield name, (product @ m.ravel()).reshape(-1, 3)

    def assembled(self, names: Sequence[str]) -> QuadraticForm:
        """The sum of the quadratic parts of these terms, to the last bit; collective."""
        if not names:
            return QuadraticForm.zero(self._densities.operators)
        return self._filled(names, self._workspace())

    def _workspace(self) -> la.MatrixCSR:
        """A matrix of blocks, which takes more memory than all else of a film; collective."""
        matrix = self._matrix or fem.create_matrix(self._form)
        if self._often:
            self._matrix = matrix
        return matrix

    def _filled(self, names: Sequence[str], matrix: la.MatrixCSR) -> QuadraticForm:
        self._fill(names, matrix)
        return QuadraticForm.from_blocks(self._densities.operators, self._blocks_of(matrix))

    def _fill(self, names: Sequence[str], matrix: la.MatrixCSR) -> None:
        for name, share in self._shares.items():
            share.value = float(name in names)
        matrix.set_value(np.float64(0))
        fem.assemble_matrix(matrix, self._form)
        matrix.scatter_reverse()
        finite = np.isfinite(self._blocks_of(matrix)).all()
        if self._densities.operators.comm.allreduce(not finite, MPI.LOR):
            self._require_finite_terms(names)

    def _blocks_of(self, matrix: la.MatrixCSR) -> FloatArray:
        """Those of owned rows, (nnz, 3, 3), which change with the matrix."""
        values = np.asarray(matrix.data, dtype=np.float64)
        return values[: 9 * self._densities.operators.indices.size].reshape(-1, 3, 3)

    def _require_finite_terms(self, names: Sequence[str]) -> None:
        """Raise InputError for the first that is not finite; not even times zero it is."""
        comm, energies = self._densities.operators.comm, self._densities.energies
        for name in names:
            matrix = fem.assemble_matrix(compiled(self._densities.hessian(energies[name]), comm))
            require_finite(comm, [name], matrix.data)
        require_finite(comm, names, np.array(np.nan))


def form_of(
    operators: VertexOperators, *terms: Energy, material: Material | None = None
) -> QuadraticForm:
    """The quadratic part of some energies by itself; collective.

    Args:
        operators: of a film.
        terms: the energies.
        material: of that film, where they depend on it.

    Raises:
        InputError: a parameter that does not fit the film.
    """
    on_film = FilmMaterial(operators.film_mesh, material or Material())
    densities = Densities(operators, on_film, terms)
    names = [term.name for term in terms]
    return QuadraticEnergies(densities, names).assembled(names)


class SteadyField:
    """The field of what is linear in m and steady; see `hebbfilm.solvers.terms.interface`.

    Args:
        densities: of the film.
        name: of the term.
        moments: of the vertices.
    """

    energy_share = 1.0

    def __init__(self, densities: Densities, name: str, moments: VertexMoments) -> None:
        self._densities, self._name, self._moments = densities, name, moments
        with naming([name]):
            gradient = densities.gradient(densities.energies[name])
            self._form = compiled(gradient, densities.operators.comm)
        self.renew_material()

    def renew_material(self) -> None:
        """See `hebbfilm.solvers.followers.FollowsMaterial`."""
        self._densities.m.x.array[:] = 0
        gradient = fem.assemble_vector(self._form)
        gradient.scatter_reverse(la.InsertMode.add)
        slope = gradient.array.reshape(-1, 3)[: self._densities.operators.owned]
        require_finite(self._densities.operators.comm, [self._name], slope)
        self._field = -slope / self._moments.magnetic[:, None]

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add H in A/m to `out` (owned, 3)."""
        out += self._field
