"""Reads one [layout] after another for test_corrupted_files: in a process that may crash.

Standard input has one JSON object a line, the keys of a layout; standard output answers each with
one of "film" (what it is, in short), "refused" (the words) or "failed" (a traceback).
"""

import json
import os
import sys
import traceback
from pathlib import Path

from mpi4py import MPI

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import Layout
from hebbfilm.run.inputs.layouts import film_source

MOST_VERTICES = 1e4  # of what is meshed in the end; larger films are only read


def answer(keys: dict) -> dict:
    try:
        source = film_source(keys | {"path": Path(keys["path"])}, 2, 1)
        drawn = source.geometry
        if isinstance(drawn, Layout):
            vertices = drawn.outline.area / drawn.mesh_size**2
            if vertices > MOST_VERTICES:
                return {"film": f"about {vertices:.1e} vertices"}
        film = source.mesh(MPI.COMM_SELF)
        sizes = {name: f"{film.contact_size(name):.3e}" for name in film.contacts}
        return {"film": f"{film.quality().vertices} vertices, {sizes}"}
    except InputError as error:
        return {"refused": str(error)}
    except Exception:
        return {"failed": traceback.format_exc()}


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what is printed is no answer
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), file=answers, flush=True)
