"""Records in a form of one's own: their table, and how they stand in and below their article."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from extractor.models import SchemaExtraction, Span, path_in_words
from extractor.models.in_words import RecordInWords, records_in_words
from extractor.terminal.entries import Highlights, entry_view
from extractor.terminal.screen import clean, empty_table

_MOST_FIELDS = 4
"""Of a record in the table."""
_LONGEST_VALUE = 100
_WIDEST_LABEL = 20


def records_table(extractions: Iterable[SchemaExtraction[Any]]) -> Table:
    """Return a table with a row a record: its kind, its first fields that have a value, and its longest quote."""
    table = empty_table()
    table.add_column("Kind", ratio=4, overflow="fold")
    table.add_column("Record", ratio=14, overflow="fold")
    table.add_column("In the article's words", ratio=14, style="italic")
    for extraction in extractions:
        for record in records_in_words(extraction):
            table.add_row(*_row(record))
    return table


def _row(record: RecordInWords) -> list[RenderableType]:
    quote = _longest(record)
    told = [(name, words) for name, words in record.fields.items() if quote is None or words != quote.text]
    lines = Text()
    for name, words in told[:_MOST_FIELDS]:
        lines.append(f"{clean(name)}: ", style="dim").append(clean(_shortened(words))).append("\n")
    lines.rstrip()
    return [Text(clean(record.kind), style="bold"), lines, Text(f"“{clean(quote.text)}”" if quote else "–")]


def highlight_records(extraction: SchemaExtraction[Any]) -> Highlights:
    """Underlay every quote, and name each record behind its longest."""
    found = Highlights()
    for record in records_in_words(extraction):
        found.styles.extend((span, "yellow") for _, span in record.quotes)
        if quote := _longest(record):
            found.name(record.id, quote.end)
    return found


def record_views(extraction: SchemaExtraction[Any]) -> list[RenderableType]:
    """Return the records with their fields and, apart from them, their quotes."""
    return [_view(record) for record in records_in_words(extraction)]


def _view(record: RecordInWords) -> RenderableType:
    details = list(record.other_fields.items())
    quotes = [(path_in_words(path), span) for path, span in record.quotes]
    width = min(max((len(name) for name, _ in (*details, *quotes)), default=0), _WIDEST_LABEL) + 2
    return entry_view(Text(clean(record.id), style="bold yellow"), details, quotes, width=width)


def _longest(record: RecordInWords) -> Span | None:
    return max((span for _, span in record.quotes), key=lambda span: span.end - span.start, default=None)


def _shortened(words: str) -> str:
    return words if len(words) <= _LONGEST_VALUE else f"{words[: _LONGEST_VALUE - 1]}…"
