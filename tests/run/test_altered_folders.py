"""A run folder in which something was altered: refused in one line that names it, or read the same.

Class: fuzz, with a fixed seed; more rounds by HEBBFILM_ALTERATIONS=300.
"""

import json
import os
import random
import shutil

import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run.cli import main
from hebbfilm.run.folder.checksummed_json import file_checksum, read_json, with_checksum
from hebbfilm.run.folder.reader import read_case_of_run, read_run
from hebbfilm.run.inputs.case import parse_case

FILES = ("manifest.json", "summary.json", "conductance.csv", "recall.csv", "case.toml")
COMMANDS = ("recall", "heating", "retention")
ROUNDS = int(os.environ.get("HEBBFILM_ALTERATIONS", "120"))
VALUES = (
    None, True, "", "1.0", "a\nb", "\x1b[31m", [], {}, [[]], [None], {"a": 1}, 0, -1, 10**400,
    1e308, float("nan"), float("inf"),
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(comm, tmp_path_factory, run_folder_maker):
    """A made-up run, with the checksums that a real one has."""
    folder = comm.bcast(tmp_path_factory.mktemp("altered") / "whole")
    if comm.rank == 0:
        run_folder_maker(folder, size=60.0, stack=True)
        layer = {"name": "pt", "thickness": 3e-9, "conductivity": 4e6}
        sections = {"training": {"patterns": ["+,+,-,-"]}, "layers": [layer], "heat": {}}
        case = parse_case({"layout": {"kind": "wheel"}, **sections})
        (folder / "case.toml").write_text(case.as_toml())
        reseal(folder, "manifest.json", case=case.model_dump(mode="json"))
        tables = ("conductance.csv", "recall.csv")
        reseal(
            folder, "summary.json", files={name: file_checksum(folder / name) for name in tables}
        )
    comm.barrier()
    return folder


def reseal(folder, name, **entries):
    content = with_checksum({**read_json(folder / name), **entries})
    (folder / name).write_text(json.dumps(content, indent=1))


def places(value, at=()):
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, entry in items:
        yield (*at, key)
        if isinstance(entry, dict | list):
            yield from places(entry, (*at, key))


def altered_json(text, rng):
    content = json.loads(text)
    *path, last = rng.choice(list(places(content)))
    parent = content
    for key in path:
        parent = parent[key]
    old = parent[last]
    how = rng.choice(("value", "remove", "number"))
    if how == "remove":
        del parent[last]
    elif how == "number" and isinstance(old, int | float):
        parent[last] = old * rng.choice((1 + 1e-12, 1.001, -2, 10)) + (old == 0)
    else:
        parent[last] = rng.choice(VALUES)
    return json.dumps(content).encode()


def altered_bytes(data, rng):
    at = rng.randrange(len(data))
    lines = data.splitlines(keepends=True)
    line = rng.randrange(len(lines))
    flipped = bytes([data[at] ^ 1 << rng.randrange(8)])
    return rng.choice(
        (
            data[:at],
            data[:at] + flipped + data[at + 1 :],
            data[:at] + rng.choice((b"\0", b"\xff", b"nan", b",", b'"', b"\n", b"7")) + data[at:],
            b"".join(lines[:line] + lines[line + 1 :]),
            b"".join(lines[: line + 1] + lines[line:]),
        )
    )


def alter(path, rng):
    kind = rng.random()
    if kind < 0.04:
        path.unlink()
    elif path.suffix == ".json" and kind < 0.6:
        path.write_bytes(altered_json(path.read_text(), rng))
    else:
        path.write_bytes(altered_bytes(path.read_bytes(), rng))


def test_altered_folder_is_refused_or_read_the_same(whole, comm, shared_tmp_path, capsys):
    folder = shared_tmp_path / "run"
    rng = random.Random(1)

    def renew():
        comm.barrier()
        if comm.rank == 0:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(whole, folder, ignore=shutil.ignore_patterns("fields"))
        comm.barrier()

    renew()
    expected = {}
    for command in COMMANDS:
        assert main([command, str(folder)]) == 0
        expected[command] = capsys.readouterr().out
    refused = 0
    for number in range(ROUNDS):
        renew()
        name, command = rng.choice(FILES), COMMANDS[number % len(COMMANDS)]
        if comm.rank == 0:
            alter(folder / name, random.Random(number))
        comm.barrier()
        status = main([command, str(folder)])
        printed = capsys.readouterr()
        if status == 0:
            assert printed.out == expected[command], (number, name)
            continue
        refused += 1
        assert status == 2, (number, name)
        if comm.rank == 0:
            assert printed.err.startswith("hebbfilm: "), (number, name)
            assert str(folder) in printed.err, (number, name)
            assert printed.err.count("\n") == 1, (number, name)
            assert printed.err.rstrip("\n").isprintable(), (number, name)
    # What is left is white space, comments, and the case where a command does not read it.
    assert refused > 0.6 * ROUNDS


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"contacts": ["rim_1", "rim_1", "rim_3", "centre"]}, "contacts = .*must be different"),
        ({"patterns": [[1, 1, -1]]}, "patterns: must have 4 signs each"),
        ({"patterns": [[1, 1, -1, 2]]}, r"patterns.0.3 = 2: must be 1 or -1"),
        ({"weights": [[0.0, 1.0]]}, "weights: must be 4 rows of 4 numbers"),
        ({"recall_success": "0.5"}, "recall_success = '0.5': must be a valid number"),
        ({"recall_success": float("nan")}, "recall_success = nan"),
        ({"heating": {}}, "entry 'heating.heat_capacity' is missing"),
        ({"hebb_correlation": 0.5}, r"hebb_correlation = 0.5: the conductances give 0.9"),
        ({"relative_change": {}}, "relative_change: must have the pairs that conduct, rim_1-rim_2"),
        ({"reference": {"rule": "mean"}}, "weights.0.1 = .*: the conductances give"),
    ],
)
def test_entry_is_named(run_folder_maker, tmp_path, entries, message):
    """Without a checksum, as runs of earlier versions are."""
    folder = run_folder_maker(tmp_path / "run", size=60.0)
    content = json.loads((folder / "summary.json").read_text())
    (folder / "summary.json").write_text(json.dumps(content | entries))
    with pytest.raises(InputError, match=f"summary.json: {message}"):
        read_run(folder)


