"""`hebbfilm completion`: a script by which a shell completes command lines of hebbfilm."""

import argparse

from mpi4py import MPI

from hebbfilm.run.commands.options import Commands, set_run
from hebbfilm.run.commands.output import print_on_root

_SHELLS = {
    "bash": 'eval "$(hebbfilm completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(hebbfilm completion zsh)" in ~/.zshrc, after compinit',
    "fish": "hebbfilm completion fish > ~/.config/fish/completions/hebbfilm.fish, once",
}
"""And what a person does with the script."""


def add(commands: Commands) -> None:
    """`hebbfilm completion`."""
    how = "; ".join(_SHELLS.values())
    parser = commands.add_parser(
        "completion",
        help="print what makes a shell complete commands, options, cases and keys",
        description="Print a script by which the Tab key completes commands, options, files, names "
        f"of cases and keys of --set. Write {how}.",
    )
    parser.add_argument("shell", choices=list(_SHELLS), help="the shell that you use")
    set_run(parser, run)


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """A script for a shell."""
    from argcomplete.shell_integration import shellcode

    print_on_root(comm, shellcode(["hebbfilm"], shell=options.shell))
    return 0
