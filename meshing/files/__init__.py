"""Mesh files, of our own and of others: Gmsh, STEP, XDMF, and what meshio reads."""
