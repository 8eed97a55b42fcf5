"""Parquet: an article a row, read in small batches."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from extractor.articles.extras import load
from extractor.articles.fields import content_of_record
from extractor.articles.item import Content, Item
from extractor.articles.source import Source
from extractor.articles.values import readable
from extractor.errors import ArticleError

_ROWS = 64
"""In a batch: some megabytes at most, as articles go."""


def parquet_items(source: Source) -> Iterator[Item]:
    """Yield an item for each row; where no row is read, no row is loaded."""
    parquet = load("pyarrow.parquet", extra="parquet")
    if source.path.suffix.lower() != ".parquet":
        raise ArticleError("is compressed as a whole, which Parquet is not: it is compressed within")
    with source.path.open("rb") as opened, parquet.ParquetFile(opened, pre_buffer=False, buffer_size=1 << 20) as file:
        lower = {name.lower(): name for name in reversed(file.schema_arrow.names)}
        known = (key for keys in source.names.values() for key in keys)
        columns = sorted({lower[key.lower()] for key in known if key.lower() in lower})
        if not any(key.lower() in lower for key in source.names["text"]):
            content_of_record(dict.fromkeys(file.schema_arrow.names), source.names)  # raises, and names the columns
        before = 0
        for group in range(file.num_row_groups):
            # A damaged group ends its own rows, and those of no other.
            rows = _Rows(file.iter_batches(batch_size=_ROWS, row_groups=[group], columns=columns), before)
            size = file.metadata.row_group(group).num_rows
            for number in range(before + 1, before + size + 1):
                yield Item(functools.partial(_content_of_row, rows, number, source), number)
            before += size


class _Rows:
    """The rows of a row group, of which those before the last one that was asked for are gone."""

    def __init__(self, batches: Iterator[Any], before: int) -> None:
        """Take the batches of a group that begins behind so many rows."""
        self._batches = batches
        self._batch: Any = None
        self._end = before
        """Number of the last row that was loaded."""

    def row(self, number: int) -> Mapping[str, object]:
        """Return a row by its number, from 1."""
        while self._end < number:
            self._batch = next(self._batches, None)
            if self._batch is None:
                raise ArticleError("is in a part of the file that is damaged")
            self._end += self._batch.num_rows
        # Row by row, so that a text that is not UTF-8 concerns its row alone.
        at = self._batch.num_rows - 1 - (self._end - number)
        values: list[Mapping[str, object]] = self._batch.slice(at, 1).to_pylist()
        return values[0]


def _content_of_row(rows: _Rows, number: int, source: Source) -> Content:
    values, notes = readable(rows.row(number))
    return content_of_record(values, source.names, notes)
