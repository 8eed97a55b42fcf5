"""CSV: tables in which no cell is a formula to a spreadsheet."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from extractor.files import written_whole
from extractor.models.columns import json_text
from extractor.models.frames import Cell, Columns, Row

NameT = TypeVar("NameT", bound=str)

BETWEEN = "; "
"""Stands between the items of a list."""
_FORMULA = re.compile(r"(^\s*|[;\t\r\n]\s*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])")
"""Where a cell would begin with a sign that makes it a formula: at its start, and, in countries where a semicolon or
a tab divides cells, behind one of these. Full-width signs count for spreadsheets too."""


def write_csv(tables: Mapping[NameT, Columns], rows: Iterable[tuple[NameT, Row]], folder: Path) -> list[Path]:
    """Write a file a table, row by row, given (table, row) of each."""
    paths = {table: folder / f"{table}.csv" for table in tables}
    with contextlib.ExitStack() as stack:
        writers = {}
        for table, path in paths.items():
            file = stack.enter_context(written_whole(path))
            text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
            # Closed, it would close the file below it, which is still to be synced and renamed.
            stack.callback(text.detach)
            writers[table] = csv.writer(text, lineterminator="\r\n")
            writers[table].writerow(map(safe_cell, tables[table]))
        for table, row in rows:
            writers[table].writerow(safe_cell(row[column]) for column in tables[table])
    return list(paths.values())


def safe_cell(cell: Cell) -> str | int | float:
    """Return a cell that a spreadsheet shows and never computes: an apostrophe keeps it text."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return json_text(cell)
    if isinstance(cell, int | float):
        return cell
    text = BETWEEN.join(cell) if isinstance(cell, list) else cell
    # A NUL ends a cell, or the file, for many readers.
    return _FORMULA.sub(r"\1'", text.replace("\0", "\ufffd"))
