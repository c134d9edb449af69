"""The moments of a training at which the conductances of the film are read, by their labels."""

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown

UNTRAINED = "untrained"
TRAINED = "trained"
UNIFORM = "uniform"
REFERENCE_FILM = "reference_film"

_OWN = {
    UNTRAINED: "the film before the training",
    TRAINED: "the film after it",
    UNIFORM: "the same film with m along z",
    REFERENCE_FILM: "a film that is never presented with anything",
    "before": "the film before the training",
    "after": "the film after it",
    "recalled": "the film after a circuit has recalled on it",
}
"""Labels that are given already."""
_LONGEST = 60


def check_label(label: str, what: str) -> None:
    """Raise InputError unless a moment can be called so.

    Args:
        label: of a reading.
        what: has it, like "training.steps.read".
    """
    if not isinstance(label, str):
        raise InputError(f"{what} = {shown(label)}: must be a label, like 'after A'")
    if label in _OWN:
        raise InputError(f"{what} = {shown(label)}: is {_OWN[label]} already; choose another label")
    if not label.strip() or label != label.strip() or not label.isprintable() or label[0] == "-":
        raise InputError(
            f"{what} = {shown(label)}: must be a label in one line, like 'after A', that does not "
            "begin with a minus sign"
        )
    if len(label) > _LONGEST:
        raise InputError(f"{what} = {shown(label)}: must have {_LONGEST} characters at most")
