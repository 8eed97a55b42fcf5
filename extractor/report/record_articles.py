"""An article of the report of a schema: its text, and its records as trees of names and values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from extractor.models import Path, Problem, SchemaExtraction, Span, path_in_words
from extractor.models.columns import json_text
from extractor.models.in_words import in_words
from extractor.report.articles import ArticleView, Place, Quote, QuoteLabel, cut_text, quote_of, view_problems
from extractor.report.columns import words_of
from extractor.report.tables import Kind

_DEEPEST = 12
"""Below that a record is shown as it stands in JSON."""


@dataclass(frozen=True)
class Value:
    """A value of a record as it is shown: words, a quote, the items of a list, or the fields of an object."""

    text: str = ""
    quote: Quote | None = None
    items: tuple[Value, ...] = ()
    fields: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True)
class RecordView:
    """A record of an article."""

    kind: Kind
    id: str
    anchor: str
    label: str
    value: Value


@dataclass(frozen=True)
class SchemaArticle(ArticleView):
    """An article with its records."""

    records: tuple[RecordView, ...]

    @property
    def counts(self) -> Counter[str]:
        """How many records of which kind it has."""
        return Counter(record.kind.plural for record in self.records)


def record_anchor(place: Place, number: int) -> str:
    """Return the anchor of a record, by its place among the records of the article."""
    return place.anchor(f"r{number}")


def quotes_by_record(extraction: SchemaExtraction[Any]) -> Mapping[Path, Mapping[Path, Span]]:
    """Return the quotes of each record, by the path of the record and the path of the quote in it."""
    quotes: dict[Path, dict[Path, Span]] = {record.path: {} for record in extraction.records}
    for record, path, span in extraction.quotes_of_records():
        quotes[record.path][path] = span
    return quotes


def article_view(extraction: SchemaExtraction[Any], place: Place, kinds: Mapping[str, Kind]) -> SchemaArticle:
    """Return an article with every record, quote and problem that its extraction has."""
    return _ArticleViewer(extraction, place, kinds).view()


class _ArticleViewer:
    """Shows one article; names of fields may be data, so that anchors are counted instead."""

    def __init__(self, extraction: SchemaExtraction[Any], place: Place, kinds: Mapping[str, Kind]) -> None:
        self._extraction = extraction
        self._place = place
        self._records = {
            record.path: RecordView(
                kinds[record.kind],
                record.id,
                record_anchor(place, number),
                kinds[record.kind].label_of(record.id),
                Value(),
            )
            for number, record in enumerate(extraction.records, 1)
        }
        self._quotes: dict[Path, tuple[str, Span]] = {}
        labelled = []
        for record, quotes in quotes_by_record(extraction).items():
            inner = _inner_quotes(quotes)
            for within, span in quotes.items():
                anchor = place.anchor(f"q{len(self._quotes)}")
                self._quotes[*record, *within] = anchor, span
                label = _label(self._records[record], within, span, anchor, within in inner)
                labelled.append((span.start, span.end, label))
        self._stretches, self._starts = cut_text(extraction.article, place, labelled)

    def view(self) -> SchemaArticle:
        found = self._extraction
        return SchemaArticle(
            self._place,
            found.article,
            view_problems(found.problems, self._record_of),
            self._stretches,
            tuple(
                replace(self._records[record.path], value=self._value(fields, record.path, 0) or Value())
                for record, fields in found.contents()
            ),
        )

    def _value(self, value: Any, path: Path, depth: int) -> Value | None:
        """Return a value as it is shown; None where it is empty."""
        if isinstance(value, Mapping | list) and depth >= _DEEPEST:
            return Value(json_text(value))
        if isinstance(value, Mapping):
            parts = [(words_of(name), self._value(part, (*path, name), depth + 1)) for name, part in value.items()]
            fields = tuple((name, part) for name, part in parts if part)
            return Value(fields=fields) if fields else None
        if isinstance(value, list):
            shown = (self._value(part, (*path, index), depth + 1) for index, part in enumerate(value))
            items = tuple(part for part in shown if part)
            return Value(items=items) if items else None
        if path in self._quotes:
            anchor, span = self._quotes[path]
            return Value(quote=quote_of(span, self._starts, anchor))
        words = in_words(value)
        return Value(words) if words else None

    def _record_of(self, problem: Problem) -> tuple[str, str]:
        found = (one for one in self._records.values() if one.id == problem.record)
        return next(((one.label, one.anchor) for one in found), (problem.record, ""))


def _inner_quotes(quotes: Mapping[Path, Span]) -> set[Path]:
    """Return those of a record's quotes that stand within another of them."""
    inner = set()
    reached = -1
    for path, span in sorted(quotes.items(), key=lambda item: (item[1].start, -item[1].end)):
        if span.end <= reached:
            inner.add(path)
        reached = max(reached, span.end)
    return inner


def _label(record: RecordView, within: Path, span: Span, anchor: str, is_inner: bool) -> QuoteLabel:
    colour = record.kind.colour
    return QuoteLabel(
        marks=(colour, f"{colour}-inner") if is_inner else (colour,),
        record=record.anchor,
        link=anchor if len(within) <= _DEEPEST else record.anchor,
        begins="" if is_inner else record.label,
        rank=span.end - span.start,
        title=f"{record.id}.{path_in_words(within)}",
    )
