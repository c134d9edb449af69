"""`hebbfilm network`: analyse the network of a run, or those of all runs of a study."""

from collections.abc import Mapping
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure

from hebbfilm.hopfield import Reference
from hebbfilm.run.analysis.network import analyse_run, analyse_study
from hebbfilm.run.analysis.network_text import run_text, study_text
from hebbfilm.run.folder.learnt import read_learnt
from hebbfilm.run.folder.reader import finished_runs, read_run
from hebbfilm.run.folder.writer import RunFolder
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.network import run_pictures, study_pictures

FOLDER = "network"


def analyse(folder: Path, json: Path | None = None, reference: Reference | None = None) -> str:
    """Analyse, draw into the folder's own folder `network/`, and tell.

    Args:
        folder: of a run, or of a study.
        json: where to write every figure.
        reference: by which to read weights; None: that of each run.

    Returns:
        The text for the terminal.

    Raises:
        InputError: there is no run, or a file of it is missing or damaged.
    """
    runs = finished_runs(folder)
    if runs == [folder]:
        learnt = read_learnt(folder, reference)
        found = analyse_run(learnt)
        text = run_text(found)
        with rc_context(style.STYLE):
            drawn = run_pictures(read_run(folder), learnt, found)
            _save(drawn, folder)
    else:
        found = analyse_study(
            {str(run.relative_to(folder)): read_learnt(run, reference) for run in runs}
        )
        text = study_text(found)
        with rc_context(style.STYLE):
            _save(study_pictures(found), folder)
    lines = [text, "", f"Pictures: {folder / FOLDER}"]
    if json is not None:
        RunFolder(json.parent).write_json(json.name, found)
        lines.append(f"Figures: {json}")
    return "\n".join(lines)


def _save(figures: Mapping[str, Figure], folder: Path) -> None:
    for name, figure in figures.items():
        style.save(figure, folder / FOLDER / f"{name}.png")
