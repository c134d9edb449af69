"""One of the sessions in which a run was done: where it was cut off and resumed, another begins."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field
from pydantic.dataclasses import dataclass

from hebbfilm.run.folder.schema import STRICT, Count, Word


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Session:
    """What did a part of a run.

    Args:
        begins: time in s of the film from which on; it did all up to where the next one begins.
        commit: of the checkout, with "-dirty" where files were changed; empty where unknown.
        versions: of hebbfilm and its libraries.
        ranks: that shared the film.
    """

    begins: float = 0.0
    commit: str = ""
    versions: dict[Word, str] = Field(default_factory=dict)
    ranks: Count = 0


def with_session(sessions: Sequence[Session], now: Session) -> list[Session]:
    """Those before, without what came to nothing, and that which begins now.

    Example:
        >>> first, lost, now = Session(), Session(begins=1e-9), Session(begins=1e-9, ranks=2)
        >>> with_session([first, lost], now) == [first, now]
        True
    """
    return [*(each for each in sessions if each.begins < now.begins), now]
