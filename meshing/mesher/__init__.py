"""From a layout to a mesh: edges of even length, triangles by Gmsh, layers of tetrahedra."""
