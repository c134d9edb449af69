"""Adding up where time goes, measured from inside."""

import importlib
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import reduce, wraps
from typing import Any, NamedTuple
from unittest.mock import patch


class Place(NamedTuple):
    """A function whose time counts.

    Args:
        part: of the time.
        where: its module, and after a colon its name there, like "module:Class.method".
        whole: whether all that it calls counts as that part, too; else other parts in it do not.
    """

    part: str
    where: str
    whole: bool = False


class Stopwatch:
    """Adds up the time in each part of a run, without that in other parts inside it.

    Attributes:
        seconds: in each part so far.
        calls: of each function so far.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()
        self._inside = 0.0
        self._in_a_whole = False

    def timed(
        self, part: str, name: str, work: Callable[..., Any], *, whole: bool = False
    ) -> Callable[..., Any]:
        """The same function, whose time counts as that of a part.

        Args:
            part: of the time.
            name: of the function.
            work: the function.
            whole: whether other parts inside it count as this one.
        """

        @wraps(work)
        def wrapped(*arguments: Any, **options: Any) -> Any:
            if self._in_a_whole:
                return work(*arguments, **options)
            before, self._inside, self._in_a_whole = self._inside, 0.0, whole
            start = time.perf_counter()
            try:
                return work(*arguments, **options)
            finally:
                elapsed = time.perf_counter() - start
                self.seconds[part] += elapsed - self._inside
                self.calls[name] += 1
                self._inside, self._in_a_whole = before + elapsed, False

        return wrapped

    def rest(self, part: str, whole: float) -> None:
        """Count as a part what is left of `whole` s."""
        self.seconds[part] += whole - sum(self.seconds.values())


@contextmanager
def watching(watch: Stopwatch, places: Iterable[Place]) -> Iterator[None]:
    """Time these functions inside; each call takes half a microsecond longer.

    Args:
        watch: adds them up.
        places: the functions; their modules are loaded.
    """
    with ExitStack() as patches:
        for part, where, whole in places:
            owner, name = _found(where)
            work = watch.timed(part, name, getattr(owner, name), whole=whole)
            patches.enter_context(patch.object(owner, name, work))
        yield


def _found(where: str) -> tuple[Any, str]:
    """What holds a function, and its name there."""
    module, _, path = where.partition(":")
    *owners, name = path.split(".")
    return reduce(getattr, owners, importlib.import_module(module)), name
