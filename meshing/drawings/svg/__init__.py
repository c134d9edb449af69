"""SVG drawings: paths by fontTools, style sheets by tinycss2 and cssselect2."""

from hebbfilm.meshing.drawings.svg.reader import read_svg

__all__ = ["read_svg"]
