"""What the files of a run folder tell of the neurons that the contacts of its film make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeAlias

from pydantic import Field
from pydantic.dataclasses import dataclass

from hebbfilm.hopfield import Neuron, Neurons
from hebbfilm.run.folder.schema import STRICT, Word


@dataclass(frozen=True, kw_only=True, config=STRICT)
class NeuronEntry:
    """A neuron by its name, its contacts with signs, and those of its reference: see `Neuron`."""

    name: Word
    contacts: Annotated[tuple[Word, ...], Field(strict=False)]
    reference: Annotated[tuple[Word, ...], Field(strict=False)] = ()


NeuronEntries: TypeAlias = Annotated[tuple[NeuronEntry, ...], Field(strict=False)]
"""In their order; none, as in runs of earlier versions, where each contact is a neuron."""


def neuron_entries(neurons: Neurons) -> tuple[NeuronEntry, ...]:
    """The entries of neurons; none where each contact is one."""
    return tuple(
        NeuronEntry(name=name, contacts=neuron.contacts, reference=neuron.reference)
        for name, neuron in (neurons.given or {}).items()
    )


def neurons_of_entries(contacts: Sequence[str], entries: Sequence[NeuronEntry]) -> Neurons:
    """What `neuron_entries` was made of.

    Args:
        contacts: names of the nodes of the film.
        entries: in their order.

    Raises:
        InputError: entries that do not fit the contacts.
    """
    given = {entry.name: Neuron(entry.contacts, entry.reference) for entry in entries}
    return Neurons(contacts, given or None)
