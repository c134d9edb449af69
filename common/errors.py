"""Errors that a person can mend: one clear line each."""

from hebbfilm.common.shown import one_line


class InputError(ValueError):
    """Something that a person gave is wrong; the message says what, where and what is allowed.

    Args:
        message: made one line, whatever it quotes.
    """

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


class LayoutError(InputError):
    """A film outline or a contact that cannot be meshed as it is drawn."""


class MeshError(InputError):
    """A mesh file that cannot be read as a film with contacts."""


class SolverError(RuntimeError):
    """A solver that did not reach its tolerance, or a state that is no longer finite."""
