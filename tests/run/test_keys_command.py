"""`hebbfilm keys` and `hebbfilm schema`. Class: regression."""

import json

import pytest

from hebbfilm.run.cli import main
from hebbfilm.run.study.key_page import key_page


def said(comm, capfd, *arguments):
    """What a command prints on rank 0, and its status on all."""
    status = main(arguments)
    out, err = capfd.readouterr()
    if comm.rank > 0:
        assert out == err == ""
    return status, out, err


def on_root(comm, holds):
    assert comm.rank > 0 or holds


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["layout.wheel", "protocol.steps.sweep", "study.vary", "shapes.disc"]),
        (["material"], ["damping", "J/m²", "5.8e5", "1e-14 to 1e-9"]),
        (["layout"], ["kind", "mesh_size", "layout.wheel", "layout.copies"]),
        (["layout.wheel"], ["outer_radius", "3.6e-7", "and as in layout: thickness"]),
        (["layers.NAME.thickness"], ["needed", "1e-11 to 1e-5"]),
        (["layout.mesh_size"], ["layout.inner_pads", "6.5e-9"]),
        (["study.vary"], ["from", "spacing", '"logarithmic"']),
        (["--find", "Substrate temperature"], ["substrate_temperature", "K", "300"]),
    ],
)
def test_keys_are_listed(comm, capfd, arguments, words):
    status, out, _ = said(comm, capfd, "keys", *arguments)
    assert status == 0
    on_root(comm, all(word in out for word in words))
    on_root(comm, max(map(len, out.splitlines())) <= 120 if comm.rank == 0 else True)


def test_the_page_is_printed(comm, capfd):
    status, out, _ = said(comm, capfd, "keys", "--markdown")
    assert status == 0
    on_root(comm, out == key_page())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["materal"], "materal: no section, nor key, of a case or a study; did you mean material?"),
        (["layout.weel"], "did you mean layout.wheel?"),
        (["--find", "parrot"], "--find parrot: no key has to do with it"),
        (["material", "--find", "a"], "give one of SECTION, --find and --markdown"),
    ],
)
def test_what_is_not_there_is_told_in_one_line(comm, capfd, arguments, message):
    status, out, err = said(comm, capfd, "keys", *arguments)
    assert (status, out) == (2, "")
    on_root(comm, message in err and err.count("\n") == 1)


@pytest.mark.parametrize(
    ("arguments", "title"), [([], "hebbfilm case"), (["study"], "hebbfilm study")]
)
def test_schemas_are_printed(comm, capfd, arguments, title):
    status, out, _ = said(comm, capfd, "schema", *arguments)
    assert status == 0
    on_root(comm, json.loads(out)["title"] == title if comm.rank == 0 else True)
