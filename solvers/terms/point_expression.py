"""Expressions of UFL at points one by one, such as the vertices of a film, without a mesh."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from math import prod
from typing import Any

from mpi4py import MPI

import basix.ufl
import numpy as np
import ufl
from dolfinx import jit
from ufl.algorithms.apply_algebra_lowering import apply_algebra_lowering
from ufl.algorithms.apply_derivatives import apply_derivatives
from ufl.algorithms.signature import compute_expression_signature
from ufl.corealg.traversal import unique_pre_traversal
from ufl.domain import extract_domains

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import first_unlike
from hebbfilm.solvers.discretisation.forms import patiently
from hebbfilm.solvers.kernels.compiled import PROCESSOR_FLAGS, address, integers, loops, new, reals

_CELL = "interval"
_MESH = ufl.Mesh(basix.ufl.element("Lagrange", _CELL, 1, shape=(1,)))
_MIDDLE = np.array([[0.5]])
_JIT_OPTIONS = {"cffi_extra_compile_args": ["-O3", *PROCESSOR_FLAGS, "-g0"]}
"""The cubic anisotropy of 16k vertices takes less than half the time that it does without."""


def point_symbol(*shape: int) -> ufl.Coefficient:
    """What has a value of that shape at each point: for UFL, constant in a cell of its own."""
    element = basix.ufl.element("Discontinuous Lagrange", _CELL, 0, shape=shape)
    return ufl.Coefficient(ufl.FunctionSpace(_MESH, element))


def probe(*shape: int) -> ufl.Coefficient:
    """The same that is linear in a cell, so that UFL keeps its derivatives in space."""
    element = basix.ufl.element("Lagrange", _CELL, 1, shape=shape)
    return ufl.Coefficient(ufl.FunctionSpace(_MESH, element))


def is_of_symbols(expression: ufl.core.expr.Expr) -> bool:
    """Whether it has nothing that lives on the mesh of a film."""
    return all(
        set(extract_domains(each)) <= {_MESH}
        for each in unique_pre_traversal(expression)
        if not each.ufl_operands
    )


class PointExpression:
    """An expression of `point_symbol` alone, without derivatives in space; made collectively.

    FFCx makes a C function of it, which the cache of DOLFINx keeps; the values of symbols are no
    part of it. To evaluate it allocates nothing, and takes no Python for each point.

    Args:
        comm: of all ranks that make it.
        expression: in UFL.
        values: of all its symbols, at least; read at each evaluation, not copied. Contiguous
            arrays of float64, each of the shape of its symbol, or of that at each point, (n, …).

    Raises:
        RuntimeError: FFCx or the C compiler failed.
        ValueError: another expression on some rank; on all ranks.

    Attributes:
        shape: of one value.
    """

    def __init__(
        self,
        comm: MPI.Intracomm,
        expression: ufl.core.expr.Expr,
        values: Mapping[ufl.Coefficient, FloatArray],
    ) -> None:
        self.shape: tuple[int, ...] = expression.ufl_shape
        self._compiled, self._symbols = _compile(comm, expression)
        self._places = {symbol: place for place, symbol in enumerate(self._symbols)}
        self._lay_out([values[symbol] for symbol in self._symbols])

    def _lay_out(self, values: list[FloatArray]) -> None:
        self._sizes = np.array([prod(each.ufl_shape) for each in self._symbols], dtype=np.int32)
        self._varies = np.zeros(len(self._symbols), dtype=np.int32)
        self._values: list[FloatArray] = [np.zeros(0)] * len(self._symbols)
        self._packed = np.zeros(int(self._sizes.sum()))
        self._addresses = new("double *[]", len(self._symbols))
        self._pointer = new(
            "Points *",
            {
                "symbols": len(self._symbols),
                "size": prod(self.shape),
                "sizes": integers(self._sizes),
                "varies": integers(self._varies),
                "values": self._addresses,
                "packed": reals(self._packed),
                **_function_of(self._compiled),
            },
        )
        for symbol, each in zip(self._symbols, values, strict=True):
            self.take(symbol, each)

    def at_every(self, stride: int) -> PointExpression:
        """The same at every so many points, with copies of the present values there."""
        other = copy(self)
        other._lay_out(
            [
                np.ascontiguousarray(values[::stride]) if varies else values.copy()
                for values, varies in zip(self._values, self._varies, strict=True)
            ]
        )
        return other

    def depends_on(self, symbol: ufl.Coefficient) -> bool:
        """Whether the value of a symbol matters."""
        return symbol in self._places

    @property
    def is_uniform(self) -> bool:
        """Whether it has one value for all points."""
        return not self._varies.any()

    def take(self, symbol: ufl.Coefficient, values: FloatArray) -> None:
        """Read a symbol from another array from now on; nothing if the expression has it not."""
        index = self._places.get(symbol)
        if index is None:
            return
        if values.shape == symbol.ufl_shape:
            self._varies[index] = 0
        elif values.shape[1:] == symbol.ufl_shape:
            self._varies[index] = 1
        else:
            raise ValueError(f"a symbol of shape {symbol.ufl_shape} has no values {values.shape}")
        self._values[index] = values
        self._addresses[index] = reals(values)

    def add(self, out: FloatArray) -> None:
        """Add its value at each point to `out` (n, …), contiguous; symbols that vary have ≥ n."""
        if self._compiled is not None:
            loops.add_at_points(self._pointer, len(out), reals(out))


def _compile(
    comm: MPI.Intracomm, expression: ufl.core.expr.Expr
) -> tuple[Any, list[ufl.Coefficient]]:
    """What FFCx makes of an expression, None of zero, and its symbols in the order of their values.

    The tuple that it came in keeps the code in memory.
    """
    expression = apply_derivatives(apply_algebra_lowering(expression))
    _require_one(comm, expression)
    if isinstance(expression, ufl.constantvalue.Zero):
        return None, []
    asked = comm, (expression, _MIDDLE), {"scalar_type": np.float64}
    found = patiently(comm, lambda options: jit.ffcx_jit(*asked, options), _JIT_OPTIONS)
    symbols = ufl.algorithms.extract_coefficients(expression)
    positions = found[0].original_coefficient_positions
    return found, [symbols[positions[k]] for k in range(found[0].num_coefficients)]


def _require_one(comm: MPI.Intracomm, expression: ufl.core.expr.Expr) -> None:
    """Raise ValueError on all ranks if it is another on some rank, where they would wait."""
    if comm.size == 1:
        return
    symbols = ufl.algorithms.extract_coefficients(expression)
    numbers = {symbol: number for number, symbol in enumerate(symbols)} | {_MESH: 0}
    if unlike := first_unlike(comm, compute_expression_signature(expression, numbers)):
        raise ValueError(f"it is another expression on rank {unlike[2]} than on rank 0")


def _function_of(found: Any) -> dict[str, Any]:
    """The C function, and whether it takes a last argument, as it does from DOLFINx 0.10."""
    if found is None:
        return {}
    ffi = found[1].ffi
    function = found[0].tabulate_tensor_float64
    return {
        "function": address(int(ffi.cast("uintptr_t", function))),
        "takes_data": len(ffi.typeof(function).args) > 6,
    }
