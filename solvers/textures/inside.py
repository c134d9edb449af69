"""Whether a film lies within what a file holds."""

from collections.abc import Sequence

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError


def require_inside(
    points: FloatArray, box: FloatArray, room: Sequence[float] | FloatArray, name: str
) -> None:
    """Refuse points outside a box.

    Args:
        points: (n, 3) in m.
        box: two corners of it, m, (2, 3).
        room: around it, along each axis that counts, x first, in m.
        name: of the file, for messages.

    Raises:
        InputError: how far the points reach, and how far the box does.
    """
    for axis, (letter, margin) in enumerate(zip("xyz", room, strict=False)):
        low, high = box[:, axis]
        least, most = points[:, axis].min(), points[:, axis].max()
        if least < low - margin or most > high + margin:
            raise InputError(
                f"{name}: the film lies in {letter} from {least * 1e9:.6g} to {most * 1e9:.6g} nm, "
                f"outside what the file holds, {low * 1e9:.6g} to {high * 1e9:.6g} nm; `shift` "
                "moves it, `centred = true` puts it upon the middle of the film"
            )
