"""The commands of `hebbfilm`, one file each: its arguments and what it does.

`add` gives the command line its arguments and, by `set_run` of `options`, the command what it does;
`run` does the work: options in, exit status out. What a
command needs is imported by `run`, so that other commands, and --help, need not wait for it.
"""

from itertools import chain

GROUPS = {
    "run films": ("init", "check", "run", "train", "study"),
    "look at them": ("layout", "pictures", "view", "movie", "report"),
    "analyse runs": (
        "conductance",
        "recall",
        "chip",
        "heating",
        "retention",
        "barrier",
        "network",
        "capacity",
        "rule",
        "synapse",
    ),
    "files": ("cases", "keys", "schema", "mesh", "export"),
    "this machine": ("info", "completion", "validate", "bench", "slurm"),
}
"""By what they are for, in the order in which `--help` lists them."""

COMMANDS = tuple(chain.from_iterable(GROUPS.values()))
