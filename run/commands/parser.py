"""How the command line is read, on all ranks alike."""

import argparse
import re
from typing import IO, Any, NoReturn

from mpi4py import MPI

from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.messages import one_line

_NUMBER_OR_STATE = re.compile(r"-(?:\.?\d|inf|nan|[-+,\s1]*$)", re.IGNORECASE)
"""A negative number, or a state whose first sign is a minus: -1e-9, -,+,+,- or --++."""


class Parser(argparse.ArgumentParser):
    """Speaks on rank 0 alone, of errors in one line and what was meant; takes states as such."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # To argparse what looks like a negative number is no option, but 1e-9 does not look so.
        self._negative_number_matcher = _NUMBER_OR_STATE

    def error(self, message: str) -> NoReturn:
        """End with one line."""
        told = one_line(message)
        see = " See" if told.endswith("?") else "; see"
        self.exit(2, f"{self.prog}: {told}{see} {self.prog} --help\n")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As of any parser; but what is unknown to a command is told by it, not by `hebbfilm`."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            options = [text.partition("=")[0] for text in unknown if text.startswith("-")]
            hint = did_you_mean(options[0], self._option_string_actions) if options else ""
            self.error(f"unrecognized arguments: {' '.join(unknown)}{hint}")
        return found, unknown

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            error.message += did_you_mean(str(value), map(str, action.choices or ()))
            raise

    def _print_message(self, message: str, file: IO[str] | None = None) -> None:  # type: ignore[override]
        if MPI.COMM_WORLD.rank == 0:
            super()._print_message(message, file)
