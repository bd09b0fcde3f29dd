"""The HTML report taken apart: its elements, and the report without what is inlined into it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_INLINED = re.compile(r"(<style>|<script>)(.*?)(</style>|</script>)", re.DOTALL)
_HASH = re.compile(r"sha256-[A-Za-z0-9+/=]+")


@dataclass(slots=True)
class Element:
    """One element. `text` is what stands directly in it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass(slots=True)
class Page(HTMLParser):
    """All elements of a page in order, as an HTML parser sees them."""

    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> Page:
        page = cls()
        HTMLParser.__init__(page, convert_charrefs=True)
        page.feed(text)
        page.close()
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in {"meta", "link", "br", "input"}:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> ends nothing"
        assert self.open.pop().tag == tag, f"</{tag}> ends another element"

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[-1].text += data
        if not self.open or self.open[-1].tag not in {"script", "style"}:
            self.said.append(data)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        wanted = attributes.items()
        return [one for one in self.elements if one.tag == tag and wanted <= one.attributes.items()]

    @property
    def data(self) -> Any:
        """What the scripts are given."""
        (script,) = self.all("script", id="data")
        return json.loads(script.text)

    @property
    def words(self) -> str:
        """All the text that a reader sees without scripts, in order."""
        return "".join(self.said)


def bare(text: str) -> str:
    """The page without its style and scripts, which change with every touch of them, and without hashes."""
    return _HASH.sub("sha256-…", _INLINED.sub(r"\1…\3", text))
