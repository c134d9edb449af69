"""The current of a contact, where a source prescribes that and not a voltage."""

from dataclasses import dataclass

from hebbfilm.common.arguments import check_number


@dataclass(frozen=True)
class Current:
    """A contact that a current source feeds: an equipotential with this total current.

    Args:
        amperes: into the film in A.

    Raises:
        InputError: not a finite number.

    Example:
        >>> -Current(1e-6)
        Current(amperes=-1e-06)
    """

    amperes: float

    def __post_init__(self) -> None:
        check_number("current of a contact", self.amperes, "A")
        object.__setattr__(self, "amperes", float(self.amperes))

    def __neg__(self) -> "Current":
        return Current(-self.amperes)
