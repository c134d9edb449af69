"""How the command line is read, on all ranks alike."""

import argparse
import re
from typing import IO, Any, NoReturn

from mpi4py import MPI

from hebbfilm.common.messages import one_line

_NUMBER_OR_STATE = re.compile(r"-(?:\.?\d|inf|nan|[-+,\s1]*$)", re.IGNORECASE)
"""A negative number, or a state whose first sign is a minus: -1e-9, -,+,+,- or --++."""


class Parser(argparse.ArgumentParser):
    """Speaks on rank 0 alone, of errors in one line, and takes states for what they are."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # To argparse what looks like a negative number is no option, but 1e-9 does not look so.
        self._negative_number_matcher = _NUMBER_OR_STATE

    def error(self, message: str) -> NoReturn:
        """End with one line."""
        self.exit(2, f"{self.prog}: {one_line(message)}; see {self.prog} --help\n")

    def _print_message(self, message: str, file: IO[str] | None = None) -> None:  # type: ignore[override]
        if MPI.COMM_WORLD.rank == 0:
            super()._print_message(message, file)
