"""Names of contacts from the texts of a drawing."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.messages import shown
from hebbfilm.common.text import some_of
from hebbfilm.meshing.bounds import LONGEST_NAME, check_names

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")
_SIGNS = {"+": "plus", "−": "minus", "'": "prime", "′": "prime", "’": "prime"}
_MINUS_AT_AN_END = re.compile(r"^\s*[-–]|[-–]\s*$")  # elsewhere it is a hyphen


@dataclass(frozen=True)
class Naming:
    """What a person says of the texts in the layers of contacts.

    Args:
        rename: text → the name of its contact, or one for each of the contacts that have it.
        ignore: texts that name nothing.
    """

    rename: Mapping[str, str | Sequence[str]]
    ignore: Sequence[str]

    def check_texts(self, texts: Iterable[str]) -> None:
        """Raise LayoutError unless the drawing has all texts that are spoken of."""
        known = set(texts)
        for key, spoken in (("rename", list(self.rename)), ("ignore", self.ignore)):
            for text in spoken:
                if text not in known:
                    raise LayoutError(
                        f"layout.{key}: the layers of contacts hold no text {shown(text)} "
                        f"(texts: {some_of(sorted(known))}){did_you_mean(text, known, quoted=True)}"
                    )

    def names(self, texts: Sequence[str | None], otherwise: Sequence[str]) -> list[str]:
        """The names of contacts in their order.

        Args:
            texts: of each; None where it has none.
            otherwise: the names of those without a text.

        Raises:
            LayoutError: two contacts of one name, or a text that no name can be made of.
        """
        times = Counter(text for text in texts if text is not None)
        given = {text: iter(self._names_of(text, number)) for text, number in times.items()}
        names = [
            name if text is None else next(given[text])
            for text, name in zip(texts, otherwise, strict=True)
        ]
        sources: dict[str, str] = {}
        for name, text in zip(names, texts, strict=True):
            source = f"the text {shown(text)}" if text else "the key of a layer"
            if name in sources:
                raise LayoutError(
                    f"layout.contacts: {sources[name]} and {source} both make the name {name!r}; "
                    "give one another by layout.rename"
                )
            sources[name] = source
        return names

    def _names_of(self, text: str, number: int) -> list[str]:
        given = self.rename.get(text)
        if given is None:
            names = [_made_of(text)]
        else:
            names = [given] if isinstance(given, str) else list(given)
            check_names(names)
        if len(names) != number:
            stem = plain_name(text) or "contact"
            several = ", ".join(f'"{stem}_{k}"' for k in range(1, min(number, 4) + 1))
            more = ", …" if number > 4 else ""
            raise LayoutError(
                f"layout.contacts: the text {shown(text)} names {number} contacts; give each a "
                f"name, anticlockwise from the film's right: layout.rename = "
                f"{{ {_key(text)} = [{several}{more}] }}"
            )
        return names


def _made_of(text: str) -> str:
    name = plain_name(text)
    if not name:
        why = "no name can be made of it"
    elif name == "film":
        why = "that is the film's own name"
    elif len(name) > LONGEST_NAME:
        why = f"it is longer than {LONGEST_NAME} characters"
    else:
        return name
    raise LayoutError(
        f"layout.contacts: the text {shown(text)} names a contact, but {why}; give another of "
        f"letters, digits and underscores, layout.rename = {{ {_key(text)} = … }}, or leave "
        "it out by layout.ignore"
    )


def plain_name(text: str) -> str:
    """Letters, digits and underscores that stand for a text; none if a letter has no such form."""
    if _NAME.fullmatch(text):
        return text
    words = ""
    for character in unicodedata.normalize("NFKD", _MINUS_AT_AN_END.sub("−", text)):
        if character in _SIGNS:
            words += f" {_SIGNS[character]} "
        elif character.isascii():
            words += character if character.isalnum() else " "
        elif (name := unicodedata.name(character, "")).startswith("GREEK"):
            words += f" {name.split()[-1].lower()} "
        elif character.isalnum() or unicodedata.category(character) == "Cc":
            return ""  # a control character beyond ASCII is a letter in another encoding
        elif not unicodedata.combining(character):
            words += " "
    return "_".join(words.split())


def _key(text: str) -> str:
    """A text as a key of TOML."""
    return json.dumps(text, ensure_ascii=not text.isprintable())
