"""What can colour the film in three dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Colormap

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.messages import shown
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.surface import Surface

M_Z = "m_z"
_LEAST_SPAN = 1.0
"""In K, of a scale, so that its labels differ."""


@dataclass(frozen=True, eq=False)
class FilmColours:
    """Values (N,) at the points of a surface, and how they are shown."""

    title: str
    values: FloatArray
    colours: Colormap
    limits: tuple[float, float]


def film_colours(surface: Surface, what: str) -> FilmColours:
    """What colours the film.

    Args:
        surface: the film.
        what: m_z, current, temperature, oersted for H_z, or the name of a layer for its current.

    Raises:
        InputError: what the snapshot does not have.
    """
    found = _all(surface)
    if what not in found:
        raise InputError(f"--colour {shown(what)}: of this snapshot, {allowed_are(what, found)}")
    return found[what]


def _all(surface: Surface) -> dict[str, FilmColours]:
    found = {
        M_Z: FilmColours("m_z", surface.magnetisation[:, 2], style.DOMAINS, (-1.0, 1.0)),
        "current": _current(surface, "film"),
    }
    if surface.temperature is not None:
        values = surface.temperature
        ends = _apart(float(values.min()), float(values.max()))
        found["temperature"] = FilmColours("T / K", values, style.HEAT, ends)
    if surface.oersted_field is not None:
        up: FloatArray = 1e-3 * surface.oersted_field[:, 2]
        top = style.scale_end(up)
        found["oersted"] = FilmColours("H_z / (kA/m)", up, style.FIELD, (-top, top))
    layers = {name: _current(surface.of_layer(name), name) for name in surface.layer_currents}
    return layers | found


def _current(surface: Surface, name: str) -> FilmColours:
    size = 1e-12 * np.asarray(np.linalg.norm(surface.vertex_current_density, axis=1), np.float64)
    title = f"j in {name} / (TA/m²)"
    return FilmColours(title, size, style.CURRENT, (0.0, style.scale_end(size)))


def _apart(low: float, high: float) -> tuple[float, float]:
    """The ends of a scale in K around temperatures that may be one."""
    middle, half = (low + high) / 2, max(high - low, _LEAST_SPAN) / 2
    return middle - half, middle + half
