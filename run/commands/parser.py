"""How the command line is read, on all ranks alike."""

import argparse
import re
from collections.abc import Sequence
from typing import IO, Any, NoReturn

from mpi4py import MPI

from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.messages import one_line

_NUMBER_OR_STATE = re.compile(r"-(?:\.?\d|inf|nan|[-+,\s1]*$)", re.IGNORECASE)
"""A negative number, or a state whose first sign is a minus: -1e-9, -,+,+,- or --++."""


_MISSING = "the following arguments are required"


class Parser(argparse.ArgumentParser):
    """Speaks on rank 0 alone, of errors in one line and what was meant; takes states as such."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # To argparse what looks like a negative number is no option, but 1e-9 does not look so.
        self._negative_number_matcher = _NUMBER_OR_STATE
        self._given: list[str] = []

    def error(self, message: str) -> NoReturn:
        """End with one line."""
        # Who misspells an option is told so, and not that what comes after it is missing.
        told = one_line((message.startswith(_MISSING) and self._unknown_options()) or message)
        see = " See" if told.endswith("?") else "; see"
        self.exit(2, f"{self.prog}: {told}{see} {self.prog} --help\n")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As of any parser; but what is unknown to a command is told by it, not by `hebbfilm`."""
        self._given = list(args or ())
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(self._unrecognized(unknown))
        return found, unknown

    def _unrecognized(self, unknown: Sequence[str]) -> str:
        options = [text.partition("=")[0] for text in unknown if text.startswith("-")]
        hint = did_you_mean(options[0], self._option_string_actions) if options else ""
        return f"unrecognized arguments: {' '.join(unknown)}{hint}"

    def _unknown_options(self) -> str:
        """What to say of long options that no option begins like; nothing if there are none."""
        options = [text.partition("=")[0] for text in self._given if text.startswith("--")]
        known = self._option_string_actions
        unknown = [each for each in options if not any(name.startswith(each) for name in known)]
        return self._unrecognized(unknown) if unknown else ""

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            error.message += did_you_mean(str(value), map(str, action.choices or ()))
            raise

    def _print_message(self, message: str, file: IO[str] | None = None) -> None:  # type: ignore[override]
        # Completion reads command lines without MPI.
        if not MPI.Is_initialized() or MPI.COMM_WORLD.rank == 0:
            super()._print_message(message, file)
