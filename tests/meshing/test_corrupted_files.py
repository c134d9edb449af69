"""Drawings, solids and meshes cut short, with wrong bits, bytes, numbers and lines.

Each is read as a film or refused in one line: no traceback, crash, hang or print. A wrong bit in a
coordinate makes another film, which nobody can notice.
"""

from __future__ import annotations

import collections
import gzip
import json
import re
import select
import shutil
import subprocess
import sys
import time
import unicodedata
from pathlib import Path
from typing import Any

from mpi4py import MPI

import gdstk
import gmsh
import meshio
import numpy as np
import pytest

from hebbfilm.common.child_process import SECONDS, environment_of_no_rank
from hebbfilm.meshing import mesh_film, strip, write_xdmf
from hebbfilm.meshing.gmsh_session import gmsh_model

SEED = 14
NO_END = (".inp",)  # nothing in the format says that a file is whole
DATA = Path(__file__).parents[1] / "data" / "drawings"
ROOT = Path(__file__).parents[2]
NM = 1e-9

Keys = dict[str, Any]

BY_NUMBER = {"film": 1, "contacts": {"end": 2, "centre": 3}}
ENDS = {"left": "left", "right": "right"}
DRAWINGS: dict[str, Keys] = {
    "cross_gdstk.gds": BY_NUMBER,
    "cross_klayout.gds": BY_NUMBER,
    "cross_ezdxf.dxf": {"film": "FILM", "contacts": {"end": "CONTACTS", "centre": "CENTRE"}},
    "strip_klayout.dxf": {
        "film": "L1D0_film",
        "contacts": {"left": "L2D0_left", "right": "L3D0_right"},
        "unit": 1e-6,
    },
    "cross_svgwrite.svg": {
        "film": "film",
        "contacts": {"end": "contacts", "centre": "centre"},
        "unit": NM,
    },
    "strip_matplotlib.svg": {"film": "film", "contacts": ENDS, "unit": NM},
}
WAYS = ["truncate", "bit", "bits", "byte", "zeros", "insert", "remove"]
WAYS += ["lines", "no line", "twice"]
MESH = {"kind": "mesh", "thickness": NM, "unit": NM}
NUMBERED = MESH | {"film": "triangle:1", "contacts": {"left": "line:2", "right": "line:3"}}


def sources(folder: Path) -> list[tuple[list[Path], Keys]]:
    """Good files of every kind, and the layouts that read them."""
    found = [
        ([DATA / name], {"kind": "drawing", "mesh_size": 20 * NM} | keys)
        for name, keys in DRAWINGS.items()
    ]
    library = gdstk.read_gds(DATA / "cross_gdstk.gds")
    library.write_oas(folder / "cross.oas")
    packed = gzip.compress((DATA / "cross_gdstk.gds").read_bytes())
    (folder / "cross.gds.gz").write_bytes(packed)
    for name in ("cross.oas", "cross.gds.gz"):
        found.append(([folder / name], {"kind": "drawing", "mesh_size": 20 * NM} | BY_NUMBER))
    solid = {"left": "source", "right": "drain"}
    step = {"kind": "step", "film": ["film"], "contacts": solid, "unit": NM, "mesh_size": 20 * NM}
    found.append(([DATA / "strip_gmsh.step"], step))
    with gmsh_model() as model:
        model.occ.addRectangle(0, 0, 0, 300, 100)
        model.occ.synchronize()
        model.addPhysicalGroup(2, [1], 1, "film")
        model.addPhysicalGroup(1, [4], 2, "left")
        model.addPhysicalGroup(1, [2], 3, "right")
        gmsh.option.setNumber("Mesh.MeshSizeMax", 40)
        model.mesh.generate(2)
        for version in (2.2, 4.1):
            for binary in (0, 1):
                path = folder / f"film_{version}_{binary}.msh"
                gmsh.option.setNumber("Mesh.MshFileVersion", version)
                gmsh.option.setNumber("Mesh.Binary", binary)
                gmsh.write(str(path))
                found.append(([path], MESH))
    mesh = meshio.read(folder / "film_2.2_0.msh")
    numbers = mesh.cell_data["gmsh:physical"]
    blocks = [(block.type, block.data) for block in mesh.cells]
    rows = {
        name: [np.flatnonzero(n == k) for n in numbers]
        for k, name in enumerate(("film", "left", "right"), 1)
    }
    for name, options in (
        ("film.vtu", {"binary": False}),
        ("film.vtk", {}),
        ("film.mesh", {}),
        ("film.med", {}),
    ):
        key = {"film.mesh": "medit:ref", "film.med": "cell_tags"}.get(name, "group")
        plain = meshio.Mesh(mesh.points, blocks, cell_data={key: numbers})
        if name == "film.med":
            plain.cell_data[key] = [-n for n in numbers]
            plain.cell_tags = {-1: ["film"], -2: ["left"], -3: ["right"]}
        plain.write(folder / name, **options)
        found.append(([folder / name], MESH if name == "film.med" else NUMBERED))
    meshio.Mesh(mesh.points, blocks, cell_sets=rows).write(folder / "film.inp")
    found.append(([folder / "film.inp"], MESH))
    write_xdmf(mesh_film(strip(mesh_size=40 * NM), MPI.COMM_SELF), folder / "film.xdmf")
    both = [folder / "film.xdmf", folder / "film.h5"]
    return [*found, (both, MESH | {"unit": 1.0})]


