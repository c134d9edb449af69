"""The look of all pictures: type, colours, and how a picture reaches the disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import patheffects
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, to_rgb
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from hebbfilm.common.whole_files import replacing
from hebbfilm.run.pictures.formats import PNG, Form, form_of, write

_LONGEST_NAME = 13

INK = "#1d2430"
FAINT = "#8a93a0"
HAIRLINE = "#d5dae1"
PLUS = "#c2293d"
MINUS = "#2360b5"
NEUTRAL = "#c9ced6"
GOOD = "#1b7f79"
RULES = {
    "hebb": "#2360b5",
    "oja": "#b07fd0",
    "pseudo_inverse": "#1b7f79",
    "saturating": "#1b7f79",
    "storkey": "#cc7a10",
}
"""Of rules that stand beside others in pictures, wherever they do."""
OTHER_RULE = "#cc5f10"
BAD = "#b4462b"

STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.labelsize": 8.5,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "text.color": INK,
    "figure.facecolor": "white",
    "mathtext.fontset": "dejavusans",
}

# Björn Ottosson's OKLab: equal steps in it look equal, so straight lines make even colour maps.
_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def colour_map(name: str, colours: Sequence[str]) -> LinearSegmentedColormap:
    """A colour map that runs straight through the colours in a perceptually even space."""
    rgb = np.array([to_rgb(colour) for colour in colours])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lab = np.cbrt(linear @ _LMS.T) @ _LAB.T
    stops = np.linspace(0, 1, len(colours))
    even = np.column_stack([np.interp(np.linspace(0, 1, 256), stops, lab[:, k]) for k in range(3)])
    back = np.clip((even @ np.linalg.inv(_LAB).T) ** 3 @ np.linalg.inv(_LMS).T, 0, 1)
    gamma = np.where(back <= 0.0031308, back * 12.92, 1.055 * back ** (1 / 2.4) - 0.055)
    return LinearSegmentedColormap.from_list(name, np.clip(gamma, 0, 1))


# The two ends of a diverging map are equally dark, so neither direction looks stronger.
DOMAINS = colour_map("domains", ["#5b3a8c", "#f6f5f1", "#1f7a5c"])
GREY = colour_map("grey", ["#23272e", "#8b8f95", "#f7f6f2"])
VOLTAGE = colour_map("voltage", [MINUS, "#f6f5f3", PLUS])
CURRENT = colour_map("current", ["#1b1c3a", "#45246f", "#9a2f6f", "#e8704a", "#fdd49a"])
HEAT = colour_map("heat", ["#2b2140", "#7a2648", "#c8452f", "#f0a24a", "#fdf0c4"])
FIELD = colour_map("field", ["#7c4a12", "#f6f4ef", "#2f4f8f"])
# Warm marks what joins contacts of opposite sign, cool what joins contacts of equal sign. So Hebb's
# weights are warm where negative, cool where positive.
WEIGHTS = colour_map("weights", ["#b8560b", "#f7f4ee", "#1f6f8b"])
WARM = colour_map("warm", ["#db9208", "#cc5f10", "#7f2704"])
MIXED = colour_map("mixed", ["#aaa497", "#7d766a", "#3a352c"])
"""What joins contacts of opposite sign as often as of equal sign."""
COOL = colour_map("cool", ["#45a3bd", "#1f7a9a", "#173f6b"])


def shades(colours: ListedColormap | LinearSegmentedColormap, count: int) -> list[Any]:
    """As many colours of the map as asked, as far apart as it allows."""
    if count == 1:
        return [colours(0.5)]
    return [colours(place) for place in np.linspace(0, 1, count)]


def scale_end(values: ArrayLike) -> float:
    """Where a scale of colours ends: the 99.5th percentile of |values|; 1 where all are 0.

    The corners of contacts are singular: without the cut they would take the whole scale.
    """
    end = float(np.percentile(np.abs(values), 99.5))
    return end if end > 0 else 1.0


def halo(colour: str = "white", width: float = 2.2) -> list[patheffects.AbstractPathEffect]:
    """A rim around text, so that it reads on any ground."""
    return [patheffects.withStroke(linewidth=width, foreground=colour)]


def on_colour(rgba: Sequence[float]) -> str:
    """Black or white ink, whichever reads better on a colour."""
    red, green, blue = rgba[:3]
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.56 else "white"


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign and a true minus; a rounded zero has no sign."""
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text.replace("-", "−")


def in_units(power: int, unit: str) -> str:
    """What follows the name of a quantity on an axis: " / 10⁻⁴ S", or nothing without either."""
    parts = [*([f"10$^{{{power}}}$"] if power else []), *([unit] if unit else [])]
    return f" / {' '.join(parts)}" if parts else ""


def voltage_text(value: float) -> str:
    """A voltage in V with as few digits as it has."""
    return "0 V" if abs(value) < 1e-9 else f"{value:+.3g} V".replace("-", "−")


def in_lines(name: str) -> str:
    """The name of contacts tied together, one a line."""
    return name.replace("+", "+\n")


def short_name(name: str) -> str:
    """The first of many contacts tied together and a sign that there are more."""
    first, plus, _ = name.partition("+")
    return f"{first}+…" if plus and len(name) > _LONGEST_NAME else name


def save(figure: Figure, path: Path, form: Form | None = None) -> Path:
    """Write a picture at once or not at all.

    Args:
        figure: to write.
        path: of the file.
        form: how; None for that of which the name of the file ends, with the usual dots.

    Raises:
        InputError: the folder cannot be written to.
    """
    form = form_of(path) if form is None else form
    with replacing(path, make_parents=True) as whole:
        write(figure, whole, form)
    return path


def save_all(figures: Mapping[str, Figure], folder: Path, form: Form = PNG) -> None:
    """Write pictures into a folder, each as the file of its name.

    Raises:
        InputError: the folder cannot be written to.
    """
    for name, figure in figures.items():
        save(figure, form.file(folder, name), form)
