"""The physics of a conducting magnetic film: conduction, magnetisation and their coupling."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
