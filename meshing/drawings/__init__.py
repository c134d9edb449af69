"""Films from drawings whose layers are the film and its contacts: GDSII, OASIS, DXF, SVG."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
