"""The film as a Hopfield network: patterns, training, weights, recall."""

from hopfield.criteria import Criteria, criteria
from hopfield.flips import FlipCorrection, flip_correction
from hopfield.ideal import (
    IDEAL_RULES,
    hebb_weights,
    ideal_networks,
    oja_weights,
    pseudo_inverse_weights,
    storkey_weights,
)
from hopfield.landscape import Landscape, landscape
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
    "IDEAL_RULES",
    "Criteria",
    "FlipCorrection",
    "HopfieldFilm",
    "Landscape",
    "ReadDisturbance",
    "Reference",
    "Step",
    "Training",
    "all_states",
    "criteria",
    "flip_correction",
    "format_pattern",
    "hamming_distance",
    "hebb_correlation",
    "hebb_weights",
    "ideal_networks",
    "landscape",
    "oja_weights",
    "pair_conductances",
    "parse_pattern",
    "pseudo_inverse_weights",
    "random_patterns",
    "read_disturbance",
    "recall_success",
    "recall_table",
    "storkey_weights",
    "weights",
]
