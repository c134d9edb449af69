"""The page on textures: its scripts run, and its tables are those of cases.

Class: regression.
"""

import re
import tomllib
from pathlib import Path

from mpi4py import MPI

import pytest

from hebbfilm import Film, parse_case
from hebbfilm.run.inputs.textures import TEXTURES

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "textures.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one script for one rank")
def test_scripts_of_the_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run").symlink_to(ROOT / "run")
    monkeypatch.setattr(Film, "relax", lambda *_, **__: None)  # takes a while
    found: dict = {"__name__": "page"}
    for script in blocks("python"):
        exec(script, found)
    assert (tmp_path / "half.ovf").stat().st_size > 20_000


@pytest.mark.parametrize("text", blocks("toml"))
def test_tables_of_the_page(text, tmp_path, monkeypatch):
    """With a file that is there in place of those of a reader."""
    there = tmp_path / "m.ovf"
    there.write_bytes((ROOT / "run" / "cases" / "skyrmion.ovf").read_bytes())
    content = tomllib.loads(re.sub(r'path = "[^"]*ovf"', f'path = "{there}"', text))
    texture = content["initial"]["texture"]
    if texture["kind"] == "run":  # of which there is none here
        texture["checksum"] = "noted"
    case = parse_case({"layout": {"kind": "wheel"}, **content})
    assert case.initial.texture.kind == texture["kind"]


def test_table_has_all_kinds():
    rows = re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", PAGE, re.MULTILINE)
    assert [kind for kind, _ in rows] == [*TEXTURES]
    for kind, keys in rows:
        known = {*TEXTURES[kind].__dataclass_fields__, "neel", "bloch"}
        named = set(re.findall(r"`(\w+)`", keys))
        assert named <= known, kind
