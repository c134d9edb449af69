"""Magnetisation from files of this and of other programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import Length
from hebbfilm.solvers.textures.contents import content_of
from hebbfilm.solvers.textures.grid import GridField
from hebbfilm.solvers.textures.mesh_field import MeshField
from hebbfilm.solvers.textures.ovf import ovf_field
from hebbfilm.solvers.textures.placed import PlacedTexture
from hebbfilm.solvers.textures.vtu import vtu_field

_OVF = (".ovf", ".omf", ".ohf", ".obf")
_VTU = ".vtu"


@dataclass(frozen=True, kw_only=True)
class FromFile(PlacedTexture):
    """m from a file of another program: OVF on a regular grid, or VTU on a mesh.

    Vectors count by their direction, so that those in A/m will do. OVF: between centres of cells,
    directions are interpolated along each axis; cells that are zero, outside a film, are left out.
    VTU: linear in each triangle or tetrahedron; where the vertices of both meshes coincide, m is
    the same to the last bit. Of a film in two dimensions it is m half way up the file, and of a
    file of one layer the same m at all heights.

    Args:
        path: of the file: .ovf, .omf, .ohf or .vtu.
        array: of a VTU file the name of the vectors at its points; by default "m", or the only
            ones.
        segment: of an OVF file that holds several, from 1.
        metre: length that the file calls 1, for a VTU file in other units than m.
        centred: whether the middle of what the file holds is put upon that of the film, or of the
            region that this texture is for.
        shift: by which it is moved.
        angle: by which it is turned about its middle, m with it.
        checksum: SHA-256 of the file, which must be the same still; "" for any.

    Raises:
        InputError: a file that cannot be read or is another, holds no such field or one that is not
            finite, or does not reach as far as the film.

    Example:
        >>> FromFile(path="skyrmion.ovf", centred=True).segment is None
        True
    """

    array: str | None = None
    segment: Annotated[int, Field(ge=1)] | None = None
    metre: Annotated[Length, Field(gt=0)] = 1.0
    kind: Literal["file"] = "file"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self._suffix not in (*_OVF, _VTU):
            raise InputError(
                f"file.path = {shown(self.path)}: must end in {', '.join((*_OVF, _VTU))}"
            )
        vtu = self._suffix == _VTU
        others = {"segment": None} if vtu else {"array": None, "metre": 1.0}
        for name, default in others.items():
            if getattr(self, name) != default:
                kind = "VTU" if vtu else "OVF"
                raise InputError(f"file.{name}: {kind} files have none; leave it out")

    @property
    def _suffix(self) -> str:
        return Path(self.path).suffix.lower()

    def field(self) -> GridField | MeshField:
        """What stands in the file."""
        content = content_of(self.path, self.checksum)
        if self._suffix == _VTU:
            mesh = vtu_field(content, self.path, self.array, self.metre)
            self._require_some(mesh.vectors)
            return mesh
        grid = ovf_field(content, self.path, self.segment)
        self._require_some(grid.values)
        return grid

    def _require_some(self, vectors: FloatArray) -> None:
        if not vectors.any():
            raise InputError(f"{self.path}: holds no magnetisation: all its vectors are zero")
