"""SQLite: an article for each row that a query gives."""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from collections.abc import Iterator

from extractor.articles.fields import content_of_record
from extractor.articles.item import Content, Item
from extractor.articles.source import Source
from extractor.articles.values import readable
from extractor.errors import ArticleError


def query_items(source: Source) -> Iterator[Item]:
    """Yield an item for each row of the source's query. The database is opened for reading alone."""
    if source.query is None:
        raise ArticleError("is a database: say what to read with --query 'SELECT id, body AS text FROM articles'")
    with source.path.open("rb"):
        pass  # what cannot be opened says why; SQLite would not
    try:
        address = f"{source.path.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True, check_same_thread=False)) as database:
            # Text that is not UTF-8 would end the query; as bytes it concerns its row alone.
            database.text_factory = bytes
            rows = database.execute(source.query)
            names = [column for column, *_ in rows.description or []]
            for number, row in enumerate(rows, 1):
                yield Item(functools.partial(_content_of_row, dict(zip(names, row, strict=True)), source), number)
    except sqlite3.Error as error:
        raise ArticleError(f"cannot be queried: {error}") from error


def _content_of_row(row: dict[str, object], source: Source) -> Content:
    values, notes = readable(row)
    return content_of_record(values, source.names, notes)
