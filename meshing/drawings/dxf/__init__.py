"""DXF drawings: entities by ezdxf, splines by SciPy."""

from hebbfilm.meshing.drawings.dxf.reader import read_dxf

__all__ = ["read_dxf"]
