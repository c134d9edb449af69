"""The film in three dimensions: slab, arrows of the magnetisation, raised contacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvista as pv
from matplotlib import font_manager
from matplotlib.colors import to_hex, to_rgb

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.folder.snapshots import Snapshot, read_fields
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.contacts import roomiest, voltage_colour
from hebbfilm.run.pictures.current import current_seeds
from hebbfilm.run.pictures.film_colours import M_Z, FilmColours, film_colours
from hebbfilm.run.pictures.pages import heading
from hebbfilm.run.pictures.surface import NM, Piece, Surface, cells_at, chains, film_surface, sample

ARROWS_ACROSS = 44
LINES = 24
# Films are hundreds of times wider than thick: drawn to scale they would be a line.
SLAB_SHARE = 0.02
METAL = "#c3c7cd"
SIDE = "#59606b"
CURRENT = "#f0a63c"


@dataclass(frozen=True)
class Scene:
    """A snapshot ready to draw; `height` of the slab and `spacing` of the arrows in nm."""

    manifest: Manifest
    snapshot: Snapshot
    surface: Surface
    colours: FilmColours
    width: float
    height: float
    spacing: float


def prepare_scene(manifest: Manifest, snapshot: Snapshot, colour: str = M_Z) -> Scene:
    """Read the snapshot and choose the sizes of what is drawn.

    Args:
        manifest: of the run.
        snapshot: one of it.
        colour: what colours the film; see `film_colours`.

    Raises:
        InputError: the snapshot's file is missing or damaged, or does not have what is to be shown.
    """
    surface = film_surface(read_fields(manifest.folder, snapshot))
    width = float(np.ptp(surface.points, axis=0).max())
    sizes = width, SLAB_SHARE * width, width / ARROWS_ACROSS
    return Scene(manifest, snapshot, surface, film_colours(surface, colour), *sizes)


def draw_scene(plotter: Any, scene: Scene, streamlines: bool) -> None:
    """Draw a snapshot, in place of the one drawn before."""
    plotter.set_background("white")
    with_current = streamlines and scene.snapshot.voltages is not None
    plotter.remove_actor("current", render=False)
    _draw_slab(plotter, scene)
    _draw_contacts(plotter, scene)
    _draw_arrows(plotter, scene, opacity=0.3 if with_current else 1.0)
    if with_current:
        _draw_current(plotter, scene)
    _draw_words(plotter, scene)


def set_camera(plotter: Any) -> None:
    """Look at the film from the front, from above."""
    plotter.camera_position = [(0, -0.9, 1.15), (0, 0, 0), (0, 0, 1)]
    plotter.reset_camera()
    plotter.camera.zoom(1.4)


def _mesh(points: FloatArray, cells: IntArray, height: float) -> pv.PolyData:
    space = np.column_stack((points, np.full(len(points), height)))
    faces = np.column_stack((np.full(len(cells), 3), cells))
    return pv.PolyData(space, faces=faces.ravel())


def _draw_slab(plotter: Any, scene: Scene) -> None:
    surface = scene.surface
    top = _mesh(surface.points, surface.cells, 0.0)
    body = top.extrude((0, 0, -scene.height), capping=True)
    top.points[:, 2] += 0.01 * scene.height
    shown = scene.colours
    top[shown.title] = shown.values
    plotter.add_mesh(body, color=SIDE, name="body", render=False)
    plotter.add_mesh(
        top,
        scalars=shown.title,
        cmap=shown.colours,
        clim=shown.limits,
        ambient=0.35,
        diffuse=0.7,
        name="film",
        render=False,
        scalar_bar_args={
            "title": shown.title,
            "n_labels": 2,
            "fmt": "%.4g",
            "width": 0.24,
            "height": 0.045,
            "position_x": 0.72,
            "position_y": 0.03,
            "title_font_size": 26,
            "label_font_size": 24,
            "color": style.INK,
        },
    )


def _draw_arrows(plotter: Any, scene: Scene, opacity: float) -> None:
    surface, step = scene.surface, scene.spacing
    low, high = surface.points.min(axis=0), surface.points.max(axis=0)
    x, y = np.meshgrid(
        np.arange(low[0] + step / 2, high[0], step), np.arange(low[1] + step / 2, high[1], step)
    )
    m = sample(surface, surface.magnetisation, x, y)
    cell = cells_at(surface, x, y)
    # Beneath a pad the arrows would only poke through the metal.
    shown = (cell >= 0) & (surface.cell_contact[cell] == 0)
    centres = np.column_stack((x[shown], y[shown], np.full(shown.sum(), 0.55 * step)))
    cloud = pv.PolyData(centres)
    cloud["m"] = m[shown]
    cloud["m_z"] = m[shown, 2]
    arrow = pv.Arrow(
        start=(-0.5, 0, 0),
        tip_length=0.42,
        tip_radius=0.19,
        shaft_radius=0.075,
        tip_resolution=16,
        shaft_resolution=10,
    )
    plotter.add_mesh(
        cloud.glyph(orient="m", scale=False, factor=0.95 * step, geom=arrow),
        scalars="m_z",
        cmap=style.DOMAINS,
        clim=(-1, 1),
        opacity=opacity,
        specular=0.25,
        smooth_shading=True,
        name="arrows",
        show_scalar_bar=False,
        render=False,
    )


def _draw_contacts(plotter: Any, scene: Scene) -> None:
    surface, voltages = scene.surface, scene.snapshot.voltages
    limit = max(map(abs, voltages)) if voltages else 0.0
    anchors, texts = [], []
    # Of twins each contact has its own name: that of their neuron would stand on both.
    for number, name in enumerate(scene.manifest.contacts, start=1):
        colour, text = METAL, style.short_name(name)
        if voltages:
            tint = np.array(voltage_colour(voltages[number - 1], limit)[:3])
            mixed = 0.3 * np.array(to_rgb(METAL)) + 0.7 * tint
            colour = to_hex((mixed[0], mixed[1], mixed[2]))
            text = f"{text}  {style.voltage_text(voltages[number - 1])}"
        pieces = surface.pieces(number)
        plotter.add_mesh(
            pv.merge([_contact_body(scene, piece) for piece in pieces]),
            color=colour,
            specular=0.5,
            specular_power=18,
            name=f"contact {number}",
            render=False,
        )
        anchors += [_label_anchor(scene, piece) for piece in pieces]
        texts += len(pieces) * [text]
    plotter.add_point_labels(
        np.array(anchors),
        texts,
        font_file=font_manager.findfont("DejaVu Sans:bold"),
        font_size=24,
        text_color=style.INK,
        justification_horizontal="center",
        justification_vertical="center",
        shape=None,
        background_color="white",
        background_opacity=0.8,
        show_points=False,
        always_visible=True,
        name="labels",
        render=False,
    )


def _label_anchor(scene: Scene, piece: Piece) -> list[float]:
    points = scene.surface.points
    members = points[piece.vertices]
    if piece.is_pad:
        return [*roomiest(members, points[piece.edges].reshape(-1, 2)), 1.2 * scene.height]
    middle = np.linalg.norm(members - members.mean(axis=0), axis=1).argmin()
    return [*members[middle], 2.5 * scene.height]


def _contact_body(scene: Scene, piece: Piece) -> pv.PolyData:
    """A pad as a raised plate, an edge contact as a rod along the rim."""
    surface = scene.surface
    if piece.is_pad:
        plate = _mesh(surface.points, surface.cells[piece.cells], 0.0)
        raised: pv.PolyData = plate.extrude((0, 0, scene.height), capping=True)
        return raised
    rods = []
    for line in chains(piece.edges):
        points = np.column_stack((surface.points[line], np.full(len(line), -scene.height / 3)))
        rods.append(pv.lines_from_points(points).tube(radius=0.8 * scene.height))
    joined: pv.PolyData = rods[0].append_polydata(*rods[1:])
    return joined


def _draw_current(plotter: Any, scene: Scene) -> None:
    """Lines along the current, each carrying the same share of it."""
    surface = scene.surface
    seeds = current_seeds(surface, LINES)
    if len(seeds) == 0:
        return
    mesh = _mesh(surface.points, surface.cells[surface.carrying], 0.0)
    mesh["j"] = surface.vertex_current_density
    lines = mesh.streamlines_from_source(
        pv.PolyData(np.column_stack((seeds, np.zeros(len(seeds))))),
        vectors="j",
        surface_streamlines=True,
        initial_step_length=0.5,
        max_length=4 * scene.width,
    )
    lines.points[:, 2] += 1.15 * scene.spacing
    plotter.add_mesh(
        lines.tube(radius=0.09 * scene.spacing), color=CURRENT, name="current", render=False
    )


def _draw_words(plotter: Any, scene: Scene) -> None:
    thickness = scene.manifest.thickness * NM
    scale = (
        f"{_across(scene.surface)}, {thickness:.3g} nm thick; "
        f"drawn {scene.height / thickness:.0f} times thicker"
    )
    _draw_line(plotter, "heading", heading(scene.snapshot), 0.94, 17)
    _draw_line(plotter, "scale", scale, 0.03, 12)


def _across(surface: Surface) -> str:
    """How large the film is, or the largest of several side by side."""
    films = [surface.points[surface.part == part] for part in range(surface.parts)]
    width = max(float(np.ptp(points, axis=0).max()) for points in films)
    if len(films) == 1:
        return f"film {width:.0f} nm across"
    return f"{len(films)} films, each {width:.0f} nm across"


def _draw_line(plotter: Any, name: str, text: str, height: float, size: int) -> None:
    plotter.add_text(
        text,
        position=(0.02, height),
        viewport=True,
        font_file=font_manager.findfont("DejaVu Sans"),
        font_size=size,
        color=style.INK,
        name=name,
        render=False,
    )
