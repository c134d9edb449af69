"""`manifest.json`: what a run is of, what made it, and the snapshots that it has kept so far."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, model_validator
from pydantic.dataclasses import dataclass

from hebbfilm.common.errors import InputError
from hebbfilm.common.whole_files import write_text
from hebbfilm.hopfield import Neurons
from hebbfilm.hopfield.patterns import Pattern, same_up_to_sign
from hebbfilm.run.folder import files
from hebbfilm.run.folder.checksummed_json import read_checksummed, write_checksummed
from hebbfilm.run.folder.neurons import NeuronEntries, neurons_of_entries
from hebbfilm.run.folder.schema import (
    FORMAT,
    STRICT,
    ContactNames,
    Count,
    NotNegative,
    Positive,
    Word,
)
from hebbfilm.run.folder.session import Session
from hebbfilm.run.folder.snapshots import Snapshot, pvd_text


@dataclass(frozen=True, kw_only=True, config=ConfigDict(**STRICT, populate_by_name=True))
class Manifest:
    """What a run says of itself; what has a default here is missing in runs of earlier versions.

    Args:
        folder: where it stands.
        contacts: their names in node order.
        neurons: that they make, in order; empty where each contact is one.
        thickness: of the film in m, its mean where it differs.
        snapshots: in the order of their times.
        case: of the run, with all defaults.
        title: of the case.
        sessions: in which it was done, in their order: another one wherever it was resumed.
        commit: of the last of them, with "-dirty" where files were changed; empty where that is
            not known.
        versions: of hebbfilm and its libraries, then.
        ranks: that shared the film, then.
        contact_sizes: areas in m².
        region_sizes: areas in m², in the order of their numbers in snapshots.
        mesh: its figures.
        partition: how its vertices were shared out over the ranks.
        terms, torques: of one's own: name, module with its checksum, and parameters with their
            units.
        layers: of metal below and above the film, each with its numbers.
        conventions: by which the numbers are meant.
    """

    folder: Path = Field(exclude=True)
    format: Count = 0
    title: str = ""
    sessions: Annotated[tuple[Session, ...], Field(strict=False)] = ()
    commit: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    ranks: Count = 0
    contacts: ContactNames
    neurons: NeuronEntries = ()
    contact_sizes: dict[Word, NotNegative] = Field(default_factory=dict)
    region_sizes: dict[Word, NotNegative] = Field(default_factory=dict)
    thickness: Positive
    mesh: dict[str, Any] = Field(default_factory=dict)
    partition: dict[str, Count | NotNegative] = Field(default_factory=dict)
    terms: list[dict[str, Any]] = Field(default_factory=list)
    torques: list[dict[str, Any]] = Field(default_factory=list)
    layers: list[dict[str, Any]] = Field(default_factory=list)
    case: dict[str, Any] = Field(default_factory=dict)
    conventions: dict[str, str] = Field(default_factory=dict)
    snapshots: Annotated[tuple[Snapshot, ...], Field(strict=False)] = Field(
        validation_alias="fields", serialization_alias="fields"
    )

    @model_validator(mode="after")
    def _snapshots_fit(self) -> Manifest:
        made = self.as_neurons()
        sizes = {"voltages": (len(made.contacts), "contacts"), "presents": _size(made)}
        for number, entry in enumerate(self.snapshots):
            for name, (size, noun) in sizes.items():
                values = getattr(entry, name)
                if values is not None and len(values) != size:
                    raise ValueError(f"fields.{number}.{name}: {len(values)} for {size} {noun}")
        return self

    def as_neurons(self) -> Neurons:
        """What the contacts make."""
        return neurons_of_entries(self.contacts, self.neurons)

    def names_on_film(self) -> tuple[str, ...]:
        """What to write at each contact: the name of the neuron that it belongs to."""
        return self.as_neurons().names_at_contacts()


def patterns_of(manifest: Manifest) -> list[Pattern]:
    """The stored patterns of a training in their order, whether or not they were presented yet.

    None of a run without patterns, and of one of an earlier version, whose manifest has no case.
    """
    training = manifest.case.get("training") or {}
    neurons = manifest.as_neurons()
    if written := training.get("patterns"):
        return [neurons.pattern(_plain(each)) for each in written]
    shown = [_plain(step.get("pattern")) for step in training.get("steps") or ()]
    found: list[Pattern] = []
    for pattern in (neurons.pattern(each) for each in shown if isinstance(each, str | tuple)):
        # What another step showed, or its negative, is the same stored pattern.
        if not any(same_up_to_sign(pattern, other) for other in found):
            found.append(pattern)
    return found


def _plain(pattern: Any) -> Any:
    return tuple(pattern) if isinstance(pattern, list) else pattern


def _size(made: Neurons) -> tuple[int, str]:
    return len(made.names), "contacts" if made.are_contacts else "neurons"


def write_manifest(manifest: Manifest) -> None:
    """Write `manifest.json` into its folder, and the list of snapshots for ParaView.

    Raises:
        InputError: they cannot be written.
    """
    content = TypeAdapter(Manifest).dump_python(manifest, mode="json", by_alias=True)
    write_checksummed(manifest.folder / files.MANIFEST, {**content, "format": FORMAT})
    write_text(manifest.folder / files.LIST_OF_SNAPSHOTS, pvd_text(manifest.snapshots))


def read_manifest(folder: Path) -> Manifest:
    """Read `manifest.json` of a run folder.

    Raises:
        InputError: the folder is missing, or the manifest is missing or damaged.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such run folder")
    path = folder / files.MANIFEST
    if not path.exists():
        told = f"{folder}: no run is in it, as it has no {path.name}"
        if within := sorted(folder.glob(f"*/{files.MANIFEST}")):
            told += f"; there are runs in it, as in a study: give one, like {within[0].parent}"
        raise InputError(told)
    return read_checksummed(path, Manifest, folder=str(folder))


