"""All keys of cases and studies."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from hebbfilm.run.inputs.case_schema import case_schema
from hebbfilm.run.inputs.key_sections import Key, KeySection, Sections

TOP = "case"
"""Of the section of the keys at the top of a case."""


@cache
def key_list() -> tuple[Key, ...]:
    """All keys of a case; those of several kinds of layouts stand there for each.

    Example:
        >>> [key.default for key in key_list() if key.name == "training.voltage"]
        [0.05]
    """
    return tuple(key for section in key_sections() for key in section.keys)


@cache
def key_sections() -> tuple[KeySection, ...]:
    """The same by sections: what is within a section follows it, what is shared stands last."""
    top, *others = Sections(case_schema()).ordered()
    return replace(top, name=TOP), *others
