"""What a command says."""

import signal

from mpi4py import MPI


def print_on_root(comm: MPI.Intracomm, text: str | None) -> None:
    """Print a text on rank 0, if there is any."""
    if comm.rank == 0 and text:
        # PETSc's handler would call a reader that has seen enough, like `head`, a crash.
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        print(text)
