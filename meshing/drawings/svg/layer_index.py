"""The layers that a document draws by name, and the way to each."""

from __future__ import annotations

from collections import defaultdict
from xml.etree.ElementTree import Element

from hebbfilm.meshing.drawings.svg.document import Document


class LayerIndex:
    """The labels and ids of all that is drawn, references followed.

    Args:
        document: the SVG file.
    """

    def __init__(self, document: Document):
        self.elements: defaultdict[str, list[Element]] = defaultdict(list)
        self._above: defaultdict[Element, list[Element]] = defaultdict(list)
        reached, waiting = {document.root}, [document.root]
        while waiting:
            element = waiting.pop()
            for name in document.names(element):
                self.elements[name].append(element)
            for part in document.drawn_below(element):
                self._above[part].append(element)
                if part not in reached:
                    reached.add(part)
                    waiting.append(part)

    def leading_to(self, name: str) -> set[Element]:
        """The elements that are a layer, or that hold or refer to it."""
        leading = set(self.elements[name])
        rising = list(leading)
        while rising:
            new = [one for one in self._above[rising.pop()] if one not in leading]
            leading.update(new)
            rising += new
        return leading
