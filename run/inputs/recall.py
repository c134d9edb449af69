"""Recall as a case asks for it."""

from collections.abc import Sequence

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield import recall_table
from hebbfilm.hopfield.patterns import PatternLike
from hebbfilm.hopfield.recall_ends import RecallTable
from hebbfilm.run.inputs.sections import Reading


def recall_by(
    reading: Reading, weights: FloatArray, patterns: Sequence[PatternLike]
) -> RecallTable:
    """Recall from all starts, or a sample of them, by the rule, orders and seed of a case.

    Args:
        reading: of the case.
        weights: (N, N), symmetric, zero diagonal.
        patterns: the stored patterns, one or more.

    Raises:
        InputError, RecallError: as `recall_table`.
    """
    orders = 1 if reading.recall == "synchronous" else reading.orders
    return recall_table(weights, patterns, seed=reading.seed, orders=orders, rule=reading.recall)
