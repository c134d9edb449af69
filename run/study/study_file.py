"""Study files: a case and what is varied in it, in TOML."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are, check_keys
from hebbfilm.common.messages import shown
from hebbfilm.run.inputs.case import read_content
from hebbfilm.run.inputs.in_si import value_in_si
from hebbfilm.run.inputs.paths import path_from
from hebbfilm.run.inputs.settings import apply_setting, flat, read_toml, set_value
from hebbfilm.run.study.axes import (
    Axis,
    Choices,
    Interval,
    Settings,
    all_combinations,
    some_combinations,
)
from hebbfilm.run.study.study_keys import MOST_RUNS, SPACINGS, Sample, StudyFile, Vary, keys_of

_SEED = "initial.seed"


@dataclass(frozen=True)
class Study:
    """A study as its file describes it.

    Args:
        title: of the study.
        base: the case, as nested mappings, before anything is varied.
        keys: dotted keys that are varied, in order.
        combinations: values at these keys, one a run.
        pictures: whether every run draws its own.
    """

    title: str
    base: dict[str, Any]
    keys: tuple[str, ...]
    combinations: tuple[Settings, ...]
    pictures: bool


def read_study(path: Path, settings: Iterable[str] = ()) -> Study:
    """Read a study file.

    Args:
        path: of the TOML file.
        settings: "section.key=value" that overrule the case in all runs.

    Raises:
        InputError: one line that names the key, the value, what is allowed and the likely slip.
    """
    content = read_toml(path, "study")
    settings = list(settings)
    if "layout" in content and "case" not in content:
        raise InputError(f"{path}: is a case, of one run: hebbfilm run {path} does it")
    try:
        check_keys(content, keys_of(StudyFile), "at the top of the study")
        case = _take(content, "case", str, "the path of a case file")
        most = _take(content, "most_runs", int, "a whole number", MOST_RUNS)
        axes = _axes(content, most)
        keys = tuple(key for axis in axes for key in axis.keys)
        common = flat(_take(content, "set", dict, "a table", {}))
        _check_once(keys, [*common, *(text.partition("=")[0].strip() for text in settings)])
        sample = _take(content, "sample", dict, "a table", None)
        combinations = _combinations(axes, sample, most)
        title = _take(content, "title", str, "text", path.stem)
        pictures = _take(content, "pictures", bool, "true or false", False)
        if not isinstance(case, str):
            raise InputError('case is missing: name the case that is varied, like case = "a.toml"')
        base = read_content(path_from(case, path.parent))
        for key, value in common.items():
            set_value(base, key, value)
        for setting in settings:
            apply_setting(base, setting)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    return Study(title, base, keys, tuple(combinations), pictures)


def _axes(content: Mapping[str, Any], most: int) -> list[Axis]:
    axes = [_vary(table, most) for table in _tables(content, "vary")]
    axes += [_zip(table) for table in _tables(content, "zip")]
    seeds = content.get("seeds")
    if seeds is not None:
        # A number of seeds is as good as their list.
        is_count = isinstance(seeds, int) and not isinstance(seeds, bool)
        if is_count:
            if seeds < 1:
                raise InputError(f"seeds = {seeds}: must be 1 or more, or a list of seeds")
            _require_runs(seeds, most, f"seeds = {seeds}")
        axes.append(_choices(_SEED, list(range(1, seeds + 1)) if is_count else seeds, "seeds"))
    if not axes:
        raise InputError("nothing is varied: give at least one [[vary]], [[zip]] or seeds")
    return axes


def _vary(table: Mapping[str, Any], most: int) -> Axis:
    check_keys(table, keys_of(Vary), "in [[vary]]")
    key = _take(table, "key", str, "a key of the case, like 'training.voltage'", None)
    if not key or not all(key.split(".")):
        raise InputError("[[vary]] needs a key of the case, like key = 'training.voltage'")
    where = f"[[vary]] {key}"
    if "values" in table:
        check_keys(table, ("key", "values"), f"beside values in {where}")
        return _choices(key, table["values"], f"{where}: values")
    interval = _interval(key, table, where)
    count = _take(table, "count", int, "a whole number", None)
    if count is None:
        return interval
    if count < 2:
        raise InputError(f"{where}: count = {count}: must be 2 or more")
    _require_runs(count, most, f"{where}: count = {count}")
    return interval.grid(count)


def _interval(key: str, table: Mapping[str, Any], where: str) -> Interval:
    bounds = [_in_si(key, table.get(end), f"{where}: {end}") for end in ("from", "to")]
    if not all(isinstance(b, int | float) and not isinstance(b, bool) for b in bounds):
        raise InputError(f"{where}: give a list of values, or numbers from and to")
    low, high = map(float, bounds)
    spacing = table.get("spacing", "linear")
    if spacing not in SPACINGS:
        raise InputError(f"{where}: spacing = {shown(spacing)}: {allowed_are(spacing, SPACINGS)}")
    if not low < high:
        raise InputError(f"{where}: from = {low:g} must be less than to = {high:g}")
    if spacing == "logarithmic" and low <= 0:
        raise InputError(f"{where}: from = {low:g}: must be positive for logarithmic spacing")
    return Interval(key, low, high, spacing == "logarithmic")


def _zip(table: Mapping[str, Any]) -> Choices:
    lists = flat(table)
    for key, values in lists.items():
        _check_list(values, f"[[zip]] {key}")
    lengths = {key: len(values) for key, values in lists.items()}
    if len(set(lengths.values())) != 1:
        shown = ", ".join(f"{key} has {length}" for key, length in lengths.items()) or "none there"
        raise InputError(f"[[zip]] needs lists of one length, whose entries go together: {shown}")
    rows = zip(*lists.values(), strict=True)
    options = [
        {key: _in_si(key, value, f"[[zip]] {key}") for key, value in zip(lists, row, strict=True)}
        for row in rows
    ]
    _check_distinct(options, f"[[zip]] {', '.join(lists)}")
    return Choices(tuple(lists), tuple(options))


def _choices(key: str, values: Any, where: str) -> Choices:
    _check_list(values, where)
    options = [{key: _in_si(key, value, where)} for value in values]
    _check_distinct(options, where)
    return Choices((key,), tuple(options))


def _combinations(
    axes: Sequence[Axis], sample: Mapping[str, Any] | None, most: int
) -> list[Settings]:
    every = prod(len(axis.options) for axis in axes if isinstance(axis, Choices))
    if sample is None:
        _require_runs(every, most, "all combinations")
        return all_combinations(axes)
    check_keys(sample, keys_of(Sample), "in [sample]")
    count = _take(sample, "count", int, "a whole number", None)
    if count is None or count < 1:
        raise InputError(f"[sample] count = {count}: must be 1 or more")
    _require_runs(count, most, f"[sample] count = {count}")
    if all(isinstance(axis, Choices) for axis in axes):
        _require_runs(every, 100 * most, "all combinations, of which some are drawn")
    seed = _take(sample, "seed", int, "a whole number", 1)
    if seed < 0:
        raise InputError(f"[sample] seed = {seed}: must be 0 or more")
    return some_combinations(axes, count, seed)


def _require_runs(number: int, most: int, cause: str) -> None:
    if number > most:
        raise InputError(
            f"{cause} would make {number:.6g} runs; {most} are allowed. If that was meant, raise "
            "most_runs"
        )


def _tables(content: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    tables = content.get(name, [])
    if isinstance(tables, Mapping):
        raise InputError(f"[{name}]: may stand several times, so write it as [[{name}]]")
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        raise InputError(f"{name} = {shown(tables)}: must be tables, each written as [[{name}]]")
    return tables


def _take(content: Mapping[str, Any], key: str, kind: type, what: str, default: Any = None) -> Any:
    value = content.get(key, default)
    wrong = not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)
    if key in content and wrong:
        raise InputError(f"{key} = {shown(value)}: must be {what}")
    return value


def _in_si(key: str, value: Any, where: str) -> Any:
    try:
        return value_in_si(key, value)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _check_list(values: Any, where: str) -> None:
    if not isinstance(values, list) or not values:
        raise InputError(f"{where} = {shown(values)}: must be a list with at least one entry")


def _check_distinct(options: Sequence[Settings], where: str) -> None:
    for number, option in enumerate(options):
        if option in options[:number]:
            twice = ", ".join(str(value) for value in option.values())
            raise InputError(f"{where}: {twice} stands there twice")


def _check_once(varied: Sequence[str], fixed: Sequence[str]) -> None:
    """That no key is given in two ways, nor a section beside a key in it."""
    for number, key in enumerate(varied):
        others = [*varied[:number], *varied[number + 1 :], *fixed]
        for other in others:
            if key == other or key.startswith(f"{other}.") or other.startswith(f"{key}."):
                raise InputError(f"{key} is varied, and {other} is given beside it: give it once")
