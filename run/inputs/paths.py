"""Paths as people write them, "~" for home included."""

import argparse
from pathlib import Path

from hebbfilm.common.errors import InputError


def path_from(text: str, folder: Path = Path()) -> Path:
    """The path that a text means.

    Args:
        text: as it is written; "~" and "~name" at its beginning are home folders.
        folder: that it starts from, unless it is absolute.

    Raises:
        InputError: a home folder that nobody has.
    """
    try:
        return folder / Path(text).expanduser()
    except RuntimeError:
        raise InputError(f"{text}: nobody has this home folder") from None


def path_argument(text: str) -> Path:
    """The same for argparse: shells leave a "~" as it is in --out=~/film.

    Raises:
        ArgumentTypeError: an empty text, which stands for a variable that is not set rather than
            for this folder; or a home folder that nobody has.
    """
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty: write . for the folder that you are in")
    try:
        return path_from(text)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
