"""`hebbfilm run`: whatever a case says, from start to end, or the rest of it."""

from hebbfilm.run.commands.options import Commands
from hebbfilm.run.commands.whole_run import add_whole_run


def add(commands: Commands) -> None:
    """`hebbfilm run`."""
    add_whole_run(
        commands,
        "run",
        "do a case from start to end: its training, or the steps of its protocol",
        "Run any case from start to end: a [training] as `hebbfilm train` does it, the steps of a "
        "[protocol], or without either relax the film and read it once.",
    )
