"""Records in a form of one's own as tables, a file a kind of record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from extractor.models import Outcome, SchemaExtraction
from extractor.models.columns import distinct_names
from extractor.models.frames import Columns, Row
from extractor.models.record_rows import RecordTables

_LONGEST_NAME = 60


class TableWriter(Protocol):
    """Whatever writes tables to files."""

    def __call__(self, tables: Mapping[str, Columns], rows: Iterable[tuple[str, Row]], folder: Path, /) -> list[Path]:
        """Write a file a table, given (table, row) of each."""
        ...


def schema_of(outcomes: Iterable[Outcome]) -> str | None:
    """Return the name of the schema that the articles were read into; None where it was meetings."""
    first = next((one.extraction for one in outcomes if one.extraction), None)
    return first.provenance.task if isinstance(first, SchemaExtraction) else None


def write_records(outcomes: Iterable[Outcome], write: TableWriter, folder: Path) -> list[Path]:
    """Write a file a kind of record, named after it. Goes through the outcomes twice: for the columns, for the rows."""
    tables = RecordTables(extraction for _, extraction in _extractions(outcomes))
    files = dict(zip(tables.columns, distinct_names(map(_file_name, tables.columns)), strict=True))
    rows = (
        (files[kind], row) for path, extraction in _extractions(outcomes) for kind, row in tables.rows(extraction, path)
    )
    return write({files[kind]: columns for kind, columns in tables.columns.items()}, rows, folder)


def _extractions(outcomes: Iterable[Outcome]) -> Iterator[tuple[str, SchemaExtraction[Any]]]:
    return ((one.path, one.extraction) for one in outcomes if isinstance(one.extraction, SchemaExtraction))


def _file_name(kind: str) -> str:
    """Return a name that every file system takes."""
    return re.sub(r"[^\w-]+", "_", kind)[:_LONGEST_NAME]
