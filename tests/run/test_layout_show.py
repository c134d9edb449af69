"""`hebbfilm layout show`, and layouts of the families in case files."""

import numpy as np
import pytest
from matplotlib.image import imread

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, strip, write_msh
from hebbfilm.run.cli import main
from hebbfilm.run.inputs.layouts import film_source

NETWORK = {
    "kind": "strip_network",
    "vertices": {"a": [0, 0], "b": [1e-6, 0], "c": [0, 1e-6]},
    "edges": [["a", "b"], ["b", "c"]],
}


def write_case(comm, path, text):
    if comm.rank == 0:
        path.write_text(text)
    comm.barrier()
    return str(path)


def inked(path):
    """Share of the picture that is not white."""
    picture = imread(path)[:, :, :3]
    assert min(picture.shape[:2]) > 600
    return float(np.mean(picture.min(axis=2) < 0.99))


CASES = {
    "disc": '[layout]\nkind = "random_rim"\nmesh_size = 2e-8\nrotate = 10\n'
    "[layout.holes]\nnumber = 3\nradius = 4e-8\n"
    "[layout.rough]\namplitude = 1e-8\ncorrelation_length = 5e-8\n",
    "strip": '[layout]\nkind = "strip"\nmesh_size = 2e-8\n',
    "network": '[layout]\nkind = "spoked_polygon"\nmesh_size = 2e-8\n'
    "[numerics]\ndimension = 3\n[contacts]\ntied = [['rim_1', 'rim_2']]\n",
}


@pytest.mark.parametrize("name", CASES)
def test_film_is_drawn(comm, capsys, shared_tmp_path, name):
    case = write_case(comm, shared_tmp_path / f"{name}.toml", CASES[name])
    out = shared_tmp_path / "film.png"
    assert main(["layout", "show", case, "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert (f"Written to {out}" in printed) == (comm.rank == 0)
    assert ("smallest angle" in printed) == (comm.rank == 0)
    comm.barrier()
    # The film alone takes more than a tenth, the mesh lines included.
    assert inked(out) > 0.1


def test_picture_is_named_after_its_case(comm, capsys, shared_tmp_path, monkeypatch):
    monkeypatch.chdir(shared_tmp_path)
    mesh = shared_tmp_path / "film.msh"
    write_msh(mesh_film(strip(100e-9, 50e-9, mesh_size=10e-9), comm), mesh)
    text = '[layout]\nkind = "mesh"\npath = "film.msh"\nthickness = 1e-9\n'
    case = write_case(comm, shared_tmp_path / "mine.toml", text)
    assert main(["layout", "show", case]) == 0
    comm.barrier()
    assert inked(shared_tmp_path / "mine.png") > 0.1


def test_other_pictures_are_refused(comm, capsys, shared_tmp_path):
    case = write_case(comm, shared_tmp_path / "strip.toml", CASES["strip"])
    assert main(["layout", "show", case, "--out", "film.jpg"]) == 2
    if comm.rank == 0:
        assert "--out film.jpg: pictures are PNG, SVG or PDF" in capsys.readouterr().err


@pytest.mark.parametrize(("end", "begins"), [("SVG", b"<?xml"), ("pdf", b"%PDF")])
def test_end_of_the_name_decides_the_format(comm, shared_tmp_path, end, begins):
    case = write_case(comm, shared_tmp_path / "strip.toml", CASES["strip"])
    out = shared_tmp_path / f"film.{end}"
    assert main(["layout", "show", case, "--out", str(out)]) == 0
    comm.barrier()
    assert out.read_bytes().startswith(begins)


def test_families_are_read_from_a_case():
    layout = film_source(NETWORK, 2, 1).geometry
    assert layout.contact_names == ("a", "b", "c")
    plain, turned = (
        film_source({"kind": "random_inside", "seed": 4, **change}, 2, 1).geometry
        for change in ({}, {"rotate": 90})
    )
    x, y = plain.contacts[0].region.centroid.coords[0]
    found = turned.contacts[0].region.centroid.coords[0]
    np.testing.assert_allclose(found, (-y, x), rtol=1e-9)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"kind": "random_rims"}, "did you mean random_rim"),
        ({"kind": "strip_network"}, "layout.vertices is missing"),
        ({**NETWORK, "edges": [["a", "d"]]}, r"'d' of the strip a-d is no vertex \(a, b, c\)"),
        ({**NETWORK, "vertices": {"a": [0, 0, 0]}}, r"layout.vertices.a = \[0, 0, 0\]"),
        ({"kind": "disc", "rogh": 1}, "unknown key rogh in .layout.; did you mean rough"),
        ({"kind": "disc", "rough": 3e-9}, "layout.rough.correlation_length is missing"),
        ({"kind": "disc", "rough": {"amplitud": 1}}, r"unknown key amplitud in \[layout.rough\]"),
        ({"kind": "disc", "rotate": "x"}, "layout.rotate.angle = 'x': must be a number"),
        (
            {"kind": "mesh", "path": "a.msh", "thickness": 1e-9, "rotate": 3},
            "layout.rotate: the film of a file .* is taken as it is",
        ),
    ],
)
def test_wrong_layouts_are_named(content, message):
    with pytest.raises(InputError, match=message):
        film_source(content, 2, 1)
