"""Extractions by a schema of one's own, written down for tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from extractor.models import Article, PlacedQuote, SchemaExtraction, SchemaRecord, Span
from tests.written import PROVENANCE


def schema_extraction(
    data: dict[str, Any], text: str, *, id: str = "a1", task: str = "Sanctions", quotes: tuple[str, ...] = ("evidence",)
) -> SchemaExtraction[Any]:
    """An extraction of this data, in which the strings in the fields of these names are quotes from the text."""
    lists = [name for name, value in data.items() if isinstance(value, list) and value and isinstance(value[0], dict)]
    records = [
        SchemaRecord(id=f"{name}{number + 1}", path=(name, number))
        for name in lists
        for number in range(len(data[name]))
    ]
    if data.keys() - set(lists):
        records.append(SchemaRecord(id="reply", path=()))
    return SchemaExtraction[Any](
        article=Article(id=id, text=text),
        data=data,
        quotes_placed=tuple(
            PlacedQuote(path=path, span=Span(text=quote, start=text.index(quote), end=text.index(quote) + len(quote)))
            for path, quote in _strings(data, ())
            if {step for step in path if isinstance(step, str)} & set(quotes)
        ),
        records=tuple(records),
        problems=(),
        provenance=PROVENANCE.model_copy(update={"task": task}),
    )


def _strings(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, held in value.items():
            yield from _strings(held, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, (*path, index))
