"""The house: its rooms know one direction, its modules are small, and each can be imported.

Class: regression. Imports are read from the sources, within functions too, and seen through the
lazy faces of packages, whose names a stub lists: so an import of `hebbfilm.solvers.Film` is one of
`hebbfilm.solvers.film`. What stands under TYPE_CHECKING is not imported.
"""

import ast
import importlib
import statistics
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("common", "meshing", "solvers", "hopfield", "run")
"""From the ground up: each may import from those before it."""
OTHER_PROGRAMS = "peers"
"""Scripts that another Python runs, with libraries that ours does not have."""
ARRAYS = {"FloatArray", "IntArray", "BoolArray", "Pattern", "NDArray", "ndarray", "ArrayLike"}
LONGEST, MEDIAN = 320, 150


def sources() -> dict[str, Path]:
    """The file of each module by its name."""
    files = [
        path
        for floor in FLOORS
        for path in sorted((ROOT / floor).rglob("*.py"))
        if OTHER_PROGRAMS not in path.parts
    ]
    files += sorted((ROOT / "hebbfilm").glob("*.py"))
    return {named(path): path for path in files}


def named(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    own = parts if parts[0] == "hebbfilm" else ("hebbfilm", *parts)
    return ".".join(own).removesuffix(".__init__")


SOURCES = sources()


def behind_face(package: str, name: str) -> str:
    """The module from which a package has a name: that of its stub, a module in it, or itself."""
    if f"{package}.{name}" in SOURCES:
        return f"{package}.{name}"
    stub = SOURCES[package].with_suffix(".pyi")
    if SOURCES[package].name != "__init__.py" or not stub.exists():
        return package
    for node in ast.parse(stub.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and name in [alias.name for alias in node.names]:
            return behind_face(f"{package}.{node.module}", name)
    return package


def executed(tree: ast.AST) -> Iterator[ast.AST]:
    """All of a tree but what stands under TYPE_CHECKING."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from executed(node)


def imported(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports."""
    for node in executed(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in SOURCES)
        elif isinstance(node, ast.ImportFrom) and node.module in SOURCES:
            yield from (behind_face(node.module, alias.name) for alias in node.names)


ARROWS = {name: sorted({*imported(path)} - {name}) for name, path in SOURCES.items()}


def floor(module: str) -> int:
    """The hebbfilm package itself, whose face looks at all, lies above all rooms."""
    room = module.split(".")[1:2]
    return FLOORS.index(room[0]) if room and room[0] in FLOORS else len(FLOORS)


def test_imports_are_found():
    """So that the tests below are not some of nothing."""
    assert len(SOURCES) > 250
    assert sum(map(len, ARROWS.values())) > 1000
    assert behind_face("hebbfilm", "Film") == "hebbfilm.solvers.film"
    assert "hebbfilm.solvers.film" in ARROWS["hebbfilm.hopfield.network"]


def test_no_module_imports_from_a_floor_above():
    upward = [
        f"{module} -> {target}"
        for module, targets in ARROWS.items()
        for target in targets
        if floor(target) > floor(module) and target != "hebbfilm"
    ]
    assert not upward


def test_modules_import_in_no_circle():
    try:
        TopologicalSorter(ARROWS).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))


def room(module: str) -> str:
    """The folder of a floor in which a module lies; one beside the folders is its own room."""
    return ".".join(module.split(".")[:3])


def test_rooms_import_in_no_circle():
    rooms: dict[str, set[str]] = {}
    for module, targets in ARROWS.items():
        rooms.setdefault(room(module), set()).update({*map(room, targets)} - {room(module)})
    try:
        TopologicalSorter(rooms).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))


def names_in(annotation: ast.AST) -> Iterator[str]:
    """Of all types in it but those that a callable takes and returns."""
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Callable":
        return
    if isinstance(annotation, ast.Name | ast.Attribute):
        yield annotation.id if isinstance(annotation, ast.Name) else annotation.attr
    for child in ast.iter_child_nodes(annotation):
        yield from names_in(child)


def compares_arrays(made: ast.ClassDef) -> bool:
    """Whether == of a dataclass, made from its fields, would ask an array for one truth."""
    words = [ast.unparse(each) for each in made.decorator_list]
    held = {
        name
        for field in made.body
        if isinstance(field, ast.AnnAssign)
        for name in names_in(field.annotation)
    }
    is_data = any(word.partition("(")[0].rpartition(".")[2] == "dataclass" for word in words)
    return is_data and not any("eq=False" in word for word in words) and bool(held & ARRAYS)


def test_equality_asks_no_array_for_one_truth():
    classes = [
        (module, node)
        for module, path in SOURCES.items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    assert len(classes) > 100
    assert [f"{m}.{node.name}" for m, node in classes if compares_arrays(node)] == []


def test_modules_are_small():
    lengths = {name: len(path.read_text("utf-8").splitlines()) for name, path in SOURCES.items()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}
    assert statistics.median(lengths.values()) < MEDIAN


@pytest.mark.parametrize("module", SOURCES)
def test_each_module_can_be_imported(module):
    """What none imports, or only a command, too."""
    importlib.import_module(module)


TESTS = sorted((ROOT / "tests").rglob("*.py"))


def test_nothing_small_is_close_by_default():
    """What numpy has as `atol` by itself is 10 nm, and so anything in most of SI units."""
    calls = [
        (path, node)
        for path in TESTS
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("allclose", "isclose")
        and ast.unparse(node.func.value) == "np"
    ]
    assert len(calls) > 10
    without = [
        f"{path.name}:{node.lineno}"
        for path, node in calls
        if "atol" not in [word.arg for word in node.keywords]
    ]
    assert without == []


@pytest.mark.parametrize(
    "expected", [2e-21, [2e-21, 1.0], (2e-21,), np.array([2e-21]), {"a": 2e-21}]
)
def test_nothing_small_is_approximately_anything_else(expected):
    """Of a test whose tolerance is not given in absolute terms it is relative."""
    doubled = {"a": 4e-21} if isinstance(expected, dict) else np.array(expected) * 2
    assert doubled != pytest.approx(expected)
    assert doubled != pytest.approx(expected, rel=0.9)
    assert doubled == pytest.approx(expected, rel=1.1)
    assert doubled == pytest.approx(expected, abs=1.1)
    assert pytest.approx(0.0) == 1e-13
    assert pytest.approx([0.0, 2e-21]) == [1e-28, 2e-21]
    assert pytest.approx([0.0, 2e-21]) != [1e-26, 2e-21]
