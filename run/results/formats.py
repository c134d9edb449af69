"""What snapshots can be written as."""

from typing import Literal, TypeAlias, get_args

Format: TypeAlias = Literal["ovf", "ovf-single", "ovf-text", "vtu", "npz", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)
GRIDS = ("ovf", "ovf-single", "ovf-text")
"""Formats of regular grids."""
