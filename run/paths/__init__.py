"""Paths of least energy between states that runs and files keep."""
