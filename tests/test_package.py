"""One name, hebbfilm: all that is installed, and nothing beside a script gets in its way.

Class: regression.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from mpi4py import MPI

import pytest

import hebbfilm
from hebbfilm.run.validate import OPTIONS

ROOT = Path(__file__).parents[1]
ROOMS = ("common", "meshing", "solvers", "hopfield", "run")
OF_THE_CHECKOUT = (
    "bin/",
    "docs",
    "environment/",
    "demo",
    "env",
    "gates",
    "packages-debian.txt",
    "test",
)
"""In run/: by which it is started."""
CASE = ROOT / "run" / "cases" / "four_node.toml"
VALIDATION = ROOT / "tests" / "validation"
SHORT = (
    "layout.mesh_size=2e-8",
    "initial.relaxation=1e-12",
    "training.duration=1e-12",
    "training.rest=0",
    "output.sample_interval=1e-12",
    "numerics.allow_coarse_mesh=true",
)
SETTINGS = [word for setting in SHORT for word in ("--set", setting)]
THEIRS = ("run.py", "solvers.py", "hopfield.py", "common/__init__.py", "meshing/__init__.py")
SCRIPT = """
import common, hopfield, meshing, run, solvers
from mpi4py import MPI
from hebbfilm import Film, HopfieldFilm, Material, mesh_film, recall_table, wheel

assert all(m.OF_THE_USER for m in (common, hopfield, meshing, run, solvers))
film = Film(mesh_film(wheel(mesh_size=2e-8), MPI.COMM_WORLD), Material())
network = HopfieldFilm(film, reference="untrained")
network.train(["++--"], voltage=0.05, duration=1e-12, rest=0)
if film.comm.rank == 0:
    print(recall_table(network.weights, ["++--"]))
"""

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts other processes itself")


def started(*command: str | Path, cwd: Path, **variables: str) -> str:
    """What a command that succeeds prints."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def neighbours(tmp_path: Path) -> Path:
    """A user's folder, in which his modules are called like our rooms."""
    for name in THEIRS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("OF_THE_USER = True\n")
    (tmp_path / "script.py").write_text(SCRIPT)
    return tmp_path


def test_modules_of_the_user_disturb_no_script(neighbours):
    told = started(ROOT / "run/env", "python", "script.py", cwd=neighbours)
    assert "+,+,-,-" in told


@pytest.mark.parametrize("ranks", [1, 2])
def test_modules_of_the_user_disturb_no_command(neighbours, ranks):
    mpirun = ["mpirun", "-n", str(ranks)] if ranks > 1 else []
    command = [*mpirun, "hebbfilm", "train", CASE, "--out", "mine", "--no-pictures", *SETTINGS]
    started(ROOT / "run/env", *command, cwd=neighbours)
    assert (neighbours / "mine" / "summary.json").is_file()


def test_checkout_puts_one_name_on_the_path(tmp_path):
    """An installed package that is called solvers, or run, would otherwise be hidden."""
    names = [*ROOMS, "tests"]
    script = (
        f"import importlib.util as u; found = [u.find_spec(name) for name in {names}]\n"
        "print(*[path for each in found if each for path in each.submodule_search_locations])"
    )
    # Other packages bring a folder `tests` with them.
    told = started(ROOT / "run/env", "python", "-c", script, cwd=tmp_path)
    assert str(ROOT) not in told


def test_command_and_module_tell_the_version(tmp_path):
    for command in (["hebbfilm"], ["python", "-m", "hebbfilm"]):
        told = started(ROOT / "run/env", *command, "--version", cwd=tmp_path)
        assert told == f"hebbfilm {hebbfilm.__version__}\n"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without a network, from a copy: building leaves files beside the sources."""
    for name in ("pip", "setuptools"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"this Python has no {name}")
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "copy"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for name in (".path", "hebbfilm", "tests", *ROOMS):
        shutil.copytree(ROOT / name, copy / name, symlinks=True)
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--disable-pip-version-check"]
    started(sys.executable, "-m", "pip", "wheel", *options, "-w", folder, copy, cwd=folder)
    return next(folder.glob("*.whl"))


def test_wheel_holds_hebbfilm_and_all_of_it(wheel):
    """Every file of the rooms but those by which a checkout is started; links are files there."""
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()]
    names = {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}
    starters = tuple(f"run/{name}" for name in OF_THE_CHECKOUT)
    expected = {f"hebbfilm/{name}" for name in names if not name.startswith(starters)}
    expected |= {f"hebbfilm/{name}" for name in ("__init__.py", "__init__.pyi", "__main__.py")}
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    tests = {name for name in packed if name.startswith("hebbfilm/tests/")}
    assert packed - tests == expected | {"hebbfilm/py.typed"}
    validation = {f"hebbfilm/{path.relative_to(ROOT)}" for path in VALIDATION.rglob("*.*")}
    assert {name for name in tests if "/validation/" in name} == {
        name for name in validation if "__pycache__" not in name
    }


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it is installed, and no checkout is on the path."""
    site = tmp_path_factory.mktemp("installed") / "site"
    options = ["--no-deps", "--no-index", "--quiet", "--disable-pip-version-check"]
    pip = [sys.executable, "-m", "pip", "install", *options, "--target", site]
    started(*pip, wheel, cwd=site.parent)
    return site


def installed(site: Path, *command: str | Path, cwd: Path) -> str:
    """What a command prints that knows the installed hebbfilm alone."""
    return started(*command, cwd=cwd, PYTHONPATH=str(site), PYTHONSAFEPATH="1")


def test_wheel_works_where_it_is_installed(site, tmp_path):
    """Without the checkout: the C loops, the cases and the command are there."""
    script = "import hebbfilm; print(hebbfilm.__file__)"
    assert installed(site, sys.executable, "-c", script, cwd=tmp_path).startswith(str(site))
    case = site / "hebbfilm" / "run" / "cases" / "four_node.toml"
    command = [site / "bin" / "hebbfilm", "train", case, "--no-pictures", "--out", "out"]
    installed(site, *command, *SETTINGS, cwd=tmp_path)
    assert (tmp_path / "out" / "summary.json").is_file()


def test_wheel_finds_its_job_scripts(site, tmp_path):
    told = installed(site, site / "bin" / "hebbfilm", "slurm", cwd=tmp_path).strip()
    assert told.startswith(str(site))
    assert {"film.sh", "array.sh", "job.sh"} <= {path.name for path in Path(told).iterdir()}


def test_wheel_holds_all_that_its_validation_needs(site):
    """Its tests are all there, and find what they import."""
    folder = site / "hebbfilm"
    command = [sys.executable, "-m", "pytest", "--collect-only", "-qq", "-m", "", *OPTIONS]
    told = installed(site, *command, folder / "tests" / "validation", cwd=folder)
    here = started(*command, VALIDATION, cwd=ROOT)
    assert told == here


def test_likely_name_is_told():
    with pytest.raises(AttributeError, match=r"has no 'Flim'; did you mean Film\?$"):
        getattr(hebbfilm, "Flim")  # noqa: B009
    assert not hasattr(hebbfilm, "nothing_like_it")


def test_version_to_cite_is_that_of_the_package():
    cited = (ROOT / "CITATION.cff").read_text("utf-8").splitlines()
    assert f"version: {hebbfilm.__version__}" in cited
