"""The report of a schema of one's own: a table of the records of each kind, and the articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from extractor.models import SchemaExtraction
from extractor.models.schema_extraction import REPLY
from extractor.report.files import Page
from extractor.report.record_articles import article_view, quotes_by_record, record_anchor
from extractor.report.tables import Kind, Row, Table, TableView, kinds_of


class SchemaContent:
    """What the report of a run with a schema of one's own shows."""

    name: ClassVar[str] = "schema"

    def __init__(self, named: Iterable[tuple[str, SchemaExtraction[Any]]], task: str) -> None:
        self._named = named
        self._task = task

    def counts(self, extraction: SchemaExtraction[Any]) -> Mapping[str, int]:
        """Return how many records of each kind an article has, in the order of the schema."""
        found = Counter(record.kind for record in extraction.records)
        return {kind: found[kind] for kind in (*extraction.lists, REPLY)}

    def of_page(self, page: Page[SchemaExtraction[Any]]) -> Mapping[str, Any]:
        """Return the records of the articles of a page; of those of the whole run, in an index, the timelines alone."""
        kinds = {kind.name: kind for kind in kinds_of(name for name, number in page.whole.counts.items() if number)}
        return {
            "task": self._task,
            "kinds": [(kind, page.link.counts[kind.name]) for kind in kinds.values()],
            "counted": {kind.name: kind.plural for kind in kinds.values()},
            "tables": [one for one in self._tables(page, kinds) if one.columns or one.below],
            "views": (article_view(one, page.places[key], kinds) for key, one in page.extractions.items()),
        }

    def _tables(self, page: Page[SchemaExtraction[Any]], kinds: Mapping[str, Kind]) -> Iterable[TableView]:
        tables = {name: Table(kind) for name, kind in kinds.items()}
        for key, extraction in page.extractions.items() or self._named:
            quotes = quotes_by_record(extraction)
            for number, (record, fields) in enumerate(extraction.contents(), 1):
                table = tables[record.kind]
                cells = table.survey(fields, quotes[record.path])
                if page.extractions:
                    place, label = page.places[key], table.kind.label_of(record.id)
                    table.rows.append(Row(cells, place, record_anchor(place, number), label))
        return (table.view() for table in tables.values())
