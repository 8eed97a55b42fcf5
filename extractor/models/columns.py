"""The columns that records in a form of one's own have: their fields, with objects in them taken apart once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from extractor.models.frames import Cell, ColumnKind, Columns

MOST_COLUMNS = 500
"""Of a table; a model that lets a reply name its fields can have any number."""
_MOST_KEYS = 50
"""Of an object that is taken apart; one with more different keys is a dictionary, and stays JSON."""
_LONGEST_NAME = 100
_BIGGEST = 2**63
"""What Parquet, polars and SQLite take for a number is smaller."""

COLUMNS_BEFORE: Columns = {"id": "text", "article": "text"}
"""What every table has before the fields."""
COLUMNS_BEHIND: Columns = {
    "article_id": "text",
    "article_title": "text",
    "article_published": "text",
    "article_source": "text",
    "article_url": "text",
    "quote_start": "number",
    "quote_end": "number",
}
"""What every table has behind them."""


@dataclass(frozen=True)
class Column:
    """A field of the records of a kind, as a column."""

    name: str
    path: tuple[str, ...]
    """Where it stands in a record: a field, or a field and one in the object that it holds."""
    kind: ColumnKind

    def cell(self, content: Mapping[str, Any]) -> Cell:
        """Return what a record has in the column; what is no single value or list of them as JSON text."""
        value: Any = content
        for step in self.path:
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is None:
            return None
        if self.kind == "list":
            return [_text(item) for item in value]
        if self.kind == "real":
            return float(value)
        return _text(value) if self.kind == "text" else value


def columns_of(records: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, tuple[Column, ...]]:
    """Return the columns of every kind of record, given (kind, content) of each; both in the order of appearance."""
    seen: defaultdict[str, _Fields] = defaultdict(_Fields)
    for kind, content in records:
        seen[kind].add(content)
    return {kind: fields.columns() for kind, fields in seen.items()}


def distinct_names(wanted: Iterable[str], *, taken: Iterable[str] = ()) -> list[str]:
    """Return names that can be shown, as they are wanted; one that is taken, in whatever case, gets a number."""
    seen = {name.casefold() for name in taken}
    names = []
    for name in wanted:
        plain = unique = "".join(letter if letter.isprintable() else "\ufffd" for letter in name[:_LONGEST_NAME]) or "_"
        number = 1
        while unique.casefold() in seen:
            number += 1
            unique = f"{plain}_{number}"
        seen.add(unique.casefold())
        names.append(unique)
    return names


def json_text(value: Any) -> str:
    """Return a value as JSON writes it, without white space, as SQLite does."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _Fields:
    """The fields of all records of one kind, in the order in which they first appear."""

    def __init__(self) -> None:
        self._values: dict[str, _Values] = {}

    def add(self, content: Mapping[str, Any]) -> None:
        for name, value in content.items():
            if name in self._values or len(self._values) < MOST_COLUMNS:
                self._values.setdefault(name, _Values()).add(value)

    def columns(self) -> tuple[Column, ...]:
        """Return the columns of the fields, under names of which no two differ in case alone."""
        parts = [part for name, values in self._values.items() for part in values.parts(name)]
        names = distinct_names(
            ("_".join(path) for path, _ in parts[:MOST_COLUMNS]), taken=(*COLUMNS_BEFORE, *COLUMNS_BEHIND)
        )
        return tuple(Column(name, path, kind) for name, (path, kind) in zip(names, parts, strict=False))


@dataclass
class _Values:
    """What the records have in one field."""

    kinds: set[str] = field(default_factory=set)
    inner: dict[str, _Values] = field(default_factory=dict)
    """By the keys of the objects that the field holds."""

    def add(self, value: Any) -> None:
        if not isinstance(value, Mapping):
            self.kinds.add(_kind_of(value))
            return
        self.kinds.add("object")
        for key, item in value.items():
            if len(self.inner) <= _MOST_KEYS:
                self.inner.setdefault(key, _Values()).kinds.add(_kind_of(item))

    def parts(self, name: str) -> list[tuple[tuple[str, ...], ColumnKind]]:
        """Return the paths of the columns that the field makes, each with its kind."""
        is_taken_apart = 0 < len(self.inner) <= _MOST_KEYS and all(map(str.isidentifier, (name, *self.inner)))
        whole = [((name,), self.kind)] if self.kinds - {"nothing", "object"} or not is_taken_apart else []
        inner = self.inner.items() if is_taken_apart else ()
        return [*whole, *(((name, key), values.kind) for key, values in inner)]

    @property
    def kind(self) -> ColumnKind:
        match sorted(self.kinds - {"nothing"}):
            case ["number" | "real" | "boolean" | "list" as only]:
                return only
            case ["empty"] | ["empty", "list"]:
                return "list"
            case ["number", "real"]:
                return "real"
        return "text"


def _kind_of(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "boolean"
        case int():
            return "number" if -_BIGGEST <= value < _BIGGEST else "json"
        case float():
            return "real"
        case []:
            return "empty"
        case [*items]:
            return "json" if any(isinstance(item, list | Mapping) for item in items) else "list"
        case Mapping():
            return "json"
    return "text"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json_text(value)
