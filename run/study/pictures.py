"""Stub."""

from typing import Any


def draw_study(*a: Any) -> None:
    """Stub."""
