"""Paths: how the fields of a schema are called, as `sanctions.targets[].name`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from extractor.models import Path

Kinds = tuple[str, ...]
"""The names of the lists of records: of objects, at the top level."""


def kinds_in(data: Iterable[Mapping[str, Any]]) -> Kinds:
    """Return the names of the lists that hold an object in any of the data."""
    found = (
        name
        for one in data
        for name, value in one.items()
        if isinstance(value, list) and any(isinstance(item, dict) for item in value)
    )
    return tuple(dict.fromkeys(found))


def field_path(path: str, name: str) -> str:
    """Return the path of an object's field."""
    return f"{path}.{name}" if path else name


def item_path(path: str, kinds: Kinds) -> str:
    """Return the path of a list's items: that of the list itself where they are records."""
    return path if path in kinds else f"{path}[]"


def called(path: Path, kinds: Kinds) -> str:
    """Return how the field is called that stands at a path in the data."""
    name = ""
    for step in path:
        name = item_path(name, kinds) if isinstance(step, int) else field_path(name, step)
    return name


def is_within(path: str, field: str) -> bool:
    """Tell whether a path is that of a field, or of what the field holds."""
    return path == field or path.startswith((f"{field}.", f"{field}["))


def walk(value: Any, path: str, kinds: Kinds) -> Iterator[tuple[str, Any]]:
    """Yield the path and the value of everything that a value in JSON holds."""
    if isinstance(value, dict):
        for name, held in value.items():
            within = field_path(path, name)
            yield within, held
            yield from walk(held, within, kinds)
    elif isinstance(value, list):
        within = item_path(path, kinds)
        for item in value:
            yield within, item
            yield from walk(item, within, kinds)
