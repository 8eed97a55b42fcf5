"""What rows of the tables are made of, whatever the articles were read for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from extractor.models import Problem

Value = str | int | float | None
Rows = Iterable[tuple[Value, ...]]


def record_id(article: str, record: str) -> str:
    """Return the id that a record has in the tables."""
    return f"{article}#{record}"


def rows_of_problems(article: str, problems: Iterable[Problem]) -> Iterator[tuple[Value, ...]]:
    """Yield the rows of `problems`."""
    for position, one in enumerate(problems):
        yield article, position, one.code, one.kind, one.record, one.field, one.value, one.message, one.consequence
