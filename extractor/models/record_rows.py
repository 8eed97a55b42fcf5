"""Records in a form of one's own as rows of a table for each kind, for CSV, Parquet and data frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from extractor.models.columns import COLUMNS_BEFORE, COLUMNS_BEHIND, columns_of
from extractor.models.frames import Columns, Row, Table
from extractor.models.quote import Path

if TYPE_CHECKING:
    from extractor.models.schema_extraction import SchemaExtraction


class RecordTables:
    """The tables of the records of some articles, one a kind, whose columns are the fields that the records have."""

    def __init__(self, extractions: Iterable[SchemaExtraction[Any]]) -> None:
        """Go through the extractions once, to see which fields there are."""
        records = ((record.kind, content) for one in extractions for record, content in one.contents())
        self._fields = columns_of(records)
        self.columns: dict[str, Columns] = {
            kind: {**COLUMNS_BEFORE, **{field.name: field.kind for field in fields}, **COLUMNS_BEHIND}
            for kind, fields in self._fields.items()
        }
        """The columns of each table, by kind."""

    def rows(self, extraction: SchemaExtraction[Any], article: str) -> Iterator[tuple[str, Row]]:
        """Yield (kind, row) of the records of one of the articles, which goes by a name of its own in the rows."""
        first: dict[Path, Row] = {}
        for record, _, span in extraction.quotes_of_records():
            first.setdefault(record.path, {"quote_start": span.start, "quote_end": span.end})
        about = _about(extraction)
        for record, content in extraction.contents():
            fields: Row = {field.name: field.cell(content) for field in self._fields[record.kind]}
            row: Row = {"id": f"{article}#{record.id}", "article": article}
            yield record.kind, row | fields | about | first.get(record.path, {"quote_start": None, "quote_end": None})


def tables_of_records(extraction: SchemaExtraction[Any]) -> dict[str, Table]:
    """Return the tables of one extraction by kind; its article goes by its id."""
    tables = RecordTables([extraction])
    rows: dict[str, list[Row]] = {kind: [] for kind in tables.columns}
    for kind, row in tables.rows(extraction, extraction.article.id):
        rows[kind].append(row)
    return {kind: (columns, rows[kind]) for kind, columns in tables.columns.items()}


def _about(extraction: SchemaExtraction[Any]) -> Row:
    article = extraction.article
    return {
        "article_id": article.id,
        "article_title": article.title,
        "article_published": article.published.isoformat() if article.published else None,
        "article_source": article.source,
        "article_url": article.url,
    }
