"""Errors that a person can mend: one clear line each.

    ValueError
        InputError              a case, a file, an argument or an option is wrong
            LayoutError         a film that cannot be meshed as it is drawn
            MeshError           a mesh that cannot be read as a film with contacts
    RuntimeError
        SolverError             the input is right, but its numbers are not found
            RecallError         a network that does not come to rest

A command prints the message alone, and ends with status 2 where the input is wrong, 1 where a
solver fails; any other exception is a fault of the program, and comes with its traceback. Each is
made of a message alone, so that all ranks can raise what one of them met (`collective`).
"""

from hebbfilm.common.messages import one_line

RAISED = (Exception, SystemExit)
"""What code of a person's own may raise for which it is told off: `sys.exit` must end neither a run
without a word nor one rank of several. Ctrl-C and other signals are no fault of it, and pass."""


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


class RecallError(SolverError):
    """A network that did not come to rest within the allowed number of sweeps."""
