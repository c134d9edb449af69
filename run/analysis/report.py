"""The report of any finished run."""

from pathlib import Path

from hebbfilm.run.analysis.protocol_text import protocol_report
from hebbfilm.run.analysis.run_text import run_report
from hebbfilm.run.folder.summary_file import has_patterns


def report_of(folder: Path) -> str:
    """What a run found, as text for a terminal.

    Args:
        folder: of a finished run, with patterns or without.

    Raises:
        InputError: a file is missing or damaged.
    """
    return run_report(folder) if has_patterns(folder) else protocol_report(folder)
