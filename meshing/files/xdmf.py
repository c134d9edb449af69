"""XDMF files as DOLFINx writes them: a mesh, and a grid of its own for the tags of each dimension.

meshio reads a single grid, so that each is handed to it by itself.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree

import meshio
from meshio.xdmf.main import XdmfReader

from hebbfilm.common.errors import MeshError
from hebbfilm.meshing.files.groups import PHYSICAL_NAME, REGION_NAME, SLAB_NAME
from hebbfilm.meshing.tagged_mesh import REGION, REGIONS

_INCLUDE = "{https://www.w3.org/2001/XInclude}include"


Names: TypeAlias = dict[tuple[int, int], str]


def read_grids(path: Path) -> list[tuple[meshio.Mesh, Names]]:
    """The grids of an XDMF file, all over the same points, and names of their groups of cells.

    Returns:
        Of each grid itself, and (dimension, number) → name.

    Raises:
        MeshError: grids over several geometries, or in collections, or a film with layers.
        Exception: what meshio stumbles over.
    """
    root = ElementTree.parse(path).getroot()
    domains = root.findall("Domain")
    if root.tag != "Xdmf" or len(domains) != 1:
        raise MeshError("no XDMF file of one domain")
    # Functions that DOLFINx writes are collections that only refer to the mesh.
    grids = [grid for grid in domains[0].findall("Grid") if grid.find(".//Topology") is not None]
    if any(grid.get("GridType", "Uniform") != "Uniform" for grid in grids):
        raise MeshError("XDMF with a collection of grids is not read; take .msh")
    places = [place for grid in grids for place in grid.findall("Geometry")]
    if len(places) != 1:
        raise MeshError(f"XDMF with {len(places)} geometries is not read; take .msh")
    if layers := _names(domains[0], SLAB_NAME, ""):
        raise MeshError(
            f"it is the mesh of a film with layers ({', '.join(dict.fromkeys(layers.values()))}): "
            "write that of the film alone, without them"
        )
    tags, regions = _names(domains[0], PHYSICAL_NAME, ""), _names(domains[0], REGION_NAME, REGION)
    return [
        (
            _read_alone(path, root, grid, places[0]),
            regions if regions and grid.get("Name") == REGIONS else tags,
        )
        for grid in grids
    ]


def _names(domain: ElementTree.Element, stem: str, before: str) -> Names:
    """What a domain tells of numbers under names that begin with a stem."""
    return {
        (dimension, int(entry.get("Value", ""))): before + entry.get("Name", "")[len(stem) :]
        for entry in domain.findall("Information")
        if entry.get("Name", "").startswith(stem)
        for dimension in (1, 2, 3)
    }


def _read_alone(
    path: Path, root: ElementTree.Element, grid: ElementTree.Element, place: ElementTree.Element
) -> meshio.Mesh:
    """One grid, with what it refers to in the place of the reference."""
    if grid.find("Geometry") is None and not any(
        "Geometry" in entry.get("xpointer", "") for entry in grid.findall(_INCLUDE)
    ):
        raise MeshError(f"XDMF grid {grid.get('Name')!r} has no geometry")
    alone = ElementTree.Element(root.tag, root.attrib)
    inner = ElementTree.SubElement(ElementTree.SubElement(alone, "Domain"), "Grid")
    inner.append(place)
    for entry in grid:
        if entry.tag == "Topology":
            known = copy.deepcopy(entry)
            if known.get("TopologyType") == "PolyLine":
                known.set("TopologyType", "Polyline")
            inner.append(known)
        elif (entry.tag == "Attribute" and entry.get("Center") == "Cell") or (
            entry.tag == "Information" and entry.text
        ):
            inner.append(entry)
    for item in alone.iter("DataItem"):
        if item.get("Format") == "XML" and item.get("Precision") is None:
            item.set("Precision", "8")  # text has all its digits; meshio would take 4 bytes
    reader = XdmfReader(str(path))
    version = root.get("Version", "")
    return reader.read_xdmf2(alone) if version.startswith("2") else reader.read_xdmf3(alone)
