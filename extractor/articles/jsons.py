"""JSON: an object that is an article, or an array of them."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator

from extractor.articles.decoding import decode
from extractor.articles.fields import content_of_record
from extractor.articles.item import Item
from extractor.articles.source import Source
from extractor.errors import ArticleError


def json_items(source: Source) -> Iterator[Item]:
    """Yield the articles of a JSON file, which is read whole."""
    text, notes = decode(source.read())
    value = parse_json(text)
    records = value if isinstance(value, list) else [value]
    for number, record in enumerate(records, 1):
        read = functools.partial(content_of_record, record, source.names, notes)
        yield Item(read, number, is_alone=not isinstance(value, list))


def parse_json(text: str) -> object:
    """Return the value that a text is. Raises ArticleError."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"is not JSON: {error}") from error
