"""`hebbfilm validate`: run the validation tests, and make a page of their figures."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from hebbfilm.common.errors import InputError
from hebbfilm.run.folder.versions import all_versions
from hebbfilm.run.pictures import style

_PACKAGE = Path(__file__).parents[1]
_CLASSES = {
    "analytic": "a closed form",
    "published": "published numbers that are no program's output",
    "peer": "what another program computed",
    "cross_method": "two independent ways in this code",
    "regression": "numbers frozen from an earlier version",
}
OPTIONS = (
    "--durations=0",
    "--import-mode=importlib",
    # What is installed may belong to somebody else, and has no list of marks.
    *("-p", "no:cacheprovider"),
    *("-W", "ignore::pytest.PytestUnknownMarkWarning"),
)
"""Of pytest."""
_SUPERSCRIPT = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_COLOURS = (style.MINUS, style.PLUS, style.GOOD, "#5b3a8c", "#cc5f10", style.FAINT)


def run_validation(out: Path, *, fast: bool) -> int:
    """Run tests/validation, and write the page and its plots.

    Args:
        out: folder of validation.md; the plots go to validation/ beside it.
        fast: leave the slow tests out.

    Returns:
        0 if every figure lies within its tolerance, else 1.

    Raises:
        InputError: pytest is missing, or the tests could not run.
    """
    if find_spec("pytest") is None:
        raise InputError("hebbfilm validate runs tests: pip install pytest")
    # In a checkout a link, whose target lies beside the settings of its tests.
    tests = (_PACKAGE / "tests").resolve()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        chosen = ["-m", "not slow" if fast else "", "--validation-report", str(report)]
        command = [sys.executable, "-m", "pytest", "-q", str(tests / "validation"), *OPTIONS]
        status = subprocess.run([*command, *chosen], cwd=tests.parent, check=False).returncode
        if not report.is_file():
            raise InputError(f"the validation tests did not run (pytest: status {status})")
        kept = json.loads(report.read_text(encoding="utf-8"))
    write_page(kept, out)
    return int(status != 0)


def write_page(kept: Mapping[str, Any], out: Path) -> None:
    """Write validation.md, and its plots to validation/ beside it.

    Args:
        kept: the report of tests/validation: its rows, its plots and the tests that failed.
        out: folder of the page.
    """
    out.mkdir(parents=True, exist_ok=True)
    rows, plots = kept["rows"], list(zip(kept["plots"], _file_names(kept["plots"]), strict=True))
    for plot, name in plots:
        _draw(plot, out / "validation" / name)
    lines = _introduction(rows, kept["failed"])
    # In the order of the tests, whether or not a subject has rows.
    for subject in dict.fromkeys(item["subject"] for item in [*rows, *kept["plots"]]):
        lines += [f"## {subject}", ""]
        lines += [*_table([row for row in rows if row["subject"] == subject]), ""]
        for plot, name in plots:
            if plot["subject"] == subject:
                lines += [f"![{plot['title']}](validation/{name})", ""]
    (out / "validation.md").write_text("\n".join(lines), encoding="utf-8")


def _introduction(rows: Sequence[Mapping[str, Any]], failed: Sequence[str]) -> list[str]:
    passed = sum(row["passed"] for row in rows)
    used = ", ".join(f"{name} {version}" for name, version in list(all_versions().items())[:4])
    lines = [
        "# Validation",
        "",
        f"Made by `hebbfilm validate` with {used}:",
        f"{passed} of {len(rows)} figures lie within their tolerance. A tolerance is derived",
        "before the run, and says where it comes from; one that was asked for says so, and the",
        "derived estimate stands beside it. Of several figures of one kind, as of the",
        "entries of a matrix, the one that errs most is shown.",
        "",
    ]
    if failed:
        names = ", ".join(f"`{name}`" for name in failed)
        lines += [f"**Failed: {names}.** What these had not yet compared is missing below.", ""]
    lines += ["The reference is", ""]
    lines += [f"- {_name(kind)}: {meaning}," for kind, meaning in _CLASSES.items()]
    lines[-1] = lines[-1].removesuffix(",") + "."
    return [*lines, ""]


def _name(kind: str) -> str:
    return kind.replace("_", "-")


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    if not rows:
        return []
    lines = [
        "| quantity | found | reference | tolerance | class | where these come from | |",
        "|:--|--:|--:|--:|:--|:--|:--|",
    ]
    for row in rows:
        figures = [_figure(row["found"], 5), _figure(row["reference"], 5)]
        mark = "pass" if row["passed"] else "**FAIL**"
        cells = [
            row["quantity"],
            *figures,
            _tolerance(row),
            _name(row["kind"]),
            row["because"],
            mark,
        ]
        lines.append(f"| {' | '.join(_cell(text) for text in cells)} |")
    return lines


def _tolerance(row: Mapping[str, Any]) -> str:
    """The tolerance; of one that was asked for that, and what was derived."""
    tolerance = _figure(row["tolerance"], 2)
    if row["derived"] is None:
        return tolerance
    return f"{tolerance} asked for, {_figure(row['derived'], 2)} derived"


def _cell(text: str) -> str:
    """Text whose bars are none of the table, and whose minus signs are no hyphens."""
    return re.sub(r"(?<!\w)-", "−", text.replace("|", r"\|"))


def _figure(value: float, digits: int) -> str:
    """A number with a true minus and its power of ten written out."""
    mantissa, _, power = f"{value:.{digits}g}".replace("-", "−").partition("e")
    if not power:
        return mantissa
    exponent = power[0].removeprefix("+") + power[1:].lstrip("0")
    return f"{mantissa}·10{exponent.translate(_SUPERSCRIPT)}"


def _file_names(plots: Sequence[Mapping[str, Any]]) -> list[str]:
    """The name of each plot's test, numbered: its parameters and title suit no file."""
    tests = [re.sub(r"\[.*", "", plot["test"]).removeprefix("test_") for plot in plots]
    return [f"{test}_{tests[: k + 1].count(test)}.png" for k, test in enumerate(tests)]


def _draw(plot: Mapping[str, Any], path: Path) -> None:
    curves, points = plot["curves"], plot["points"]
    with rc_context(style.STYLE):
        figure = Figure((7, 4), layout="constrained")
        axes = figure.subplots()
        for colour, (label, (x, y)) in zip(cycle(_COLOURS), curves.items()):
            axes.plot(x, y, label=label, color=colour, linewidth=1.5)
        for marker, (label, (x, y)) in zip(cycle("os^D"), points.items()):
            axes.plot(x, y, marker, color=style.INK, markersize=5, fillstyle="none", label=label)
        axes.set(title=plot["title"], xlabel=plot["x_label"], ylabel=plot["y_label"])
        axes.margins(x=0.02)
        # Below the curves, never on them.
        figure.legend(loc="outside lower center", ncols=4, frameon=False)
        style.save(figure, path)
