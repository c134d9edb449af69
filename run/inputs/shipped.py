"""The cases and studies that come with hebbfilm, by their names."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from hebbfilm.common.hints import did_you_mean

FOLDER = Path(__file__).resolve().parents[1] / "cases"
STUDIES = "studies"
SCHEMA = "case.schema.json"
"""What editors check cases by; tests keep it up to date."""


def names(*, studies: bool) -> list[str]:
    """Of the cases, or of the studies, sorted."""
    folder = FOLDER / STUDIES if studies else FOLDER
    return sorted(file.stem for file in folder.glob("*.toml"))


def titles(*, studies: bool) -> Mapping[str, str]:
    """The title of each by its name."""
    folder = FOLDER / STUDIES if studies else FOLDER
    return {
        name: tomllib.loads((folder / f"{name}.toml").read_text("utf-8")).get("title", "")
        for name in names(studies=studies)
    }


def shipped_file(given: Path, *, studies: bool) -> Path | None:
    """The file that comes with hebbfilm under the name that was given for a case or a study.

    Args:
        given: as it was written; what is there, in the caller's own folder, is meant by itself.
        studies: whether names are of studies; elsewhere, "studies/NAME" is one.

    Returns:
        Its path, from the working directory if it lies in there; None if there is none.
    """
    if given.exists():
        return None
    kinds = [True] if studies else [False, True]
    inside = {
        f"{STUDIES}/{name}" if kind else name: FOLDER / (STUDIES if kind else "") / f"{name}.toml"
        for kind in kinds
        for name in names(studies=kind)
    }
    file = inside.get(f"{STUDIES}/{given}" if studies else str(given))
    if file is None:
        return None
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def meant_instead(missing: Path, noun: str) -> str:
    """The end of a message on a case or a study that is not there: what was likely meant.

    Args:
        missing: its path, which may be that of a folder.
        noun: "case" or "study".
    """
    if (case := missing / "case.toml").is_file():
        return f"; it has a run of {case}: hebbfilm run {missing} --resume goes on with that"
    if missing.is_dir():
        return _of_folder(missing, noun)
    other, command = ("study", "study") if noun == "case" else ("case", "run")
    if str(missing) in names(studies=other == "study"):
        return f"; a {other} has this name: hebbfilm {command} {missing}"
    files = [str(missing.parent / file.name) for file in missing.parent.glob("*.toml")]
    beside = did_you_mean(str(missing), files)
    if beside or missing.parent != Path():
        return beside
    return did_you_mean(missing.stem, names(studies=noun == "study"))


def _of_folder(folder: Path, noun: str) -> str:
    """What to give in place of a folder: files of TOML in it, or cases of the runs in it."""
    within = sorted(folder.glob("*.toml")) or sorted(folder.glob("*/case.toml"))
    if not within:
        return f"; give a {noun} file (TOML)"
    of_study = "" if within[0].parent == folder else ": it has the runs of a study"
    given = (
        "the file of that study, or the case of a run, like" if of_study else "a file in it, like"
    )
    return f"{of_study}; give {given} {within[0]}"
