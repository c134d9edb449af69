"""Shared by the tests of films and meshes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ezdxf
import pytest
from ezdxf.layouts import BlockLayout, Modelspace

from hebbfilm.meshing import Layout
from hebbfilm.meshing.drawings import read_drawing
from hebbfilm.meshing.mesher import film as mesher

NM = 1e-9


@pytest.fixture(autouse=True, scope="module")
def meshed_each_time() -> Iterator[None]:
    """What other tests remember is meshed anew here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mesher, "_refinable", mesher._refinable.__wrapped__)
        yield


@pytest.fixture
def dxf_layout(tmp_path: Path) -> Callable[..., Layout]:
    """Reads what a function draws, in nm, into the model space and a block "Part" of film.dxf."""

    def layout(draw: Callable[[Modelspace, BlockLayout], object], **keys: Any) -> Layout:
        document = ezdxf.new("R2010", units=0)
        draw(document.modelspace(), document.blocks.new("Part"))
        path = tmp_path / "film.dxf"
        document.saveas(path)
        return read_drawing(path, **({"film": "film", "unit": NM, "mesh_size": 20 * NM} | keys))

    return layout
