"""Several hands that draw at once: the ranks there are, or else processes.

They take pictures from a queue in the file system, those that take longest first, so that none
waits while another has much left. Each picture is drawn from the run folder alone, and so is the
same whoever draws it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib import rc_context

from hebbfilm.common.child_process import guarded
from hebbfilm.common.collective import on_every_rank, on_root
from hebbfilm.run.folder import files
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.formats import Form
from hebbfilm.run.pictures.of_run import pictures_of
from hebbfilm.run.pictures.progress import progress_of
from hebbfilm.run.study.queue import Queue, queue_folder, remove_abandoned_queues

if TYPE_CHECKING:
    from mpi4py import MPI

_COSTS = {
    "overview": 1.3,
    "device": 0.7,
    "layers": 0.7,
    "textures": 0.5,
    "current": 0.5,
    "conductance": 0.4,
}
_COST = 0.3
"""Seconds that a picture takes on one core of a small machine; of all others."""
_WORTH = 1.5
"""Seconds of work for each further process, which takes half of that to start."""
_MEMORY = 3e8
"""Bytes of a process that draws, without its snapshots."""
_OF_SNAPSHOT = 60.0
"""What it needs in memory for those, in the size of the largest file of one."""
_LONGEST = 3600.0
"""Seconds that a process may draw."""
_LOOK_EVERY = 0.1


@dataclass(frozen=True)
class Order:
    """What is to be drawn.

    Args:
        run: folder of the run.
        names: of its pictures.
        target: folder of the files.
        form: of them.
    """

    run: Path
    names: tuple[str, ...]
    target: Path
    form: Form

    def by_cost(self) -> tuple[str, ...]:
        """The names, those that take longest first."""
        return tuple(sorted(self.names, key=lambda name: -cost_of(name)))

    def costs(self) -> list[float]:
        """What they take in that order, s."""
        return [cost_of(name) for name in self.by_cost()]

    def paths(self) -> list[Path]:
        """The files."""
        return [self.form.file(self.target, name) for name in self.names]


def cost_of(name: str) -> float:
    """Seconds that a picture is expected to take."""
    return _COSTS.get(name.partition("_")[0], _COST)


def share_out(
    order: Callable[[], Order],
    must_stop: Callable[[], bool],
    comm: MPI.Intracomm | None,
    *,
    shown: bool,
) -> list[Path] | None:
    """Draw by all hands; arguments, and what is returned and raised, as of `draw_all`."""
    if comm is None or comm.size == 1:
        return None if must_stop() else _by_processes(order(), must_stop, shown)
    return _by_ranks(order, must_stop, comm, shown)


def _by_ranks(
    order: Callable[[], Order], must_stop: Callable[[], bool], comm: MPI.Intracomm, shown: bool
) -> list[Path] | None:
    from hebbfilm.run.job.meeting import meet

    if any(comm.allgather(must_stop())):
        return None
    with ExitStack() as on_rank_0:

        def begin() -> tuple[Order, Path]:
            made = order()
            queue = _begun(made, on_rank_0)
            progress = progress_of(Queue(queue), made.costs(), comm.size, shown=shown)
            on_rank_0.enter_context(progress)
            return made, queue

        made, queue = comm.bcast(on_root(comm, begin))

        def draw_and_meet() -> bool:
            try:
                return work(made, queue, must_stop)
            finally:
                meet(comm)  # asleep: waiting for a message keeps a core busy

        done = all(comm.allgather(on_every_rank(comm, draw_and_meet)))
    return made.paths() if done else None


def _by_processes(order: Order, must_stop: Callable[[], bool], shown: bool) -> list[Path] | None:
    count = hands_for(order)
    with ExitStack() as stack:
        queue = _begun(order, stack)
        stack.enter_context(progress_of(Queue(queue), order.costs(), count, shown=shown))
        threads = stack.enter_context(ThreadPoolExecutor(max(count - 1, 1)))
        helpers = [
            threads.submit(
                guarded, "Drawing", help_draw, order, queue, os.getpid(), seconds=_LONGEST
            )
            for _ in range(count - 1)
        ]
        try:
            done = work(order, queue, must_stop)
            while wait(helpers, _LOOK_EVERY).not_done:
                if must_stop():
                    _stop(order, queue)
        except BaseException:
            _stop(order, queue)
            raise
        done = all([done, *(helper.result()[0] for helper in helpers)])
    return order.paths() if done else None


def _begun(order: Order, stack: ExitStack) -> Path:
    remove_abandoned_queues(order.target)
    return stack.enter_context(queue_folder(order.target))


def hands_for(order: Order) -> int:
    """How many processes draw at once: as many as have a core, enough to do, and memory."""
    if _is_one_of_many_ranks():
        return 1
    largest = max((path.stat().st_size for path in (order.run / files.FIELDS).glob("*")), default=0)
    room = _free_memory() / (_MEMORY + _OF_SNAPSHOT * largest)
    worth = sum(order.costs()) / _WORTH
    return max(1, min(len(os.sched_getaffinity(0)), int(worth), int(room)))


def _is_one_of_many_ranks() -> bool:
    loaded: Any = sys.modules.get("mpi4py.MPI")
    return loaded is not None and loaded.COMM_WORLD.size > 1


def _free_memory() -> float:
    """Bytes that the machine can give, as far as it tells."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(1024.0 * int(line.split()[1]) for line in lines if line[:12] == "MemAvailable")
    except (OSError, ValueError, StopIteration):
        return float("inf")


def help_draw(order: Order, queue: Path, parent: int) -> bool:
    """What another process does: as `work`, as long as the one that started it lives."""
    return work(order, queue, lambda: os.getppid() != parent)


def work(order: Order, queue: Path, must_stop: Callable[[], bool]) -> bool:
    """Draw pictures that nobody has taken until there are none; whether nothing made it stop.

    Args:
        order: what is to be drawn.
        queue: folder of the queue that all share.
        must_stop: asked before each picture; then all stop.

    Raises:
        InputError: a file of the run is damaged, or a picture cannot be written; all stop then.
    """
    taken, pictures = Queue(queue), None
    try:
        for number, name in enumerate(order.by_cost()):
            if must_stop():
                _stop(order, queue)
            if len(order.names) in taken.marks():
                return False
            if taken.take(number):
                pictures = pictures or pictures_of(order.run)
                with rc_context(style.STYLE):
                    figure = pictures[name].draw()
                    style.save(figure, order.form.file(order.target, name), order.form)
                taken.mark(number, "drawn")
    except BaseException:
        _stop(order, queue)
        raise
    return True


def _stop(order: Order, queue: Path) -> None:
    """Let all hands stop, by the mark of a number that no picture has."""
    Queue(queue).mark(len(order.names), "stopped")
