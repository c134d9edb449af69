"""Whether the mesh resolves how the current enters under resistive pads."""

import logging
from math import sqrt

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.conduction.electrodes import Electrodes
from hebbfilm.solvers.discretisation.operators import VertexOperators

_LOG = logging.getLogger("hebbfilm")
# Not `warnings`: what DOLFINx imports captures these, and they are never seen.


def warn_of_coarse_pads(
    operators: VertexOperators, electrodes: Electrodes, conductivity: FloatArray
) -> None:
    """Warn on rank 0 of each pad whose transfer length lies below its mesh edges; collective.

    There the lumped interface lets the current in too soon; see `BoundElectrodes`.

    Args:
        operators: of the film.
        electrodes: contact resistances.
        conductivity: σ⊥ in S/m, one number or that of each cell.
    """
    film_mesh = operators.film_mesh
    for name in film_mesh.contacts:
        resistance = electrodes.resistance(name)
        edge = film_mesh.pad_edge_length(name) if resistance else 0.0
        if not edge:
            continue
        transfer = sqrt(resistance * _least_sheet_conductance(operators, name, conductivity))
        if edge <= transfer or operators.comm.rank > 0:
            continue
        factor = sqrt(1 + (edge / (2 * transfer)) ** 2)
        _LOG.warning(
            "warning: contact %s: its current enters over a transfer length of %.3g nm, but the "
            "mesh under it has edges of %.3g nm: its own resistance comes out about %.2g times "
            "too small; give it a mesh_size below the transfer length, or a specific_resistance "
            "of 0 if it hardly matters",
            name,
            transfer * 1e9,
            edge * 1e9,
            factor,
        )


def _least_sheet_conductance(
    operators: VertexOperators, pad: str, conductivity: FloatArray
) -> float:
    """The least σ t in S of the cells under a pad; collective."""
    held = operators.film_mesh.contact_vertices(pad)
    under = np.isin(operators.cells, held).sum(axis=1) >= 3
    local = (conductivity * operators.thickness)[under].min(initial=np.inf)
    least: float = operators.comm.allreduce(float(local), MPI.MIN)
    return least
