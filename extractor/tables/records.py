"""Rows of an extraction in a form of one's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from extractor.models import SchemaExtraction
from extractor.models.columns import json_text
from extractor.tables.rows import Rows, Value, record_id

_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
"""In JSON. To the JSON functions of older SQLite a text ends there."""


def rows_of_records(article: str, extraction: SchemaExtraction[Any]) -> Iterator[tuple[str, Rows]]:
    """Yield the rows of `records` and `record_quotes`, by table."""
    yield (
        "records",
        (
            (record_id(article, one.id), article, one.id, one.kind, position, _NUL.sub("\\1\ufffd", json_text(content)))
            for position, (one, content) in enumerate(extraction.contents())
        ),
    )
    yield "record_quotes", _quotes(article, extraction)


def _quotes(article: str, extraction: SchemaExtraction[Any]) -> Iterator[tuple[Value, ...]]:
    counted: Counter[str] = Counter()
    for record, field, span in extraction.quotes():
        yield record_id(article, record), counted[record], field, span.start, span.end, span.text, span.match
        counted[record] += 1
