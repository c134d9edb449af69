"""What can colour the film in three dimensions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from matplotlib.colors import Colormap, hsv_to_rgb

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.messages import shown
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.solid import Solid, charge_density, vertex_means
from hebbfilm.run.pictures.surface import Surface

M_Z = "m_z"
ANGLE = "angle"
CURRENT = "current"
POTENTIAL = "potential"
QUANTITIES = ("m_x", "m_y", M_Z, ANGLE, "charge", CURRENT, POTENTIAL, "temperature", "oersted")
"""That colour films; layers by their names besides."""
_LEAST_SPAN = 1.0
"""In K, of a scale, so that its labels differ."""

_LIGHTER = 0.42
"""What m_z = 1 adds to the lightness: neither up nor down may melt into paper or ink."""

Body: TypeAlias = Surface | Solid


@dataclass(frozen=True, eq=False)
class FilmColours:
    """Values at the points of a film, and how they are shown.

    `values` are (N,) with `colours` and `limits`; or the colours themselves, (N, 3) from 0 to 1.
    """

    title: str
    values: FloatArray
    colours: Colormap | None = None
    limits: tuple[float, float] | None = None


def film_colours(body: Body, what: str) -> FilmColours:
    """What colours the film.

    Args:
        body: the film.
        what: one of `QUANTITIES`, where oersted is H_z, or the name of a layer for its current.

    Raises:
        InputError: what the snapshot does not have.
    """
    found = _all(body)
    if what not in found:
        raise InputError(f"--quantity {shown(what)}: of this snapshot, {allowed_are(what, found)}")
    return found[what]()


def quantities_of(body: Body) -> list[str]:
    """What can colour this film."""
    return list(_all(body))


def direction_colours(m: FloatArray) -> FloatArray:
    """Colours of directions: the hue is the angle in the plane, up is light and down dark.

    Args:
        m: unit vectors, (N, 3).

    Returns:
        Red, green and blue from 0 to 1, (N, 3).
    """
    hue = (np.arctan2(m[:, 1], m[:, 0]) / (2 * np.pi)) % 1.0
    lightness = 0.5 + _LIGHTER * np.clip(m[:, 2], -1.0, 1.0)
    # Of what stands upright the angle means nothing.
    vivid = np.minimum(np.hypot(m[:, 0], m[:, 1]), 1.0)
    value = lightness + vivid * np.minimum(lightness, 1 - lightness)
    colours = np.column_stack((hue, 2 * (1 - lightness / value), value))
    return np.asarray(hsv_to_rgb(np.clip(colours, 0.0, 1.0)), dtype=np.float64)


def _all(body: Body) -> Mapping[str, Callable[[], FilmColours]]:
    found: dict[str, Callable[[], FilmColours]] = {
        **{f"m_{axis}": partial(_component, body, k) for k, axis in enumerate("xyz")},
        ANGLE: lambda: FilmColours("direction of m", direction_colours(body.magnetisation)),
        "charge": partial(_charge, body),
        CURRENT: partial(_current, body, "film"),
        POTENTIAL: partial(_potential, body),
    }
    if body.temperature is not None:
        found["temperature"] = partial(_temperature, body.temperature)
    if body.oersted_field is not None:
        found["oersted"] = partial(_oersted, body.oersted_field)
    layers: dict[str, Callable[[], FilmColours]]
    layers = {name: partial(_current, body.of_layer(name), name) for name in body.layer_currents}
    return layers | found


def _component(body: Body, axis: int) -> FilmColours:
    return FilmColours(f"m_{'xyz'[axis]}", body.magnetisation[:, axis], style.DOMAINS, (-1.0, 1.0))


def _charge(body: Body) -> FilmColours:
    density = charge_density(body.points, body.cells, body.magnetisation)
    values = 1e3 * vertex_means(body.points, body.cells, density)
    top = style.scale_end(values)
    return FilmColours("charge density / (10⁻³ nm⁻²)", values, style.FIELD, (-top, top))


def _current(body: Body, name: str) -> FilmColours:
    size = 1e-12 * np.asarray(np.linalg.norm(body.vertex_current_density, axis=1), np.float64)
    # VTK takes upright bars for the borders of columns.
    title = f"j in {name} / (TA/m²)"
    return FilmColours(title, size, style.CURRENT, (0.0, style.scale_end(size)))


def _potential(body: Body) -> FilmColours:
    millivolts = 1e3 * body.potential
    top = float(np.abs(millivolts).max()) or 1.0
    return FilmColours("potential / mV", millivolts, style.VOLTAGE, (-top, top))


def _temperature(values: FloatArray) -> FilmColours:
    middle = (float(values.min()) + float(values.max())) / 2
    half = max(float(np.ptp(values)), _LEAST_SPAN) / 2
    return FilmColours("T / K", values, style.HEAT, (middle - half, middle + half))


def _oersted(field: FloatArray) -> FilmColours:
    up: FloatArray = 1e-3 * field[:, 2]
    top = style.scale_end(up)
    return FilmColours("H_z / (kA/m)", up, style.FIELD, (-top, top))