def corrupted(content: bytes, random: np.random.Generator) -> tuple[str, bytes]:
    """What was done to a file, and what it is then."""
    changed = bytearray(content)
    place = int(random.integers(len(content)))
    lines = content.split(b"\n")
    one, other = (int(k) for k in random.integers(len(lines), size=2))
    numbers = [*re.finditer(rb"\d+\.?\d*", content)]
    way = str(random.choice(WAYS + ["number"] * 3 * bool(numbers)))
    if way == "truncate":
        return way, content[:place]
    if way in ("bit", "bits"):
        for at in random.integers(len(content), size=1 if way == "bit" else 20):
            changed[at] ^= 1 << int(random.integers(8))
    elif way == "byte":
        changed[place] = int(random.integers(256))
    elif way == "zeros":
        changed[place : place + 16] = bytes(len(changed[place : place + 16]))
    elif way == "insert":
        changed[place:place] = random.bytes(8)
    elif way == "remove":
        del changed[place : place + 8]
    elif way == "number":
        found = numbers[int(random.integers(len(numbers)))]
        words = [b"0", b"-1", b"1", b"nan", b"inf", b"1e400", b"1e30", b"99999999999999999999", b""]
        changed[found.start() : found.end()] = words[int(random.integers(len(words)))]
    else:
        if way == "lines":
            lines[one], lines[other] = lines[other], lines[one]
        elif way == "twice":
            lines.insert(other, lines[one])
        else:
            del lines[one]
        return way, b"\n".join(lines)
    return way, bytes(changed)


class Reader:
    """The process that reads; a new one after each that ended."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.process: subprocess.Popen[str] | None = None

    def read(self, keys: Keys) -> dict[str, str]:
        if self.process is None:
            environment = environment_of_no_rank()
            self.process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("film_reader.py"))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                stderr=self.log.open("w"),
                cwd=ROOT,
                env=environment | {"PYTHONPATH": str(ROOT)},
            )
        before = self.log.stat().st_size
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(keys), file=self.process.stdin, flush=True)
        ready, _, _ = select.select([self.process.stdout], [], [], SECONDS + 60)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.close()
            return {"failed": "crashed" if ready else "hung"}
        printed = self.log.read_text(errors="replace")[before:]
        return {"failed": f"printed {printed!r}"} if printed else json.loads(line)

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def wrong(answer: dict[str, str], good: dict[str, str] | None) -> str:
    """What is wrong with an answer; a film must be the good one, if there is one."""
    if good is not None and "film" in answer and answer != good:
        return f"read as {answer['film']}, not {good['film']}"
    words = answer.get("refused", "")
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in words):
        return f"more than a line: {words!r}"
    return answer.get("failed", "")


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="files are read on one rank")
def test_corrupted_files(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    (tmp_path / "good").mkdir()
    kinds = sources(tmp_path / "good")
    reader = Reader(tmp_path / "printed")
    done: collections.Counter[str] = collections.Counter()
    failures = []
    good: dict[Path, dict[str, str]] = {}
    try:
        # Half of the time is for case files.
        end = time.monotonic() + pytestconfig.getoption("fuzz_seconds") / 2
        while time.monotonic() < end:
            number = done.total()
            random = np.random.default_rng([SEED, number])
            paths, keys = kinds[int(random.integers(len(kinds)))]
            folder = tmp_path / str(number)
            folder.mkdir()
            for path in paths:
                shutil.copy(path, folder)
            target = folder / paths[int(random.integers(len(paths)))].name
            way, content = corrupted(target.read_bytes(), random)
            target.write_bytes(content)
            answer = reader.read(keys | {"path": str(folder / paths[0].name)})
            done[next(iter(answer))] += 1
            whole = way == "truncate" and "film" in answer and target.suffix not in NO_END
            if whole and paths[0] not in good:
                good[paths[0]] = reader.read(keys | {"path": str(paths[0])})
            if fault := wrong(answer, good[paths[0]] if whole else None):
                failures.append(f"{number}: {target.name}, {way}: {fault}")
            else:
                shutil.rmtree(folder)
    finally:
        reader.close()
    print(dict(done))
    assert not failures, "\n".join(failures)
