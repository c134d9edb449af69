"""What every validation shares: a check that asserts and keeps its figures, and plots of the runs.

`hebbfilm validate` runs these tests and makes docs/validation.md of what they kept.
"""

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mpi4py import MPI

import numpy as np
import pytest
from scipy.special import gamma

CLASSES = ("analytic", "published", "peer", "cross_method", "regression")
REPORT = pytest.StashKey[dict[str, list[Any]]]()


@dataclass(frozen=True)
class Row:
    """One figure beside its reference.

    Attributes:
        test: which test found it.
        subject: what its module is about.
        kind: analytic, published, peer, cross_method or regression.
        quantity: what it is, with its unit.
        reference, found, tolerance: in that unit.
        because: where the reference and the tolerance come from.
        derived: what the numerics should err by, where the tolerance was asked for; else None.
    """

    test: str
    subject: str
    kind: str
    quantity: str
    reference: float
    found: float
    tolerance: float
    because: str
    derived: float | None = None

    @property
    def passed(self) -> bool:
        """Whether the figure lies within the tolerance."""
        return bool(abs(self.found - self.reference) <= self.tolerance)


@dataclass(frozen=True)
class Plot:
    """Curves of one run, and points of the reference on them."""

    test: str
    subject: str
    title: str
    x_label: str
    y_label: str
    curves: Mapping[str, Sequence[Sequence[float]]]
    points: Mapping[str, Sequence[Sequence[float]]] = field(default_factory=dict)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[REPORT] = {"rows": [], "plots": [], "failed": []}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    if report.failed:
        item.config.stash[REPORT]["failed"].append(item.name)
    return report


def _subject(request: pytest.FixtureRequest) -> str:
    return request.module.__doc__.splitlines()[0].rstrip(".")


def _kind(request: pytest.FixtureRequest) -> str:
    return next(k for k in CLASSES if request.node.get_closest_marker(k) is not None)


def _worst(*figures: Any) -> list[float] | None:
    """Found, reference and tolerance where it is missed by most; None on a rank without any."""
    found, reference, tolerance = np.broadcast_arrays(*figures)
    if found.size == 0 and MPI.COMM_WORLD.size > 1:
        return None
    worst = np.argmax(np.abs(found - reference) - tolerance)
    return [float(values.flat[worst]) for values in (found, reference, tolerance)]


@pytest.fixture
def check(request: pytest.FixtureRequest) -> Callable[..., None]:
    """check(quantity, found, reference, tolerance, because): asserts |found - reference|.

    Of arrays, which broadcast, the worst entry is kept. The estimate that stands beside a tolerance
    which was asked for is `derived`.
    """

    def compare(
        quantity: str,
        found: Any,
        reference: Any,
        tolerance: Any,
        because: str,
        derived: float | None = None,
    ) -> None:
        worst = _worst(found, reference, tolerance)
        if worst is None:
            return
        found, reference, tolerance = worst
        row = Row(
            request.node.name,
            _subject(request),
            _kind(request),
            quantity,
            reference,
            found,
            tolerance,
            because,
            derived,
        )
        request.config.stash[REPORT]["rows"].append(asdict(row) | {"passed": row.passed})
        assert row.passed, f"{quantity}: {found:.6g}, expected {reference:.6g} ± {tolerance:.2g}"

    return compare


@pytest.fixture
def plot(request: pytest.FixtureRequest) -> Callable[..., None]:
    """plot(title, x_label, y_label, curves, points): keeps (x, y) by label for the report."""

    def keep(
        title: str,
        x_label: str,
        y_label: str,
        curves: Mapping[str, tuple[Any, Any]],
        points: Mapping[str, tuple[Any, Any]] | None = None,
    ) -> None:
        lists = [
            {
                label: [np.asarray(axis, dtype=float).tolist() for axis in xy]
                for label, xy in (pairs or {}).items()
            }
            for pairs in (curves, points)
        ]
        shown = Plot(request.node.name, _subject(request), title, x_label, y_label, *lists)
        request.config.stash[REPORT]["plots"].append(asdict(shown))

    return keep


@pytest.fixture
def after_each_step() -> Callable[..., list[Any]]:
    """after_each_step(film, look): a list that receives look() after every step of the film."""

    def watch(film: Any, look: Callable[[], Any]) -> list[Any]:
        seen: list[Any] = []
        advance = film.integrator.advance

        def watched(*arguments: Any) -> Any:
            done = advance(*arguments)
            seen.append(look())
            return done

        film.integrator.advance = watched
        return seen

    return watch


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = session.config.getoption("--validation-report")
    if path is not None and MPI.COMM_WORLD.rank == 0:
        Path(path).write_text(json.dumps(session.config.stash[REPORT]), encoding="utf-8")


@pytest.fixture
def conformal_radii():
    """Of a regular polygon with corners on the unit circle: conformal radii inside and outside.

    The current between distant rings does not see more of a polygon than that: G. Pólya and
    G. Szegő, Isoperimetric Inequalities in Mathematical Physics (1951), table of chapter 1.
    """

    def of(corners):
        n, side = corners, 2 * np.sin(np.pi / corners)
        inside = n * side * gamma(1 - 1 / n) / (2 ** (1 - 2 / n) * gamma(1 / 2 - 1 / n))
        outside = side * gamma(1 / n) / (2 ** (1 + 2 / n) * gamma(1 / 2 + 1 / n))
        return inside / np.sqrt(np.pi), outside / np.sqrt(np.pi)

    return of
