"""Views of the records of a run with a schema of one's own: one a kind of record, with a column a field."""

from __future__ import annotations

import itertools
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from extractor.models.columns import Column, columns_of, distinct_names


def make_views(connection: sqlite3.Connection) -> dict[str, str]:
    """Make a view of each kind of record that there is, in the place of those that were made before.

    Return the kind of each by the name of its view.
    """
    views: dict[str, str] = {}
    # A table or view that somebody else has made meanwhile is left alone.
    made = "SELECT name FROM record_views JOIN sqlite_master USING (name) WHERE type = 'view'"
    for (name,) in connection.execute(made).fetchall():
        connection.execute(f"DROP VIEW {_identifier(name)}")
    connection.execute("DELETE FROM record_views")
    for kind, columns in columns_of(_records(connection)).items():
        name = next(name for name in _names(kind) if _is_free(connection, name))
        connection.execute(_view(name, kind, columns))
        connection.execute("INSERT INTO record_views VALUES (?, ?)", (name, kind))
        views[name] = kind
    return views


def _records(connection: sqlite3.Connection) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, data in connection.execute("SELECT kind, data FROM records ORDER BY article, position"):
        yield kind, json.loads(data)


def _names(kind: str) -> Iterator[str]:
    """Yield names for the view of a kind, the best first."""
    (name,) = distinct_names([kind])
    yield name
    yield f"{name}_records"
    yield from (f"records{number}_{name}" for number in itertools.count(2))


def _is_free(connection: sqlite3.Connection, name: str) -> bool:
    """Tell whether a view can have a name, and be asked for by it without quotation marks where it is plain."""
    if name.casefold().startswith("sqlite_"):
        return False
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ? COLLATE NOCASE", (name,)).fetchone():
        return False
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        return True
    try:
        connection.execute(f"WITH {name} AS (SELECT 1) SELECT 1 FROM {name}")  # noqa: S608
    except sqlite3.OperationalError:  # a keyword
        return False
    return True


def _view(name: str, kind: str, columns: Iterable[Column]) -> str:
    fields = "".join(f",\n    {_value(column.path)} AS {_identifier(column.name)}" for column in columns)
    return (
        f"CREATE VIEW {_identifier(name)} AS\n"
        f"SELECT\n    id,\n    article{fields}\nFROM records\nWHERE kind = {_literal(kind)}"
    )


def _value(path: tuple[str, ...]) -> str:
    """Return the SQL that takes a field out of the JSON of a record."""
    if all(map(str.isidentifier, path)):
        steps = ".".join(f'"{step}"' for step in path)
        return f"json_extract(data, '$.{steps}')"
    # SQLite's paths know no escapes in a key; nothing in a field of such a name is taken apart.
    return f"(SELECT value FROM json_each(records.data) WHERE key = {_literal(path[0])})"  # noqa: S608


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
