"""Paths of least energy between two states of a film, and lifetimes from them."""
