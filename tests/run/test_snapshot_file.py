"""Snapshots that all ranks write: what VTK and the package's own reader find in them."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

from mpi4py import MPI

import numpy as np
import pytest
import pyvista

from hebbfilm.common.errors import InputError
from hebbfilm.common.row_blocks import RowBlocks
from hebbfilm.meshing import mesh_film, strip
from hebbfilm.run.folder.snapshot_file import Rows, write_shared_fields
from hebbfilm.run.folder.snapshots import Fields, Snapshot, read_fields
from hebbfilm.run.training.fields import film_fields, write_snapshot
from hebbfilm.solvers import Film, FromFile, Heat

POINTS, CELLS = 3000, 5200
SNAPSHOT = Snapshot(file="a.vtu", t=0.0, label="a", voltages=None)
ABOUT = {"TimeValue": 2.5e-9, 'contact "<a>"': 1.0}


def whole(corners: int = 3) -> Fields:
    """What a film could have, with everything that there can be."""
    rng = np.random.default_rng(1)
    return Fields(
        points=rng.normal(size=(POINTS, 3)),
        cells=np.argsort(rng.random((CELLS, 30)), axis=1)[:, :corners] * 100,
        magnetisation=rng.normal(size=(POINTS, 3)),
        potential=rng.normal(size=POINTS),
        contact=rng.integers(0, 3, POINTS),
        current_density=rng.normal(size=(CELLS, 3)),
        region=rng.integers(0, 2, CELLS),
        temperature=300 + rng.random(POINTS),
        oersted_field=rng.normal(size=(POINTS, 3)),
        layer_currents={"pt & co": rng.normal(size=(CELLS, 3))},
    )


def write(comm: MPI.Intracomm, path: Path, fields: Fields) -> None:
    """Each rank has some of the rows, in an order of its own."""
    own = [
        np.random.default_rng(seed).permutation(size)[comm.rank :: comm.size]
        for seed, size in ((2, POINTS), (3, CELLS))
    ]
    rows = Rows(*(RowBlocks(comm, part, n) for part, n in zip(own, (POINTS, CELLS), strict=True)))
    dealt = fields.mapped(lambda values: values[own[0]], lambda values: values[own[1]])
    write_shared_fields(comm, path, dealt, rows, ABOUT)
    comm.barrier()


@pytest.mark.parametrize("corners", [3, 4])
def test_fields_are_read_as_they_were_written_by_all_ranks(
    comm: MPI.Intracomm, shared_tmp_path: Path, corners: int
) -> None:
    fields = whole(corners)
    write(comm, shared_tmp_path / "a.vtu", fields)
    found = read_fields(shared_tmp_path, SNAPSHOT)
    for name, value in asdict(fields).items():
        np.testing.assert_equal(getattr(found, name), value)
    # What is read may be changed.
    found.magnetisation[0] = 0


@pytest.mark.parametrize("corners", [3, 4])
def test_vtk_finds_all_arrays(comm: MPI.Intracomm, shared_tmp_path: Path, corners: int) -> None:
    fields, path = whole(corners), shared_tmp_path / "a.vtu"
    write(comm, path, fields)
    mesh = pyvista.read(path)
    kind = {3: pyvista.CellType.TRIANGLE, 4: pyvista.CellType.TETRA}[corners]
    assert np.array_equal(mesh.cells_dict[kind], fields.cells)
    assert np.array_equal(mesh.points, fields.points)
    at_points = {
        "m": fields.magnetisation,
        "potential_V": fields.potential,
        "contact": fields.contact,
        "temperature_K": fields.temperature,
        "oersted_field_A_per_m": fields.oersted_field,
    }
    in_cells = {
        "current_density_A_per_m2": fields.current_density,
        "region": fields.region,
        "current_density_A_per_m2_pt & co": fields.layer_currents["pt & co"],
    }
    for found, expected in ((mesh.point_data, at_points), (mesh.cell_data, in_cells)):
        assert set(found) == set(expected)
        for name, values in expected.items():
            assert np.array_equal(found[name], values), name
    assert {name: float(mesh.field_data[name][0]) for name in ABOUT} == ABOUT


def test_file_is_the_same_on_any_number_of_ranks(
    comm: MPI.Intracomm, shared_tmp_path: Path
) -> None:
    write(comm, shared_tmp_path / "all.vtu", whole())
    write(MPI.COMM_SELF, shared_tmp_path / f"{comm.rank}.vtu", whole())
    expected = (shared_tmp_path / f"{comm.rank}.vtu").read_bytes()
    assert (shared_tmp_path / "all.vtu").read_bytes() == expected


def test_whatever_bit_is_changed_is_noticed(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    """All over the file, at its ends, and where it was cut short."""
    path = shared_tmp_path / "a.vtu"
    write(comm, path, whole())
    content = path.read_bytes()
    comm.barrier()
    altered = [content[:-1], content[: len(content) // 2], b""]
    for place in [0, len(content) - 1, *np.random.default_rng(4).integers(0, len(content), 80)]:
        changed = bytearray(content)
        changed[place] ^= 2
        altered.append(bytes(changed))
    for number, each in enumerate(altered):
        if comm.rank == 0:
            path.write_bytes(each)
        comm.barrier()
        with pytest.raises(InputError, match=r"a\.vtu: not a readable VTU file \(") as told:
            read_fields(shared_tmp_path, SNAPSHOT)
        assert "\n" not in str(told.value), number
        comm.barrier()


def test_damaged_numbers_that_fit_are_told(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    wrong = replace(whole(), cells=np.full((CELLS, 3), POINTS))
    write(comm, shared_tmp_path / "a.vtu", wrong)
    with pytest.raises(InputError, match=r"a\.vtu: cells name vertices that are not there"):
        read_fields(shared_tmp_path, SNAPSHOT)


@pytest.mark.cross_method
def test_snapshot_of_a_film_is_the_same_on_any_ranks_and_another_begins_with_it(
    comm: MPI.Intracomm, shared_tmp_path: Path
) -> None:
    films = []
    for ranks, name in ((comm, "all"), (MPI.COMM_SELF, f"one_{comm.rank}")):
        film = Film(mesh_film(strip(150e-9, 90e-9, mesh_size=2.5e-9), ranks), heat=Heat())
        film.randomise(seed=5)
        write_snapshot(film, shared_tmp_path / f"{name}.vtu")
        films.append(film)
    comm.barrier()
    path = shared_tmp_path / "all.vtu"
    assert path.read_bytes() == (shared_tmp_path / f"one_{comm.rank}.vtu").read_bytes()
    read = read_fields(shared_tmp_path, replace(SNAPSHOT, file="all.vtu"))
    for name, value in asdict(film_fields(films[1])).items():
        np.testing.assert_equal(getattr(read, name), value)
    before = films[0].m.copy()
    films[0].start_from(FromFile(path=str(path)))
    assert np.array_equal(films[0].m, before)
