"""Files of the OOMMF vector field format, versions 1 and 2, on regular grids.

Format: M. J. Donahue and D. G. Porter, OOMMF User's Guide, NISTIR 6376, chapter "Vector field file
format"; MuMax3, mumax+ and Ubermag write it, too. It is read here by NumPy: PyOVF reads binary data
of four bytes of version 2 alone, and neither looks at their control value nor finds NaN.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from hebbfilm.common.arguments import numbers
from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import one_line, shown
from hebbfilm.common.whole_files import replacing
from hebbfilm.solvers.textures.contents import content_of
from hebbfilm.solvers.textures.grid import GridField
from hebbfilm.solvers.textures.ovf_text import CONTROL, Segment, segments

Representation: TypeAlias = Literal["text", "binary 4", "binary 8"]
"""How numbers are written."""
_DIGITS = 10
"""After the first of an edge of a cell: so many have places in a header."""
_NAMES: dict[str, str] = {"text": "Text", "binary 4": "Binary 4", "binary 8": "Binary 8"}


def read_ovf(path: Path | str, segment: int | None = None) -> GridField:
    """Read a vector field on a regular grid from an OVF file of version 1 or 2.

    Args:
        path: of the file (.ovf, .omf, .ohf): text, or binary with four or eight bytes a number.
        segment: which one of a file that holds several, from 1.

    Raises:
        InputError: a file that cannot be read, is cut short or no OVF file; an irregular mesh;
            values that are not vectors of three, not finite, or more or fewer than the grid has
            cells.
    """
    return ovf_field(content_of(path), str(path), segment)


def ovf_field(content: bytes, name: str, segment: int | None = None) -> GridField:
    """The same of the content of a file, by the name of which messages begin."""
    try:
        return _field(_chosen(segments(content), segment))
    except InputError as error:
        raise InputError(f"{name}: {error}") from None


def _chosen(found: list[Segment], number: int | None) -> Segment:
    if number is None and len(found) > 1:
        raise InputError(f"holds {len(found)} segments: say which one by `segment`, from 1")
    if number is not None and not 1 <= number <= len(found):
        raise InputError(f"segment = {shown(number)}: the file has {len(found)}, counted from 1")
    return found[(number or 1) - 1]


def _field(segment: Segment) -> GridField:
    nx, ny, nz = segment.counts
    with np.errstate(over="ignore"):
        values = segment.multiplier * segment.values().reshape(nz, ny, nx, 3)
    bad = ~np.isfinite(values).all(axis=-1)
    if bad.any():
        z, y, x = np.argwhere(bad)[0]
        raise InputError(
            f"the vector of cell ({x}, {y}, {z}) is not finite ({np.count_nonzero(bad)} of "
            f"{bad.size} are not)"
        )
    cell = np.array(segment.steps)
    origin = np.array(segment.base) - cell / 2
    return GridField(values, cell, origin, segment.title)


def write_ovf(
    path: Path | str,
    field: npt.ArrayLike,
    cell: npt.ArrayLike,
    origin: npt.ArrayLike = (0.0, 0.0, 0.0),
    title: str = "m",
    *,
    labels: tuple[str, str, str] = ("m_x", "m_y", "m_z"),
    unit: str = "1",
    representation: Representation = "binary 8",
) -> None:
    """Write a vector field on a regular grid as OVF 2, whole or not at all.

    Args:
        path: of the file.
        field: (nz, ny, nx, 3); zero where there is no film.
        cell: edges of a cell along x, y and z, m, (3,).
        origin: the corner of the grid with the smallest coordinates, m, (3,).
        title: what it is.
        labels: of the components.
        unit: of the values, in the words of the format: "1", "A/m", "A/m^2".
        representation: of numbers: text, or binary with four or eight bytes each.

    Raises:
        InputError: another shape, values that are not finite, or a file that cannot be written.

    Example:
        >>> import numpy as np, tempfile
        >>> m = np.tile([0, 0, 1], (1, 2, 4, 1))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_ovf(f"{folder}/up.ovf", m, cell=(5e-9, 5e-9, 1e-9))
        ...     read_ovf(f"{folder}/up.ovf").counts
        (4, 2, 1)
    """
    values = numbers("field", field, 3)
    if values.ndim != 4 or not values.size:
        raise InputError(f"field of shape {values.shape}: must be (nz, ny, nx, 3)")
    if not np.isfinite(values).all():
        raise InputError("field: holds values that are not finite; write zero outside the film")
    sides, corner = numbers("cell", cell, 3), numbers("origin", origin, 3)
    if sides.shape != (3,) or not (np.isfinite(sides).all() and (sides > 0).all()):
        raise InputError(f"cell = {shown(cell)}: must be three positive lengths, in m")
    if corner.shape != (3,) or not np.isfinite(corner).all():
        raise InputError(f"origin = {shown(origin)}: must be three finite numbers, in m")
    if representation not in _NAMES:
        raise InputError(f"representation = {shown(representation)}: must be in {[*_NAMES]}")
    head = _header(values.shape, sides, corner, title, labels, unit)
    name = _NAMES[representation]
    with replacing(Path(path)) as whole, whole.open("wb") as file:
        file.write(f"{head}# Begin: Data {name}\n".encode())
        if representation == "text":
            np.savetxt(file, values.reshape(-1, 3), fmt="%.17g")
        else:
            control, kind = CONTROL[int(name[-1])]
            file.write(np.array(control, dtype=f"<{kind}").tobytes())
            file.write(values.astype(f"<{kind}").tobytes())
            file.write(b"\n")
        file.write(f"# End: Data {name}\n# End: Segment\n".encode())


def _header(
    shape: tuple[int, ...],
    cell: FloatArray,
    origin: FloatArray,
    title: str,
    labels: tuple[str, str, str],
    unit: str,
) -> str:
    counts = shape[2::-1]
    lines = {
        "Title": one_line(title) or "m",
        "meshtype": "rectangular",
        "meshunit": "m",
        "valuedim": "3",
        "valuelabels": " ".join(labels),
        "valueunits": " ".join([unit] * 3),
    }
    for axis, letter in enumerate("xyz"):
        low, step, count = float(origin[axis]), float(cell[axis]), counts[axis]
        # What is left of sums that should be zero would look like a place of its own.
        digits = _DIGITS - math.floor(math.log10(step))
        low, high, base = (
            round(place, digits) + 0.0 for place in (low, low + count * step, low + step / 2)
        )
        lines |= {
            f"{letter}min": repr(low),
            f"{letter}max": repr(high),
            f"{letter}base": repr(base),
            f"{letter}nodes": str(count),
            f"{letter}stepsize": repr(step),
        }
    told = "".join(f"# {key}: {value}\n" for key, value in lines.items())
    return (
        "# OOMMF OVF 2.0\n# Segment count: 1\n# Begin: Segment\n# Begin: Header\n"
        f"{told}# End: Header\n"
    )
