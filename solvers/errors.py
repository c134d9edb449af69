"""Failures of a solver."""


class SolverError(RuntimeError):
    """A solver that did not reach its tolerance, or a state that is no longer finite."""
