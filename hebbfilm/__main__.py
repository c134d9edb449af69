"""The command `hebbfilm` from its first moment on, when nothing is loaded yet."""

import os
import signal
import sys
from contextlib import suppress
from types import FrameType


def main() -> int:
    """Load the command line and run it; returns the status to end the process with."""
    if "_ARGCOMPLETE" in os.environ:  # a shell asks, for which somebody waits
        from hebbfilm.run.completion import complete

        complete()
    # Libraries load for seconds, and some make nothing, or another error, of one that a handler
    # raises meanwhile. So the process ends there; what our mpirun sends waits until all ranks can
    # say it as one.
    signal.signal(signal.SIGINT, _end)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    try:
        from hebbfilm.run.cli import start
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("hebbfilm"):
            raise
        print(f"hebbfilm: {error.name} is missing; environment.yml has all", file=sys.stderr)
        return 1
    return start()


def _end(number: int, frame: FrameType | None) -> None:
    with suppress(OSError):  # nobody reads it
        os.write(2, b"hebbfilm: stopped by SIGINT (Ctrl-C)\n")
    os._exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
