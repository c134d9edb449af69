"""Makes docs/pictures.md, a page of every picture that hebbfilm draws, from runs.

    ./run/env python docs/site/gallery.py runs/gallery

Runs and studies that are not yet in that folder are made, which takes a quarter of an hour.
"""

from __future__ import annotations

import io
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure
from PIL import Image

from hebbfilm.run.analysis.network import analyse_run, analyse_study
from hebbfilm.run.folder.learnt import read_learnt
from hebbfilm.run.folder.reader import finished_runs, read_run
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.formats import as_png
from hebbfilm.run.pictures.network import run_pictures, study_pictures
from hebbfilm.run.pictures.of_run import pictures_of
from hebbfilm.run.pictures.of_study import figures_of_study

DOCS = Path(__file__).resolve().parents[1]
TEXTS = Path(__file__).with_name("gallery.toml")
WIDTH = 1000
"""Pixels, of a picture on the page."""
MOST = 150_000
"""Bytes of one."""


def main(runs: Path) -> None:
    """Make the page; `runs` is the folder of all runs."""
    told = tomllib.loads(TEXTS.read_text("utf-8"))
    for name, command in told["runs"].items():
        if not (runs / name).is_dir():
            subprocess.run([*shlex.split(command), "--out", str(runs / name)], check=True)
    folder = DOCS / "pictures"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.webp"):
        old.unlink()
    lines = [told["head"].strip(), ""]
    for section in told["section"]:
        lines += [f"## {section['title']}", "", section["text"].strip(), ""]
        for entry in section["picture"]:
            name = f"{entry['run']}_{entry['name'].replace('/', '_')}.webp"
            save(drawn(runs, entry), folder / name)
            title = entry.get("title", f"{entry['name']}.png")
            lines += [f"### {title}", "", entry["text"].strip(), ""]
            lines += [f"![{title}](pictures/{name})", ""]
    commands = [f"{command} --out runs/gallery/{name}" for name, command in told["runs"].items()]
    lines += [told["foot"].strip(), "", "```sh", *(f"./run/env {each}" for each in commands), "```"]
    (DOCS / "pictures.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def drawn(runs: Path, entry: Mapping[str, str]) -> bytes:
    """A picture of a run or a study as a PNG file, large."""
    run, name = runs / entry["run"], entry["name"]
    if "command" in entry:
        command = entry["command"].format(run=run, out=runs / "layout.png")
        subprocess.run(shlex.split(command), check=True, stdout=subprocess.DEVNULL)
        return (runs / entry["file"]).read_bytes()
    with rc_context(style.STYLE):
        return as_png(figure_of(run, name), 200)


def figure_of(run: Path, name: str) -> Figure:
    """A picture by its name, in which "network/" stands before those of networks."""
    folder, _, last = name.rpartition("/")
    if folder == "network":
        return of_network(run)[last]
    if (run / "study.json").is_file():
        return figures_of_study(run)[last]()
    return pictures_of(run)[last].draw()


def of_network(folder: Path) -> Mapping[str, Figure]:
    """The pictures of a network, or of those of a study."""
    runs = finished_runs(folder)
    if runs == [folder]:
        learnt = read_learnt(folder)
        return run_pictures(read_run(folder), learnt, analyse_run(learnt))
    found: Any = analyse_study({run.name: read_learnt(run) for run in runs})
    return study_pictures(found)


def save(picture: bytes, path: Path) -> None:
    """Write a small picture, as good as the most bytes allow."""
    with Image.open(io.BytesIO(picture)) as large:
        height = round(large.height * WIDTH / large.width)
        image = large.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    for quality in range(85, 20, -5):
        small = io.BytesIO()
        image.save(small, "webp", quality=quality, method=6)
        if small.tell() <= MOST:
            break
    path.write_bytes(small.getvalue())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
