"""The transform of an element: as an attribute or as a property of CSS, about any origin."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import tinycss2

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.meshing.drawings.svg.lengths import Frame, length

Box: TypeAlias = tuple[float, float, float, float]
"""Left, upper end (y goes down), width and height, in user units."""

_IN_DEGREES = {"": 1.0, "deg": 1.0, "grad": 0.9, "rad": 180 / math.pi, "turn": 360.0}
_INDIVIDUAL = ("translate", "rotate", "scale", "offset", "offset-path", "zoom")
_EDGES = {"left": "0%", "top": "0%", "center": "50%", "right": "100%", "bottom": "100%"}
_HEIGHTS = ("top", "bottom")


def shift(x: float, y: float) -> FloatArray:
    """A translation, as a matrix (3, 3)."""
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], dtype=float)


def scaling(x: float, y: float) -> FloatArray:
    """Another scale along each axis, as a matrix (3, 3)."""
    return np.diag([x, y, 1.0])


def transform_of(
    values: Mapping[str, str], frame: Frame, bounds: Callable[[], Box], where: str
) -> FloatArray:
    """The matrix (3, 3) from an element's user space to that of what it stands in.

    CSS Transforms Module Level 1, sections 4 to 8.

    Args:
        values: attributes and properties of the element by name.
        frame: what relative lengths refer to.
        bounds: gives the box around what the element draws, in its own user space.
        where: the element, for error messages.

    Raises:
        LayoutError: a transform that cannot be followed.
    """
    for name in _INDIVIDUAL:
        if values.get(name, "none").lower() not in ("none", "1", "normal", "auto", "100%"):
            raise LayoutError(
                f"{where}: {name}={shown(values[name])} cannot be followed; write it as a transform"
            )
    text = values.get("transform", "none")
    try:
        return _about_origin(text, values, frame, bounds)
    except LayoutError:
        raise
    except ValueError as error:
        raise LayoutError(f"{where}: transform={shown(text)}: {error}") from None


def _about_origin(
    text: str, values: Mapping[str, str], frame: Frame, bounds: Callable[[], Box]
) -> FloatArray:
    if text.lower() in ("none", ""):
        return np.eye(3)
    box_name = values.get("transform-box", "view-box").lower()
    if box_name not in ("view-box", "fill-box", "content-box"):
        raise ValueError(f"transform-box={shown(box_name)} cannot be followed; write view-box")
    x, y = 0.0, 0.0
    if box_name != "view-box":
        x, y, *size = bounds()
        frame = Frame((size[0], size[1]), frame.font_size)
    about_x, about_y = _origin(values.get("transform-origin", "0 0"), frame)
    at = shift(x + about_x, y + about_y)
    back = shift(-x - about_x, -y - about_y)
    return np.asarray(at @ _product(text, frame) @ back)


def _origin(text: str, frame: Frame) -> tuple[float, float]:
    words = text.lower().split()
    if len(words) == 3 and length(words[2], frame, None) == 0:
        words.pop()
    if len(words) == 1:
        words = ["center", *words] if words[0] in _HEIGHTS else [*words, "center"]
    if len(words) != 2:
        raise ValueError(f"transform-origin={shown(text)} is not a point of the plane")
    if words[0] in _HEIGHTS or words[1] in ("left", "right"):
        words.reverse()
    x, y = (length(_EDGES.get(word, word), frame, axis) for axis, word in enumerate(words))
    return x, y


def _product(text: str, frame: Frame) -> FloatArray:
    """The functions of a transform, the first one outermost."""
    matrix = np.eye(3)
    name = None  # of a function whose bracket comes after a space, as attributes may have it
    for token in tinycss2.parse_component_value_list(text, skip_comments=True):
        if token.type == "whitespace" or token == ",":
            continue
        if token.type == "function":
            matrix = matrix @ _function(token.lower_name, token.arguments, frame)
        elif token.type == "ident" and name is None:
            name = token.lower_value
        elif token.type == "() block" and name is not None:
            matrix = matrix @ _function(name, token.content, frame)
            name = None
        else:
            raise ValueError(f"{shown(token.serialize())} is no function such as rotate(30)")
    if name is not None:
        raise ValueError(f"{shown(name)} is no function such as rotate(30)")
    return matrix


def _function(name: str, tokens: list[Any], frame: Frame) -> FloatArray:
    values = [token for token in tokens if token.type != "whitespace" and token != ","]
    if not all(token.type in ("number", "dimension", "percentage") for token in values):
        raise ValueError(f"{shown(name)} takes numbers only")
    texts = [token.serialize() for token in values]
    if (name, len(texts)) not in _FUNCTIONS:
        raise ValueError(f"{shown(name)} with {len(texts)} numbers cannot be followed")
    kinds, build = _FUNCTIONS[name, len(texts)]
    numbers = [_READERS[k](text, frame) for k, text in zip(kinds, texts, strict=True)]
    if not np.isfinite(numbers).all():
        raise ValueError(f"{shown(name)} of too large a number")
    return build(*numbers)


def _angle(text: str, _: Frame) -> float:
    """Radians."""
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    unit = text[len(digits) :].lower()
    if unit not in _IN_DEGREES or text.endswith("%"):
        raise ValueError(f"{shown(text)} is no angle; write it in deg")
    return math.radians(float(digits) * _IN_DEGREES[unit])


def _factor(text: str, _: Frame) -> float:
    if text[-1].isalpha():
        raise ValueError(f"{shown(text)} is no plain number")
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def _turn(angle: float, x: float = 0.0, y: float = 0.0) -> FloatArray:
    c, s = math.cos(angle), math.sin(angle)
    turned = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    return np.asarray(shift(x, y) @ turned @ shift(-x, -y))


def _skew(along_x: float, along_y: float = 0.0) -> FloatArray:
    return np.array([[1, math.tan(along_x), 0], [math.tan(along_y), 1, 0], [0, 0, 1]])


def _matrix(a: float, b: float, c: float, d: float, e: float, f: float) -> FloatArray:
    return np.array([[a, c, e], [b, d, f], [0, 0, 1]])


_READERS: dict[str, Callable[[str, Frame], float]] = {
    "x": lambda text, frame: length(text, frame, 0),
    "y": lambda text, frame: length(text, frame, 1),
    "angle": _angle,
    "factor": _factor,
}
_FUNCTIONS: dict[tuple[str, int], tuple[tuple[str, ...], Callable[..., FloatArray]]] = {
    ("matrix", 6): (("factor",) * 6, _matrix),
    ("translate", 1): (("x",), lambda x: shift(x, 0)),
    ("translate", 2): (("x", "y"), shift),
    ("translatex", 1): (("x",), lambda x: shift(x, 0)),
    ("translatey", 1): (("y",), lambda y: shift(0, y)),
    ("scale", 1): (("factor",), lambda s: scaling(s, s)),
    ("scale", 2): (("factor", "factor"), scaling),
    ("scalex", 1): (("factor",), lambda s: scaling(s, 1)),
    ("scaley", 1): (("factor",), lambda s: scaling(1, s)),
    ("rotate", 1): (("angle",), _turn),
    ("rotate", 3): (("angle", "x", "y"), _turn),
    ("skewx", 1): (("angle",), _skew),
    ("skewy", 1): (("angle",), lambda angle: _skew(0, angle)),
    ("skew", 1): (("angle",), _skew),
    ("skew", 2): (("angle", "angle"), _skew),
}
