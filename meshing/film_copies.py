"""Like films in one mesh: one of them as it is drawn, where the others are, and what joins them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import MultiLineString, MultiPolygon
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from hebbfilm.meshing.layout import Contact, Layout, Region


@dataclass(frozen=True)
class Copies:
    """What a layout of several like films is made of.

    Args:
        film: one of them, as it is drawn.
        places: by what each of them is moved, the first included, m.
        contact_names: of the whole, in node order.
        ends: of each film the numbers in `contact_names` of its contacts; metal joins those of
            several films that have one number.
        gap: between neighbours, if they stand in a row along x, m; else None.
    """

    film: Layout
    places: tuple[tuple[float, float], ...]
    contact_names: tuple[str, ...]
    ends: tuple[tuple[int, ...], ...]
    gap: float | None = None

    @classmethod
    def in_a_row(cls, film: Layout, count: int, gap: float) -> Copies:
        """Films that nothing joins, one beside the other along x.

        Contacts of the first keep their names, those of the second are "copy_2_" and their name.

        Args:
            film: the first of them.
            count: of all, the first included.
            gap: between neighbours, m.
        """
        left, _, right, _ = film.outline.bounds
        pitch, own = float(right - left) + gap, film.contact_names
        return cls(
            film,
            tuple((k * pitch, 0.0) for k in range(count)),
            (*own, *(f"copy_{k}_{name}" for k in range(2, count + 1) for name in own)),
            tuple(tuple(range(k * len(own), (k + 1) * len(own))) for k in range(count)),
            gap,
        )

    @staticmethod
    def rows_of(table: FloatArray) -> tuple[tuple[float, float], ...]:
        """`places` of a table (films, 2), m."""
        return tuple((float(x), float(y)) for x, y in table)

    @cached_property
    def shifts(self) -> FloatArray:
        """By what each film is moved, (films, 2), m."""
        return np.array(self.places, dtype=float).reshape(-1, 2)

    @cached_property
    def numbers(self) -> IntArray:
        """Of each film the numbers of its contacts among all, (films, contacts of one)."""
        return np.array(self.ends, dtype=np.int64).reshape(len(self.places), -1)

    @cached_property
    def outline(self) -> MultiPolygon:
        """All films in one geometry, m."""
        return MultiPolygon(self._parts(self.film.outline, self.shifts))

    @cached_property
    def contacts(self) -> tuple[Contact, ...]:
        """In node order, each all that it has of the films; in one piece if that is one."""
        return tuple(self._contact(number) for number in range(len(self.contact_names)))

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """Each with its name, in all films."""
        return tuple(
            replace(r, area=MultiPolygon(self._parts(r.area, self.shifts)))
            for r in self.film.regions
        )

    def _contact(self, number: int) -> Contact:
        films, own = np.nonzero(self.numbers == number)
        drawn = [self.film.contacts[k] for k in own]
        if len(drawn) == 1:
            region = _moved(drawn[0].region, self.shifts[films[0]])
        else:
            parts: list[BaseGeometry] = []
            for k in np.unique(own):
                parts += self._parts(self.film.contacts[k].region, self.shifts[films[own == k]])
            region = MultiPolygon(parts) if drawn[0].is_pad else MultiLineString(parts)
        contact: Contact = replace(drawn[0], name=self.contact_names[number], region=region)
        return contact

    def _parts(self, shape: BaseGeometry, shifts: FloatArray) -> list[BaseGeometry]:
        """The pieces of a shape at some places, place by place."""
        parts = shapely.get_parts(shape)
        every = np.tile(parts, len(shifts))
        moves = np.repeat(shifts, len(parts), axis=0)
        corners = np.repeat(moves, shapely.get_num_coordinates(every), axis=0)
        shapely.set_coordinates(every, shapely.get_coordinates(every) + corners)
        return list(every)


def _moved(shape: BaseGeometry, shift: FloatArray) -> BaseGeometry:
    moved: BaseGeometry = shapely.transform(shape, lambda points: points + shift)
    return moved
