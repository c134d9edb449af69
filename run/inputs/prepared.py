"""What a case holds, as its sections take it: files read, quantities in SI, no short forms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hebbfilm.common.arguments import check_vector
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.run.inputs.in_si import in_si
from hebbfilm.run.inputs.modules import with_modules_found
from hebbfilm.run.inputs.neurons import with_neurons
from hebbfilm.run.inputs.plausible import check_plausible
from hebbfilm.run.inputs.tables import with_tables_read
from hebbfilm.run.inputs.textures import with_texture_found
from hebbfilm.run.inputs.whole_paths import with_whole_paths
from hebbfilm.solvers.drives.waveforms import LARGEST_FIELD

_YES = (1, "true", "yes", "on")


def prepared(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same as a file holds it, checked as far as that can be without the sections.

    Raises:
        InputError: a file that cannot be read, a quantity of another dimension, or a number that
            cannot be meant.
    """
    whole = with_whole_paths(content, Path())
    of_files = with_texture_found(with_modules_found(with_tables_read(whole)))
    found = with_neurons(_with_tables(in_si(of_files)))
    check_plausible(found)
    _check_amplitudes(found.get("applied_field_waveform"))
    return found


def _with_tables(content: dict[str, Any]) -> dict[str, Any]:
    """The same with an empty table for `oersted = true`, and none for false."""
    given = content.get("oersted", {})
    if isinstance(given, Mapping):
        return content
    if not isinstance(given, bool):
        meant = "; did you mean true?" if given in _YES else ""
        raise InputError(f"oersted = {shown(given)}: must be true, false or a table{meant}")
    rest = {key: value for key, value in content.items() if key != "oersted"}
    return rest | {"oersted": {}} if given else rest


def _check_amplitudes(waveforms: Any) -> None:
    """Raise InputError for a waveform of a contact in place of one of a field."""
    for waveform in waveforms if isinstance(waveforms, list) else []:
        if isinstance(waveform, Mapping) and "amplitude" in waveform:
            given = waveform["amplitude"]
            check_vector("applied_field_waveform.amplitude", given, "A/m", LARGEST_FIELD)
