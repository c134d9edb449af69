"""What the options of `hebbfilm bench` ask for."""

import argparse
import math
import os
import sys
from typing import Any

from mpi4py import MPI

from hebbfilm.common.errors import InputError
from hebbfilm.run.bench import command, demagnetisation, films, memory, networks, scaling, whole
from hebbfilm.run.bench.model import forecast
from hebbfilm.run.bench.warnings_once import each_warning_once
from hebbfilm.run.job.launch import is_launched


def bench(options: argparse.Namespace, comm: MPI.Intracomm) -> str:
    """Time a film, beside a peer or by itself, and return the text to print; collective.

    Args:
        options: of the command line; its `json` is written.
        comm: all ranks.

    Raises:
        InputError: options out of range, or that do not go together.
    """
    for name in ("mesh_size", "side", "duration", "repetitions"):
        value = getattr(options, name)
        if value is not None and not 0 < value < math.inf:
            raise InputError(f"--{name.replace('_', '-')} {value}: must be positive and finite")
    if options.json is not None and not options.json.parent.is_dir():
        raise InputError(f"--json {options.json}: there is no folder {options.json.parent}")
    if options.set and not options.whole:
        raise InputError("--set: only for --whole, whose case it overrules")
    if options.memory is not None:
        return _memory(options, comm)
    if options.scaling:
        return _scaling(options, comm)
    if options.model:
        return _model(options, comm)
    if options.demagnetisation:
        return _demagnetisation(options, comm)
    if options.networks:
        return _networks(options, comm)
    if options.whole:
        return _whole(options, comm)
    sample = command.sample_film(options.film, options.mesh_size, options.side)
    chosen: dict[str, Any] = {
        "duration": options.duration or sample.duration,
        "repetitions": options.repetitions or command.REPETITIONS,
    }
    if options.against:
        if options.film != "standard":
            raise InputError(f"--film {options.film}: peers run the standard film alone")
        if comm.size > 1:
            raise InputError("--against compares one rank: start it without mpirun")
        python = options.peer_python or sys.executable
        found = command.bench_against(comm, options.against, python, sample, **chosen)
        text = command.as_ratio(found, options.against)
    else:
        with each_warning_once():
            found = command.bench(comm, options.film, sample, **chosen)
        text = command.as_text(found)
    if options.json is not None:
        command.write_json(comm, found, options.json)
    return text


def _memory(options: argparse.Namespace, comm: MPI.Intracomm) -> str:
    if options.film != "standard" or options.side or options.mesh_size or options.duration:
        raise InputError(
            "--memory has a film of its own: leave --film, --side, --mesh-size and --duration out"
        )
    found = memory.measure_memory(comm, options.memory)
    if options.json is not None:
        command.write_json(comm, found, options.json)
    return memory.as_text(found)


def _scaling(options: argparse.Namespace, comm: MPI.Intracomm) -> str:
    if options.film != "standard" or options.side or options.duration:
        raise InputError("--scaling has films of its own: leave --film, --side and --duration out")
    sizes = scaling.parse_sizes(options.sizes)
    found = scaling.time_scaling(
        comm,
        sizes,
        options.mesh_size or films.MESH_SIZE,
        options.repetitions or command.REPETITIONS,
    )
    if options.json is not None:
        command.write_json(comm, found, options.json)
    return scaling.as_text(found)


def _model(options: argparse.Namespace, comm: MPI.Intracomm) -> str:
    if options.film != "standard" or options.side or options.duration:
        raise InputError("--model has films of its own: leave --film, --side and --duration out")
    if is_launched(os.environ):
        raise InputError("--model starts ranks itself: start it without mpirun")
    found = forecast.foretell(options.mesh_size or films.MESH_SIZE)
    if options.json is not None:
        command.write_json(comm, found, options.json)
    return forecast.as_text(found)


def _demagnetisation(options: argparse.Namespace, comm: MPI.Intracomm) -> str:
    if options.film != "standard" or options.side or options.duration:
        raise InputError(
            "--demagnetisation has films of its own: leave --film, --side and --duration out"
        )
    found = demagnetisation.time_demagnetisation(
        comm, options.mesh_size, options.repetitions or command.REPETITIONS
    )
    if options.json is not None:
        command.write_json(comm, found, options.json)
    return demagnetisation.as_text(found)


def _networks(options: argparse.Namespace, comm: MPI.Intracomm) -> str:
    if options.film != "standard" or options.side or options.duration:
        raise InputError("--networks has films of its own: leave --film, --side and --duration out")
    with each_warning_once():
        found = networks.time_networks(comm, options.mesh_size)
    if options.json is not None:
        command.write_json(comm, found, options.json)
    return networks.as_text(found)


def _whole(options: argparse.Namespace, comm: MPI.Intracomm) -> str:
    if options.film != "standard" or options.side or options.duration or options.mesh_size:
        raise InputError(
            "--whole has a film of its own, that of the case: leave --film, --mesh-size, --side "
            "and --duration out"
        )
    if is_launched(os.environ):
        raise InputError("--whole starts ranks itself: start it without mpirun")
    repetitions = options.repetitions or whole.REPETITIONS
    found = whole.time_whole(options.whole, repetitions, options.set)
    if options.json is not None:
        command.write_json(comm, found, options.json)
    return whole.as_text(found)
