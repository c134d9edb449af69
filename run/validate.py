"""`hebbfilm validate`: run the validation tests, and make a page of their figures."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from meshing.errors import InputError
from run.versions import versions

CHECKOUT = Path(__file__).parents[1]
_CLASSES = {
    "analytic": "a closed form",
    "oracle": "published numbers",
    "cross_method": "two independent ways in this code",
    "regression": "numbers frozen from an earlier version",
}


def validate(out: Path, *, fast: bool) -> int:
    """Run tests/validation, and write the page and its plots.

    Args:
        out: folder of validation.md; the plots go to validation/ beside it.
        fast: leave the slow tests out.

    Returns:
        0 if every figure lies within its tolerance, else 1.

    Raises:
        InputError: this is not a checkout, or the tests could not run.
    """
    tests = CHECKOUT / "tests" / "validation"
    if not tests.is_dir():
        raise InputError(f"hebbfilm validate needs a checkout: there is no {tests}")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        options = ["--validation-report", str(report), "-m", "not slow" if fast else ""]
        command = [sys.executable, "-m", "pytest", "-q", str(tests), "--durations=0", *options]
        status = subprocess.run(command, cwd=CHECKOUT, check=False).returncode
        if not report.is_file():
            raise InputError(f"the validation tests did not run (pytest: status {status})")
        kept = json.loads(report.read_text(encoding="utf-8"))
    out.mkdir(parents=True, exist_ok=True)
    plots = [_draw(plot, out / "validation") for plot in kept["plots"]]
    page = _page(kept["rows"], list(zip(kept["plots"], plots, strict=True)))
    (out / "validation.md").write_text(page, encoding="utf-8")
    return int(status != 0)


def _page(
    rows: Sequence[Mapping[str, Any]], plots: Sequence[tuple[Mapping[str, Any], Path]]
) -> str:
    passed = sum(row["passed"] for row in rows)
    used = ", ".join(f"{name} {version}" for name, version in list(versions().items())[:4])
    lines = [
        "# Validation",
        "",
        f"Made by `hebbfilm validate` with {used}:",
        f"{passed} of {len(rows)} figures lie within their tolerance. A tolerance is derived",
        "before the run, and says where it comes from.",
        "",
    ]
    for kind, meaning in _CLASSES.items():
        of_kind = [row for row in rows if row["kind"] == kind]
        if of_kind:
            lines += [
                f"## {kind.replace('_', '-').capitalize()}: against {meaning}",
                "",
                *_table(of_kind),
                "",
            ]
    if plots:
        lines += ["## Runs", ""]
    for plot, path in plots:
        lines += [f"![{plot['title']}](validation/{path.name})", ""]
    return "\n".join(lines)


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = [
        "| quantity | reference | ours | tolerance | where these come from | |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        figures = [f"{row[key]:.5g}" for key in ("reference", "found")]
        mark = "pass" if row["passed"] else "**FAIL**"
        cells = [row["quantity"], *figures, f"{row['tolerance']:.2g}", row["because"], mark]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _draw(plot: Mapping[str, Any], folder: Path) -> Path:
    """Draw one run; returns the path of the picture."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (re.sub(r"\W+", "_", plot["test"]).strip("_") + ".png")
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    for label, (x, y) in plot["curves"].items():
        axes.plot(x, y, label=label, linewidth=1.5)
    for label, (x, y) in plot["points"].items():
        axes.plot(x, y, "o", color="black", markersize=5, fillstyle="none", label=label)
    axes.set(title=plot["title"], xlabel=plot["x_label"], ylabel=plot["y_label"])
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=130)
    plt.close(figure)
    return path
