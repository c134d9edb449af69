"""The compiled loops over vertices and cells, and plain NumPy beside them."""
