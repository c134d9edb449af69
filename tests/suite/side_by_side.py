"""A pytest plugin by which processes share the tests: each takes the next module that none has.

All of them collect all tests. The folder $HEBBFILM_TEST_QUEUE, which they share, holds a link for
each module that is taken, a mark once the run has ended, and the reports of each process. The
first process shows those of the others among its own, so that there is one summary, of all tests.
"""

import json
import os
import time
from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.suite.progress import PROCESS, note

QUEUE = "HEBBFILM_TEST_QUEUE"
CLOSED = "closed"
REPORTS = "reports_of_"
ENDED = "ended"
_PAUSE = 0.1
"""In s, between two looks at what the others do."""


def pytest_configure(config: pytest.Config) -> None:
    folder, process = Path(os.environ[QUEUE]), int(os.environ[PROCESS])
    plugin = Sender(config, folder, process) if process else Receiver(config, folder)
    config.pluginmanager.register(plugin, "side_by_side")


def _module(test: str) -> str:
    return test.partition("::")[0]


class _Part:
    """The tests of one process, which takes them from the queue."""

    def __init__(self, config: pytest.Config, folder: Path) -> None:
        self._config, self._folder = config, folder

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        options = session.config.option
        if options.collectonly or (
            session.testsfailed and not options.continue_on_collection_errors
        ):
            return None
        # Which test is next decides which fixtures end with this one.
        for item, following in pairwise(chain(self._items(session), [None])):
            assert item is not None
            self._config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            self._look(session)
        note("no test any more")
        return True

    def _items(self, session: pytest.Session) -> Iterator[pytest.Item]:
        modules: dict[str, list[pytest.Item]] = {}
        for item in session.items:
            modules.setdefault(_module(item.nodeid), []).append(item)
        for module, items in modules.items():
            if self._take(module):
                for item in items:
                    if (self._folder / CLOSED).exists():
                        return
                    yield item

    def _take(self, module: str) -> bool:
        try:
            (self._folder / module.replace("/", ":")).symlink_to(str(os.getpid()))
        except FileExistsError:
            return False
        return True

    def _look(self, session: pytest.Session) -> None:
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)


class Sender(_Part):
    """Any process but the first: it writes down what its tests report, module by module."""

    def __init__(self, config: pytest.Config, folder: Path, process: int) -> None:
        super().__init__(config, folder)
        self._file = (folder / f"{REPORTS}{process}").open("w", buffering=1)
        self._file.write(f"{os.getpid()}\n")
        self._module = ""
        self._reports: list[Any] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if _module(report.nodeid) != self._module:
            self._module = _module(report.nodeid)
            self._write()
        hook = self._config.hook.pytest_report_to_serializable
        self._reports.append(hook(config=self._config, report=report))

    def _write(self) -> None:
        self._file.writelines(json.dumps(report) + "\n" for report in self._reports)
        self._reports = []

    def pytest_sessionfinish(self) -> None:
        self._reports.append(ENDED)
        self._write()


class Receiver(_Part):
    """The first process: it shows what the tests of all report."""

    def __init__(self, config: pytest.Config, folder: Path) -> None:
        super().__init__(config, folder)
        self._others: dict[Path, Reports] = {}
        self._module = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        done = super().pytest_runtestloop(session)
        self._show()
        while any(reports.at_work for reports in self._others.values()):
            time.sleep(_PAUSE)
            self._show()
            self._look(session)
        return done

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        if _module(item.nodeid) != self._module:
            self._module = _module(item.nodeid)
            self._show()

    def _show(self) -> None:
        for path in self._folder.glob(f"{REPORTS}*"):
            if path not in self._others:
                self._others[path] = Reports(path)
            for told in self._others[path].new():
                self._show_report(told)

    def _show_report(self, told: dict[str, Any]) -> None:
        hook = self._config.hook
        report = hook.pytest_report_from_serializable(config=self._config, data=told)
        # JSON knows no tuples: the place and reason of a test that is skipped is one.
        if isinstance(report.longrepr, list):
            report.longrepr = tuple(report.longrepr)
        place = {"nodeid": report.nodeid, "location": tuple(report.location)}
        if report.when == "setup":
            hook.pytest_runtest_logstart(**place)
        hook.pytest_runtest_logreport(report=report)
        if report.when == "teardown":
            hook.pytest_runtest_logfinish(**place)


class Reports:
    """What another process writes down."""

    def __init__(self, path: Path) -> None:
        self._file = path.open()
        self._process = 0
        self._ended = False
        self._rest = ""

    @property
    def at_work(self) -> bool:
        """Whether there will be more; one that was killed does not say that it ended."""
        return not self._ended and Path(f"/proc/{self._process}").exists()

    def new(self) -> Iterator[dict[str, Any]]:
        """The reports since the last call."""
        *lines, self._rest = (self._rest + self._file.read()).split("\n")
        for told in map(json.loads, lines):
            if told == ENDED:
                self._ended = True
            elif isinstance(told, int):
                self._process = told
            else:
                yield told
