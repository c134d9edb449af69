"""The films that are timed."""

from collections.abc import Callable
from importlib.resources import as_file, files
from typing import NamedTuple

from mpi4py import MPI

import numpy as np
import shapely

from hebbfilm.hopfield import parse_pattern
from hebbfilm.meshing import Contact, FilmMesh, Layout, mesh_film, square, strip
from hebbfilm.run.inputs.case import read_case
from hebbfilm.solvers import Film, Material, Numerics
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY

SIDE, _THICKNESS, MESH_SIZE = 512e-9, 4e-9, 4.33e-9
"""In m; the standard film has as many vertices as a grid of 4 nm has cells, 16 384."""
_MAGNETISATION = 5.8e5
_DRIFT = 72.0
"""|u| in m/s."""
_MATERIAL = Material(
    saturation_magnetisation=_MAGNETISATION,
    exchange_stiffness=1.5e-11,
    interfacial_dmi=3e-3,
    # The anisotropy contains that of the shape.
    uniaxial_anisotropy=8e5 - VACUUM_PERMEABILITY * _MAGNETISATION**2 / 2,
    damping=0.1,
    nonadiabaticity=0.05,
    amr_ratio=0.05,
)
_RADIUS, _CORNERS, _RAGGEDNESS = 300e-9, 24, 0.25
_PADS, _PAD_RADIUS, _REFINEMENT = 5, 45e-9, 4.0


class Sample(NamedTuple):
    """A film to be timed.

    Its layout, what it is made of, voltages of its contacts in V, and for how many s it runs.
    """

    layout: Layout
    material: Material
    drives: tuple[float, ...]
    duration: float = 5e-10


def standard(mesh_size: float | None = None, side: float = SIDE) -> Sample:
    """A square between two contacts on opposite edges, in which electrons drift at 72 m/s.

    Args:
        mesh_size: in m; 4.33 nm for None.
        side: in m.
    """
    layout = strip(side, side, _THICKNESS, mesh_size or MESH_SIZE)
    voltage = drift_current_density() * side / _MATERIAL.number("conductivity")
    return Sample(layout, _MATERIAL, (voltage / 2, -voltage / 2))


def wheel(mesh_size: float | None = None) -> Sample:
    """The four-node wheel of the case of that name, while its first pattern is presented."""
    settings = [] if mesh_size is None else [f"layout.mesh_size={mesh_size!r}"]
    with as_file(files("hebbfilm.run") / "cases" / "four_node.toml") as path:
        case = read_case(path, settings)
    layout = case.film_source().geometry
    assert isinstance(layout, Layout)
    assert case.training is not None
    signs = parse_pattern(case.training.patterns[0], names=layout.contact_names)
    return Sample(layout, case.film_material(), tuple(case.training.voltage * signs))


def irregular(mesh_size: float | None = None) -> Sample:
    """A ragged ring with five pads, at which the mesh is four times finer; always the same one."""
    size = mesh_size or MESH_SIZE
    random = np.random.default_rng(4)
    hole = _ragged(random, _RADIUS / 4)
    outline = _ragged(random, _RADIUS).difference(hole)
    angles = 2 * np.pi * (np.arange(_PADS) + random.uniform(-0.2, 0.2, _PADS)) / _PADS
    places = [shapely.Point(np.cos(angle), np.sin(angle)) for angle in angles]
    contacts = tuple(
        Contact(f"pad_{k}", _pad(outline, place), size / _REFINEMENT)
        for k, place in enumerate(places, 1)
    )
    voltage = drift_current_density() * _RADIUS / _MATERIAL.number("conductivity")
    drives = tuple(voltage * (-1) ** k for k in range(_PADS))
    return Sample(Layout(outline, contacts, _THICKNESS, size), _MATERIAL, drives, duration=2e-11)


FILMS: dict[str, Callable[..., Sample]] = {
    "standard": standard,
    "wheel": wheel,
    "irregular": irregular,
}
"""Each takes a mesh size in m, or None for its usual one."""


def _ragged(random: np.random.Generator, radius: float) -> shapely.Polygon:
    angles = 2 * np.pi * np.arange(_CORNERS) / _CORNERS
    radii = radius * (1 + _RAGGEDNESS * random.uniform(-1, 1, _CORNERS))
    return shapely.Polygon(np.column_stack([radii * np.cos(angles), radii * np.sin(angles)]))


def _pad(outline: shapely.Polygon, direction: shapely.Point) -> shapely.Polygon:
    """What a disc covers of the film, where its rim lies in that direction from the origin."""
    ray = shapely.LineString([(0, 0), (2 * _RADIUS * direction.x, 2 * _RADIUS * direction.y)])
    rim = shapely.Point(ray.intersection(shapely.Polygon(outline.exterior)).coords[-1])
    return outline.intersection(rim.buffer(_PAD_RADIUS))


def drift_current_density() -> float:
    """|j| in A/m² at which electrons drift at 72 m/s in the standard material."""
    return _DRIFT / abs(_MATERIAL.spin_drift_per_current_density)


def make_film(sample: Sample, film_mesh: FilmMesh, numerics: Numerics | None = None) -> Film:
    """The film of a sample on its mesh, m random; collective.

    Args:
        sample: what it is.
        film_mesh: of its layout.
        numerics: of `Film`.
    """
    film = Film(film_mesh, sample.material, numerics=numerics)
    film.randomise(seed=1)
    return film


def standard_film(comm: MPI.Intracomm, mesh_size: float, side: float) -> Film:
    """The standard film of another size, m random; collective.

    Args:
        comm: ranks that share it.
        mesh_size: in m.
        side: in m.
    """
    sample = standard(mesh_size, side)
    return make_film(sample, mesh_film(sample.layout, comm))


def film_of_many_contacts(comm: MPI.Intracomm, mesh_size: float = MESH_SIZE) -> Film:
    """The standard film with 32 contacts on its rim; collective."""
    layout = square(
        SIDE, contacts=32, contact_length=20e-9, thickness=_THICKNESS, mesh_size=mesh_size
    )
    film = Film(mesh_film(layout, comm), _MATERIAL)
    film.randomise(seed=1)
    return film
