"""Notebooks run, and shown with what they put out."""

import base64
import re
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_LONGEST = 120
"""In s, of one cell."""


def run(path: Path) -> Any:
    """A notebook of `path` with its outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: what went wrong in a cell.
    """
    notebook = jupytext.read(path)
    # No port of this machine is opened for it.
    here_alone = Config({"KernelManager": {"transport": "ipc"}})
    client = NotebookClient(notebook, timeout=_LONGEST, kernel_name="python3", config=here_alone)
    client.execute()
    return notebook


def notebook_page(path: Path) -> dict[str, str | bytes]:
    """The page of a notebook, its pictures, and the notebook itself to take along, by name."""
    notebook = run(path)
    files: dict[str, str | bytes] = {f"{path.stem}.ipynb": nbformat.writes(notebook)}
    parts = []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        parts.append(f"```python\n{cell.source}\n```")
        for place, output in enumerate(cell.get("outputs", [])):
            parts.append(_shown(output, f"{path.stem}_{number}_{place}.png", files))
    take_along = (
        f"This page is a notebook: [{path.stem}.ipynb]({path.stem}.ipynb), or as a script "
        f"[{path.name}]({path.name})."
    )
    files[f"{path.stem}.md"] = "\n\n".join([*filter(None, parts), take_along]) + "\n"
    return files


def _shown(output: Any, picture: str, files: dict[str, str | bytes]) -> str:
    """An output in Markdown; a picture goes to the files."""
    if output.output_type == "stream":
        # A bar of progress is drawn over itself: what stands at the end is what one sees.
        lines = [line.rpartition("\r")[2] for line in _COLOURS.sub("", output.text).split("\n")]
        text = "\n".join(lines).rstrip()
        return f"```text\n{text}\n```" if text and output.name == "stdout" else ""
    data = output.data
    if "image/png" in data:
        files[picture] = base64.b64decode(data["image/png"])
        return f"![What the cell above draws]({picture})"
    if "text/html" in data:
        return f'<div class="output">{data["text/html"]}</div>'
    return f"```text\n{data['text/plain']}\n```"