def sessions_of(folder: Path) -> list[Session]:
    """Those of a run; of one of earlier versions, which kept no list, that which it tells of.

    None of a manifest that is damaged, which is remade when the run goes on.
    """
    try:
        found = read_manifest(folder)
    except InputError:
        return []
    told = Session(commit=found.commit, versions=found.versions, ranks=found.ranks)
    return list(found.sessions) or [told]


def find_snapshot(manifest: Manifest, wanted: str | int | None) -> Snapshot:
    """Pick a snapshot by label, or by number from 0 (−1 is the last); None is the last.

    A label may be shortened; the last snapshot that begins with it is taken.

    Raises:
        InputError: no such snapshot; the message lists those there are.
    """
    snapshots = _kept(manifest)
    text = "-1" if wanted is None else str(wanted)
    if text.lstrip("-").isdigit() and -len(snapshots) <= int(text) < len(snapshots):
        return snapshots[int(text)]
    named = [s for s in snapshots if s.label == text]
    begun = [s for s in snapshots if s.label.startswith(text)]
    if found := named or begun:
        return found[-1]
    raise InputError(
        f"{manifest.folder / files.MANIFEST}: no snapshot '{text}'; there are: "
        f"{told_snapshots(snapshots)}"
    )


def told_snapshots(snapshots: Sequence[Snapshot]) -> str:
    """Numbers and labels, those of one label together: "0 'untrained', 1-19 'relax', 20 'trained'".

    Args:
        snapshots: of a run, from the first.
    """
    told, first = [], 0
    for label, group in groupby(snapshots, key=lambda each: each.label):
        last = first + sum(1 for _ in group) - 1
        told.append(f"{first} '{label}'" if last == first else f"{first}-{last} '{label}'")
        first = last + 1
    return ", ".join(told)


def _kept(manifest: Manifest) -> tuple[Snapshot, ...]:
    """Those there are; raises `InputError` where there are none."""
    if not manifest.snapshots:
        raise InputError(
            f"{manifest.folder / files.MANIFEST}: the run has kept no snapshot yet; the first is "
            "that of the relaxed film: let it go on"
        )
    return manifest.snapshots
