"""The figures of a texture at some moments, as text for a terminal."""

from collections.abc import Mapping

from hebbfilm.common.tables import aligned
from hebbfilm.run.folder.texture import TextureEntry

_HEADS = (
    ("texture", "charge", "skyrmions", "walls", "stripes", "angle", "order"),
    ("", "", "+1 / -1", "µm", "nm", "degrees", ""),
)
_LEAST_ORDER = 0.05
"""Of walls that have a direction to speak of."""


def texture_text(textures: Mapping[str, TextureEntry]) -> str:
    """A row a moment; empty of runs of earlier versions.

    Args:
        textures: by the names of the moments.
    """
    rows = [_row(moment, entry) for moment, entry in textures.items()]
    return "\n".join(aligned([*_HEADS, *rows])) if rows else ""


def _row(moment: str, entry: TextureEntry) -> tuple[str, ...]:
    period, order = entry.stripe_period, entry.stripe_order
    # Of a film of the area A, whose walls have the length L, p = 2 A/L. Where p is more than √A,
    # there is less than a period, as about a single skyrmion.
    are_stripes = period is not None and period < entry.wall_length / 2
    has_angle = are_stripes and order is not None and order >= _LEAST_ORDER
    return (
        moment,
        f"{entry.topological_charge:+.2f}",
        f"{entry.positive_skyrmions:g} / {entry.negative_skyrmions:g}",
        f"{1e6 * entry.wall_length:.3g}",
        f"{1e9 * period:.1f}" if period is not None and are_stripes else "-",
        f"{entry.stripe_angle:.0f}" if has_angle else "-",
        f"{order:.2f}" if order is not None and are_stripes else "-",
    )
