"""`hebbfilm study`: hands the runs of a study to groups of ranks and gathers what they found.

A film is shared by few ranks, by default one. Where there are as many runs as ranks, that is the
fastest way: a run on one rank sends no messages and waits for nobody, so that n ranks finish n runs
in the time of one, while n ranks on one small film are kept waiting at every step. Several ranks a
run are for films that are too large for one, or for a study with fewer runs than ranks.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.text import counted
from hebbfilm.run.folder.notes import read_note
from hebbfilm.run.folder.same_case import require_same_case
from hebbfilm.run.job.interruption import StopRequest
from hebbfilm.run.job.meeting import meet
from hebbfilm.run.study.axes import Settings
from hebbfilm.run.study.members import Member
from hebbfilm.run.study.outline import Outline, write_outline
from hebbfilm.run.study.progress import StudyProgress
from hebbfilm.run.study.queue import Queue, queue_folder, remove_abandoned_queues
from hebbfilm.run.study.runner import Runner
from hebbfilm.run.study.study_file import Study
from hebbfilm.run.study.table import TABLE, Row, read_rows, write_table
from hebbfilm.run.training.training_run import Draw

DrawStudy: TypeAlias = Callable[[Path], object]


@dataclass(frozen=True)
class Job:
    """What one start of a study is to do.

    Args:
        study: the study.
        members: all of them.
        part: those that are this job's.
        folder: of the study.
        ranks_per_run: that share the film of one.
        end: when the wall time is over, in s since 1970; None for never.
        retry: run what failed before once more.
        draw_run: draws a finished run; None: no pictures of single runs.
        draw_study: draws what all finished runs found, from the folder of the study.
    """

    study: Study
    members: Sequence[Member]
    part: Sequence[Member]
    folder: Path
    ranks_per_run: int
    end: float | None
    retry: bool
    draw_run: Draw | None
    draw_study: DrawStudy


def run_study(job: Job, comm: MPI.Intracomm) -> tuple[int, str]:
    """Run what is still to be run; collective.

    Returns:
        The exit status to stop with if asked to, else 1 if a run failed, else 0; and on rank 0 what
        to tell.

    Raises:
        InputError: the ranks cannot be shared so, or the folder holds other runs.
    """
    if job.ranks_per_run < 1 or comm.size % job.ranks_per_run:
        raise InputError(
            f"--ranks-per-run {job.ranks_per_run}: must be 1 or more, and divide the number of "
            f"ranks, {comm.size}"
        )
    names = comm.bcast(on_root(comm, lambda: _still_to_run(job)))
    todo = [member for member in job.part if member.name in names]
    status = _share_out(job, todo, comm) if todo else 0
    # What is left takes seconds: a signal does not keep it from being done.
    with StopRequest(comm).listening():
        told = on_root(comm, lambda: _conclude(job))
    text, failed = told if told is not None else ("", False)
    return status or comm.bcast(int(failed)), text


def _still_to_run(job: Job) -> set[str]:
    remove_abandoned_queues(job.folder)
    for member in job.members:
        require_same_case(member.case, job.folder / member.name)
    over = {"finished"} if job.retry else {"finished", "failed"}
    return {m.name for m in job.part if read_note(job.folder / m.name).status not in over}


def _share_out(job: Job, todo: Sequence[Member], comm: MPI.Intracomm) -> int:
    # A failure that ends the whole study meets on the ranks' own communicator, and must not be
    # mistaken for this group's having come to the end.
    everyone = comm.Dup()
    group = cast(MPI.Intracomm, comm.Split(comm.rank // job.ranks_per_run, comm.rank))
    stop = StopRequest(group, job.end)
    with ExitStack() as on_rank_0:
        entered = on_root(comm, lambda: on_rank_0.enter_context(queue_folder(job.folder)))
        queue = Queue(comm.bcast(entered))
        runner = Runner(group, job.folder, queue, stop, job.draw_run)
        # Who is done and waits must not die of the signal at which the others save their state.
        with stop.listening(), _progress(todo, queue, comm):
            status: int = runner.work(todo)
            meet(everyone)
    status = everyone.allreduce(status, MPI.MAX)
    group.Free()
    everyone.Free()
    return status


def _progress(todo: Sequence[Member], queue: Queue, comm: MPI.Intracomm) -> StudyProgress:
    return StudyProgress([member.name for member in todo], queue, shown=comm.rank == 0)


def _conclude(job: Job) -> tuple[str, bool]:
    """Write the table and draw; what to tell, and whether a run of this part failed."""
    rows = read_rows(job.members, job.folder)
    job.folder.mkdir(parents=True, exist_ok=True)
    write_table(rows, job.study.keys, job.folder)
    write_outline(Outline(job.study.title, job.study.keys, _settings(job)), job.folder)
    drawn = _draw(job, rows)
    own = {member.name for member in job.part}
    failed = any(row.note.status == "failed" and row.member.name in own for row in rows)
    return _report(job, rows, drawn), failed


def _settings(job: Job) -> dict[str, Settings]:
    return {member.name: member.settings for member in job.members}


def _draw(job: Job, rows: Sequence[Row]) -> bool:
    finished = [row for row in rows if row.note.status == "finished"]
    if finished:
        job.draw_study(job.folder)
    return bool(finished)


def _report(job: Job, rows: Sequence[Row], drawn: bool) -> str:
    counts = Counter(row.note.status for row in rows)
    told = ", ".join(f"{count} {status}" for status, count in counts.items())
    lines = [f"{job.study.title}: {counted(len(rows), 'run')}, {told}"]
    lines += [f"{row.member.name}: {row.note.error}" for row in rows if row.note.error]
    lines += _stored(rows)
    lines.append(f"Table: {job.folder / TABLE}")
    if drawn:
        lines.append(f"Pictures: {job.folder / 'pictures'}")
    return "\n".join(lines)


def _stored(rows: Sequence[Row]) -> list[str]:
    """How many of the finished runs store their patterns, beside ideal Hebb networks."""
    finished = [row.metrics for row in rows if row.metrics]
    without = [metrics for metrics in finished if metrics["recall_success"] is None]
    if without:
        share = f"{len(without)} of {counted(len(finished), 'run')}"
        has = "has" if len(without) == 1 else "have"
        told = f"{share} {has} no network to assess: all weights are 0"
        hint = "; see hebbfilm synapse" if len(without) == len(finished) else ""
        return [told + hint, *_stored([row for row in rows if row.metrics not in without])]
    known = [metrics for metrics in finished if metrics["stored"] is not None]
    if not known:
        return []
    stable, ideal = (
        sum(metrics[name] == metrics["stored"] for metrics in known)
        for name in ("stable", "ideal_stable")
    )
    runs = counted(len(known), "run")
    lines = [f"All patterns stable in {stable} of {runs} (ideal Hebb {ideal})"]
    judged = [metrics for metrics in known if metrics["exact"] is not None]
    if judged:
        exact, ideal = (
            sum(metrics[name] == 1 for metrics in judged) for name in ("exact", "ideal_exact")
        )
        runs = counted(len(judged), "run")
        lines.append(f"Exact, no other fixed points: {exact} of {runs} (ideal Hebb {ideal})")
    return lines
