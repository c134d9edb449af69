"""Films from drawings whose layers are the film and its contacts: GDSII, OASIS, DXF, SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.bounds import (
    FINEST_TOLERANCE,
    LARGEST,
    FileUnit,
    FilmLength,
    Gradation,
    MeshSize,
    Thickness,
    check_length,
    check_unit,
)
from hebbfilm.meshing.drawings.assemble import (
    Precision,
    drawn_contacts,
    drawn_region,
    film_outline,
    on_film,
)
from hebbfilm.meshing.drawings.choice import Choice, Corner, chosen, crop_box, film_near, near
from hebbfilm.meshing.drawings.drawing import Drawing, LayerName
from hebbfilm.meshing.drawings.names import Naming
from hebbfilm.meshing.drawings.nesting import Nesting
from hebbfilm.meshing.geometry.arcs import SAGITTA
from hebbfilm.meshing.layout import GRADATION, Contact, Layout, Region

__all__ = ["list_layers", "read_drawing"]

_ROUGH = 1e-10
"""In m, how exactly curves are read of which only the number counts."""
CELLS = {".gds": "GDSII", ".gds2": "GDSII", ".gdsii": "GDSII", ".oas": "OASIS", ".oasis": "OASIS"}
"""Formats with cells, by the ends of files' names."""


def read_drawing(
    path: Path | str,
    film: LayerName | Sequence[LayerName],
    contacts: LayerName | Sequence[LayerName] | Mapping[str, LayerName | Sequence[LayerName]] = (),
    thickness: Thickness = 1e-9,
    holes: LayerName | Sequence[LayerName] = (),
    cell: str | None = None,
    unit: FileUnit | None = None,
    tolerance: FilmLength | None = None,
    mesh_size: MeshSize = 5e-9,
    contact_mesh_size: MeshSize | None = None,
    rim_mesh_size: MeshSize | None = None,
    gradation: Gradation = GRADATION,
    rename: Mapping[str, str | Sequence[str]] | None = None,
    ignore: str | Sequence[str] = (),
    crop: tuple[Corner, Corner] | None = None,
    piece: Corner | None = None,
    nesting: Nesting | None = None,
    regions: Mapping[str, LayerName | Sequence[LayerName]] | None = None,
    region_mesh_sizes: Mapping[str, FilmLength] | None = None,
) -> Layout:
    """A film from a .gds, .oas, .dxf or .svg file.

    Contacts are areas, cut to the film (one that only touches the film contacts its edge there),
    or lines along the film's rim. Texts in a contact layer name the contacts they stand in: "Drain
    1" is Drain_1, "I+" I_plus.

    Args:
        path: the drawing.
        film: layer of the film, or several; its shapes are united. A layer has a name or a
            number; that of GDSII and OASIS is a number (any data type) or "number/datatype".
        contacts: name → layer; a layer of several shapes gives name_1, name_2, …, anticlockwise
            about the film's middle from its right. Or just layers: "contact" is the name then.
        thickness: of the film, m.
        holes: layer of what is cut out of the film, or several.
        cell: of a GDSII or OASIS file with several top cells.
        unit: metres per unit of the file; what the file says where it is not given.
        tolerance: between curves and the chords that stand for them, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.
        rim_mesh_size: finer mesh size along the rim, m.
        gradation: growth of the mesh size with the distance from contacts and rim, without unit.
        rename: text → name of its contact; a list of names where several have the text.
        ignore: texts in contact layers that name nothing.
        crop: lowest and highest corner of a box, m; film and contacts are cut to it.
        piece: a point, m; of a film in several pieces, the one nearest to it is taken, with the
            contacts that touch it or are nearer to it than to others.
        nesting: what an outline in another one of its layer is: the edge of a hole, and of film
            again in a third one ("even_odd"), or film ("union"). Without it, GDSII files are
            united, as their format says, and DXF files with such outlines refused.
        regions: name → layer, or several; what it holds, cut to the film, may be of another
            material.
        region_mesh_sizes: name → finer mesh size in the region, m.

    Raises:
        LayoutError: one line that says what is wrong with the file, or what is not in it.
    """
    check_length("mesh_size", mesh_size)
    regions, finer = regions or {}, region_mesh_sizes or {}
    for name, size in finer.items():
        check_length(f"regions.{name}.mesh_size", size)
    finest = min(mesh_size, contact_mesh_size or mesh_size, *finer.values())
    precision = Precision(SAGITTA * finest if tolerance is None else tolerance, finest)
    if not FINEST_TOLERANCE <= precision.tolerance <= LARGEST:
        raise LayoutError(
            f"layout.tolerance = {tolerance!r}: must be a length above 0 m, "
            f"{FINEST_TOLERANCE:g} to {LARGEST:g} m"
        )
    if unit is not None:
        check_unit("layout.unit", unit)
    try:
        layers = [*_listed(film), *_listed(holes), *_listed(contacts), *_listed(regions)]
        drawing = _read(Path(path), unit, precision.tolerance, cell, layers)
        nesting = _nesting(Path(path), nesting)
        window = None if crop is None else crop_box(crop)
        shape = film_outline(
            film_near(drawing.pick("layout.film", film), window, precision.reach),
            near(drawing.pick("layout.holes", holes), window, precision.reach),
            precision,
            nesting,
        )
        choice = chosen(shape, window, piece, 2 * precision.tolerance)
        _check_unit(drawing, choice.film.bounds)
        naming = Naming(rename or {}, [ignore] if isinstance(ignore, str) else ignore)
        named = _contacts(drawing, choice, contacts, naming, precision, nesting)
        found = tuple(Contact(name, region, contact_mesh_size) for name, region in named)
        areas = {
            name: drawn_region(
                choice, drawing.pick(f"regions.{name}.layer", layer), name, precision, nesting
            )
            for name, layer in regions.items()
        }
        parts = tuple(Region(name, area, finer.get(name)) for name, area in areas.items())
        return Layout(choice.film, found, thickness, mesh_size, rim_mesh_size, gradation, parts)
    except LayoutError as error:
        raise LayoutError(f"{path}: {error}") from error


