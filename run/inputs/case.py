"""Case files: one TOML a run, checked before anything is meshed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hebbfilm.common.errors import InputError
from hebbfilm.common.schema import checked
from hebbfilm.run.inputs.case_model import Case as Case
from hebbfilm.run.inputs.content import check_content
from hebbfilm.run.inputs.explaining import explained
from hebbfilm.run.inputs.layers import (
    regions_of,
    require_no_elements,
)
from hebbfilm.run.inputs.neurons import have_reference
from hebbfilm.run.inputs.prepared import prepared
from hebbfilm.run.inputs.regions import (
    check_different,
)
from hebbfilm.run.inputs.settings import apply_setting, read_toml
from hebbfilm.run.inputs.whole_paths import with_whole_paths
from hebbfilm.solvers.layers.layer import require_layers_apart


def read_case(path: Path | str, settings: Iterable[str] = ()) -> Case:
    """Read a case file.

    Args:
        path: of the TOML file.
        settings: "section.key=value" that overrule the file.

    Raises:
        InputError: one line that names the key, the value, what is allowed and the likely slip.
    """
    content = read_content(Path(path), settings)
    try:
        return parse_case(content)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def read_content(path: Path, settings: Iterable[str] = ()) -> dict[str, Any]:
    """What a case file holds, as nested mappings that `parse_case` takes; see `read_case`.

    Paths are whole, so that the copy in the run folder finds the same files.

    Raises:
        InputError: a case file that cannot be read, or a setting that is none.
    """
    content = read_toml(path, "case")
    if "layout" not in content and isinstance(content.get("case"), str):
        raise InputError(f"{path}: is a study, of many runs: hebbfilm study {path} does them")
    for setting in settings:
        apply_setting(content, setting)
    try:
        check_content(content)
    except InputError as error:
        raise InputError(f"--set: {error}") from None
    try:
        found: dict[str, Any] = with_whole_paths(content, path.parent)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    return found


def parse_case(content: Mapping[str, Any]) -> Case:
    """Check a case given as nested mappings.

    Raises:
        InputError: see `read_case`.

    Example:
        >>> case = parse_case({"layout": {"kind": "wheel"}, "training": {"patterns": ["++--"]}})
        >>> case.training.voltage, case.film_source().geometry.contact_names
        (0.05, ('rim_1', 'rim_2', 'rim_3', 'centre'))
    """
    check_content(content)
    content = prepared(content)
    try:
        case = checked(Case, content)
    except ValidationError as error:
        raise InputError(explained(error, content)) from None
    case.reading.rule()
    # So many as are refused for their number are not looked through.
    if case.training is not None and case.training.reading_count <= case.limits.fields:
        case.reading.require_moments(case.training.labels(), have_reference(case.neurons))
    case.modules()
    if case.training is not None and case.protocol is not None:
        raise InputError("[training] and [protocol]: a run has one of them; leave the other out")
    if case.recall is not None and case.training is None:
        raise InputError("[recall]: nothing is learnt that could be recalled; add a [training]")
    check_different(case.regions, regions_of(case.layers))
    require_layers_apart(case.film_layers())
    case.film_material()
    if case.numerics.dimension == 2:
        require_no_elements(case.layers)
    if case.heat is not None:
        case.heat.require_noise_of(case.thermal.temperature)
    return case
