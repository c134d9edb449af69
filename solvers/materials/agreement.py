"""That a parameter is one and the same on all ranks, before anything collective is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mpi4py import MPI

import numpy as np

from hebbfilm.common.collective import first_unlike
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.solvers.materials.parameter import is_uniform


def is_one_value(parameter: Any, shape: tuple[int, ...] = ()) -> bool:
    """Whether it is one value for the whole film, also in an array of that shape."""
    of_numpy = isinstance(parameter, np.ndarray | np.generic)
    return is_uniform(parameter) or (of_numpy and np.shape(parameter) == shape)


def kind_on_rank(parameter: Any, shape: tuple[int, ...] = ()) -> Any:
    """What has to be the same on all ranks: what kind it is, and the value that holds everywhere.

    Args:
        parameter: as it was given.
        shape: of one value.

    Returns:
        Words; of a mapping these for each region.

    Example:
        >>> kind_on_rank({"film": 1.0, "tip": np.ones(5)})
        {'film': '1.0', 'tip': 'an array'}
    """
    if isinstance(parameter, Mapping):
        return {str(region): kind_on_rank(each, shape) for region, each in parameter.items()}
    if parameter is None or isinstance(parameter, str):
        return shown(parameter)
    if is_one_value(parameter, shape):
        value = np.asarray(parameter)
        return shown((value.astype(float) if value.dtype.kind in "iu" else value).tolist())
    if hasattr(parameter, "ufl_shape"):
        return f"a {type(parameter).__name__} of shape {parameter.ufl_shape}"
    return "a function of places" if callable(parameter) else "an array"


def require_one_kind(
    comm: MPI.Intracomm, name: str, parameter: Any, shape: tuple[int, ...] = ()
) -> None:
    """Refuse a parameter that is of another kind, or another number, on some rank; collective.

    Args:
        comm: the ranks.
        name: what messages call it.
        parameter: on this rank.
        shape: of one value.

    Raises:
        InputError: on all ranks.
    """
    if unlike := first_unlike(comm, kind_on_rank(parameter, shape)):
        first, other, rank = unlike
        raise InputError(
            f"{name}: {first} on rank 0 and {other} on rank {rank}: must be the same on all ranks, "
            "of arrays each with the rows of its own"
        )