def list_layers(path: Path | str, unit: float | None = None, cell: str | None = None) -> Drawing:
    """All that a .gds, .oas, .dxf or .svg file holds, by layers.

    Args:
        path: the drawing.
        unit: metres per unit of the file; what the file says where it is not given.
        cell: of a GDSII or OASIS file with several top cells.

    Raises:
        LayoutError: one line that says what is wrong with the file.
    """
    path = Path(path)
    if unit is not None:
        check_unit("layout.unit", unit)
    try:
        found = _read(path, unit, _ROUGH, cell, [])
        # Of formats with cells what is not asked for is there, but empty.
        return _read(path, unit, _ROUGH, cell, list(found.layers)) if _has_cells(path) else found
    except LayoutError as error:
        raise LayoutError(f"{path}: {error}") from error


def _has_cells(path: Path) -> bool:
    return Path(path.name.lower().removesuffix(".gz")).suffix in CELLS


def _listed(
    layers: LayerName | Sequence[LayerName] | Mapping[str, LayerName | Sequence[LayerName]],
) -> list[LayerName]:
    if isinstance(layers, Mapping):
        return [name for inner in layers.values() for name in _listed(inner)]
    return [layers] if isinstance(layers, int | str) else list(layers)


def _read(
    path: Path,
    unit: FileUnit | None,
    tolerance: float,
    cell: str | None,
    layers: Sequence[LayerName],
) -> Drawing:
    name = path.name.lower()
    suffix = Path(name.removesuffix(".gz")).suffix
    packed = name.endswith(".gz")
    if suffix not in (*CELLS, ".dxf", ".svg", ".svgz") or (packed and suffix in (".dxf", ".svgz")):
        raise LayoutError(
            "not a drawing that can be read: the name must end in .gds, .oas, .svg (.gz after "
            "each), .svgz or .dxf"
        )
    if cell is not None and suffix not in CELLS:
        raise LayoutError(f"layout.cell = {cell!r}: only GDSII and OASIS files have cells")
    # The libraries of the formats take half a second each to load.
    try:
        if suffix == ".dxf":
            from hebbfilm.meshing.drawings.dxf import read_dxf

            return read_dxf(path, unit, tolerance)
        if suffix in (".svg", ".svgz"):
            from hebbfilm.meshing.drawings.svg import read_svg

            return read_svg(path, unit, tolerance)
        from hebbfilm.meshing.drawings.gds import read_gds

        return read_gds(path, unit, tolerance, cell, layers)
    except LayoutError:
        raise
    except Exception as error:  # whatever a damaged file makes the libraries stumble over
        if isinstance(error, OSError) and error.strerror:
            raise LayoutError(f"cannot be read: {error.strerror}") from error
        what = (str(error) or type(error).__name__).splitlines()[0]
        kind = CELLS.get(suffix, suffix[1:].upper())
        raise LayoutError(f"cannot be read as {kind}: {what}") from error


def _nesting(path: Path, given: Nesting | None) -> Nesting | None:
    name = path.name.lower().removesuffix(".gz")
    if given is not None and name.endswith((".svg", ".svgz")):
        raise LayoutError(f"layout.nesting = {given!r}: an SVG file says itself, by its fill-rule")
    if given not in (None, "union", "even_odd"):
        raise LayoutError(f"layout.nesting = {given!r}: must be 'union' or 'even_odd'")
    return "union" if given is None and not name.endswith(".dxf") else given


def _check_unit(drawing: Drawing, bounds: tuple[float, float, float, float]) -> None:
    left, low, right, top = bounds
    size = max(right - left, top - low)
    if size > LARGEST:
        raise LayoutError(
            f"the film is {size:g} m wide with {drawing.unit:g} m per unit of the drawing; "
            "give the metres per unit as layout.unit, 1e-9 for nanometres"
        )


def _contacts(
    drawing: Drawing,
    choice: Choice,
    wanted: LayerName | Sequence[LayerName] | Mapping[str, LayerName | Sequence[LayerName]],
    naming: Naming,
    precision: Precision,
    nesting: Nesting | None,
) -> list[tuple[str, BaseGeometry]]:
    if isinstance(wanted, Mapping):
        layers = {
            stem: drawing.pick(f"layout.contacts.{stem}", layer) for stem, layer in wanted.items()
        }
    else:
        layers = {"contact": drawing.pick("layout.contacts", wanted)} if _listed(wanted) else {}
    naming.check_texts(text for layer in layers.values() for text, _ in layer.labels)
    drawn = [
        contact
        for stem, layer in layers.items()
        for contact in drawn_contacts(choice, layer, stem, naming.ignore, precision, nesting)
    ]
    names = naming.names([one.text for one in drawn], [one.key for one in drawn])
    return [
        (name, on_film(choice.film, name, one.shape, precision))
        for name, one in zip(names, drawn, strict=True)
    ]
