"""`hebbfilm schema`: what an editor needs to check and complete cases and studies."""

import argparse
import json

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.run.commands.options import Commands, set_run
from hebbfilm.run.commands.output import print_on_root


def add(commands: Commands) -> None:
    """`hebbfilm schema`."""
    parser = commands.add_parser(
        "schema",
        help="print the JSON schema of a case or a study, for editors",
        description="Print the JSON schema of a case or a study: keys with their descriptions, "
        "units, ranges and defaults. An editor checks and completes a TOML file by it whose first "
        "line is `#:schema` and the path of the schema: hebbfilm schema > case.schema.json",
    )
    parser.add_argument(
        "of", nargs="?", choices=("case", "study"), default="case", metavar="case|study"
    )
    set_run(parser, run)


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """What an editor needs to check and complete cases and studies."""
    print_on_root(comm, on_root(comm, lambda: _text(options.of)))
    return 0


def _text(of: str) -> str:
    from hebbfilm.run.inputs.case_schema import case_schema
    from hebbfilm.run.inputs.published_schema import published
    from hebbfilm.run.study.study_schema import study_schema

    found = published(case_schema() if of == "case" else study_schema(), of)
    return json.dumps(found, indent=1, ensure_ascii=False)
