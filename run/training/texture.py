"""What a run notes of its texture, beside rows of the table."""

from collections.abc import Sequence
from math import isnan
from typing import Any, cast

from hebbfilm.common.errors import InputError
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.folder.texture import TextureEntry
from hebbfilm.solvers import Film
from hebbfilm.solvers.magnetisation.observables.texture_measures import UNITS


def texture_entry(film: Film) -> TextureEntry | None:
    """The figures of this moment; None of a film on which there is no plane; collective."""
    try:
        found = film.texture_measures()
    except InputError:
        return None
    figures: dict[str, Any] = {name: getattr(found, name) for name in UNITS}
    known = {name: None if isnan(value) else value for name, value in figures.items()}
    return TextureEntry(**cast(dict[str, Any], known))


def textures_at(snapshots: Sequence[Snapshot], labels: Sequence[str]) -> dict[str, TextureEntry]:
    """Those of the snapshots that have one of the labels, as the summary has them."""
    found = {shot.label: shot.texture for shot in snapshots if shot.texture is not None}
    return {label: found[label] for label in labels if label in found}
