"""Parquet: tables with types, for pandas, DuckDB, Spark and R."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from extractor.extras import require
from extractor.files import written_whole
from extractor.models.frames import Columns, Row

NameT = TypeVar("NameT", bound=str)

_ROWS_AT_ONCE = 10_000
"""Rows that are held, and that make a row group."""


def write_parquet(tables: Mapping[NameT, Columns], rows: Iterable[tuple[NameT, Row]], folder: Path) -> list[Path]:
    """Write a file a table, given (table, row) of each. Needs pyarrow."""
    arrow, parquet = require("pyarrow", extra="parquet"), require("pyarrow.parquet", extra="parquet")
    types = {
        "text": arrow.string(),
        "number": arrow.int64(),
        "real": arrow.float64(),
        "boolean": arrow.bool_(),
        "list": arrow.list_(arrow.string()),
    }
    paths = {table: folder / f"{table}.parquet" for table in tables}
    with contextlib.ExitStack() as stack:
        writers: dict[NameT, Any] = {}
        held: dict[NameT, list[Row]] = {table: [] for table in tables}
        for table, path in paths.items():
            schema = arrow.schema([(name, types[kind]) for name, kind in tables[table].items()])
            file = stack.enter_context(written_whole(path))
            writers[table] = stack.enter_context(parquet.ParquetWriter(file, schema, compression="zstd"))

        def flush(table: NameT) -> None:
            writers[table].write_table(arrow.Table.from_pylist(held[table], schema=writers[table].schema))
            held[table].clear()

        for table, row in rows:
            held[table].append(row)
            if len(held[table]) >= _ROWS_AT_ONCE:
                flush(table)
        for table in tables:
            flush(table)
    return list(paths.values())
