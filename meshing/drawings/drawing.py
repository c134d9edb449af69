"""What a drawing file holds, the same for every format: layers of areas, lines and texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Point, Polygon

from hebbfilm.common.arrays import BoolArray
from hebbfilm.common.errors import LayoutError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.text import some_of

LayerName: TypeAlias = int | str


@dataclass
class Shapes:
    """The contents of a layer, in one unit of length.

    Args:
        areas: filled shapes.
        lines: open curves.
        outlines: closed curves that may be filled or the edges of holes.
        hatches: filled shapes whose edges may be drawn, too.
        labels: texts and the points where they are put.
        unread: kinds of things that could not be read.
    """

    areas: list[Polygon | MultiPolygon] = field(default_factory=list)
    lines: list[LineString] = field(default_factory=list)
    labels: list[tuple[str, Point]] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    outlines: list[Polygon | MultiPolygon] = field(default_factory=list)
    hatches: list[Polygon | MultiPolygon] = field(default_factory=list)

    def scaled(self, unit: float) -> Shapes:
        """The same, measured in a unit `unit` times as large as one."""
        areas, lines, outlines, hatches, points = (
            list(shapely.transform(shapes, lambda xy: xy * unit))
            for shapes in (
                self.areas,
                self.lines,
                self.outlines,
                self.hatches,
                [point for _, point in self.labels],
            )
        )
        labels = list(zip([text for text, _ in self.labels], points, strict=True))
        return Shapes(areas, lines, labels, set(self.unread), outlines, hatches)

    @property
    def filled(self) -> list[Polygon | MultiPolygon]:
        """All areas, outlines and hatches, in this order."""
        return [*self.areas, *self.outlines, *self.hatches]

    def where(self, kept: Callable[[NDArray[np.object_]], BoolArray]) -> Shapes:
        """The same with only those filled shapes for which `kept` gives true."""
        if not self.filled:
            return self
        filled = np.array(self.filled, dtype=object)
        ends = np.cumsum([len(self.areas), len(self.outlines)])
        areas, outlines, hatches = (
            part[keep].tolist()
            for part, keep in zip(np.split(filled, ends), np.split(kept(filled), ends), strict=True)
        )
        return replace(self, areas=areas, outlines=outlines, hatches=hatches)


@dataclass(frozen=True)
class Drawing:
    """A file's layers by name, in metres.

    Args:
        path: of the file.
        unit: metres per unit of length of the file.
        layers: the shapes of each; a GDSII layer is called "layer/datatype".
        distinguishes_case: whether names that differ in case are names of two layers.
    """

    path: Path
    unit: float
    layers: Mapping[str, Shapes]
    distinguishes_case: bool = True

    def pick(self, key: str, wanted: LayerName | Sequence[LayerName]) -> Shapes:
        """The contents of a layer, or of several together.

        Args:
            key: that asks for it, like "layout.film", for error messages.
            wanted: a name or a number; of GDSII, a number takes all data types of the layer.

        Raises:
            LayoutError: a layer that is not there, or holds what cannot be read.
        """
        several = [wanted] if isinstance(wanted, int | str) else wanted
        names = [name for one in several for name in self._names(key, one)]
        found = [self.layers[name] for name in dict.fromkeys(names)]
        unread = sorted({kind for shapes in found for kind in shapes.unread})
        if unread:
            raise LayoutError(
                f"{key} = {wanted!r}: the layer holds {', '.join(unread)}, which cannot be "
                "read; draw closed shapes, or lines along the film's rim"
            )
        return Shapes(
            [area for shapes in found for area in shapes.areas],
            [line for shapes in found for line in shapes.lines],
            [label for shapes in found for label in shapes.labels],
            outlines=[outline for shapes in found for outline in shapes.outlines],
            hatches=[hatch for shapes in found for hatch in shapes.hatches],
        )

    def _names(self, key: str, wanted: LayerName) -> list[str]:
        name = str(wanted)
        if name in self.layers:
            return [name]
        if not self.distinguishes_case:
            for layer in self.layers:
                if layer.lower() == name.lower():
                    return [layer]
        with_data_types = [layer for layer in self.layers if layer.startswith(f"{name}/")]
        if isinstance(wanted, int) and with_data_types:
            return with_data_types
        hint = f"; did you mean the number {name}?" if with_data_types else ""
        raise LayoutError(
            f"{key} = {wanted!r}: no such layer (layers: {some_of(sorted(self.layers))})"
            + (hint or did_you_mean(name, self.layers, quoted=True))
        )


def known_unit(given: float | None, from_file: float | None, why_unknown: str) -> float:
    """Metres per unit of a file: what is given overrules what the file says.

    Raises:
        LayoutError: neither is known.
    """
    if given is not None:
        return given
    if from_file is None:
        raise LayoutError(
            f"layout.unit is missing: {why_unknown}; give the metres per unit of the drawing, "
            "1e-9 for nanometres"
        )
    return from_file
