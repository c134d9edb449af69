"""Each script and case of the page on extending does what the page says, on any number of ranks.

Class: regression; what the scripts print stands beside its closed form on the page.
"""

import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hebbfilm.run import cli

PAGE = Path(__file__).parents[1] / "docs" / "extending.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"# (my_\w+\.(?:py|toml))\n")
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]\d+)?")


@dataclass(frozen=True)
class Claim:
    """What the page says that a script, or a command on files, prints."""

    name: str
    files: dict[str, str]
    script: str | None
    command: str | None
    output: str


def claims() -> Iterator[Claim]:
    """Those of the page in order, each with all files that come before it."""
    text = PAGE.read_text(encoding="utf-8")
    files: dict[str, str] = {}
    script = command = None
    for block in BLOCK.finditer(text):
        language, body = block.groups()
        if named := FILE.match(body):
            files[named[1]] = body
        if language == "python":
            script, command = body, None
        elif language == "sh":
            script, command = None, body
        elif language == "text":
            heading = re.findall(r"^##+ (.*)$", text[: block.start()], re.MULTILINE)[-1]
            yield Claim(heading, dict(files), script, command, body)


CLAIMS = list(claims())


def run(program: str, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    """As a script of its own, which may end by itself."""
    monkeypatch.setattr(sys, "argv", ["script.py", *arguments])
    status = None
    try:
        exec(program, {"__name__": "__main__"})
    except SystemExit as end:
        status = end.code
    assert not status


def same(found: str, expected: str) -> bool:
    """Whether words are the same, and numbers nearly so, as meshes differ a little."""
    if NUMBER.sub("#", found).split() != NUMBER.sub("#", expected).split():
        return False
    pairs = zip(NUMBER.findall(found), NUMBER.findall(expected), strict=True)
    return all(abs(float(a) - float(b)) <= allowed(b) for a, b in pairs)


def allowed(number: str) -> float:
    """A hundredth of it, and two of the last place that is written."""
    digits, _, power = number.partition("e")
    place = 10.0 ** (int(power or 0) - len(digits.partition(".")[2]))
    return 2 * place + 1e-2 * abs(float(number))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name.replace(" ", "_"))
def test_page_keeps_its_word(claim, comm, shared_tmp_path, monkeypatch, capfd):
    if comm.rank == 0:
        for name, body in claim.files.items():
            (shared_tmp_path / name).write_text(body, encoding="utf-8")
    comm.barrier()
    monkeypatch.chdir(shared_tmp_path)
    if claim.script is not None:
        run(claim.script, monkeypatch)
    else:
        environment, program, *arguments = shlex.split(claim.command)
        assert environment == "./run/env"
        if program == "hebbfilm":
            assert cli.main(arguments) == 0
        else:
            assert program == "python"
            run(claim.files[arguments[0]], monkeypatch, *arguments[1:])
    printed = capfd.readouterr().out.splitlines()
    if comm.rank:
        assert printed == []
        return
    for line in claim.output.splitlines():
        assert any(same(each, line) for each in printed), (line, printed)


def test_all_of_the_page_is_run():
    """Scripts are of 10 to 40 lines, so that one can read them, and each says what it prints."""
    text = PAGE.read_text(encoding="utf-8")
    scripts = [body for language, body in BLOCK.findall(text) if language == "python"]
    assert len(scripts) > 8
    assert [s for s in scripts if not 10 <= len(s.splitlines()) <= 40] == []
    ran = [claim.script or "" for claim in CLAIMS]
    named = " ".join(claim.command or "" for claim in CLAIMS)
    for script in scripts:
        name = FILE.match(script)
        assert script in ran or (name and name[1] in named)


def test_an_energy_takes_twelve_lines_at_most():
    script = CLAIMS[0].script
    start, end = script.index("@dataclass"), script.index("if __name__")
    lines = [line for line in script[start:end].splitlines() if line]
    use = [line for line in script.splitlines() if "terms=" in line]
    assert len(lines) + len(use) <= 12
