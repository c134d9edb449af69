"""What the readers of mesh files make of groups that programs write in unlike ways."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mpi4py import MPI

import meshio
import numpy as np
import pytest

from hebbfilm.common.errors import MeshError
from hebbfilm.meshing import read_mesh
from hebbfilm.meshing.files.groups import Groups

NM = 1e-9
POINTS = np.array([[x, y, 0.0] for y in (0, 100) for x in (0, 100, 200, 300)])
TRIANGLES = np.array([[0, 1, 5], [0, 5, 4], [1, 2, 6], [1, 6, 5], [2, 3, 7], [2, 7, 6]])
ENDS = np.array([[0, 4], [3, 7]])

NODES = "".join(f"{k + 1} {x:g} {y:g} 0\n" for k, (x, y, _) in enumerate(POINTS))


def version_2(names: str, tags: Sequence[int], entity: int = 1) -> str:
    """A .msh file of version 2 whose triangles have these groups, all in one entity."""
    lines = [f"{k + 1} 1 2 {7 + k} {7 + k} {a + 1} {b + 1}" for k, (a, b) in enumerate(ENDS)]
    lines += [
        f"{k + 3} 2 2 {tag} {entity} {a + 1} {b + 1} {c + 1}"
        for k, (tag, (a, b, c)) in enumerate(zip(tags, TRIANGLES, strict=True))
    ]
    return (
        f"$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n{names.count(chr(10))}\n{names}"
        f"$EndPhysicalNames\n$Nodes\n8\n{NODES}$EndNodes\n$Elements\n8\n"
        + "\n".join(lines)
        + "\n$EndElements\n"
    )


def read(comm: MPI.Intracomm, path: Path, content: str, **keys: Any) -> Any:
    if comm.rank == 0:
        path.write_text(content)
    comm.barrier()
    return read_mesh(path, comm, thickness=NM, unit=NM, **keys)


@pytest.mark.usefixtures("unguarded")
def test_groups_within_an_entity(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    """In version 2 every element has a group of its own, whatever entity it is said to be of."""
    names = '2 1 "film"\n2 9 "pad"\n1 7 "left"\n1 8 "right"\n'
    content = version_2(names, [1, 1, 1, 1, 9, 9])
    groups = Groups("film", {"left": "left", "pad": "pad"})
    found = read(comm, shared_tmp_path / "film.MSH", content, groups=groups)
    assert found.contact_size("pad") == pytest.approx((100 * NM) ** 2, rel=1e-12, abs=0)


@pytest.mark.usefixtures("unguarded")
def test_two_names_for_one_number(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    names = '2 1 "film"\n1 7 "left"\n1 8 "right"\n1 7 "gate"\n'
    with pytest.raises(MeshError, match="7 of dimension 1 has two names, 'left' and 'gate'"):
        read(comm, shared_tmp_path / "film.msh", version_2(names, [1] * 6))


@pytest.mark.usefixtures("unguarded")
def test_two_arrays_of_numbers(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    path = shared_tmp_path / "film.vtu"
    if comm.rank == 0:
        blocks = [("triangle", TRIANGLES), ("line", ENDS)]
        numbers = [np.ones(6, dtype=int), np.array([2, 3])]
        meshio.Mesh(POINTS, blocks, cell_data={"part": numbers, "material": numbers}).write(path)
    comm.barrier()
    with pytest.raises(MeshError, match=r"several arrays number its cells \(part, material\)"):
        read_mesh(path, comm, thickness=NM, unit=NM)


def test_what_meshio_prints_is_told_in_one_line(
    comm: MPI.Intracomm, shared_tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(MeshError, match="meshio cannot read it: ") as caught:
        read(comm, shared_tmp_path / "film.mesh", "x")
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")
