"""Extractions in forms of one's own, written down for tests: data in, its quotes placed where the text has them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from extractor.models import Article, Path, PlacedQuote, Problem, SchemaExtraction, SchemaRecord, Span
from tests.written import PROVENANCE


def schema_extraction(
    article: Article,
    data: dict[str, Any] | None,
    *,
    quotes: Collection[str] = ("evidence",),
    task: str = "Sanctions",
    problems: tuple[Problem, ...] = (),
) -> SchemaExtraction[Any]:
    """Return an extraction with the data as a run has it; fields named in `quotes` are quotes wherever they stand."""
    placed = [(path, text) for path, text in _texts(data or {}, ()) if _field_of(path) in quotes]
    return SchemaExtraction[Any](
        article=article,
        data=data,
        quotes_placed=tuple(PlacedQuote(path=path, span=span_of(article.text, text)) for path, text in placed),
        records=tuple(_records(data or {})),
        problems=problems,
        provenance=PROVENANCE.model_copy(update={"task": task, "key": article.digest}),
    )


def span_of(text: str, quote: str) -> Span:
    """Return a quote where a text has it first."""
    start = text.index(quote)
    return Span(text=quote, start=start, end=start + len(quote))


def _records(data: dict[str, Any]) -> Iterator[SchemaRecord]:
    lists = {
        name for name, value in data.items() if isinstance(value, list) and all(isinstance(one, dict) for one in value)
    }
    for name in data:
        if name in lists:
            yield from (SchemaRecord(id=f"{name}{n + 1}", path=(name, n)) for n in range(len(data[name])))
    if set(data) - lists:
        yield SchemaRecord(id="reply", path=())


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in parts:
        yield from _texts(part, (*path, step))


def _field_of(path: Path) -> str | int:
    return next(step for step in reversed(path) if isinstance(step, str))
