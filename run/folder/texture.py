"""What manifest and summary tell of a texture."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from hebbfilm.run.folder.schema import STRICT, Fraction, NotNegative, Number, Positive


@dataclass(frozen=True, kw_only=True, config=STRICT)
class TextureEntry:
    """Figures of a texture as `TextureMeasures` of the solvers has them, in m and degrees.

    None stands for those of stripes where there are no walls.
    """

    topological_charge: Number
    positive_skyrmions: NotNegative
    negative_skyrmions: NotNegative
    wall_length: NotNegative
    stripe_period: Positive | None
    stripe_angle: Annotated[Number | None, Field(ge=0, le=180)]
    stripe_order: Fraction | None
