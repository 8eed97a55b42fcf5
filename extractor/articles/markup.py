"""The text of a piece of HTML that is content throughout, such as an entry of a feed or a chapter of a book."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    "address article aside blockquote body dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main "
    "nav ol p pre section table tr ul".split()
)
_UNSEEN = frozenset(("script", "style", "template", "title", "head"))


def text_of_markup(markup: str) -> str:
    """Return the words that a reader would see, a paragraph for each block, with an empty line between two."""
    parser = _Blocks()
    parser.feed(markup)
    parser.close()
    blocks = (re.sub(r"[ \t\r\f\v]*\n[ \t\r\f\v]*", "\n", block).strip() for block in parser.blocks())
    return "\n\n".join(block for block in blocks if block)


class _Blocks(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._hidden: list[str] = []

    def blocks(self) -> list[str]:
        return "".join(self._pieces).split("\f")

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the parser's own signature
        if tag in _UNSEEN:
            self._hidden.append(tag)
        elif tag == "br":
            self._pieces.append("\n")
        elif tag in _BLOCKS:
            self._pieces.append("\f")

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        if tag not in _UNSEEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        elif tag in _BLOCKS:
            self._pieces.append("\f")
        elif tag in ("td", "th"):
            self._pieces.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._pieces.append(re.sub(r"\s+", " ", data))
