"""JSON Lines: an article a line, however many there are."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence

from extractor.articles.decoding import decode
from extractor.articles.fields import content_of_record
from extractor.articles.item import Content, Item
from extractor.articles.jsons import parse_json
from extractor.articles.source import Source


def json_lines_items(source: Source) -> Iterator[Item]:
    """Yield an item for each line that is not blank."""
    for number, line in source.lines():
        if line.strip():
            yield Item(functools.partial(content_of_line, line, source.names), number)


def content_of_line(line: bytes, names: Mapping[str, Sequence[str]]) -> Content:
    """Return the article that a line is."""
    text, notes = decode(line)
    return content_of_record(parse_json(text), names, notes)
