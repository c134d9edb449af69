"""How a path of least energy, and a route by patches, are looked for."""

from __future__ import annotations

from dataclasses import dataclass

from hebbfilm.common.arguments import check_count, check_number

LEAST_IMAGES = 3
SAME = 1e-3
"""In rad: two states that are nearer are one."""


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


@dataclass(frozen=True, kw_only=True)
class PatchOptions:
    """How a route by patches is looked for.

    Args:
        patches: of the film, which go from one state to the other one after another.
        images: of each string, between its ends.
        tolerance: largest |m × H| in A/m across a string, below which it is left as it is.
        equilibrium: largest |m × H| in A/m in the minima that strings join.
        steps: of each string, at most.
        hold_ends: whether both ends stay as they are, and do not fall into their minima first.

    Example:
        >>> PatchOptions(patches=8).steps
        150
    """

    patches: int = 16
    images: int = 9
    tolerance: float = 300.0
    equilibrium: float = 10.0
    steps: int = 150
    hold_ends: bool = False

    def __post_init__(self) -> None:
        check_count("patches", self.patches, 2)
        check_count("images", self.images, LEAST_IMAGES)
        check_number("tolerance", self.tolerance, "A/m", above=0)
        check_number("equilibrium", self.equilibrium, "A/m", above=0)
        check_count("steps", self.steps, 1)
