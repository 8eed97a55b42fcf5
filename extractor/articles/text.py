"""Text and Markdown, which may begin with front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from extractor.articles.decoding import decode
from extractor.articles.fields import mapped
from extractor.articles.item import Content, Item
from extractor.articles.source import Source

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|$)", re.DOTALL)


def text_items(source: Source) -> Iterator[Item]:
    """Yield the one article of a text."""
    yield Item(lambda: content_of_text(source.read(), source.names))


def content_of_text(data: bytes, names: Mapping[str, Sequence[str]]) -> Content:
    """Return a text, with what its front matter tells."""
    text, notes = decode(data)
    match = _FRONT_MATTER.match(text)
    known = _parse_front_matter(match.group(1), names) if match else None
    if match is None or known is None:
        return Content({"text": text}, notes)
    return Content({**known, "text": text[match.end() :].lstrip("\r\n")}, notes)


def _parse_front_matter(block: str, names: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """Return the fields of a YAML block, or None where it is no front matter but part of the text."""
    import yaml

    try:
        # This loader leaves every value as it is written: `no` is a language and 0012 an id.
        values = yaml.load(block, Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    known = mapped(values, names)
    if not known.keys() - {"text"}:
        return None
    return {field: value for field, value in known.items() if field != "text" and value not in ("~", "null")}
