"""Where what pages link to stands in the site: pages, cases, and other files of the repository."""

import posixpath
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
OUTER = ("CONTRIBUTING.md", "CHANGELOG.md")
"""Pages at the top of the repository that the site has, too."""
_LINK = re.compile(r"(\]\()([^)#\s]+)([^)]*\))")
_CODE = re.compile(r"(^```.*?^```)", re.DOTALL | re.MULTILINE)
_ELSEWHERE = re.compile(r"^[a-z]+:")
LANGUAGES = {".toml": "toml", ".py": "python", ".sh": "sh", ".c": "c"}


def site_place(target: str) -> str:
    """Where a file of the repository stands in the site."""
    if target == "README.md":
        return "index.md"
    if target in OUTER:
        return target
    if target.startswith("docs/notebooks/"):
        return target.removeprefix("docs/").removesuffix(".py") + ".md"
    if target.startswith("docs/"):
        return target.removeprefix("docs/")
    return f"cases/{target.removeprefix('run/cases/')}.md"


def _targets(markdown: str, page: str) -> set[str]:
    """The files of the repository that a page links to."""
    folder = posixpath.dirname(page)
    return {
        posixpath.normpath(posixpath.join(folder, found[2]))
        for part in _CODE.split(markdown)[::2]
        for found in _LINK.finditer(part)
        if not _ELSEWHERE.match(found[2])
    }


def with_links(markdown: str, page: str) -> str:
    """A page with its links as the site needs them.

    Args:
        markdown: its text.
        page: its place in the repository.
    """
    folder, here = posixpath.dirname(page), posixpath.dirname(site_place(page))

    def there(found: re.Match[str]) -> str:
        if _ELSEWHERE.match(found[2]):
            return found[0]
        named = posixpath.normpath(posixpath.join(folder, found[2]))
        # The front page has other headings than the README that it stands for.
        rest = ")" if named == "README.md" else found[3]
        return found[1] + posixpath.relpath(site_place(named), here or ".") + rest

    parts = _CODE.split(markdown)
    parts[::2] = [_LINK.sub(there, part) for part in parts[::2]]
    return "".join(parts)


def linked_files(pages: dict[str, str]) -> list[str]:
    """Files of the repository that pages link to, and that are none of the site by themselves."""
    found = {target for page, text in pages.items() for target in _targets(text, page)}
    return sorted(each for each in found if site_place(each).startswith("cases/"))


def shown(name: str) -> str:
    """A page that shows such a file."""
    path = ROOT / name
    language = LANGUAGES.get(path.suffix, "text")
    return f"# `{name}`\n\n```{language}\n{path.read_text('utf-8').rstrip()}\n```\n"
