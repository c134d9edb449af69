"""Families of layouts: at random from a seed, or on networks of strips with a few numbers."""

from hebbfilm.meshing.families.changes import random_holes, rotated, rough
from hebbfilm.meshing.families.joined import joined_pairs
from hebbfilm.meshing.families.lattices import (
    hexagonal_lattice,
    spoked_polygon,
    square_lattice,
    triangular_lattice,
)
from hebbfilm.meshing.families.networks import strip_network
from hebbfilm.meshing.families.random_contacts import random_inside, random_rim

__all__ = [
    "hexagonal_lattice",
    "joined_pairs",
    "random_holes",
    "random_inside",
    "random_rim",
    "rotated",
    "rough",
    "spoked_polygon",
    "square_lattice",
    "strip_network",
    "triangular_lattice",
]
