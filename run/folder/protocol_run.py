"""Read the folder of a run without patterns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hebbfilm.common.errors import InputError
from hebbfilm.common.notebook import as_html
from hebbfilm.run.folder.checksummed_json import file_checksum
from hebbfilm.run.folder.conductance_table import ConductanceTable, read_conductance
from hebbfilm.run.folder.manifest import Manifest, read_manifest
from hebbfilm.run.folder.protocol_summary import ProtocolSummary
from hebbfilm.run.folder.readings_table import ReadingsTable, read_readings
from hebbfilm.run.folder.summary_file import read_protocol_summary


@dataclass(frozen=True)
class ProtocolRun:
    """A complete run without patterns: manifest, summary, course; readings, if there are any."""

    manifest: Manifest
    summary: ProtocolSummary
    conductance: ConductanceTable
    readings: ReadingsTable | None

    _repr_html_ = as_html


def read_protocol_run(folder: Path | str) -> ProtocolRun:
    """Read a finished run without patterns: everything but the case and the snapshots' fields.

    Raises:
        InputError: a file is missing, unreadable, or was changed.
    """
    folder = Path(folder)
    manifest, summary = read_manifest(folder), read_protocol_summary(folder)
    for name, checksum in summary.files.items():
        if file_checksum(folder / name) != checksum:
            raise InputError(f"{folder / name}: was changed after the run was finished")
    return ProtocolRun(
        manifest,
        summary,
        read_conductance(folder, manifest.contacts),
        read_readings(folder, manifest.contacts) if summary.readings else None,
    )
