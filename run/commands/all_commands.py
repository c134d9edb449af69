"""The commands of `hebbfilm`, one function each; options in, exit status out.

What a command needs is imported by it, so that the others need not wait for it.
"""

import argparse
import json
import os
import shlex
import signal
import time
from pathlib import Path

from mpi4py import MPI

from hebbfilm.run.folder.versions import versions


def train(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """A whole run, or the rest of one."""
    from hebbfilm.common.collective import on_root
    from hebbfilm.run.commands.kept import require_kept
    from hebbfilm.run.folder.reader import read_case_of_run
    from hebbfilm.run.folder.writer import RunFolder
    from hebbfilm.run.inputs.case import read_case
    from hebbfilm.run.job.interruption import Interrupted, StopRequest
    from hebbfilm.run.job.walltime import end_of_job
    from hebbfilm.run.training.train import train as run_training

    end = end_of_job(comm, options.walltime, time.time(), os.environ)
    path = options.case
    if options.resume and _is_run(path):
        out = path
        case = comm.bcast(on_root(comm, lambda: read_case_of_run(path, options.set)))
    else:
        out = options.out or Path("runs") / path.stem
        case = read_case(path, options.set)
        if not options.resume:
            require_kept(f"--out {out}", RunFolder(out).written(), path, case)
    stop_request = StopRequest(comm, end)
    try:
        # A signal while meshing is obeyed once there is a state to go on from.
        with stop_request.listening():
            run_training(
                case,
                out,
                comm,
                overwrite=options.overwrite,
                resume=options.resume,
                pictures=not options.no_pictures,
                stop=stop_request,
            )
    except Interrupted as stop:
        launcher = "./run/env " if "HEBBFILM_ENV" in os.environ else ""
        again = shlex.join(["hebbfilm", "train", str(out), "--resume"])
        _print(comm, f"Stopped by {stop}; go on with: {launcher}{again}")
        return stop.status
    return 0


def study(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Many runs, or those of them that are still to be run."""
    from hebbfilm.common.text import counted
    from hebbfilm.run.folder.notes import read_note
    from hebbfilm.run.job.interruption import Interrupted
    from hebbfilm.run.job.walltime import end_of_job
    from hebbfilm.run.study.job import Job, run_study
    from hebbfilm.run.study.members import members
    from hebbfilm.run.study.parts import part_of
    from hebbfilm.run.study.study_file import read_study

    end = end_of_job(comm, options.walltime, time.time(), os.environ)
    out = options.out or Path("runs") / options.study.stem
    content = read_study(options.study, options.set)
    every = members(content, options.study)
    part = part_of(every, options.part, os.environ)
    if options.dry_run:
        lines = [f"{read_note(out / member.name).status:8}  {member.name}" for member in part]
        _print(comm, "\n".join([*lines, f"{len(part)} of {counted(len(every), 'run')}"]))
        return 0
    job = Job(content, every, part, out, options.ranks_per_run, end, options.retry)
    status, text = run_study(job, comm)
    _print(comm, text)
    if status > 1:
        _print(comm, f"Stopped by {Interrupted(status)}; the same command goes on")
    return status


def mesh(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Mesh the film of a case."""
    from hebbfilm.common.errors import InputError
    from hebbfilm.meshing import write_msh, write_xdmf
    from hebbfilm.run.commands.kept import require_kept
    from hebbfilm.run.inputs.case import read_case

    writers = {".msh": write_msh, ".xdmf": write_xdmf}
    if options.out is not None and options.out.suffix not in writers:
        raise InputError(f"--out {options.out}: allowed endings are {', '.join(writers)}")
    case = read_case(options.case, options.set)
    if options.out is not None:
        written = [options.out, options.out.with_suffix(".h5")]  # the latter of an .xdmf
        require_kept(f"--out {options.out}", written, options.case, case)
    film_mesh = case.mesh(comm)
    lines = [str(film_mesh.quality())]
    lines += [f"{name}: {film_mesh.contact_size(name):.4g} m²" for name in film_mesh.contacts]
    if options.out is not None:
        writers[options.out.suffix](film_mesh, options.out)
        lines.append(f"Written to {options.out}")
    _print(comm, "\n".join(lines))
    return 0


def layout_show(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Draw the meshed film of a case."""
    from hebbfilm.run.inputs.case import read_case
    from hebbfilm.run.pictures.layout_show import show

    out = options.out or Path(f"{options.case.stem}.png")
    quality = show(read_case(options.case, options.set), out, comm)
    _print(comm, f"{quality}\nWritten to {out}")
    return 0


def conductance(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """The conductance matrix of a run's state, or what the layout of a case alone decides."""
    from hebbfilm.run.analysis.geometry import conductances_of_run, geometry, geometry_text
    from hebbfilm.run.inputs.case import read_case

    if _is_run(options.source):
        found = conductances_of_run(options.source, options.set, comm)
    else:
        found = geometry(read_case(options.source, options.set), comm)
    _print(comm, json.dumps(found, indent=1) if options.json else geometry_text(found))
    return 0


def recall(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Recall with the weights of a run."""
    from hebbfilm.common.collective import on_root
    from hebbfilm.common.errors import InputError
    from hebbfilm.hopfield import parse_pattern, recall_table
    from hebbfilm.run.folder.reader import read_case_of_run, read_run
    from hebbfilm.run.folder.summary_reader import has_weights, no_recall_text

    def text() -> str:
        if options.seed is not None and options.seed < 0:
            raise InputError(f"--seed {options.seed}: must be 0 or more")
        run = read_run(options.run_folder)
        reading = read_case_of_run(options.run_folder).reading
        rule = options.rule or reading.recall
        seed = reading.seed if options.seed is None else options.seed
        contacts = run.manifest.contacts
        starts = [parse_pattern(start, names=contacts) for start in options.starts]
        if not has_weights(run.summary):
            return no_recall_text(run.summary)
        table = recall_table(
            run.summary["weights"],
            list(run.patterns),
            starts=starts or None,
            seed=seed,
            rule=rule,
        )
        how = "all contacts at once"
        if rule == "asynchronous":
            how = f"contacts one by one, in an order random by --seed {seed}"
        return f"{table}\n{rule.capitalize()} recall: {how}"

    _print(comm, on_root(comm, text))
    return 0


def heating(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """How warm finished runs get."""
    from hebbfilm.common.collective import on_root
    from hebbfilm.run.analysis.heating import heating_table

    _print(comm, on_root(comm, lambda: heating_table(options.run_folders, options.transfer)))
    return 0


def retention(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """What finished runs still know."""
    from hebbfilm.common.collective import on_root
    from hebbfilm.run.analysis.retention import retention_table

    _print(comm, on_root(comm, lambda: retention_table(options.run_folders, options.times)))
    return 0


def network(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """What the networks of a run, or of a study, store and bear."""
    from hebbfilm.common.collective import on_root
    from hebbfilm.common.errors import InputError
    from hebbfilm.hopfield import Reference
    from hebbfilm.run.commands.network_command import analyse
    from hebbfilm.run.folder.writer import RunFolder

    rule, offset = options.reference, options.offset
    reference = (
        None if rule is None and offset is None else Reference(rule or "untrained_offset", offset)
    )

    def text() -> str:
        if options.json is not None and not options.json.parent.is_dir():
            raise InputError(f"--json {options.json}: there is no folder {options.json.parent}")
        own = [path.resolve() for path in RunFolder(options.run_folder).written()]
        if options.json is not None and options.json.resolve() in own:
            raise InputError(f"--json {options.json}: is a file of the run; name another")
        return analyse(options.run_folder, options.json, reference)

    _print(comm, on_root(comm, text))
    return 0


def rule(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """The learning rule that runs followed."""
    from hebbfilm.run.analysis.rule import rule as fit_rule

    _print(comm, fit_rule(options.run_folders, comm))
    return 0


def synapse(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """How films with two contacts respond, and what they keep."""
    from hebbfilm.common.collective import on_root
    from hebbfilm.run.analysis.synapse import synapse as respond

    _print(comm, on_root(comm, lambda: respond(options.run_folders)))
    return 0


def view(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Look at a run in 3D."""
    from hebbfilm.common.collective import on_root
    from hebbfilm.run.pictures import view as viewer

    chosen = {"snapshot": options.snapshot, "streamlines": options.streamlines}

    def show() -> str:
        if options.save is not None:
            viewer.save(options.run_folder, options.save, **chosen)
            return f"Written to {options.save}"
        viewer.show(options.run_folder, **chosen)
        return ""

    _print(comm, on_root(comm, show))
    return 0


def validate(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Compare with theory and published numbers."""
    from hebbfilm.common.errors import InputError
    from hebbfilm.run.validate import validate as run_validation

    if comm.size > 1:
        raise InputError("hebbfilm validate runs its own tests: start it without mpirun")
    return run_validation(options.out, fast=options.fast)


def bench(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Time a film, beside a peer or by itself."""
    from hebbfilm.run.bench.asked import bench as run_bench

    _print(comm, run_bench(options, comm))
    return 0


def info(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Versions of everything that matters."""
    found = versions()
    width = max(len(name) for name in found)
    lines = [f"{name:{width}}  {version}" for name, version in found.items()]
    _print(comm, "\n".join([*lines, f"{'ranks':{width}}  {comm.size}"]))
    return 0


def _print(comm: MPI.Intracomm, text: str | None) -> None:
    if comm.rank == 0 and text:
        # PETSc's handler would call a reader that has seen enough, like `head`, a crash.
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        print(text)


def _is_run(path: Path) -> bool:
    """Whether a path is meant for the folder of a run rather than for a case."""
    return path.is_dir() or not (path.exists() or path.suffix == ".toml")
