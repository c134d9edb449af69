"""How a path of least energy is looked for."""

from __future__ import annotations

from dataclasses import dataclass

from hebbfilm.common.arguments import check_count, check_number

LEAST_IMAGES = 3


@dataclass(frozen=True, kw_only=True)
class PathOptions:
    """How a path is looked for.

    Args:
        images: states between the ends.
        tolerance: largest |m × H| in A/m across the path.
        equilibrium: largest |m × H| in A/m in minima and saddles.
        steps: of the string, at most.
        tilt: of the first path at random, in rad, by which one that is symmetric can be left.
        seed: of the tilt.
        hold_ends: whether both ends stay as they are, and do not fall into their minima first.

    Example:
        >>> PathOptions(images=16).tolerance
        300.0
    """

    images: int = 24
    tolerance: float = 300.0
    equilibrium: float = 10.0
    steps: int = 3000
    tilt: float = 0.0
    seed: int = 0
    hold_ends: bool = False

    def __post_init__(self) -> None:
        check_count("images", self.images, LEAST_IMAGES)
        check_number("tolerance", self.tolerance, "A/m", above=0)
        check_number("equilibrium", self.equilibrium, "A/m", above=0)
        check_count("steps", self.steps, 1)
        check_number("tilt", self.tilt, "rad", least=0)
        check_count("seed", self.seed, 0)
