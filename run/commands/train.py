"""`hebbfilm train`: a whole run with a training, or the rest of one."""

from hebbfilm.run.commands.options import Commands
from hebbfilm.run.commands.whole_run import add_whole_run


def add(commands: Commands) -> None:
    """`hebbfilm train`."""
    add_whole_run(
        commands,
        "train",
        "relax a film, train it, read its weights, recall, draw pictures",
        "Run a case with a [training] from start to end.",
    )
