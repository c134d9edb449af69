"""Which contacts make a neuron: one of a film, or several that are tied when they are read.

Two like films, *twins*, may make one network: each neuron has a contact of both. While a pattern is
presented they get voltages of opposite sign, so that what depends on the polarity of the current
cancels; when conductances are read, and in recall, they are tied, and the films conduct in
parallel. The contacts of a further film, never presented with anything, the *reference film*, may
give the conductances that those of the neurons are compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.common.arguments import check_kind, check_names, numbers
from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.messages import shown
from hebbfilm.hopfield.patterns import Pattern, PatternLike, parse_pattern


@dataclass(frozen=True)
class Neuron:
    """The contacts of one neuron, by their names.

    Args:
        contacts: each with the sign that a presented pattern has there, like "+ring_1" or
            "-copy_2_ring_1"; "ring_1" is "+ring_1".
        reference: contacts of a film that is never presented with anything, and in recall gets the
            voltage of the neuron: its current is what the neuron's is compared with, as often as
            the neuron has contacts for each of these.

    Raises:
        InputError: no contact, or one twice.

    Example:
        >>> Neuron(("ring_1", "-copy_2_ring_1")).signs
        {'ring_1': 1, 'copy_2_ring_1': -1}
    """

    contacts: tuple[str, ...]
    reference: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for key in ("contacts", "reference"):
            check_names(f"{key} of a neuron", getattr(self, key))
            if not all(map(_bare, getattr(self, key))):
                raise InputError(f"{key} of a neuron: one has no name")
            object.__setattr__(self, key, tuple(getattr(self, key)))
        if not self.contacts:
            raise InputError("a neuron has no contacts: give at least one, like '+ring_1'")
        names = [*map(_bare, self.contacts), *self.reference]
        for name in names:
            if names.count(name) > 1:
                raise InputError(f"a neuron has contact {shown(name)} twice")

    @property
    def signs(self) -> dict[str, int]:
        """Of each contact that is presented with patterns, 1 or -1."""
        return {_bare(each): -1 if each.startswith("-") else 1 for each in self.contacts}


class Neurons:
    """The N neurons of a film with C contacts.

    Args:
        contacts: names of the nodes of the film.
        given: the neurons by their names, in order; None: each contact is one.

    Raises:
        InputError: a contact that is of no film, of two neurons or of none, or some neurons with a
            reference and some without, or with fewer contacts for each of it.

    Attributes:
        contacts: as given.
        given: the neurons, as given.
        names: of the neurons.
        presentation: (N, C) of 1, -1 and 0: the sign that a pattern has at each contact.
        tied: (N, C) of 1 and 0: which contacts are one in recall and when they are read.
        reference: (N, C), 0 but for those of the reference film: how often their
            currents count, 2 where twins are compared with one.

    Example:
        >>> twins = Neurons(
        ...     ["a", "b", "twin_a", "twin_b"],
        ...     {"a": Neuron(("a", "-twin_a")), "b": Neuron(("b", "-twin_b"))},
        ... )
        >>> twins.presented([1.0, -1.0])
        array([ 1., -1., -1.,  1.])
    """

    def __init__(self, contacts: Sequence[str], given: Mapping[str, Neuron] | None = None) -> None:
        # Names of one letter may be written as one text.
        check_names("contacts of a film", contacts if not isinstance(contacts, str) else [])
        self.contacts, self.given = tuple(contacts), given
        if given is not None:
            _check_given(given)
        neurons = {name: Neuron((name,)) for name in contacts} if given is None else dict(given)
        self.names = tuple(neurons)
        shape = len(neurons), len(self.contacts)
        self.presentation, self.reference = np.zeros(shape), np.zeros(shape)
        for row, (name, neuron) in enumerate(neurons.items()):
            for contact, sign in neuron.signs.items():
                self.presentation[row, self._column(name, contact)] = sign
            for contact in neuron.reference:
                self.reference[row, self._column(name, contact)] = 1
        self.tied = np.abs(self.presentation)
        self._require_each_once()
        if self.has_reference:
            self.reference *= self._times_counted()

    @staticmethod
    def of(contacts: Sequence[str] | Neurons) -> Neurons:
        """Neurons as they are, or one for each of the contacts."""
        return contacts if isinstance(contacts, Neurons) else Neurons(contacts)

    @property
    def has_reference(self) -> bool:
        """Whether a film is there to compare with."""
        return bool(self.reference.any())

    @property
    def are_contacts(self) -> bool:
        """Whether each contact is one neuron, as it is by default."""
        return np.array_equal(self.presentation, np.eye(len(self.contacts)))

    def names_at_contacts(self) -> tuple[str, ...]:
        """The name of the neuron that each contact belongs to, C of them."""
        # Of a film without contacts there is no largest entry.
        rows = np.argmax(self.tied + self.reference, axis=0) if self.names else ()
        return tuple(self.names[row] for row in rows)

    def pattern(self, value: PatternLike) -> Pattern:
        """A pattern as a person writes it, with one sign for each neuron, (N,).

        Raises:
            InputError: as `parse_pattern`.
        """
        noun = "contact" if self.are_contacts else "neuron"
        return parse_pattern(value, names=self.names, noun=noun)

    def presented(self, voltages: ArrayLike) -> FloatArray:
        """Of all contacts in V, (C,), while the neurons are presented with (N,) V."""
        found: FloatArray = self._of_neurons("voltages", voltages) @ self.presentation
        return found

    def unlearnt(self, voltages: ArrayLike) -> FloatArray:
        """Of all contacts in V, (C,), while the reference film alone gets (N,) V of the neurons.

        Raises:
            InputError: there is no reference film.
        """
        if not self.has_reference:
            raise InputError(
                "training.steps has a state to unlearn, and the neurons have no reference film "
                "that could get it: neurons = 'reference' with layout.copies = 2, for example"
            )
        found: FloatArray = self._of_neurons("voltages", voltages) @ (self.reference > 0)
        return found

    def recalling(self, voltages: ArrayLike) -> FloatArray:
        """Of all contacts in V, (C,), while the neurons are at (N,) V in recall."""
        given = self._of_neurons("voltages", voltages)
        found: FloatArray = given @ (self.tied + (self.reference > 0))
        return found

    @property
    def shares(self) -> FloatArray:
        """Of each contact in the voltage of its neuron in recall, a mean over contacts, (N, C)."""
        found: FloatArray = self.tied / self.tied.sum(axis=1, keepdims=True)
        return found

    def voltages(self, voltages: ArrayLike) -> FloatArray:
        """Of the neurons in V, (…, N), that are presented where contacts are at (…, C) V.

        Of contacts that no one voltage of a neuron would give, as they were driven one by one, it
        is the mean of what each stands for.
        """
        shares = self.presentation / self.tied.sum(axis=1)[:, None]
        found: FloatArray = self._of_contacts("voltages", voltages) @ shares.T
        return found

    def currents(self, currents: ArrayLike) -> FloatArray:
        """Of the neurons in A, (N,), less those of the reference, for the contacts' (C,) A."""
        found: FloatArray = (self.tied - self.reference) @ self._of_contacts("currents", currents)
        return found

    def conductance(self, conductance: ArrayLike) -> FloatArray:
        """Between the neurons in S, (N, N), of the contacts' conductance matrix G, (C, C), S."""
        found: FloatArray = self.tied @ self._matrix(conductance) @ self.tied.T
        return found

    def reference_conductance(self, conductance: ArrayLike) -> FloatArray | None:
        """The same of the reference film, as often as it counts; None without one."""
        if not self.has_reference:
            return None
        once = self._matrix(conductance) @ (self.reference > 0).T
        found: FloatArray = self.reference @ once
        return found

    def _of_neurons(self, name: str, value: ArrayLike) -> FloatArray:
        return numbers(f"{name} of neurons", value, len(self.names))

    def _of_contacts(self, name: str, value: ArrayLike) -> FloatArray:
        return numbers(f"{name} of contacts", value, len(self.contacts))

    def _matrix(self, conductance: ArrayLike) -> FloatArray:
        found = self._of_contacts("conductance matrix", conductance)
        if found.shape[-2:] != 2 * (len(self.contacts),):
            raise InputError(
                f"conductance matrix of contacts: of shape {found.shape}, must be "
                f"{(len(self.contacts), len(self.contacts))}"
            )
        return found

    def _times_counted(self) -> float:
        """How many contacts a neuron has for each of its reference: the same in all of them."""
        counts = self.tied.sum(axis=1) / self.reference.sum(axis=1)
        for name, count in zip(self.names, counts, strict=True):
            if count != counts[0]:
                raise InputError(
                    f"neurons.{name}: has {count:g} contacts for each of its reference, "
                    f"{self.names[0]} {counts[0]:g}: must be the same in all"
                )
        return float(counts[0])

    def _column(self, neuron: str, contact: str) -> int:
        if contact not in self.contacts:
            raise InputError(
                f"neurons.{neuron}: contact {shown(contact)}: {allowed_are(contact, self.contacts)}"
            )
        return self.contacts.index(contact)

    def _require_each_once(self) -> None:
        uses = (self.tied + self.reference).sum(axis=0)
        for contact, count in zip(self.contacts, uses, strict=True):
            if count != 1:
                what = "is of two neurons" if count else "is of no neuron"
                raise InputError(f"neurons: contact {shown(contact)} {what}; must be of one")
        with_one = self.reference.any(axis=1)
        if with_one.any() and not with_one.all():
            name = self.names[int(np.argmin(with_one))]
            raise InputError(f"neurons.{name}: has no reference, as the others have")


def _check_given(given: Mapping[str, Neuron]) -> None:
    check_kind("neurons", given, Mapping)
    for name, neuron in given.items():
        check_kind(f"neurons.{name}", neuron, Neuron)


def _bare(contact: str) -> str:
    return contact[1:] if contact[:1] in "+-" else contact
