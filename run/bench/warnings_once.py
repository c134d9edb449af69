"""What many films of one mesh would all say, said once."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def each_warning_once() -> Iterator[None]:
    """Let each kind of warning of hebbfilm come once, whatever numbers it has."""
    said: set[str] = set()

    def is_new(record: logging.LogRecord) -> bool:
        new = record.msg not in said
        said.add(record.msg)
        return new

    log = logging.getLogger("hebbfilm")
    log.addFilter(is_new)
    try:
        yield
    finally:
        log.removeFilter(is_new)
