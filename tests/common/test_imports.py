"""What the ground floor brings along: a process that imports all of it."""

import subprocess
import sys

IMPORTED = """
import pkgutil, sys
import hebbfilm.common

for module in pkgutil.walk_packages(hebbfilm.common.__path__, "hebbfilm.common."):
    __import__(module.name)
    print(module.name)
for heavy in ("gmsh", "dolfinx", "mpi4py", "petsc4py", "ufl", "basix", "adios4dolfinx"):
    assert heavy not in sys.modules, heavy
rooms = [name for name in sys.modules if name.startswith("hebbfilm.")]
assert all(name.startswith("hebbfilm.common") for name in rooms), rooms
"""


def test_the_ground_floor_starts_no_mpi_and_loads_no_other_room():
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "hebbfilm.common.collective" in done.stdout.split()
