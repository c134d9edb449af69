"""Whether the mesh of a case can hold its texture."""

from hebbfilm.common.errors import InputError
from hebbfilm.run.inputs.case import Case
from hebbfilm.solvers.magnetisation.resolution import LOST, Resolution, resolution_of


def resolution_of_case(case: Case, edge: float) -> Resolution:
    """That of the material, or of the region, that asks most of the mesh.

    Args:
        case: its materials.
        edge: typical edge of the mesh in m.
    """
    found = [
        resolution_of(material.of_film(), case.demagnetisation, edge)
        for material in case.materials().values()
    ]
    return max(found, key=lambda each: each.turn)


def require_resolved(resolution: Resolution, case: Case) -> None:
    """Refuse a mesh that cannot hold the texture, unless the case allows it.

    Raises:
        InputError: m would turn once around from one vertex to the next.
    """
    if resolution.turn > LOST and not case.numerics.allow_coarse_mesh:
        raise InputError(
            f"layout: the mesh does not resolve the texture: {resolution}; make it finer "
            "(mesh_size), or set numerics.allow_coarse_mesh = true to run it anyway"
        )
