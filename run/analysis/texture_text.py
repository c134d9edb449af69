"""The figures of a texture at some moments, as text for a terminal."""

from collections.abc import Mapping

from hebbfilm.common.tables import aligned
from hebbfilm.run.folder.texture import TextureEntry

_HEADS = (
    ("texture", "charge", "skyrmions", "walls", "stripes", "angle", "order"),
    ("", "", "+1 / -1", "µm", "nm", "degrees", ""),
)


def texture_text(textures: Mapping[str, TextureEntry]) -> str:
    """A row a moment; empty of runs of earlier versions.

    Args:
        textures: by the names of the moments.
    """
    rows = [_row(moment, entry) for moment, entry in textures.items()]
    return "\n".join(aligned([*_HEADS, *rows])) if rows else ""


def _row(moment: str, entry: TextureEntry) -> tuple[str, ...]:
    return (
        moment,
        f"{entry.topological_charge:+.2f}",
        f"{entry.positive_skyrmions:g} / {entry.negative_skyrmions:g}",
        f"{1e6 * entry.wall_length:.3g}",
        "-" if entry.stripe_period is None else f"{1e9 * entry.stripe_period:.1f}",
        "-" if entry.stripe_angle is None else f"{entry.stripe_angle:.0f}",
        "-" if entry.stripe_order is None else f"{entry.stripe_order:.2f}",
    )
