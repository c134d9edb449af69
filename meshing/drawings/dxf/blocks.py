"""Which entities of a DXF file lie on a layer, those of inserted blocks included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from ezdxf.document import Drawing as Document
from ezdxf.entities.dxfentity import DXFEntity, DXFTagStorage
from ezdxf.entities.insert import Insert
from ezdxf.layouts.blocklayout import BlockLayout
from ezdxf.lldxf.validator import make_table_key
from ezdxf.math import Matrix44
from ezdxf.xclip import XClip

from hebbfilm.common.errors import LayoutError

MOST_ENTITIES = 2_000_000  # with every copy of a block; about 10 minutes
_OF_THE_INSERT = "0"  # what a block holds on this layer is on the layer of the INSERT


class Entities:
    """The entities of a model space by layer; names of layers are in lower case.

    Args:
        document: a DXF file.

    Attributes:
        names: key → name of each layer as the file spells it first.

    Raises:
        LayoutError: a block that is missing, in another file, or holds itself.
    """

    def __init__(self, document: Document) -> None:
        self.names = {_OF_THE_INSERT: _OF_THE_INSERT}
        self._document = document
        self._counts: dict[str, Counter[str]] = {}
        self._numbers = self._counted(document.modelspace(), ())

    def on(self, layer: str) -> Iterator[tuple[DXFEntity, Matrix44]]:
        """The entities of a layer, and the matrices from their coordinates to the drawing's.

        Raises:
            LayoutError: more entities than can be read in minutes.
        """
        if self._numbers[layer] > MOST_ENTITIES:
            raise LayoutError(
                f"the layer {self.names[layer]!r} holds {self._numbers[layer]:.2g} entities with "
                f"all copies of its blocks; at most {MOST_ENTITIES:.0e} are read"
            )
        yield from self._placed(self._document.modelspace(), Matrix44(), _OF_THE_INSERT, layer)

    def layers(self) -> Iterable[str]:
        """Keys of the layers that hold anything."""
        return self._numbers.keys()

    def _placed(
        self, entities: Iterable[DXFEntity], matrix: Matrix44, inherited: str, wanted: str
    ) -> Iterator[tuple[DXFEntity, Matrix44]]:
        for entity in entities:
            layer = self._layer(entity, inherited)
            if not isinstance(entity, Insert):
                if layer == wanted:
                    yield entity, matrix
                continue
            for attribute in entity.attribs:
                if self._layer(attribute, layer) == wanted:
                    yield attribute, matrix
            if not self._moved(self._contents(entity, ()), layer)[wanted]:
                continue
            if not entity.dxf.xscale * entity.dxf.yscale:
                raise LayoutError(f"the block {entity.dxf.name!r} is inserted with a scale of 0")
            if entity.has_extension_dict and XClip(entity).is_clipping_enabled:
                raise LayoutError(
                    f"the block {entity.dxf.name!r} is clipped (XCLIP), which cannot be followed"
                )
            for one in entity.multi_insert() if entity.mcount > 1 else [entity]:
                below = one.matrix44() * matrix
                yield from self._placed(self._block(entity), below, layer, wanted)

    def _counted(self, entities: Iterable[DXFEntity], inside: tuple[str, ...]) -> Counter[str]:
        """How many entities are on each layer, blocks within blocks included."""
        counts: Counter[str] = Counter()
        for entity in entities:
            layer = self._layer(entity, _OF_THE_INSERT)
            if not isinstance(entity, Insert):
                counts[layer] += 1
                continue
            counts.update(self._layer(attribute, layer) for attribute in entity.attribs)
            for name, number in self._moved(self._contents(entity, inside), layer).items():
                counts[name] += number * max(1, entity.mcount)
        return counts

    def _contents(self, insert: Insert, inside: tuple[str, ...]) -> Counter[str]:
        key = make_table_key(insert.dxf.get("name", ""))
        if key in inside:
            raise LayoutError(f"the block {insert.dxf.name!r} holds itself")
        if key not in self._counts:
            self._counts[key] = self._counted(self._block(insert), (*inside, key))
        return self._counts[key]

    def _moved(self, counts: Counter[str], layer: str) -> Counter[str]:
        if not counts[_OF_THE_INSERT] or layer == _OF_THE_INSERT:
            return counts
        moved = Counter(counts)
        moved[layer] += moved.pop(_OF_THE_INSERT)
        return moved

    def _block(self, insert: Insert) -> BlockLayout:
        name = insert.dxf.get("name", "")
        block = insert.block()
        if block is None:
            raise LayoutError(f"the block {name!r} is inserted, but not in the file")
        if block.block_record.is_xref:
            raise LayoutError(f"the block {name!r} is in another file; bind it into the drawing")
        return block

    def _layer(self, entity: DXFEntity, inherited: str) -> str:
        if isinstance(entity, DXFTagStorage):  # of a kind that ezdxf does not know
            name = entity.graphic_properties().get("layer", "0")
        else:
            name = entity.dxf.get("layer", "0")
        key = make_table_key(name)
        if key == _OF_THE_INSERT:
            return inherited
        self.names.setdefault(key, name)
        return key
