"""Which run comes next: a queue in the file system, which all ranks of a study see anyway.

Creating a file that must not exist yet succeeds for one process alone, on local disks, NFS and
Lustre. So a group of ranks that is done takes the next member without a rank that only hands out,
and without one-sided messages, which many an MPI delivers only when the busy receiver calls MPI.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hebbfilm.common.errors import InputError
from hebbfilm.common.temporary import remove_abandoned, temporary_folder

_PREFIX = ".queue-"
_TOLD = "told"


class Queue:
    """Hands out each number once; every start of a study has a queue of its own.

    Args:
        folder: from `queue_folder`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, number: int) -> bool:
        """Whether this number was still to be had.

        Raises:
            InputError: the folder of the queue cannot be written to.
        """
        return self.mark(number, "begun")

    def mark(self, number: int, mark: str) -> bool:
        """Note how a number fares; False if that was noted before.

        Raises:
            InputError: the folder of the queue cannot be written to.
        """
        return self._touch(f"{number}.{mark}")

    def marks(self) -> dict[int, set[str]]:
        """The marks that each number has."""
        found: dict[int, set[str]] = {}
        for name in os.listdir(self._folder):
            number, _, mark = name.rpartition(".")
            if mark != _TOLD:
                found.setdefault(int(number), set()).add(mark)
        return found

    def tell(self, text: str) -> bool:
        """Whether no rank of the study has told this before.

        Raises:
            InputError: the folder of the queue cannot be written to.
        """
        return self._touch(f"{hashlib.sha256(text.encode()).hexdigest()}.{_TOLD}")

    def _touch(self, name: str) -> bool:
        try:
            (self._folder / name).touch(exist_ok=False)
        except FileExistsError:
            return False
        except OSError as error:
            raise InputError(f"cannot write to {self._folder}: {error.strerror}") from None
        return True


@contextmanager
def queue_folder(study: Path) -> Iterator[Path]:
    """The folder of a new queue, in the folder of a study, until all are done.

    Raises:
        InputError: it cannot be written to.
    """
    with ExitStack() as stack:
        try:
            study.mkdir(parents=True, exist_ok=True)
            folder = stack.enter_context(temporary_folder(study, _PREFIX))
        except OSError as error:
            raise InputError(f"cannot write to {study}: {error.strerror}") from None
        yield folder


def remove_abandoned_queues(study: Path) -> None:
    """Remove what starts of a study left that were killed."""
    remove_abandoned(study, _PREFIX)
