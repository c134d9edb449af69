"""A whole run: settle a film, then train it, read it and recall, or do the steps of a protocol."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

from mpi4py import MPI

from hebbfilm.common.collective import on_every_rank, on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.progress import without_bars
from hebbfilm.hopfield import HopfieldFilm, Neurons
from hebbfilm.hopfield.pieces import require_currents
from hebbfilm.run.folder import files
from hebbfilm.run.folder.chip_table import write_chip_recalls
from hebbfilm.run.folder.recall_table import write_recall
from hebbfilm.run.folder.same_case import require_same_case
from hebbfilm.run.folder.summary_file import write_summary
from hebbfilm.run.folder.writer import RunFolder
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.films import (
    build_film,
    require_flat_face,
    require_mesh_that_holds,
    set_initial_texture,
)
from hebbfilm.run.inputs.recall import recall_by
from hebbfilm.run.inputs.textures import require_texture
from hebbfilm.run.inputs.workload import check_workload, reading_at_end, running_time
from hebbfilm.run.job.interruption import Interrupted, StopRequest
from hebbfilm.run.job.placement import own_place, troubles
from hebbfilm.run.training.chip_circuit import chip_circuit
from hebbfilm.run.training.chip_summary import chip_recalls, chip_summary
from hebbfilm.run.training.phase import go_through
from hebbfilm.run.training.phases import Done, phases_of_run
from hebbfilm.run.training.progress import RunProgress
from hebbfilm.run.training.protocol_phases import phases_of_protocol
from hebbfilm.run.training.protocol_summary import summarise_protocol
from hebbfilm.run.training.recorder import Recorder
from hebbfilm.run.training.run_notes import RunNotes
from hebbfilm.run.training.stack_notes import keeps_its_heat
from hebbfilm.run.training.summary import summarise
from hebbfilm.solvers import Film, load_state

Draw: TypeAlias = Callable[[Path, Callable[[], bool], MPI.Intracomm], object]
"""Draws the pictures of a run folder until it must stop, on all ranks; on rank 0 it gives something
true if all are drawn."""

_HEAT_STAYS = (
    "Note: nothing takes the heat away: there is neither material.heat_transfer_coefficient, to "
    "the substrate, nor heat.sinks, at contacts"
)


def train(
    case: Case,
    out: Path | str,
    comm: MPI.Intracomm,
    *,
    overwrite: bool = False,
    resume: bool = False,
    draw: Draw | None = None,
    stop: StopRequest | None = None,
    quiet: bool = False,
) -> None:
    """Do a whole run with a training, or the rest of one; collective.

    Args:
        case: what to do.
        out: the run folder.
        comm: ranks that share the film.
        overwrite: replace a run that the folder holds.
        resume: go on with the run in the folder.
        draw: called on all ranks at the end, while the folder is this run's alone, with the folder,
            what tells whether it must stop, and `comm`, like `draw_all`; None: no pictures.
        stop: asks for the end, like `StopRequest(comm, end=time.time() + 3600)`; by default, only
            signals do.
        quiet: show no progress.

    Raises:
        InputError: something in the case or the folder is wrong, or the case has no training.
        Interrupted: a signal came, or the wall time is nearly over; the state was saved, and what
            is missing may be but pictures.
    """
    on_every_rank(comm, case.required_training)
    run_case(case, out, comm, overwrite=overwrite, resume=resume, draw=draw, stop=stop, quiet=quiet)


def run_case(
    case: Case,
    out: Path | str,
    comm: MPI.Intracomm,
    *,
    overwrite: bool = False,
    resume: bool = False,
    draw: Draw | None = None,
    stop: StopRequest | None = None,
    quiet: bool = False,
) -> None:
    """Do a whole run, with a training or without patterns, or the rest of one; collective.

    Arguments, and what is raised, as of `train`.
    """
    # Whatever modules of one's own do to the working directory.
    path = Path(out).absolute()
    source = case.shared_film_source(comm)
    # Modules of one's own are run here, and what is wrong on one rank is so on all.
    on_every_rank(comm, lambda: check_workload(case, source))
    begins = comm.bcast(on_root(comm, lambda: not (resume and (path / files.STATE).is_file())))
    if begins:
        on_root(comm, lambda: require_texture(case.initial.texture, source))
    film = build_film(case, comm, source, shown=not quiet)
    neurons = on_every_rank(comm, lambda: case.neurons_of(film.contacts))
    on_every_rank(comm, lambda: _require_fit(case, film, neurons))
    size = len(neurons.names)
    total = running_time(case, size) + reading_at_end(case, size)
    require_mesh_that_holds(film, case)
    require_flat_face(film.film_mesh, case)
    if begins:
        set_initial_texture(film, case)
    folder, stop = RunFolder(path, called=str(out)), stop or StopRequest(comm)
    # Only now, when nothing that was asked for is wrong, is anything written.
    with ExitStack() as on_rank_0:
        opened = folder.opened(overwrite=overwrite, resume=resume)
        goes_on = comm.bcast(on_root(comm, lambda: on_rank_0.enter_context(opened)))
        on_rank_0.enter_context(stop.listening())
        on_rank_0.enter_context(without_bars())
        with RunProgress(total, shown=comm.rank == 0 and not quiet) as progress:
            recorder = Recorder(case, folder, film, neurons, progress, stop)
            if goes_on:
                on_root(comm, lambda: require_same_case(case, path))
                notes = load_state(film, folder.state)
                recorder.go_on(RunNotes.from_json(folder.state, notes))
            else:
                if not begins:  # another process has removed its state by now
                    set_initial_texture(film, case)
                recorder.begin()
            progress.say(f"{case.title or 'Film'}: {film.film_mesh.quality()}")
            for line in _sharing(film):
                progress.say(line)
            if keeps_its_heat(film):
                progress.say(_HEAT_STAYS)
            if recorder.notes.phase == Done.name:
                progress.say("Nothing of this run is left to do; what is read from it is made anew")
            course = _train if case.training else _do
            finish = course(case, film, recorder, progress)
            progress.say("Reading, recall" if case.training else "Reading")
            finish(folder)
        if draw and not comm.bcast(bool(draw(path, lambda: stop.noted, comm))):
            raise Interrupted(stop.received())


def _sharing(film: Film) -> list[str]:
    """How several ranks share the film and the machine, and what is wrong with that; collective."""
    if film.comm.size == 1:
        return []
    return [str(film.film_mesh.partition()), *troubles(film.comm.allgather(own_place()))]


def _require_fit(case: Case, film: Film, neurons: Neurons) -> None:
    if case.training is None:
        joined = () if film.conduction is None else film.conduction.joined
        case.steps().require_fit(film.contacts, joined)
        return
    training = case.required_training()
    require_currents(film, neurons, training)
    if case.recall is not None:
        case.recall.require_fit(neurons, training.parsed(neurons))
        _require_seen(film, neurons)


def _require_seen(film: Film, neurons: Neurons) -> None:
    """Refuse a circuit that would have to be set by what is not known: G of all contacts."""
    leads = film.conduction is not None and film.conduction.lead_resistance.any()
    if leads and not neurons.are_contacts:
        raise InputError(
            "contacts.lead_resistance with [recall]: needs neurons of one contact each; what a "
            "circuit sees of several through their leads does not follow from the readings"
        )


def _train(
    case: Case, film: Film, recorder: Recorder, progress: RunProgress
) -> Callable[[RunFolder], None]:
    """What is left of the phases of a run with a training, and what finishes it; collective."""
    network = HopfieldFilm(film, case.reading.rule(), recorder.neurons)
    go_through(phases_of_run(case, network, recorder, progress), recorder)
    recorder.notes.hand_on(network)
    network.patterns = case.required_training().parsed(network.neurons)
    return lambda folder: _finish(case, folder, network, recorder, progress)


def _finish(
    case: Case,
    folder: RunFolder,
    network: HopfieldFilm,
    recorder: Recorder,
    progress: RunProgress,
) -> None:
    notes, recalls, on_chip = recorder.notes, None, None
    if case.recall is not None:
        compared = chip_circuit(case.recall, network, notes.bridge)
        recalls = chip_recalls(case.recall, network, compared, notes)
        on_chip = chip_summary(case.recall, network, compared, notes, recalls)
    summary = summarise(case, network, notes, on_chip, _watched(case, network, recorder, progress))
    weights = (summary.weights, summary.ideal_weights)
    own, ideal = (recall_by(case.reading, w, network.patterns) for w in weights)

    def write() -> None:
        folder.require_whole(len(notes.fields))
        write_recall(folder.path, own, ideal)
        if recalls is not None:
            write_chip_recalls(folder.path, recalls)
        write_summary(folder.path, summary)

    on_root(network.film.comm, write)


def _watched(
    case: Case, network: HopfieldFilm, recorder: Recorder, progress: RunProgress
) -> Callable[[Film, float], None]:
    """What shows how far the readings at the end are, and ends them when the run is to stop."""
    size = len(network.neurons.names)
    begin = progress.total - reading_at_end(case, size)
    progress.restart_clock()

    def tell(film: Film, passed: float) -> None:
        torque = film.dynamics.largest_torque()
        progress.update("check", begin + passed, film.integrator.step, torque)
        recorder.heed()

    return tell


def _do(
    case: Case, film: Film, recorder: Recorder, progress: RunProgress
) -> Callable[[RunFolder], None]:
    """What is left of the phases of a run without patterns, and what finishes it; collective."""
    go_through(phases_of_protocol(case, film, recorder, progress), recorder)
    recorder.checkpoint()

    def finish(folder: RunFolder) -> None:
        summary = summarise_protocol(case, film, recorder.notes)

        def write() -> None:
            folder.require_whole(len(recorder.notes.fields))
            write_summary(folder.path, summary)

        on_root(film.comm, write)

    return finish
