"""What `profile.json` holds: where the time of a run went, since its process began."""

from dataclasses import asdict, dataclass
from pathlib import Path

from hebbfilm.common.whole_files import write_json
from hebbfilm.run.folder import files
from hebbfilm.run.folder.schema import FORMAT


@dataclass(frozen=True, kw_only=True)
class PartEntry:
    """A part of the time: its share, and seconds of wall time, as mean and extremes over ranks."""

    share: float
    mean_s: float
    least_s: float
    most_s: float


@dataclass(frozen=True, kw_only=True)
class Profile:
    """All of the file: ranks, wall time of the slowest, and the parts that there are, in order."""

    ranks: int
    wall_s: float
    parts: dict[str, PartEntry]


def write_profile(folder: Path, profile: Profile) -> None:
    """Write the file into the folder of a run, in place of that of an earlier session.

    Raises:
        InputError: it cannot be written.
    """
    write_json(folder / files.PROFILE, {"format": FORMAT, **asdict(profile)})