def test_conductance_that_contradicts_the_weights_is_noticed(run_folder_maker, tmp_path):
    folder = run_folder_maker(tmp_path / "run", size=60.0)
    content = json.loads((folder / "summary.json").read_text())
    for i, j in ((0, 1), (1, 0)):
        content["conductance_after"][i][j] *= 1.001
    (folder / "summary.json").write_text(json.dumps(content))
    with pytest.raises(InputError, match=r"relative_change.rim_1-rim_2 = .*the conductances give"):
        read_run(folder)


def test_case_is_that_of_the_manifest(whole, shared_tmp_path, comm, capsys):
    folder = shared_tmp_path / "run"
    if comm.rank == 0:
        shutil.copytree(whole, folder)
        text = (folder / "case.toml").read_text()
        (folder / "case.toml").write_text(text.replace("damping = 0.3", "damping = 0.4"))
    comm.barrier()
    for arguments in (
        ["heating", str(folder)],
        ["train", str(folder), "--resume"],
        ["conductance", str(folder)],
    ):
        assert main(arguments) == 2
        printed = capsys.readouterr().err
        if comm.rank == 0:
            assert "case.toml: material.damping = 0.4, but the run was made with 0.3" in printed


def test_keys_that_the_manifest_lacks_have_their_default(whole, shared_tmp_path, comm):
    """Those that are newer than a run: in sections, and in tables of a list."""
    folder = shared_tmp_path / "run"
    if comm.rank == 0:
        shutil.copytree(whole, folder)
        case = read_json(folder / "manifest.json")["case"]
        del (
            case["training"]["voltage"],
            case["layers"][0]["damping_like_efficiency"],
            case["recall"],
        )
        reseal(folder, "manifest.json", case=case)
    comm.barrier()
    kept = (folder / "case.toml").read_text()
    assert read_case_of_run(folder).training.voltage == 0.05
    for before, after, message in (
        ("voltage = 0.05", "voltage = 0.06", "training.voltage = 0.06, .* made with 0.05"),
        (
            "ping_like_efficiency = 0.0",
            "ping_like_efficiency = 0.1",
            "efficiency = 0.1, .* with 0.0",
        ),
        ("[heat]", "[recall]\n[heat]", r"recall\..* = .*, but the run was made with None"),
    ):
        assert kept.count(before) == 1
        comm.barrier()
        if comm.rank == 0:
            (folder / "case.toml").write_text(kept.replace(before, after))
        comm.barrier()
        with pytest.raises(InputError, match=rf"case\.toml: .*{message}"):
            read_case_of_run(folder)


@pytest.mark.parametrize("command", [*COMMANDS, "network", "rule", "synapse"])
def test_unfinished_run_is_told_alike(whole, shared_tmp_path, comm, capsys, command):
    folder = shared_tmp_path / "run"
    if comm.rank == 0:
        shutil.copytree(whole, folder)
        (folder / "summary.json").unlink()
    comm.barrier()
    assert main([command, str(folder)]) == 2
    printed = capsys.readouterr().err
    if comm.rank == 0:
        assert printed == (
            f"hebbfilm: {folder}: no finished run is in it, as it has no summary.json; go on with "
            f"it: hebbfilm run {folder} --resume\n"
        )


@pytest.mark.parametrize(
    "arguments",
    [
        ["recall", "RUN"],
        ["view", "RUN", "--save", "a.png"],
        ["train", "RUN", "--resume"],
        ["conductance", "RUN"],
    ],
)
def test_folder_without_a_run_is_told_alike(shared_tmp_path, comm, capsys, arguments):
    given = [str(shared_tmp_path) if word == "RUN" else word for word in arguments]
    assert main(given) == 2
    told = f"hebbfilm: {shared_tmp_path}: no run is in it, as it has no manifest.json\n"
    assert capsys.readouterr().err == (told if comm.rank == 0 else "")
