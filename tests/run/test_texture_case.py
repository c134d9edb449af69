"""Runs that begin with a texture: from a table of the case, a file, or an earlier run.

Class: regression.
"""

import shutil
import tomllib

import numpy as np
import pytest

from hebbfilm import InputError, Skyrmion, parse_case, read_case, run_case, write_ovf
from hebbfilm.common.collective import on_root
from hebbfilm.run.cli import main
from hebbfilm.run.folder import files
from hebbfilm.run.folder.manifest import read_manifest
from hebbfilm.run.inputs import from_run
from hebbfilm.run.inputs.textures import require_texture
from hebbfilm.run.study.members import members_of
from hebbfilm.run.study.study_file import read_study
from hebbfilm.run.training import training_run
from hebbfilm.solvers.textures.contents import checksum_of

CASE = """
[layout]
kind = "strip"
length = "60 nm"
width = "40 nm"
mesh_size = "10 nm"
[initial]
relaxation = 0
[initial.texture]
{texture}
[[protocol.steps]]
kind = "read"
label = "first"
[[protocol.steps]]
kind = "relax"
duration = "2 ps"
[[protocol.steps]]
kind = "read"
label = "second"
"""
SKYRMION = 'kind = "skyrmion"\nradius = "10 nm"\nwall_width = "12 nm"\ncentre = ["30 nm", 0]'


def case_file(comm, folder, texture, name="case.toml"):
    path = folder / name
    if comm.rank == 0:
        path.write_text(CASE.format(texture=texture))
    comm.barrier()
    return path


def m_of(folder):
    with np.load(folder / files.STATE) as state:
        return state["m"]


def snapshots(folder):
    return {each.label: each.file for each in read_manifest(folder).snapshots}


@pytest.fixture(scope="module")
def earlier(comm, tmp_path_factory):
    """A run that began with a skyrmion."""
    folder = comm.bcast(tmp_path_factory.mktemp("earlier"))
    case = read_case(case_file(comm, folder, SKYRMION))
    run_case(case, folder / "run", comm, quiet=True)
    return folder / "run"


def test_texture_of_a_table(comm, earlier):
    kept = tomllib.loads((earlier / files.CASE).read_text())["initial"]["texture"]
    assert kept["radius"] == 1e-8
    assert kept["polarity"] == -1
    assert read_case(earlier / files.CASE).initial.texture == Skyrmion(
        radius=1e-8, wall_width=1.2e-8, centre=(3e-8, 0.0)
    )
    assert list(snapshots(earlier)) == ["first", "second"]


def test_end_of_an_earlier_run_is_the_same_to_the_last_bit(comm, earlier, shared_tmp_path):
    path = case_file(comm, shared_tmp_path, f'kind = "run"\npath = "{earlier}"')
    case = read_case(path)
    stopped = case.model_copy(update={"protocol": case.protocol.model_copy(update={"steps": ()})})
    run_case(stopped, shared_tmp_path / "run", comm, quiet=True)
    assert np.array_equal(m_of(shared_tmp_path / "run"), m_of(earlier))
    kept = tomllib.loads((shared_tmp_path / "run" / files.CASE).read_text())["initial"]["texture"]
    assert kept["path"] == str(earlier)
    assert len(kept["checksum"]) == 64


@pytest.mark.parametrize("which", ['moment = "first"', 'time = "0 ns"'])
def test_moment_of_an_earlier_run(comm, earlier, shared_tmp_path, which):
    """Its m, of length 1 to rounding, as its snapshot has it; on the same mesh."""
    path = case_file(comm, shared_tmp_path, f'kind = "run"\npath = "{earlier}"\n{which}')
    run_case(read_case(path), shared_tmp_path / "run", comm, quiet=True)
    # The same steps from the same m.
    assert np.array_equal(m_of(shared_tmp_path / "run"), m_of(earlier))


@pytest.mark.analytic
def test_earlier_run_on_another_mesh(comm, earlier, shared_tmp_path):
    """Between vertices 10 nm apart m is linear; it is normalised, so ⟨m⟩ is near alone."""
    path = case_file(comm, shared_tmp_path, f'kind = "run"\npath = "{earlier}"')
    case = read_case(path, ["layout.mesh_size=6e-9"])
    run_case(case, shared_tmp_path / "run", comm, quiet=True)
    m, before = m_of(shared_tmp_path / "run"), m_of(earlier)
    assert len(m) > 1.5 * len(before)
    assert np.linalg.norm(m, axis=1) == pytest.approx(np.ones(len(m)), abs=1e-12)
    assert m[:, 2].min() < -0.5
    assert m[:, 2].max() > 0.5


