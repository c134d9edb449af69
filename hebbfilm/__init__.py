"""Magnetic films with electric contacts that train themselves as Hopfield networks.

What `__all__` lists is the public face: documented, changed as semantic versions say (docs/api.md),
and all that scripts should import. The rooms are `hebbfilm.meshing`, `hebbfilm.solvers`,
`hebbfilm.hopfield` and `hebbfilm.run`; docs/architecture.md says what lives where.
"""

from typing import Any

import lazy_loader

from hebbfilm.common import notebook

__version__ = "0.1.0"

# Names are loaded when they are first used, so that what needs no mesh loads no DOLFINx.
_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


# The rooms know no pictures; the top one knows what their objects look like in notebooks.
notebook.shown_by("hebbfilm.run.notebook.views")


def __getattr__(name: str) -> Any:
    try:
        found = _load(name)
    except AttributeError:
        if name in __all__:
            raise
    else:
        if name in __all__:
            from hebbfilm.run.slips import watched

            found = globals()[name] = watched(found)
        return found
    from hebbfilm.common.hints import did_you_mean

    raise AttributeError(f"module 'hebbfilm' has no {name!r}{did_you_mean(name, __all__)}")
