"""Families of layouts: at random from a seed, or on networks of strips with a few numbers."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
