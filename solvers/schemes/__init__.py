"""Explicit schemes: what they are, how far their steps may go, and which one a step takes."""
