"""The members of a study: a name and a checked case for each of its runs."""

import copy
import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.run.inputs.case import Case, parse_case
from hebbfilm.run.inputs.layouts import MeshFile
from hebbfilm.run.inputs.settings import set_value
from hebbfilm.run.inputs.whole_paths import with_whole_paths
from hebbfilm.run.inputs.workload import check_workload
from hebbfilm.run.study.axes import Settings
from hebbfilm.run.study.study_file import Study

_LONGEST_NAME = 120


@dataclass(frozen=True)
class Member:
    """One run of a study: the name of its folder, what is special about it, and its whole case."""

    name: str
    settings: Settings
    case: Case


def members_of(study: Study, path: Path) -> list[Member]:
    """All members, each checked as far as that goes without a mesh.

    Args:
        study: the study.
        path: of its file, from whose folder paths start that it varies or sets.

    Raises:
        InputError: what is wrong with the first bad one, its name in front.
    """
    found = []
    for name, settings in zip(member_names(study), study.combinations, strict=True):
        try:
            case = _case(study.base, settings, path.parent)
            _check(case)
        except InputError as error:
            raise InputError(f"{path}: member {name}: {error}") from None
        found.append(Member(name, settings, case))
    return found


def member_names(study: Study) -> list[str]:
    """A readable name for each combination; that of a run stays when a list of values grows.

    Keys are shortened to their last part where that tells them apart. What is too long, or would
    be there twice, ends in a digest of the values.
    """
    last = Counter(key.rpartition(".")[2] for key in study.keys)
    short = {
        key: key.rpartition(".")[2] if last[key.rpartition(".")[2]] == 1 else key
        for key in study.keys
    }
    plain = [
        "_".join(f"{short[key]}={value_text(value)}" for key, value in settings.items())
        for settings in study.combinations
    ]
    times = Counter(plain)
    return [
        name if times[name] == 1 and len(name) <= _LONGEST_NAME else _digested(name, settings)
        for name, settings in zip(plain, study.combinations, strict=True)
    ]


def value_text(value: Any) -> str:
    """A value as it stands in names: short, and without characters that a shell minds."""
    if isinstance(value, float):
        text = f"{value:g}" if float(f"{value:g}") == value else repr(value)
    elif isinstance(value, Mapping):
        text = ",".join(f"{key}={value_text(entry)}" for key, entry in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        text = ",".join(map(value_text, value))
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
    return re.sub(r"[^\w.,=+-]", "", text, flags=re.ASCII)


def _digested(name: str, settings: Settings) -> str:
    digest = hashlib.sha256(json.dumps(settings, default=str).encode()).hexdigest()[:8]
    return f"{name[:_LONGEST_NAME]}~{digest}"


def _case(base: dict[str, Any], settings: Settings, folder: Path) -> Case:
    content = copy.deepcopy(base)
    for key, value in settings.items():
        set_value(content, key, copy.deepcopy(value))
    # Those of the base are whole already.
    return parse_case(with_whole_paths(content, folder))


def _check(case: Case) -> None:
    source = case.film_source()
    check_workload(case, source)
    geometry = source.geometry
    if isinstance(geometry, MeshFile) and not geometry.path.is_file():
        raise InputError(f"layout.path = {geometry.path}: no such file")
