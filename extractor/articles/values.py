"""Values of a table's columns, which may be bytes where text is meant."""

from __future__ import annotations

from collections.abc import Mapping

from extractor.articles.decoding import decode


def readable(record: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
    """Return a record with its bytes decoded, and notes on how. Raises ArticleError where they are no text."""
    values: dict[str, object] = {}
    notes: dict[str, None] = {}
    for name, value in record.items():
        if isinstance(value, bytes):
            values[name], guessed = decode(value)
            notes.update(dict.fromkeys(guessed))
        else:
            values[name] = value
    return values, list(notes)
