"""`hebbfilm synapse`: how films with two contacts respond, and what they keep."""

import argparse

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.run.commands.options import Commands, add_format, add_runs, set_run
from hebbfilm.run.commands.output import print_on_root


def add(commands: Commands) -> None:
    """`hebbfilm synapse`."""
    parser = commands.add_parser(
        "synapse",
        help="dose response, memristor curve and retention of films with two contacts",
        description="Sort runs of films with two contacts by the voltages that they were under, "
        "and tell the mean change of their conductance over initial textures. Table and picture "
        "go to the first folder.",
    )
    add_runs(parser)
    add_format(parser)
    set_run(parser, run, "hebbfilm.run.folder.reader")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """How films with two contacts respond, and what they keep."""
    from hebbfilm.run.analysis.synapse import drives_of, drives_text, write_drives
    from hebbfilm.run.analysis.trajectories import read_record
    from hebbfilm.run.folder.reader import all_finished_runs
    from hebbfilm.run.pictures.formats import Form

    form = Form(options.format)

    def text() -> str:
        from hebbfilm.run.pictures.synapse import save_synapse_picture

        found = drives_of(read_record(all_finished_runs(options.run_folders)))
        folder = options.run_folders[0]
        table = write_drives(found, folder)
        picture = save_synapse_picture(found, folder, form)
        return f"{drives_text(found)}\n\nTable: {table}\nPicture: {picture}"

    print_on_root(comm, on_root(comm, text))
    return 0
