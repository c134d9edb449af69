"""Examples of docstrings, shown as what one types and gets."""

from typing import Any

from griffe import Extension, Object


class Examples(Extension):
    """What a docstring calls its example, by the name under which a page shows it as code."""

    def on_object(self, *, obj: Object, **given: Any) -> None:
        """Called for each object that has been read."""
        if obj.docstring is not None:
            obj.docstring.value = obj.docstring.value.replace("\nExample:\n", "\nExamples:\n")
