"""Time integration of the equation of motion: explicit, and implicit with large steps."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
