"""What contacts and regions must be alike, as they are drawn."""

from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.bounds import check_mesh_size


def check_shape(noun: str, name: str, shape: BaseGeometry, extent: float) -> None:
    """Raise LayoutError if a shape is empty or not valid.

    Args:
        noun: "contact" or "region".
        name: of it.
        shape: of it, in m.
        extent: its length in m, or its area in m², which must be positive.
    """
    if shape.is_empty or not extent > 0:
        raise LayoutError(f"{noun} {name!r} is empty")
    if not shape.is_valid:
        raise LayoutError(f"{noun} {name!r} is not valid: {explain_validity(shape)}")


def check_finer(noun: str, name: str, mesh_size: float | None, film: float) -> None:
    """Raise LayoutError unless a mesh size in m, if there is one, is at most that of the film."""
    if mesh_size is None:
        return
    check_mesh_size(f"mesh_size of {noun} {name!r}", mesh_size)
    if mesh_size > film:
        raise LayoutError(
            f"mesh_size {mesh_size:g} m of {noun} {name!r} is above the film's {film:g} m; "
            f"a {noun} can only be finer"
        )
