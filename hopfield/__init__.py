"""The film as a Hopfield network: patterns, training, weights, recall."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
