"""Standard input: JSON Lines, or one text."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterator

from extractor.articles.item import Item
from extractor.articles.json_lines import content_of_line
from extractor.articles.source import MOST_BYTES, Source
from extractor.articles.text import content_of_text
from extractor.errors import ArticleError


def stream_items(source: Source) -> Iterator[Item]:
    """Yield an item a line where the first line that is not blank is a JSON object, and else one for all of it."""
    lines = source.lines()
    begun = list(_until_first(lines))
    if begun and _is_object(begun[-1][1]):
        for number, line in itertools.chain(begun[-1:], lines):
            if line.strip():
                yield Item(functools.partial(content_of_line, line, source.names), number)
        return
    text = b"".join(_bounded(line for _, line in itertools.chain(begun, lines)))
    yield Item(lambda: content_of_text(text, source.names))


def _until_first(lines: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    for number, line in lines:
        yield number, line
        if line.strip():
            return


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _bounded(lines: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for line in lines:
        size += len(line)
        if size > MOST_BYTES:
            raise ArticleError(f"is larger than {MOST_BYTES // 1_000_000} MB, which no article is")
        yield line
