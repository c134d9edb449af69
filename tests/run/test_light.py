"""What needs no mesh loads neither DOLFINx nor Gmsh nor PETSc, and starts no MPI.

Class: regression. Each is done in a Python of its own, which then says what it has loaded.
"""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

from mpi4py import MPI

import pytest

CASES = Path(__file__).parents[2] / "run" / "cases"
HEAVY = ("dolfinx", "ufl", "basix", "ffcx", "gmsh", "petsc4py.PETSc", "mpi4py.MPI")
LONGEST = 0.3
"""In s, to import hebbfilm."""

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts other processes itself")

WITHOUT_A_MESH = {
    "the package": "import hebbfilm",
    "the public names that need no film": """
import hebbfilm
meshed = {
    "ChipRecall", "Conduction", "Film", "FilmMesh", "HopfieldFilm", "Interrupted", "MeshQuality",
    "ReadDisturbance", "StopRequest", "effective_fields", "energy_path", "load_state", "mesh_film",
    "read_disturbance", "read_mesh", "recall_on_chip", "route_by_patches", "run_case",
    "save_state", "train", "write_msh", "write_xdmf",
}
in_ufl = {
    "Energy", "FilmView", "NumericField", "NumericTorque", "Surroundings", "Torque",
    "TorqueSurroundings", "gradient", "parameter",
}
for name in set(hebbfilm.__all__) - meshed - in_ufl:
    getattr(hebbfilm, name)
""",
    "recall": """
import numpy as np
from hebbfilm import recall_success, recall_table
xi = np.array([1, 1, -1, -1])
assert recall_success(recall_table(np.outer(xi, xi) - np.eye(4), ["++--"])) == 1
""",
    "a run folder": """
from hebbfilm.run.folder.reader import read_run
assert len(read_run(Path(folder)).patterns) == 1
""",
    "its pictures": """
from hebbfilm.run.pictures.gallery import draw_all
draw_all(Path(folder))
assert len(list(Path(folder, "pictures").iterdir())) > 3
""",
    "a case": """
from hebbfilm.run.inputs.case import read_case
for case in Path(cases).glob("*.toml"):
    assert read_case(case).film_source().geometry.contact_names
""",
    "a study": """
from hebbfilm.run.study.study_file import read_study
assert read_study(Path(cases, "studies", "voltage.toml")).combinations
""",
    "the report of a run": "import hebbfilm.run.analysis.run_text",
    # By one of several ranks, on which what PETSc begins with would wait for the others.
    "the page of a run": "import hebbfilm.run.report.run_page",
}


def output_of(script: str) -> str:
    command = [sys.executable, "-c", script]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory, run_folder_maker):
    return run_folder_maker(tmp_path_factory.mktemp("light") / "run")


@pytest.mark.parametrize("what", WITHOUT_A_MESH)
def test_light(what, run_folder):
    script = f"""
from pathlib import Path
folder, cases = {str(run_folder)!r}, {str(CASES)!r}
{WITHOUT_A_MESH[what]}
import json, sys
print(json.dumps([name for name in {HEAVY} if name in sys.modules]))
"""
    assert json.loads(output_of(script).splitlines()[-1]) == []


def test_package_is_imported_at_once():
    """In time of the processor, which a busy machine leaves as it is; the median of five."""
    script = "import time; t = time.process_time(); import hebbfilm; print(time.process_time() - t)"
    assert median(float(output_of(script)) for _ in range(5)) < LONGEST
