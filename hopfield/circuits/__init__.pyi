from .amplifiers import Amplifiers as Amplifiers
from .bridge import Bridge as Bridge
from .chip_recall import ChipRecall as ChipRecall
from .chip_recall import recall_on_chip as recall_on_chip
from .circuit import Circuit as Circuit
from .comparators import Comparators as Comparators
from .resistors import ResistorNetwork as ResistorNetwork
from .resistors import compared_weights as compared_weights
