"""A pytest plugin that notes for watch.py which test runs on this rank."""

import os
from pathlib import Path

import pytest


def _note(what: str) -> None:
    rank = os.environ.get("OMPI_COMM_WORLD_RANK") or os.environ.get("PMI_RANK") or "0"
    Path(os.environ["HEBBFILM_TEST_NOTES"], rank).write_text(what)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logstart(nodeid: str) -> None:
    _note(nodeid)


def pytest_sessionfinish() -> None:
    _note("the end of pytest")
