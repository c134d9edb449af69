"""The film as a Hopfield network: patterns, training, weights, recall."""

from hopfield.ideal import hebb_weights, oja_weights
from hopfield.network import HopfieldFilm
from hopfield.patterns import (
    all_states,
    format_pattern,
    hamming_distance,
    parse_pattern,
    random_patterns,
)
from hopfield.reading import ReadDisturbance, read_disturbance
from hopfield.recall import recall_success, recall_table
from hopfield.steps import Step
from hopfield.training import Training
from hopfield.weights import Reference, hebb_correlation, pair_conductances, weights

__all__ = [
    "HopfieldFilm",
    "ReadDisturbance",
    "Reference",
    "Step",
    "Training",
    "all_states",
    "format_pattern",
    "hamming_distance",
    "hebb_correlation",
    "hebb_weights",
    "oja_weights",
    "pair_conductances",
    "parse_pattern",
    "random_patterns",
    "read_disturbance",
    "recall_success",
    "recall_table",
    "weights",
]