WRONG = {
    "moment": ('moment = "frist"', r"run.moment = 'frist': of .*, allowed are end, first, second; "
               r"did you mean first\?"),
    "time": ("time = 1e-9", "run.time = 1e-09: .* kept no fields of that time; the nearest are of"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_moment_that_was_not_kept(comm, earlier, shared_tmp_path, name):
    which, message = WRONG[name]
    path = case_file(comm, shared_tmp_path, f'kind = "run"\npath = "{earlier}"\n{which}')
    with pytest.raises(InputError, match=f"initial.texture: {message}"):
        read_case(path)


def test_run_that_has_not_ended(comm, earlier, shared_tmp_path):
    unended = shared_tmp_path / "unended"
    if comm.rank == 0:
        shutil.copytree(earlier, unended)
        (unended / files.SUMMARY).unlink()
    comm.barrier()
    path = case_file(comm, shared_tmp_path, 'kind = "run"\npath = "unended"')
    with pytest.raises(InputError, match="this run has not ended; finish it, or name a moment of"):
        read_case(path)
    path = case_file(comm, shared_tmp_path, 'kind = "run"\npath = "nothing"')
    with pytest.raises(InputError, match=r"no run is in it, as it has no manifest\.json"):
        read_case(path)


def test_names_of_files_are_those_of_run_folders():
    names = (from_run._MANIFEST, from_run._STATE, from_run._SUMMARY)
    assert names == (files.MANIFEST, files.STATE, files.SUMMARY)


def ovf(comm, path, length=60, radius=10.0):
    if comm.rank == 0:
        skyrmion = Skyrmion(radius=radius * 1e-9, wall_width=12e-9, centre=(30e-9, 20e-9))
        y, x = np.mgrid[0:20, 0 : length // 2] * 2e-9 + 1e-9
        m = skyrmion.at(np.column_stack([x.ravel(), y.ravel(), 0 * x.ravel()]))
        write_ovf(path, m.reshape(1, *x.shape, 3), (2e-9, 2e-9, 1e-9))
    comm.barrier()


FILE = 'kind = "file"\npath = "m.ovf"\ncentred = true'


def test_file_is_found_from_the_case_and_noted(comm, shared_tmp_path):
    ovf(comm, shared_tmp_path / "m.ovf")
    path = case_file(comm, shared_tmp_path, FILE)
    out = shared_tmp_path / "run"
    run_case(read_case(path), out, comm, quiet=True)
    kept = tomllib.loads((out / files.CASE).read_text())["initial"]["texture"]
    assert kept["path"] == str(shared_tmp_path / "m.ovf")
    before = m_of(out)
    # What has begun does not need the file any more.
    comm.barrier()
    if comm.rank == 0:
        (shared_tmp_path / "m.ovf").unlink()
    comm.barrier()
    run_case(read_case(out / files.CASE), out, comm, resume=True, quiet=True)
    assert np.array_equal(m_of(out), before)
    # To begin anew, it must be there, and be the same.
    with pytest.raises(InputError, match=r"initial.texture: .*m\.ovf: cannot be read: No such"):
        run_case(read_case(out / files.CASE), shared_tmp_path / "new", comm, quiet=True)
    ovf(comm, shared_tmp_path / "m.ovf", radius=11.0)
    with pytest.raises(InputError, match=r"initial.texture: .*m\.ovf: was changed since its check"):
        run_case(read_case(out / files.CASE), shared_tmp_path / "new", comm, quiet=True)
    assert not (shared_tmp_path / "new").exists()
    # Of the case with the other file, this is no run.
    with pytest.raises(InputError, match=r"holds a run with initial\.texture\.checksum = "):
        run_case(read_case(path), out, comm, resume=True, quiet=True)


def cut(content):
    return content[:900]


def damaged(content):
    """With NaN in place of its last number."""
    end = content.rindex(b"\n# End: Data")
    return content[: end - 8] + np.array([np.nan]).tobytes() + content[end:]


BAD = {
    "small": (40, None, "the film lies in x from -10 to 50 nm, outside what the file holds"),
    "none": (None, None, "cannot be read: No such file"),
    "cut": (60, cut, "it is cut short"),
    "NaN": (60, damaged, "the vector of cell (29, 19, 0) is not finite"),
}


@pytest.mark.parametrize("name", BAD)
def test_file_that_is_wrong_is_told_before_meshing(comm, shared_tmp_path, monkeypatch, capfd, name):
    """In one line, with status 2, and nothing is written."""
    length, change, message = BAD[name]
    file = shared_tmp_path / "m.ovf"
    if length is not None:
        ovf(comm, file, length=length)
    if change is not None and comm.rank == 0:
        file.write_bytes(change(file.read_bytes()))
    path = case_file(comm, shared_tmp_path, FILE)
    monkeypatch.setattr(training_run, "build_film", lambda *_: pytest.fail("it was meshed"))
    assert main(["run", str(path), "--out", str(shared_tmp_path / "run")]) == 2
    told = comm.bcast(capfd.readouterr().err).strip()
    assert message in told
    assert "initial.texture: " in told
    assert len(told.splitlines()) == 1
    assert not (shared_tmp_path / "run").exists()


def test_seed_of_a_table():
    content = {"layout": {"kind": "wheel"}, "initial": {"seed": 3}}
    assert parse_case(content).initial.seed == 3
    content["initial"]["texture"] = {"kind": "random", "seed": 4}
    with pytest.raises(InputError, match=r"initial\.seed = 3: is that of texture = 'random'"):
        parse_case(content)


MESSAGES = {
    "maze": (
        "maze",
        "initial.texture = 'maze': must be 'random' or 'uniform', or a table like { k",
    ),
    "kind": (
        {"kind": "skyrmio"},
        "initial.texture.kind = 'skyrmio': allowed are uniform, random, ",
    ),
    "no kind": ({"radius": 1e-8}, "initial.texture.kind is missing: allowed are uniform, random, "),
    "length": (
        {"kind": "vortex", "core_radius": 20},
        "initial.texture.core_radius = 20 m: allowed are 1e-10 to 0.001, in metres: did you mean 2",
    ),
    "missing": ({"kind": "vortex"}, "initial.texture.core_radius is missing"),
    "unit": (
        {"kind": "vortex", "core_radius": "20 T"},
        "initial.texture.core_radius = '20 T': must be a quantity in m",
    ),
    "key": (
        {"kind": "vortex", "core_radius": 2e-8, "polarty": 1},
        "unknown key polarty in [initial.texture]; did you mean polarity?",
    ),
    "inside": (
        {"kind": "regions", "textures": {"a": {"kind": "uniform", "direction": [0, 0, 0]}}},
        "initial.texture.textures.a.direction: must be a direction that is not zero",
    ),
    "number": (3, "initial.texture = 3: must be 'random' or 'uniform', or a table like"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_messages(name):
    texture, message = MESSAGES[name]
    with pytest.raises(InputError) as caught:
        parse_case({"layout": {"kind": "wheel"}, "initial": {"texture": texture}})
    assert str(caught.value).startswith(message)


def test_region_that_is_not_there_is_told_before_meshing(comm, shared_tmp_path):
    texture = 'kind = "regions"\ntextures = { soft = { kind = "uniform" } }'
    path = case_file(comm, shared_tmp_path, texture)
    with pytest.raises(InputError, match=r"initial\.texture: regions\.textures: 'soft': the fil"):
        run_case(read_case(path), shared_tmp_path / "run", comm, quiet=True)


def test_a_run_does_not_write_over_the_one_that_it_begins_with(comm, earlier, capfd):
    path = case_file(comm, earlier.parent, 'kind = "run"\npath = "run"', "again.toml")
    before = m_of(earlier)
    assert main(["run", str(path), "--out", str(earlier), "--overwrite"]) == 2
    told = comm.bcast(capfd.readouterr().err)
    assert "state.npz would be written over" in told
    assert np.array_equal(m_of(earlier), before)


@pytest.mark.regression
def test_moments_are_varied(comm, earlier, shared_tmp_path):
    """The checksum of each is that of its own file, whatever the case itself begins with."""
    case_file(comm, shared_tmp_path, f'kind = "run"\npath = "{earlier}"')
    path = shared_tmp_path / "study.toml"
    if comm.rank == 0:
        path.write_text(
            'case = "case.toml"\n'
            '[[vary]]\nkey = "initial.texture.moment"\nvalues = ["end", "first", "second"]\n'
        )
    comm.barrier()
    found = [each.case.initial.texture.checksum for each in members_of(read_study(path), path)]
    kept = snapshots(earlier)
    names = (files.STATE, kept["first"], kept["second"])
    assert found == [checksum_of((earlier / name).read_bytes()) for name in names]


@pytest.mark.regression
@pytest.mark.parametrize(("shift", "fits"), [(30, True), (10, False)])
def test_file_of_a_region_is_held_against_it_before_meshing(comm, shared_tmp_path, shift, fits):
    """A file of 40 nm by 40 nm from 0, for the right half of the strip, from 30 nm to 60 nm."""
    ovf(comm, shared_tmp_path / "m.ovf", length=40)
    texture = (
        'kind = "regions"\n[initial.texture.textures.east]\nkind = "file"\npath = "m.ovf"\n'
        f'shift = ["{shift} nm", "-20 nm", 0]\n'
        '[[regions]]\nname = "east"\nmesh_size = 8e-9\n'
        'area = { shape = "rectangle", corner = [30e-9, -20e-9], size = [30e-9, 40e-9] }'
    )
    case = read_case(case_file(comm, shared_tmp_path, texture))
    source = case.film_source()
    if fits:
        require_texture(case.initial.texture, source)
        return
    told = "initial.texture: regions: east: .*m.ovf: the film lies in x from 20 to 50 nm"
    with pytest.raises(InputError, match=told):
        require_texture(case.initial.texture, source)


POLES = {
    "division": ["1/0", "0", "1"],
    "zero": ["0", "0", "0"],
    "power": ["9**9**9**9", "0", "1"],
    "log": ["log(-1)", "0", "1"],
    "corner": ["1/(x-6e-8)", "0", "1"],
}


@pytest.mark.regression
@pytest.mark.parametrize("name", POLES)
def test_formula_without_a_direction_is_found_by_the_check(comm, shared_tmp_path, capfd, name):
    """On the outline of the film, of 60 nm from 0 by 40 nm around 0, without a mesh."""
    m = ", ".join(f'"{part}"' for part in POLES[name])
    path = case_file(comm, shared_tmp_path, f'kind = "formula"\nm = [{m}]')
    assert main(["check", str(path)]) == 2
    assert "initial.texture" in comm.bcast(capfd.readouterr().err)


@pytest.mark.regression
def test_texture_that_only_the_mesh_shows_wrong_leaves_nothing(comm, shared_tmp_path, capfd):
    path = case_file(comm, shared_tmp_path, 'kind = "formula"\nm = ["x*(60e-9-x)", "0", "0"]')
    for again in range(2):
        out = shared_tmp_path / f"run{again}"
        if again:
            path = case_file(
                comm, shared_tmp_path, 'kind = "formula"\nm = ["sqrt((x-3e-8)**2-1e-16)","0","1"]'
            )
        assert main(["run", str(path), "--out", str(out)]) == 2
        told = comm.bcast(capfd.readouterr().err).strip()
        assert "initial.texture: formula.m" in told
        assert not out.exists()


@pytest.mark.regression
def test_vtu_of_zeros_is_told_by_its_name(comm, earlier, shared_tmp_path):
    """All of it in the check, and a place of the film before anything is written, on all ranks."""
    import pyvista

    def write(name, keep):
        mesh = pyvista.read(earlier / snapshots(earlier)["first"])
        m = np.array(mesh.point_data["m"])
        m[mesh.points[:, 0] >= keep] = 0.0
        for key in [*mesh.point_data.keys(), *mesh.cell_data.keys()]:
            mesh.point_data.pop(key, None) if key in mesh.point_data else mesh.cell_data.pop(key)
        mesh.point_data["m"] = m
        mesh.save(shared_tmp_path / name)

    on_root(comm, lambda: [write("none.vtu", -1.0), write("half.vtu", 4e-8)])
    comm.barrier()
    path = case_file(comm, shared_tmp_path, 'kind = "file"\npath = "none.vtu"')
    with pytest.raises(InputError, match=r"initial.texture: .*none.vtu: holds no magnetisation: a"):
        run_case(read_case(path), shared_tmp_path / "run", comm, quiet=True)
    path = case_file(comm, shared_tmp_path, 'kind = "file"\npath = "half.vtu"')
    with pytest.raises(
        InputError, match=r"initial.texture: .*half.vtu: m is zero at \(.* of \d+ v"
    ):
        run_case(read_case(path), shared_tmp_path / "run", comm, quiet=True)
    assert not (shared_tmp_path / "run").exists()


ELSEWHERE = {
    "skyrmion": (
        'kind = "skyrmion"\nradius = 1e-8\nwall_width = 1e-8\ncentre = [40e-6, 0]',
        "skyrmion.centre = .*: 3.99e-05 m away from the film, which lies in x from 0 to 60 nm",
    ),
    "regions": (
        'kind = "regions"\nelsewhere = { kind = "regions" }\n[initial.texture.textures]\n'
        'a = { kind = "random" }',
        r"elsewhere\.kind = 'regions': allowed are (?!.*regions$)",
    ),
    "time": ('kind = "run"\npath = "run"\ntime = "1 nm"', r"initial\.texture: time = '1 nm': must"),
    "jpg": ('kind = "image"\npath = "case.toml"\nwidth = 1e-7', "case.toml: is no PNG file"),
}


@pytest.mark.regression
@pytest.mark.parametrize("name", ELSEWHERE)
def test_more_slips(comm, shared_tmp_path, name):
    texture, message = ELSEWHERE[name]
    path = case_file(comm, shared_tmp_path, texture)
    with pytest.raises(InputError, match=message):
        run_case(read_case(path), shared_tmp_path / "run", comm, quiet=True)
