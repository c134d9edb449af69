"""Convolution on a grid of boxes over a film, shared out over the ranks."""
