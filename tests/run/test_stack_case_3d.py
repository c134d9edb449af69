"""A case in three dimensions with layers: its mesh, its limits, its run, and what it refuses."""

import re

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing.expected_size import expected_vertices
from hebbfilm.run.folder.manifest import find_snapshot, read_manifest
from hebbfilm.run.folder.protocol_run import read_protocol_run
from hebbfilm.run.folder.snapshots import read_fields
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.run.training.training_run import run_case

CASE = {
    "layout": {
        "kind": "strip",
        "length": 60e-9,
        "width": 20e-9,
        "thickness": 2e-9,
        "mesh_size": 1e-8,
    },
    "material": {"interfacial_dmi": 0.0, "heat_transfer_coefficient": 3e7},
    "layers": [
        {
            "name": "pt",
            "thickness": 3e-9,
            "conductivity": 4e6,
            "damping_like_efficiency": 0.1,
            "elements": 2,
        },
        {"name": "cap", "thickness": 1e-9, "conductivity": 1e6, "side": "above"},
    ],
    "heat": {"substrate_temperature": 300.0, "sinks": {"left": 300.0}},
    "numerics": {"dimension": 3, "layers": 2},
    "initial": {"texture": "uniform", "direction": [0, 0, 1], "relaxation": 0.0},
    "output": {"sample_interval": 1e-12},
    "protocol": {
        "steps": [
            {
                "kind": "drive",
                "drives": {"left": 0.02, "right": 0.0},
                "duration": 2e-12,
                "label": "driven",
            },
            {"kind": "read"},
        ]
    },
}


def test_layers_are_meshed_with_their_elements(comm):
    case = parse_case(CASE)
    mesh = case.mesh(comm)
    assert [(slab.name, slab.elements) for slab in mesh.slabs] == [("pt", 2), ("cap", 1)]
    heights = np.unique(np.round(np.concatenate(comm.allgather(mesh.coordinates[:, 2])), 12))
    assert heights * 1e9 == pytest.approx([-3, -1.5, 0, 1, 2, 3])
    # In 2D they share the triangles of the film.
    flat = {"numerics": {"dimension": 2}, "layers": CASE["layers"][1:]}
    assert parse_case(CASE | flat).mesh(comm).slabs == ()


def test_vertices_of_all_slabs_count():
    case = parse_case(CASE)
    plane = expected_vertices(case.film_source().geometry)
    for allowed, fits in ((6.1 * plane, True), (5.9 * plane, False)):
        limited = parse_case(CASE | {"limits": {"vertices": allowed}})
        if fits:
            limited.film_source()
            continue
        with pytest.raises(InputError, match=r"more than limits\.vertices"):
            limited.film_source()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"layout": {"kind": "mesh", "path": "film.msh", "thickness": 2e-9}},
            "layers: in 3D (numerics.dimension = 3) they are meshed with a layout; the film of a "
            "file is taken as it is",
        ),
        (
            {
                "layers": [
                    CASE["layers"][0],
                    {**CASE["layers"][0], "name": "ta", "thickness": 1e-9},
                ]
            },
            "layers.ta: in 3D only a layer that touches the film exerts a spin-orbit torque on it",
        ),
        (
            {"layers": [CASE["layers"][0] | {"elements": 0}]},
            "layers.pt.elements = 0: must be greater than or equal to 1",
        ),
    ],
)
def test_what_is_refused(comm, changes, message):
    with pytest.raises(InputError, match=re.escape(message)):
        build_film(parse_case(CASE | changes), comm)


def test_run_keeps_the_film(comm, shared_tmp_path):
    path = shared_tmp_path / "run"
    run_case(parse_case(CASE | {"oersted": True}), path, comm, quiet=True)
    comm.barrier()
    manifest = read_manifest(path)
    # Edge contacts are as high as the stack, 6 nm.
    assert manifest.contact_sizes["left"] == pytest.approx(20e-9 * 6e-9, rel=1e-9)
    assert [layer["name"] for layer in manifest.layers] == ["pt", "cap"]
    fields = read_fields(path, find_snapshot(manifest, "driven"))
    assert fields.points[:, 2].min() == 0
    assert fields.points[:, 2].max() == pytest.approx(2e-9)
    ends = np.isclose(fields.points[:, 0], 0, atol=1e-12)
    # Held by its contact.
    assert fields.potential[ends] == pytest.approx(0.02)
    assert fields.temperature[ends] == pytest.approx(300.0)
    assert fields.temperature.max() > 300.0
    # Most of the current flows below the film, along +x.
    assert fields.oersted_field[:, 1].mean() < 0
    assert fields.layer_currents == {}
    shares = read_protocol_run(path).summary.stack.current_shares
    assert set(shares) == {"film", "pt", "cap"}
    assert 0.3 < shares["film"] < 0.45
