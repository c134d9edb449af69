"""How long a job may take: as asked for, or as Slurm has it."""

import re
import time
from collections.abc import Mapping

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.run.job.interruption import LEAST_LEFT

_ENVIRONMENT = "SLURM_JOB_END_TIME"
_FORMS = "M, M:S, H:M:S, D-H, D-H:M or D-H:M:S, like 02:30:00 for two hours and a half"
_PATTERN = re.compile(r"(?:(?P<days>\d{1,6})-)?(?P<clock>\d{1,9}(?::\d{1,9}){0,2})")
_LEAST = 2 * LEAST_LEFT


def end_of_job(
    comm: MPI.Intracomm, asked: str | None, start: float, environment: Mapping[str, str]
) -> float | None:
    """When the wall time is over, in s since 1970, the same on all ranks; None for never.

    Args:
        comm: of the job; the environment of rank 0 counts.
        asked: the wall time that the user gives, which outweighs that of Slurm.
        start: when the job began, in s since 1970.
        environment: may hold SLURM_JOB_END_TIME.

    Raises:
        InputError: neither of Slurm's forms, or shorter than it takes to stop.
    """

    def find() -> float | None:
        if asked is not None:
            return start + parse_walltime(asked)
        return _end_by_slurm(environment)

    end: float | None = comm.bcast(on_root(comm, find))
    return end


def parse_walltime(text: str) -> float:
    """A wall time in s, from one of the forms of Slurm's --time.

    Raises:
        InputError: of another form, or shorter than it takes to stop.
    """
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        raise InputError(f"--walltime {text}: allowed are {_FORMS}{_likely_slip(text)}")
    parts = [int(part) for part in match["clock"].split(":")]
    if match["days"] is not None:
        hours, minutes, seconds = [*parts, 0, 0][:3]
    elif len(parts) == 3:
        hours, minutes, seconds = parts
    else:
        hours, (minutes, seconds) = 0, [*parts, 0][:2]
    total = 60.0 * (60 * (24 * int(match["days"] or 0) + hours) + minutes) + seconds
    if total < _LEAST:
        raise InputError(
            f"--walltime {text}: is {total:g} s; must be {_LEAST:g} s or more, as saving the state "
            f"and ending take up to {LEAST_LEFT:g} s"
        )
    return total


def _likely_slip(text: str) -> str:
    match = re.fullmatch(r"(\d+)\s*([hms]).*", text.strip())
    if match is None:
        return ""
    number = int(match[1])
    meant = {"h": f"{number}:00:00", "m": f"{number}:00", "s": f"0:{number}"}[match[2]]
    return f"; did you mean {meant}?"


def _end_by_slurm(environment: Mapping[str, str]) -> float | None:
    text = environment.get(_ENVIRONMENT)
    if not text:
        return None
    try:
        end = float(text)
    except ValueError:
        end = 0.0
    # A length of time in place of a moment would end every run at its first sample.
    if not abs(end - time.time()) < 10 * 365 * 86400:
        raise InputError(
            f"{_ENVIRONMENT} = {text}: must be a time of these years in s since 1970, as Slurm "
            "sets it; --walltime gives the length of a job"
        )
    return end
