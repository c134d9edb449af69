"""Magnetic films with electric contacts that train themselves as Hopfield networks.

What `__all__` lists is the public face: stable between releases of one major version, documented,
and all that scripts should import. The rooms are `hebbfilm.meshing`, `hebbfilm.solvers`,
`hebbfilm.hopfield` and `hebbfilm.run`; docs/architecture.md says what lives where.
"""

import lazy_loader

__version__ = "0.1.0"

# Names are loaded when they are first used, so that what needs no mesh loads no DOLFINx.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
