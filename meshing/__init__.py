"""Film outlines with named contacts, and their tagged meshes; knows nothing of physics."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
