"""Film outlines with named contacts, and their tagged meshes; knows nothing of physics."""

from meshing.catalogue import corbino, disc, square, strip, wheel
from meshing.errors import InputError, LayoutError, MeshError
from meshing.files import read_mesh, read_msh, write_msh, write_xdmf
from meshing.film_mesh import FilmMesh
from meshing.layout import Contact, Layout
from meshing.mesher import mesh_film
from meshing.numbering import VertexNumbering
from meshing.planar_graph import FILM_TAG
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
    "read_mesh",
    "read_msh",
    "square",
    "strip",
    "wheel",
    "write_msh",
    "write_xdmf",
]
