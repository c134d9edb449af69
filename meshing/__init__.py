"""Film outlines with named contacts, and their tagged meshes; knows nothing of physics."""

from meshing.catalogue import corbino, disc, square, strip, wheel
from meshing.errors import InputError, LayoutError, MeshError
from meshing.film_mesh import FILM_TAG, FilmMesh
from meshing.layout import Contact, Layout
from meshing.mesher import mesh_film
from meshing.numbering import VertexNumbering
from meshing.quality import MeshQuality

__all__ = [
    "FILM_TAG",
    "Contact",
    "FilmMesh",
    "InputError",
    "Layout",
    "LayoutError",
    "MeshError",
    "MeshQuality",
    "VertexNumbering",
    "corbino",
    "disc",
    "mesh_film",
    "square",
    "strip",
    "wheel",
]
