"""The columns of a table of records: found in the records themselves, since a run does not keep its schema."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from extractor.models import Path
from extractor.models.in_words import in_words
from extractor.normalize.dates import parse_iso

Name = tuple[str, ...]
"""Of a column: a field, or a field of the object in a field."""
_MOST_CHOICES = 12
_LONGEST_CHOICE = 40
_LONG = 40
"""Characters of a cell on average: such columns would leave the others no room, and stand below the row."""


@dataclass(frozen=True)
class Item:
    """A value in a cell."""

    text: str
    kind: Literal["text", "number", "quote"] = "text"
    aside: Item | None = None
    """What stands behind it in brackets."""

    @property
    def length(self) -> int:
        """How many characters it takes."""
        return len(self.text) + (self.aside.length if self.aside else 0)


Cell = tuple[Item, ...]
"""The values of a field: one, or those of a list; empty where there is none."""


@dataclass(frozen=True)
class Column:
    """A column, as its values make it."""

    name: Name
    is_number: bool
    is_long: bool
    dates: Counter[str]
    """Its values, if they are dates; else empty."""
    choices: tuple[tuple[str, int], ...]
    """Its distinct values with how many records have them, if these are few; else empty."""

    @property
    def title(self) -> str:
        """Its name as people write it."""
        return " ".join(map(words_of, self.name))


def words_of(name: str) -> str:
    """Return the name of a field as people write it."""
    return name.replace("_", " ").strip() or name


def cells_of(fields: Mapping[str, Any], quotes: Collection[Path]) -> dict[Name, Cell]:
    """Return what a record has for each field; the fields of an object in it have columns of their own.

    `quotes` are the paths of the quotes in the record. Of the objects in a list the first two values are shown.
    """
    cells: dict[Name, Cell] = {}
    for name, value in fields.items():
        parts = (
            {(name, inner): part for inner, part in value.items()} if isinstance(value, Mapping) else {(name,): value}
        )
        cells |= {path: tuple(_items(part, path, quotes)) for path, part in parts.items()}
    return cells


def _items(value: Any, path: Path, quotes: Collection[Path]) -> Iterator[Item]:
    if isinstance(value, Mapping):
        plain = (
            _item(part, (*path, name), quotes) for name, part in value.items() if not isinstance(part, Mapping | list)
        )
        match list(itertools.islice((one for one in plain if one.text), 2)):
            case [first, second]:
                yield replace(first, aside=second)
            case [only]:
                yield only
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _items(part, (*path, index), quotes)
    elif in_words(value):
        yield _item(value, path, quotes)


def _item(value: object, path: Path, quotes: Collection[Path]) -> Item:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Item(in_words(value), "quote" if path in quotes else "number" if is_number else "text")


@dataclass
class ColumnSurvey:
    """What is seen of a column while records come in."""

    cells: int = 0
    values: int = 0
    quotes: int = 0
    numbers: int = 0
    length: int = 0
    has_lists: bool = False
    has_asides: bool = False
    distinct: Counter[str] = field(default_factory=Counter)
    dates: Counter[str] = field(default_factory=Counter)

    def add(self, cell: Cell) -> None:
        """Take in what a record has for it."""
        if not cell:
            return
        self.cells += 1
        self.values += len(cell)
        self.has_lists |= len(cell) > 1
        self.has_asides |= any(item.aside for item in cell)
        for item in cell:
            self.quotes += item.kind == "quote"
            self.numbers += item.kind == "number"
            self.length += item.length
        # A column of countless values is counted no further than to know that it is one.
        if len(self.distinct) <= _MOST_CHOICES:
            self.distinct.update({item.text for item in cell})
        if cell[0].kind == "text" and parse_iso(cell[0].text):
            self.dates[cell[0].text] += 1

    def column(self, name: Name) -> Column:
        """Return the column as far as it has been seen."""
        dates = self.dates if self._has_dates else Counter[str]()
        is_number = self.numbers == self.values and not self.has_lists
        choices = tuple(self.distinct.most_common()) if self._has_choices and not dates else ()
        is_long = self.length > _LONG * self.cells and not dates and not choices
        return Column(name, is_number, is_long, dates, choices)

    @property
    def _has_dates(self) -> bool:
        """Whether nine in ten are dates, and not all of them bare years, which may be any number."""
        is_mostly = self.dates.total() * 10 >= self.cells * 9
        return is_mostly and not self.has_lists and any("-" in one for one in self.dates)

    @property
    def _has_choices(self) -> bool:
        # Names that articles use come in many forms, unlike a closed set of values.
        most = self.values / 2 if self.quotes else self.values - 1
        is_closed = 1 < len(self.distinct) <= min(_MOST_CHOICES, most)
        return is_closed and not self.has_asides and all(map(_is_choice, self.distinct))


def _is_choice(text: str) -> bool:
    return len(text) <= _LONGEST_CHOICE and text.isprintable() and text == text.strip()
