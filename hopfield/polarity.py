"""Which of its two signs a pattern is presented with."""

import numpy as np

from hebbfilm.hopfield.patterns import Pattern

POLARITIES = ("as_given", "most_negative")


def in_polarity(pattern: Pattern, polarity: str) -> Pattern:
    """ξ or -ξ, by a rule that is the same for all patterns; ξ may be given with either sign.

    A pattern and its negative are the same memory, but drag a texture opposite ways: between
    contacts and what lies around them the two are unlike. "most_negative" takes the one with fewer
    positive neurons; of as many, the one whose last neuron is negative. "as_given" takes ξ.

    Args:
        pattern: ξ, (N,).
        polarity: one of the two.

    Example:
        >>> in_polarity(np.array([1, 1, -1, 1]), "most_negative")
        array([-1, -1,  1, -1])
        >>> in_polarity(np.array([1, -1, -1, 1]), "most_negative")
        array([-1,  1,  1, -1])
    """
    if polarity == "as_given":
        return pattern
    surplus = int(np.sum(pattern, dtype=int))
    positive = surplus > 0 or (surplus == 0 and pattern[-1] > 0)
    return -pattern if positive else pattern
