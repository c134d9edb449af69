"""Mutants: small faults put into the code, each of which some test has to notice.

The lists lie beside this module, by subject. The code is changed in a copy, one fault at a time,
and the tests that should notice run there: `python -m pytest tests/mutants -m slow`, or some of
them with `-k`. They take a quarter of an hour.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mpi4py import MPI

import pytest

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
COPIED = ("hebbfilm", "common", "meshing", "solvers", "hopfield", "run", "tests")
COMPILED = (".c", ".h")
# What a test was given, in brackets, may have spaces.
_FAILED = re.compile(r"^FAILED (?P<test>[^\s\[]+(?:\[.*?\])?)(?: - (?P<error>\S+)|$)", re.MULTILINE)
_NOTICED = re.compile(r"AssertionError|assert|Failed|(\w+\.)*(Solver|Recall)Error")
"""What a test says that has noticed something; a name that is not defined is a slip of a mutant."""

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one process changes the copy")

Run = Callable[..., subprocess.CompletedProcess[str]]


@dataclass(frozen=True)
class Mutant:
    """A fault.

    Args:
        name: what is wrong.
        file: in which it is, in the checkout.
        before: text that stands there once.
        after: what stands there instead.
        killers: test files, or tests in them, of which at least one must fail.
    """

    name: str
    file: str
    before: str
    after: str
    killers: tuple[str, ...]


def load() -> list[Mutant]:
    lists = [tomllib.loads(path.read_text("utf-8")) for path in sorted(HERE.glob("*.toml"))]
    entries = [entry for content in lists for entry in content["mutant"]]
    return [Mutant(**entry | {"killers": tuple(entry["killers"])}) for entry in entries]


MUTANTS = load()


def mutated(mutant: Mutant, text: str) -> str:
    assert text.count(mutant.before) == 1, (
        f"'{mutant.name}' fits {text.count(mutant.before)} places of {mutant.file}, must be one: "
        "has the code changed? then change the mutant with it"
    )
    return text.replace(mutant.before, mutant.after)


@contextmanager
def put_into(folder: Path, mutant: Mutant) -> Iterator[None]:
    path = folder / mutant.file
    original = path.read_text("utf-8")
    path.write_text(mutated(mutant, original), "utf-8")
    try:
        yield
    finally:
        path.write_text(original, "utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages and their tests, where they can be changed."""
    folder = tmp_path_factory.mktemp("mutants")
    for name in COPIED:
        ignored = shutil.ignore_patterns("*.pyc")
        shutil.copytree(CHECKOUT / name, folder / name, symlinks=True, ignore=ignored)
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    return folder


@pytest.fixture(scope="module")
def python(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """python(*arguments): runs Python in the copy, which alone it imports from.

    What it compiles goes to a cache of its own, which `python.cache` names.
    """
    cache = tmp_path_factory.mktemp("cache")
    others = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    path = [str(copy), *(other for other in others if other not in ("", str(CHECKOUT / ".path")))]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "XDG_CACHE_HOME": str(cache),
        "COLUMNS": "400",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=1200,
            check=False,
        )

    run.cache = cache  # type: ignore[attr-defined]
    return run


def run_tests(python: Run, *tests: str) -> subprocess.CompletedProcess[str]:
    options = ("-x", "-q", "-rf", "--tb=short", "--color=no", "-p", "no:cacheprovider")
    return python("-m", "pytest", *options, *tests)


def test_every_mutant_fits():
    """The code has what the mutant changes, and would still be Python; its killers exist."""
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    for mutant in MUTANTS:
        text = mutated(mutant, (CHECKOUT / mutant.file).read_text("utf-8"))
        if mutant.file not in COMPILED and mutant.file.endswith(".py"):
            compile(text, mutant.file, "exec")
        for killer in mutant.killers:
            file, *test = killer.split("::")
            assert not test or f"def {test[0]}(" in (CHECKOUT / file).read_text("utf-8")
            assert (CHECKOUT / file).is_file()


@pytest.mark.slow
def test_copy_is_used_and_passes(copy, python):
    """Without a mutant no killer fails, so that what fails with one is its doing."""
    found = python("-c", "import hebbfilm; print(hebbfilm)").stdout
    assert str(copy) in found, found
    done = run_tests(python, *sorted({killer for mutant in MUTANTS for killer in mutant.killers}))
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_mutant_is_noticed(copy, python, mutant):
    libraries = set(python.cache.rglob("hebbfilm_*.so"))
    with put_into(copy, mutant):
        done = run_tests(python, *mutant.killers)
    # 1: tests ran and one failed; 2 and more: they could not even be read.
    assert done.returncode == 1, done.stdout
    failed = _FAILED.search(done.stdout)
    assert failed, done.stdout
    print(f"{mutant.name}: {failed['test']}")
    assert _NOTICED.match(failed["error"] or ""), done.stdout
    if mutant.file.endswith(COMPILED):
        assert set(python.cache.rglob("hebbfilm_*.so")) > libraries
