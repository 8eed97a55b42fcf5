"""Parquet: meetings, participants and claims, typed, for pandas, DuckDB, Spark and R."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from extractor.extras import require
from extractor.files import written_whole
from extractor.models import Extraction
from extractor.models.rows import COLUMNS, Row, TableName, rows_of

_ROWS_AT_ONCE = 10_000
"""Rows that are held, and that make a row group."""


def write_parquet(extractions: Iterable[Extraction], folder: Path) -> list[Path]:
    """Write `meetings.parquet`, `participants.parquet` and `claims.parquet`. Needs pyarrow."""
    arrow, parquet = require("pyarrow", extra="parquet"), require("pyarrow.parquet", extra="parquet")
    types = {"text": arrow.string(), "number": arrow.int64(), "list": arrow.list_(arrow.string())}
    paths = {table: folder / f"{table}.parquet" for table in COLUMNS}
    with contextlib.ExitStack() as stack:
        writers: dict[TableName, Any] = {}
        held: dict[TableName, list[Row]] = {table: [] for table in COLUMNS}
        for table, path in paths.items():
            schema = arrow.schema([(name, types[kind]) for name, kind in COLUMNS[table].items()])
            file = stack.enter_context(written_whole(path))
            writers[table] = stack.enter_context(parquet.ParquetWriter(file, schema, compression="zstd"))

        def flush(table: TableName) -> None:
            writers[table].write_table(arrow.Table.from_pylist(held[table], schema=writers[table].schema))
            held[table].clear()

        for extraction in extractions:
            for table in COLUMNS:
                held[table] += rows_of(extraction, table)
                if len(held[table]) >= _ROWS_AT_ONCE:
                    flush(table)
        for table in COLUMNS:
            flush(table)
    return list(paths.values())
