"""What tests ask of a page's HTML."""

from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "input", "br"})


class Reader(HTMLParser):
    """Reads one page; fails where an element is not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag not in VOID:
            self.open.append(tag)
        if "id" in found:
            self.ids.append(str(found["id"]))
        for name in ("aria-labelledby", "aria-describedby", "for"):
            self.targets.update(str(found.get(name) or "").split())
        if str(found.get("href")).startswith("#"):
            self.targets.add(str(found["href"])[1:])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def check(self) -> None:
        """Fail unless ids are unique, references lead somewhere, and no code is inline."""
        assert len(self.ids) == len(set(self.ids))
        assert self.targets <= set(self.ids)
        assert [tag for tag, _ in self.tags].count("h1") == 1
        for tag, attributes in self.tags:
            assert "style" not in attributes
            assert not any(name.startswith("on") for name in attributes)
            if tag == "script":
                assert str(attributes["src"]).startswith("/static/")
