"""A pytest plugin that notes for watch.py which test runs on this rank, or in this process."""

import os
from pathlib import Path

import pytest

NOTES = "HEBBFILM_TEST_NOTES"
PROCESS = "HEBBFILM_TEST_PROCESS"


def note(what: str) -> None:
    """Say what this rank, or process, does."""
    numbers = ("OMPI_COMM_WORLD_RANK", "PMI_RANK", PROCESS)
    number = next((os.environ[name] for name in numbers if os.environ.get(name)), "0")
    Path(os.environ[NOTES], number).write_text(what)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    note(item.nodeid)


def pytest_sessionfinish() -> None:
    note("the end of pytest")
