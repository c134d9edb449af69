"""What MkDocs calls when it builds the site; see mkdocs.yml.

The pages are Markdown that reads as it is. Added are: equations as drawings, pages that the
program makes of itself, notebooks with their output, and the files that pages link to.
"""

import os
from typing import Any

from equations import fence, with_references
from mkdocs.structure.files import File
from notebooks import notebook_page
from pymdownx.slugs import slugify
from references import commands, file_name, names_page, sections, with_names_linked
from sources import OUTER, ROOT, linked_files, shown, site_place, with_links
from subscripts import with_subscripts

DOCS = ROOT / "docs"
ASSETS = ("site.css", "iframe-worker.js")
os.environ["COLUMNS"] = "86"  # what is printed for a page is of its width


def on_config(config: Any) -> Any:
    """Equations, anchors like those of forges, and the pages of docstrings."""
    config.mdx_configs["pymdownx.superfences"] = {
        "custom_fences": [{"name": "math", "class": "equation", "format": fence}]
    }
    config.mdx_configs["toc"]["slugify"] = slugify(case="lower")
    (names,) = [
        entry["Python"]
        for section in config.nav
        for entry in next(iter(section.values()))
        if isinstance(entry, dict) and "Python" in entry
    ]
    names += [file_name(title) for title in sections((DOCS / "api.md").read_text("utf-8"))]
    return config


def _generated() -> dict[str, str]:
    """Pages that are no files of docs/, by their place in the site."""
    api = sections((DOCS / "api.md").read_text("utf-8"))
    outer = {name: (ROOT / name).read_text("utf-8") for name in OUTER}
    pages = {f"docs/{path.name}": path.read_text("utf-8") for path in DOCS.glob("*.md")}
    return {
        "commands.md": commands(),
        **{file_name(title): names_page(title, names) for title, names in api.items()},
        **{site_place(name): shown(name) for name in linked_files({**pages, **outer})},
        **{name: with_links(text, name) for name, text in outer.items()},
        **{name: (DOCS / "site" / name).read_text("utf-8") for name in ASSETS},
    }


def on_files(files: Any, config: Any) -> Any:
    """Add what is made, notebooks last, as these take longest."""
    for name, content in _generated().items():
        files.append(File.generated(config, name, content=content))
    for path in sorted((DOCS / "notebooks").glob("*.py")):
        for name, made in notebook_page(path).items():
            files.append(File.generated(config, f"notebooks/{name}", content=made))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Links and equations as the site needs them."""
    if page.file.generated_by is not None:
        return markdown
    name = page.file.src_uri
    markdown = with_links(markdown, f"docs/{name}")
    if name == "api.md":
        markdown = with_names_linked(markdown)
    return with_references(markdown) if name == "equations.md" else markdown


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:
    """Indices of symbols below the line."""
    return with_subscripts(html)
