"""`hebbfilm rule`: the learning rule that runs followed."""

import argparse

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.whole_files import write_json
from hebbfilm.run.commands.options import Commands, add_format, add_runs, set_run
from hebbfilm.run.commands.output import print_on_root


def add(commands: Commands) -> None:
    """`hebbfilm rule`."""
    parser = commands.add_parser(
        "rule",
        help="which learning rule runs followed: Hebb, Oja, saturating, by displacement",
        description="Fit forms of the learning rule to the trajectories of all conductances, and "
        "compare them by cross-validation: held out are all runs with one initial texture at a "
        "time, or one pair at a time where all have the same texture. The linear "
        "response stands beside. Table and picture go to the first folder.",
    )
    add_runs(parser)
    add_format(parser)
    set_run(parser, run, "hebbfilm.run.inputs.films")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """The learning rule that runs followed."""
    from hebbfilm.run.analysis.rule import as_dict, compare_rules
    from hebbfilm.run.analysis.rule_response import response_of
    from hebbfilm.run.analysis.rule_text import rule_as_text
    from hebbfilm.run.analysis.trajectories import read_record
    from hebbfilm.run.folder import files
    from hebbfilm.run.folder.reader import all_finished_runs
    from hebbfilm.run.pictures.formats import Form

    form = Form(options.format)
    record = comm.bcast(on_root(comm, lambda: read_record(all_finished_runs(options.run_folders))))
    response = response_of(record, comm)

    def text() -> str:
        from hebbfilm.run.pictures.learning_rule import save_rule_picture

        found, folder = compare_rules(record, response), options.run_folders[0]
        table = folder / files.LEARNING_RULE
        write_json(table, as_dict(found))
        picture = save_rule_picture(record, found.ranked, found.least_error, folder, form)
        return f"{rule_as_text(found)}\n\nTable: {table}\nPicture: {picture}"

    print_on_root(comm, on_root(comm, text))
    return 0
