"""What tests ask of a page: whether it is whole, and whether it needs nothing but itself."""

from __future__ import annotations

from html.parser import HTMLParser

_EMPTY = {"meta", "link", "img", "input", "br", "hr"}
_LEADS_AWAY = {"src", "href", "srcset", "data", "action", "poster"}


class Parsed(HTMLParser):
    """A page as its elements: which there are, in what order they close, and what they name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.words.append(data)

    @property
    def text(self) -> str:
        """What a person reads."""
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all elements of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    def addresses(self) -> list[str]:
        """All that elements refer to, but for places in the page."""
        found = [
            value or ""
            for _, attributes in self.elements
            for name, value in attributes.items()
            if name in _LEADS_AWAY
        ]
        return [address for address in found if not address.startswith("#")]


def whole(text: str) -> Parsed:
    """A page that is well formed and accessible, as far as that can be told without a browser."""
    page = Parsed(text)
    assert text.startswith("<!doctype html>")
    assert not page.open, f"never closed: {page.open}"
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    assert page.all("html")[0]["lang"]
    assert len(page.all("h1")) == 1
    assert all((image.get("alt") or "").strip() for image in page.all("img"))
    assert all(head.get("scope") in ("row", "col") for head in page.all("th"))
    named = [a["aria-labelledby"] for _, a in page.elements if "aria-labelledby" in a]
    assert set(named) <= set(ids)
    return page
