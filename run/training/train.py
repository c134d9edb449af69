"""A whole run: relax a film, train it on its patterns, read it, and recall."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

from mpi4py import MPI

import numpy as np

from hebbfilm.common.collective import on_root
from hebbfilm.hopfield import HopfieldFilm
from hebbfilm.run.folder.recall_table import write_recall
from hebbfilm.run.folder.same_case import require_same_case
from hebbfilm.run.folder.summary_file import write_summary
from hebbfilm.run.folder.writer import RunFolder
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.films import (
    build_film,
    build_network,
    require_mesh_that_holds,
    set_initial_texture,
)
from hebbfilm.run.inputs.workload import check_workload, reading_time
from hebbfilm.run.job.interruption import Interrupted, StopRequest
from hebbfilm.run.training.progress import RunProgress
from hebbfilm.run.training.reading import equilibrate, read
from hebbfilm.run.training.recorder import Recorder
from hebbfilm.run.training.summary import recall, summarise
from hebbfilm.solvers import Film, Segment, load_state

Draw: TypeAlias = Callable[[Path, Callable[[], bool]], bool]
"""Draws the pictures of a run folder until it must stop; whether all are drawn."""


def train(
    case: Case,
    out: Path,
    comm: MPI.Intracomm,
    *,
    overwrite: bool = False,
    resume: bool = False,
    draw: Draw | None = None,
    stop: StopRequest | None = None,
    quiet: bool = False,
) -> None:
    """Do a whole run, or the rest of one; collective.

    Args:
        case: what to do.
        out: the run folder.
        comm: ranks that share the film.
        overwrite: replace a run that the folder holds.
        resume: go on with the run in the folder.
        draw: called on rank 0 at the end, while the folder is this run's alone; None: no pictures.
        stop: asks for the end; by default, signals alone do.
        quiet: show no progress.

    Raises:
        InputError: something in the case or the folder is wrong.
        Interrupted: a signal came, or the wall time is nearly over; the state was saved, and what
            is missing may be but pictures.
    """
    source = case.shared_film_source(comm)
    check_workload(case, source)
    film = build_film(case, comm, source)
    segments = case.required_training().segments(film.contacts)
    require_mesh_that_holds(film, case)
    total = case.initial.relaxation + sum(segment.duration for segment in segments)
    total += reading_time(case)
    folder, stop = RunFolder(out), stop or StopRequest(comm)
    # Only now, when nothing that was asked for is wrong, is anything written.
    with ExitStack() as on_rank_0:
        opened = folder.opened(overwrite=overwrite, resume=resume)
        goes_on = comm.bcast(on_root(comm, lambda: on_rank_0.enter_context(opened)))
        with RunProgress(total, shown=comm.rank == 0 and not quiet) as progress, stop.listening():
            recorder = Recorder(case, folder, film, progress, stop)
            if goes_on:
                on_root(comm, lambda: require_same_case(case, out))
                recorder.go_on(load_state(film, folder.state))
            else:
                set_initial_texture(film, case)
                recorder.begin()
            progress.say(f"{case.title or 'Film'}: {film.film_mesh.quality()}")
            network = _do(case, film, segments, recorder, progress)
            progress.say("Reading, recall" + (" and pictures" if draw else ""))
            _finish(case, folder, network, recorder, comm)
            if draw and not comm.bcast(on_root(comm, lambda: draw(out, lambda: stop.noted))):
                raise Interrupted(stop.received())


def _do(
    case: Case,
    film: Film,
    segments: Sequence[Segment],
    recorder: Recorder,
    progress: RunProgress,
) -> HopfieldFilm:
    """The phases of a run from that in which the recorder is; collective."""
    schedule, network = case.required_training(), build_network(case, film)
    if recorder.notes["phase"] == "relax":
        _relax(case, film, recorder, progress)
    if recorder.notes["phase"] == "equilibrate":
        equilibrate(case, film, recorder.observe)
        recorder.begin_phase("read untrained")
    if recorder.notes["phase"] == "read untrained":
        read(case, film, recorder, "before")
        recorder.snapshot("untrained")
        recorder.begin_phase("train")
        recorder.checkpoint()
    network.before = np.array(recorder.notes["before"])
    if recorder.notes["phase"] == "train":
        recorder.begin_phase("train", segments)
        network.run(
            schedule,
            start=film.position,
            sample_interval=case.output.sample_interval,
            observer=recorder.observe,
        )
        recorder.begin_phase("read trained")
    if recorder.notes["phase"] == "read trained":
        read(case, film, recorder, "after")
        recorder.snapshot("trained")
        recorder.begin_phase("done")
        recorder.checkpoint()
    network.patterns = schedule.parsed(film.contacts)
    network.after = np.array(recorder.notes["after"])
    return network


def _relax(case: Case, film: Film, recorder: Recorder, progress: RunProgress) -> None:
    initial = case.initial
    recorder.begin_phase("relax")
    if initial.method == "minimise":
        film.minimise(torque_tolerance=initial.torque_tolerance, observer=recorder.watch)
        # The row below belongs to the next phase: who goes on from there adds no other.
        recorder.begin_phase("equilibrate")
        recorder.observe(film)
    elif initial.relaxation > 0:
        film.relax(
            initial.relaxation,
            damping=initial.damping,
            torque_tolerance=initial.torque_tolerance,
            start=film.position,
            sample_interval=case.output.sample_interval,
            observer=recorder.observe,
        )
    progress.skip(initial.relaxation - film.time)
    recorder.begin_phase("equilibrate")


def _finish(
    case: Case, folder: RunFolder, network: HopfieldFilm, recorder: Recorder, comm: MPI.Intracomm
) -> None:
    summary = summarise(case, network, recorder.notes)
    weights = (summary.weights, summary.ideal_weights)
    own, ideal = (recall(w, network.patterns, case.reading) for w in weights)

    def write() -> None:
        folder.require_whole(len(recorder.notes["fields"]))
        write_recall(folder, own, ideal)
        write_summary(folder, summary)

    on_root(comm, write)
