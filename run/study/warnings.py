"""Warnings of the runs of a study: once for all that would say the same, with a run's name."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from hebbfilm.common.errors import InputError
from hebbfilm.run.study.queue import Queue


@contextmanager
def warned_once(member: str, queue: Queue) -> Iterator[None]:
    """Warnings of this member inside: none that another of the study has given.

    Args:
        member: its name, which is put in front.
        queue: of the study.
    """
    log = logging.getLogger("hebbfilm")

    def is_new(record: logging.LogRecord) -> bool:
        text = record.getMessage()
        record.msg, record.args = f"{member}: {text}", ()
        try:
            return queue.tell(text)
        except InputError:  # better twice than never
            return True

    log.addFilter(is_new)
    try:
        yield
    finally:
        log.removeFilter(is_new)
