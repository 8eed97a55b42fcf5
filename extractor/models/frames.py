"""What tables are made of, and tables as data frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from extractor.extras import require

if TYPE_CHECKING:
    import pandas
    import polars

Cell = str | int | float | list[str] | None
Row = dict[str, Cell]
ColumnKind = Literal["text", "number", "real", "boolean", "list"]
Columns = Mapping[str, ColumnKind]
"""The columns of a table by name, in order."""
Table = tuple[Columns, Iterable[Row]]


def pandas_frames(tables: Mapping[str, Table]) -> dict[str, pandas.DataFrame]:
    """Return tables as pandas frames. Raises ConfigurationError where pandas is not installed."""
    frames = require("pandas", extra="pandas")
    return {name: frames.DataFrame(rows, columns=list(columns)) for name, (columns, rows) in tables.items()}


def polars_frames(tables: Mapping[str, Table]) -> dict[str, polars.DataFrame]:
    """Return tables as polars frames. Raises ConfigurationError where polars is not installed."""
    frames = require("polars", extra="polars")
    types = {
        "text": frames.String(),
        "number": frames.Int64(),
        "real": frames.Float64(),
        "boolean": frames.Boolean(),
        "list": frames.List(frames.String()),
    }
    return {
        name: frames.DataFrame(list(rows), schema={column: types[kind] for column, kind in columns.items()})
        for name, (columns, rows) in tables.items()
    }
