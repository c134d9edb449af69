"""Which file shows which object."""

from __future__ import annotations

import importlib

_VIEWS = {
    "hebbfilm.meshing.layout.Layout": "layout_view",
    "hebbfilm.meshing.film_mesh.FilmMesh": "film_views",
    "hebbfilm.solvers.film.Film": "film_views",
    "hebbfilm.solvers.materials.material.Material": "material_view",
    "hebbfilm.hopfield.training.Training": "training_view",
    "hebbfilm.hopfield.network.HopfieldFilm": "network_view",
    "hebbfilm.hopfield.recall_ends.RecallTable": "recall_view",
    "hebbfilm.run.folder.reader.Run": "run_views",
    "hebbfilm.run.folder.protocol_run.ProtocolRun": "run_views",
    "hebbfilm.run.results.run_results.RunResults": "run_views",
    "hebbfilm.run.results.study_results.StudyResults": "run_views",
}
"""By names, so that who shows a table of recall need not load DOLFINx."""


def html_of(shown: object) -> str | None:
    """An object as HTML; None of one that nothing here shows."""
    for kind in type(shown).__mro__:
        view = _VIEWS.get(f"{kind.__module__}.{kind.__qualname__}")
        if view is not None:
            html: str = importlib.import_module(f"hebbfilm.run.notebook.{view}").html(shown)
            return html
    return None
