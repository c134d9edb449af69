"""The part of a study that one job of an array takes."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from hebbfilm.common.errors import InputError

T = TypeVar("T")


def part_of(members: Sequence[T], asked: str | None, environment: Mapping[str, str]) -> Sequence[T]:
    """Every N-th member from the K-th on: neighbours, alike in cost, go to different jobs.

    Args:
        members: of the study.
        asked: "K/N", which outweighs what Slurm says.
        environment: may hold the place in an array of jobs of Slurm.

    Raises:
        InputError: not of that form, or K is not one of 1 to N.
    """
    if asked is not None:
        place, count = _parse(asked)
    elif environment.get("SLURM_ARRAY_TASK_ID"):
        place, count = _by_slurm(environment)
    else:
        return members
    return members[place - 1 :: count]


def _parse(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,9})/([1-9]\d{0,8})", text.strip())
    if match is None:
        raise InputError(f"--part {text}: write K/N, like 2/10 for the second of ten parts")
    place, count = int(match[1]), int(match[2])
    if not 1 <= place <= count:
        slip = "; parts are counted from 1" if place == 0 else ""
        raise InputError(f"--part {text}: the first number must be 1 to {count}{slip}")
    return place, count


def _by_slurm(environment: Mapping[str, str]) -> tuple[int, int]:
    shown = f"SLURM_ARRAY_TASK_ID = {environment['SLURM_ARRAY_TASK_ID']}"
    names = ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_COUNT")
    try:
        number, first, count = (int(environment[name]) for name in names)
        step = int(environment.get("SLURM_ARRAY_TASK_STEP") or 1)
    except (KeyError, ValueError):
        raise InputError(
            f"{shown}: no array of jobs that can be counted: give --part K/N"
        ) from None
    place, rest = divmod(number - first, step)
    if rest or not 0 <= place < count:
        raise InputError(
            f"{shown}: the array has gaps; number it evenly, like --array=1-{count}, or give "
            "--part K/N"
        )
    return place + 1, count
