"""A study as data for pandas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.notebook import as_html
from hebbfilm.run.results.frames import read_frame
from hebbfilm.run.results.run_results import RunResults
from hebbfilm.run.study.table import TABLE

if TYPE_CHECKING:
    import pandas as pd


class StudyResults:
    """A study, read as it is asked for.

    Args:
        path: of its folder.

    Raises:
        InputError: there is no study.

    Attributes:
        path: of the folder.
    """

    _repr_html_ = as_html

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        if not (self.path / TABLE).is_file():
            what = f"no {TABLE}" if self.path.is_dir() else "no such folder"
            raise InputError(f"{self.path}: {what}, so there is no study to open")

    @property
    def table(self) -> pd.DataFrame:
        """One row a run, by its name: status, what is varied, metrics, cost; units in `attrs`."""
        return read_frame(self.path / TABLE, "member")

    def run(self, member: str) -> RunResults:
        """One of its runs.

        Args:
            member: its name, as in the table.

        Raises:
            InputError: none of that name, or one that has not begun.
        """
        names = list(self.table.index)
        if member not in names:
            raise InputError(f"{self.path}: no run {member!r}; {allowed_are(member, names)}")
        return RunResults(self.path / member)

    def __repr__(self) -> str:
        return f"StudyResults({str(self.path)!r})"


def open_study(path: Path | str) -> StudyResults:
    """Open the folder of a study, to have its table in pandas and its runs as `open_run` has them.

    Args:
        path: of the folder.

    Raises:
        InputError: there is no study.
    """
    return StudyResults(path)
