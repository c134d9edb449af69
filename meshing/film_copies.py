"""Like films side by side: one film as it is drawn, and how often it is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import shapely
from shapely import MultiPolygon
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    from hebbfilm.meshing.layout import Contact, Layout, Region


@dataclass(frozen=True)
class Copies:
    """What a layout of several like films is made of.

    Args:
        film: the first of them, as it is drawn.
        count: of all, the first included.
        gap: between neighbours, along x, m.
    """

    film: Layout
    count: int
    gap: float

    @property
    def pitch(self) -> float:
        """From each film to the next, along x, m."""
        left, _, right, _ = self.film.outline.bounds
        return float(right - left) + self.gap

    @property
    def outline(self) -> MultiPolygon:
        """All films in one geometry, m."""
        return self._together(self.film.outline)

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Those of the first film, then those of the others: "copy_2_left" is the second "left"."""
        return tuple(
            replace(
                contact,
                name=f"copy_{k}_{contact.name}" if k > 1 else contact.name,
                region=self._at(k, contact.region),
            )
            for k in range(1, self.count + 1)
            for contact in self.film.contacts
        )

    @property
    def regions(self) -> tuple[Region, ...]:
        """Each with its name, in all films."""
        return tuple(replace(r, area=self._together(r.area)) for r in self.film.regions)

    def _together(self, area: BaseGeometry) -> MultiPolygon:
        each = [self._at(k, area) for k in range(1, self.count + 1)]
        return MultiPolygon([part for one in each for part in shapely.get_parts(one)])

    def _at(self, number: int, shape: BaseGeometry) -> BaseGeometry:
        return shape if number == 1 else translate(shape, (number - 1) * self.pitch)
