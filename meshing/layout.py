"""A film as it is drawn: outline, named contacts, thickness and mesh size, all in metres."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.common.notebook import as_html
from hebbfilm.meshing import copies_checks, layout_checks, region_checks
from hebbfilm.meshing.bounds import check_vertices
from hebbfilm.meshing.expected_size import expected_vertices
from hebbfilm.meshing.film_copies import Copies

GRADATION = 0.25  # growth of the edge length with the distance from where it is finer

PadOrEdge: TypeAlias = BaseGeometry  # Polygon, MultiPolygon, LineString or MultiLineString


@dataclass(frozen=True)
class Contact:
    """One electrode of a film.

    Args:
        name: letters, digits and underscores, 64 at most; "film" is reserved.
        region: an area of the film (a pad on top of it) or a line along its edge, m.
        mesh_size: edge length of the mesh at the contact, m; the film's where None.

    Example:
        >>> from shapely import box
        >>> Contact("pad", box(0, 0, 20e-9, 20e-9)).is_pad
        True
    """

    name: str
    region: PadOrEdge
    mesh_size: float | None = None

    @property
    def is_pad(self) -> bool:
        """Whether the contact covers an area, rather than a piece of the film's edge."""
        return isinstance(self.region, Polygon | MultiPolygon)


@dataclass(frozen=True)
class Region:
    """A part of a film that may be of another material; the mesh conforms to its border.

    It may share borders with other regions, touch the film's rim and lie under contacts.

    Args:
        name: letters, digits and underscores, 64 at most; "film" is the rest of the film.
        area: of the film, m.
        mesh_size: edge length of the mesh in it, m; the film's where None.

    Example:
        >>> from shapely import box
        >>> soft = Region("soft", box(50e-9, 0, 100e-9, 50e-9))
        >>> Layout(box(0, 0, 100e-9, 50e-9), (), 1e-9, 5e-9, regions=(soft,)).region_names
        ('soft',)
    """

    name: str
    area: Polygon | MultiPolygon
    mesh_size: float | None = None


@dataclass(frozen=True)
class Layout:
    """A film and its contacts, checked when it is made.

    Args:
        outline: the film seen from above, holes allowed, m; in several pieces only where each
            joins two contacts or more, or where they are copies.
        contacts: electrodes in node order; none or one is allowed (nothing then conducts).
        thickness: film thickness, m.
        mesh_size: edge length of the mesh, m.
        rim_mesh_size: finer edge length along the rim of the film, m.
        gradation: growth of the edge length with the distance from contacts, regions and rim,
            without unit.
        regions: parts of the film that may be of another material; no two of them overlap.
        copies: of like films in one mesh, what `copied` or `packed` has made them of; else None.

    Raises:
        LayoutError: anything that cannot be meshed as it is drawn; one line that says where.

    Example:
        >>> from shapely import LineString, box
        >>> ends = [LineString([(x, 0), (x, 50e-9)]) for x in (0, 100e-9)]
        >>> contacts = (Contact("left", ends[0]), Contact("right", ends[1]))
        >>> Layout(box(0, 0, 100e-9, 50e-9), contacts, 1e-9, 5e-9).contact_names
        ('left', 'right')
    """

    outline: Polygon | MultiPolygon
    contacts: tuple[Contact, ...]
    thickness: float
    mesh_size: float
    rim_mesh_size: float | None = None
    gradation: float = GRADATION
    regions: tuple[Region, ...] = ()
    copies: Copies | None = None

    _repr_html_ = as_html

    def __post_init__(self) -> None:
        object.__setattr__(self, "contacts", tuple(self.contacts))
        regions = (self.regions,) if isinstance(self.regions, Region) else self.regions
        object.__setattr__(self, "regions", tuple(regions))
        for kind, each in (
            *((Contact, contact) for contact in self.contacts),
            *((Region, region) for region in self.regions),
        ):
            if not isinstance(each, kind):
                raise LayoutError(f"layout: {shown(each)} is no {kind.__name__}")
        if self.copies is None:
            layout_checks.check_lengths(self)
            layout_checks.check_outline(self)
            layout_checks.check_contacts(self)
            region_checks.check_regions(self)
        else:
            copies_checks.check_copies(self, self.copies)
        check_vertices(expected_vertices(self))

    @property
    def contact_names(self) -> tuple[str, ...]:
        """Names of the contacts in node order."""
        return tuple(contact.name for contact in self.contacts)

    @property
    def region_names(self) -> tuple[str, ...]:
        """Names of the regions in their order."""
        return tuple(region.name for region in self.regions)

    @property
    def mesh_sizes(self) -> list[tuple[BaseGeometry, float]]:
        """Each contact and each region, with the edge length of the mesh there in m."""
        return [(c.region, self.contact_mesh_size(c)) for c in self.contacts] + [
            (r.area, self.mesh_size if r.mesh_size is None else r.mesh_size) for r in self.regions
        ]

    @property
    def finest_mesh_size(self) -> float:
        """The shortest edge length that is asked for anywhere, m."""
        return min([self.at_rim, *(size for _, size in self.mesh_sizes)])

    def contact_mesh_size(self, contact: Contact) -> float:
        """Edge length of the mesh at a contact, m."""
        size = self.mesh_size if contact.mesh_size is None else contact.mesh_size
        return size if contact.is_pad else min(size, self.at_rim)

    @property
    def at_rim(self) -> float:
        """Edge length of the mesh along the rim, away from contacts, m."""
        return self.mesh_size if self.rim_mesh_size is None else self.rim_mesh_size

    def in_mesh_sizes(self, shape: BaseGeometry) -> BaseGeometry:
        """A shape measured in mesh sizes, so that tolerances are plain numbers near 1."""
        return shapely.transform(shape, lambda points: points / self.mesh_size)


def layout_of(copies: Copies) -> Layout:
    """The layout of several like films.

    Args:
        copies: one of them, and where the others are.

    Raises:
        LayoutError: too many contacts, or two of one name.

    Example:
        >>> row = Copies.in_a_row(strip(), count=2, gap=50e-9)
        >>> layout_of(row).contact_names
        ('left', 'right', 'copy_2_left', 'copy_2_right')
    """
    return replace(
        copies.film,
        outline=copies.outline,
        contacts=copies.contacts,
        regions=copies.regions,
        copies=copies,
    )
