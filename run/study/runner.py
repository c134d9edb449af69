"""Runs members of a study one after another, on the ranks that share one."""

import gc
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError, SolverError
from hebbfilm.common.messages import reason
from hebbfilm.run.folder.notes import Note, Status, is_begun, read_note, write_note
from hebbfilm.run.job.interruption import Interrupted, StopRequest
from hebbfilm.run.job.meeting import meet_or_abort
from hebbfilm.run.study.members import Member
from hebbfilm.run.study.queue import Queue
from hebbfilm.run.study.warnings import warned_once
from hebbfilm.run.training.training_run import Draw, train


@dataclass(frozen=True)
class Runner:
    """A group of ranks at work on a study.

    Args:
        group: the ranks, which share the film of one member at a time.
        folder: of the study.
        queue: which members are still to be had.
        stop: asks for the end of all.
        draw: draws each run; None: no pictures of single runs.
    """

    group: MPI.Intracomm
    folder: Path
    queue: Queue
    stop: StopRequest
    draw: Draw | None

    def work(self, todo: Sequence[Member]) -> int:
        """Take members until there are none; collective on the group.

        Returns:
            The exit status to stop with if asked to, else 0.
        """
        for number, member in enumerate(todo):
            status = self.stop.received()
            if not status and self._take(number):
                status = self._run(member, number)
                # Matrices and forms of a film hang in cycles; all ranks let go of them together.
                gc.collect()
            if status:
                return status
        return 0

    def _take(self, number: int) -> bool:
        return bool(self.group.bcast(on_root(self.group, lambda: self.queue.take(number))))

    def _run(self, member: Member, number: int) -> int:
        folder = self.folder / member.name
        begun, before = self.group.bcast(
            on_root(self.group, lambda: (is_begun(folder), read_note(folder)))
        )
        start = time.monotonic()
        status: Status = "finished"
        error, stopped = "", 0
        try:
            with warned_once(member.name, self.queue):
                self._train(member, folder, begun)
        except Interrupted as stop:
            status, stopped = "stopped", stop.status
        except Exception as failure:  # one bad run must not take the others with it
            status, error = "failed", self._explain(failure)
        spent = before.wall_time + time.monotonic() - start
        note = Note(status=status, error=error, wall_time=spent, ranks=self.group.size)

        def write() -> None:
            write_note(folder, note)
            self.queue.mark(number, note.status)

        on_root(self.group, write)
        return stopped

    def _train(self, member: Member, folder: Path, begun: bool) -> None:
        train(
            member.case,
            folder,
            self.group,
            overwrite=not begun,
            resume=begun,
            draw=self.draw,
            stop=self.stop,
            quiet=True,
        )

    def _explain(self, failure: Exception) -> str:
        foreseen = isinstance(failure, InputError | SolverError)
        if not foreseen:
            traceback.print_exception(failure)
        # A rank that failed alone has left the others waiting, from which there is no way back.
        meet_or_abort(self.group, 1)
        return reason(failure) if foreseen else f"{type(failure).__name__}: {reason(failure)}"
