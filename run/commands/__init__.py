"""The commands of `hebbfilm`, one file each: its arguments and what it does.

`add` gives the command line its arguments and, by `set_run` of `options`, the command what it does;
`run` does the work: options in, exit status out. What a
command needs is imported by `run`, so that other commands, and --help, need not wait for it.
"""

COMMANDS = (
    "run",
    "train",
    "study",
    "mesh",
    "layout",
    "conductance",
    "recall",
    "heating",
    "retention",
    "network",
    "rule",
    "synapse",
    "view",
    "validate",
    "bench",
    "info",
)
"""In the order in which `--help` lists them."""
