"""Meshes and films in a notebook: figures, and what they look like now."""

from __future__ import annotations

from matplotlib import rc_context
from matplotlib.figure import Figure

from hebbfilm.meshing import FilmMesh
from hebbfilm.run.notebook.card import card, figure_html, table
from hebbfilm.run.pictures import film as drawing
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.contacts import draw_contacts
from hebbfilm.run.pictures.layout import draw_mesh
from hebbfilm.run.pictures.layout_show import mesh_fields
from hebbfilm.run.pictures.pages import MAGNETISATION, colour_bar
from hebbfilm.run.pictures.sheet import growth, sheet
from hebbfilm.run.pictures.surface import Surface, film_surface
from hebbfilm.run.report.words import quantity
from hebbfilm.run.training.fields import film_fields
from hebbfilm.solvers import Film


def html(shown: FilmMesh | Film) -> str:
    """A mesh, or a film with its texture as it is now."""
    return _film(shown) if isinstance(shown, Film) else _mesh(shown)


def _mesh(mesh: FilmMesh) -> str:
    rows = [
        ("thickness", quantity(mesh.thickness, "m")),
        ("contacts", ", ".join(mesh.contacts) or "none"),
        ("regions", ", ".join(mesh.regions) or "none"),
    ]
    if mesh.comm.size > 1:
        return card("FilmMesh", _shared(mesh.comm.size), table(rows))
    quality = mesh.quality()
    rows += [
        ("vertices", f"{quality.vertices:_}".replace("_", " ")),
        (
            "triangles" if mesh.dimension == 2 else "tetrahedra",
            f"{quality.cells:_}".replace("_", " "),
        ),
        (
            "edges",
            f"{quantity(quality.typical_edge, 'm')}, the shortest "
            f"{quantity(quality.shortest_edge, 'm')}",
        ),
        ("smallest angle", f"{quality.smallest_angle:.0f}°"),
    ]
    fields = mesh_fields(mesh, mesh.contact_numbers({name: (name,) for name in mesh.contacts}))
    assert fields is not None
    with rc_context(style.STYLE):
        surface = film_surface(fields)
        figure, (axes,) = sheet(surface, 1, (5.0, 4.8))
        # The picture is 430 points wide.
        draw_mesh(axes, surface, 430 * quality.typical_edge * 1e9 / surface.span)
        drawing.draw_outline(axes, surface)
        _finish(figure, surface, mesh.contacts)
        picture = figure_html(figure, "The mesh from above, its pads filled")
    return card("FilmMesh", "of a film", table(rows), picture)


def _film(film: Film) -> str:
    rows = [
        ("time", quantity(film.time, "s")),
        ("contacts", ", ".join(film.contacts) or "none"),
        ("terms", ", ".join(term.name for term in film.terms) or "none"),
    ]
    if film.comm.size > 1:
        return card("Film", _shared(film.comm.size), table(rows))
    mean = film.dynamics.mean_magnetisation()
    rows.append(
        ("mean of m", f"({', '.join(f'{value:+.3f}' for value in mean)})".replace("-", "−"))
    )
    fields = film_fields(film)
    with rc_context(style.STYLE):
        surface = film_surface(fields)
        figure, (axes,) = sheet(surface, 1, (5.6, 4.8))
        image = drawing.draw_texture(axes, surface, growth(surface))
        _finish(figure, surface, film.contacts)
        colour_bar(axes, image, MAGNETISATION)
        picture = figure_html(figure, "The magnetisation from above, as it is now")
    return card("Film", "as it is now", table(rows), picture)


def _finish(figure: Figure, surface: Surface, names: tuple[str, ...]) -> None:
    axes = figure.axes[0]
    draw_contacts(axes, surface, names, size=8)
    drawing.draw_scale_bar(axes, surface)


def _shared(ranks: int) -> str:
    return f"shared by {ranks} ranks, which no one of them can draw alone"
