"""Where the time of a run went, as people read it."""

import io

from rich import box
from rich.console import Console
from rich.table import Table

from hebbfilm.common.text import counted
from hebbfilm.run.folder.profile import PartEntry, Profile

_BAR = 24
"""Columns of the longest bar."""
_WIDTH = 100


def profile_text(profile: Profile) -> str:
    """A table of the parts, as the shares of the wall time, seconds, and bars to compare them.

    Args:
        profile: of one session of a run.
    """
    several = profile.ranks > 1
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("where the time went", no_wrap=True)
    for name in ("share / %", "s", *(("least s", "most s") if several else ())):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    largest = max(part.share for part in profile.parts.values())
    for name, part in profile.parts.items():
        extremes = (f"{part.least_s:.2f}", f"{part.most_s:.2f}") if several else ()
        table.add_row(name, *_own(part), *extremes, "█" * round(_BAR * part.share / largest))
    target = io.StringIO()
    Console(file=target, width=_WIDTH).print(table)
    lines = [line.rstrip() for line in target.getvalue().splitlines()]
    total = f"{profile.wall_s:.1f} s of wall time on {counted(profile.ranks, 'rank')}"
    told = "; s is the mean over ranks, least and most are of single ranks" if several else ""
    return "\n".join([*filter(None, lines), f"{total}, from the start of the process{told}"])


def _own(part: PartEntry) -> tuple[str, str]:
    return f"{100 * part.share:.1f}", f"{part.mean_s:.2f}"
