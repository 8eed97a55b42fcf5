"""The records of a kind as a table, with the picture of when they were."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from extractor.models import Path
from extractor.models.schema_extraction import REPLY
from extractor.report.articles import Place
from extractor.report.columns import Cell, Column, ColumnSurvey, Name, cells_of, words_of
from extractor.report.timeline import Timeline, timeline_of

_COLOURS = 4
_MOST_COLUMNS = 40


@dataclass(frozen=True)
class Kind:
    """A kind of records, as all pages of a report name and colour it."""

    name: str
    number: int
    label: str
    """So much of its name as no other kind begins with."""

    @property
    def plural(self) -> str:
        """What its records are called: a list of records has a name for many."""
        return "replies" if self.name == REPLY else words_of(self.name)

    @property
    def title(self) -> str:
        """Heads its table."""
        return self.plural[:1].upper() + self.plural[1:]

    @property
    def colour(self) -> str:
        """The class of its colour."""
        return f"k{(self.number - 1) % _COLOURS + 1}"

    def label_of(self, id: str) -> str:
        """Return the short name of a record: the kind's with the number in its id."""
        return self.label + id.removeprefix(self.name)


def kinds_of(names: Iterable[str]) -> list[Kind]:
    """Return the kinds with labels that tell them apart."""
    listed = list(names)
    return [Kind(name, number, _label(name, listed)) for number, name in enumerate(listed, 1)]


def _label(name: str, others: Iterable[str]) -> str:
    rivals = [other.casefold() for other in others if other != name]
    starts = itertools.accumulate(name)
    start = next((one for one in starts if not any(other.startswith(one.casefold()) for other in rivals)), name)
    return start[:1].upper() + start[1:]


@dataclass(frozen=True)
class Row:
    """A record in a table."""

    cells: Mapping[Name, Cell]
    place: Place
    """Of its article."""
    anchor: str
    """Of the record in the article."""
    label: str

    def cell(self, column: Column) -> Cell:
        """Return what it has for a column."""
        return self.cells.get(column.name, ())


class Table:
    """The records of a kind, as they come in."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.rows: list[Row] = []
        self._number = 0
        self._surveys: dict[Name, ColumnSurvey] = {}

    def survey(self, fields: Mapping[str, Any], quotes: Collection[Path]) -> dict[Name, Cell]:
        """Take in a record, and return what it has for each column."""
        cells = cells_of(fields, quotes)
        self._number += 1
        for name, cell in cells.items():
            # An object whose keys are data may have any number of them.
            if name in self._surveys or len(self._surveys) < _MOST_COLUMNS:
                self._surveys.setdefault(name, ColumnSurvey()).add(cell)
        return cells

    def view(self) -> TableView:
        """Return the table as far as it has come in; the columns that have values are in the order of the fields."""
        fields = list(dict.fromkeys(name[0] for name in self._surveys))
        columns = [one.column(name) for name, one in self._surveys.items() if one.cells]
        columns.sort(key=lambda column: fields.index(column.name[0]))
        dated = max((one for one in columns if one.dates), key=lambda column: column.dates.total(), default=None)
        return TableView(
            self.kind,
            tuple(one for one in columns if not one.is_long),
            tuple(one for one in columns if one.is_long),
            dated,
            self._timeline(dated) if dated else None,
            tuple(self.rows),
        )

    def _timeline(self, dated: Column) -> Timeline:
        undated: list[str | None] = [None] * (self._number - dated.dates.total())
        days = itertools.chain(undated, dated.dates.elements())
        return timeline_of(((day, self.kind.plural) for day in days), [self.kind.plural])


@dataclass(frozen=True)
class TableView:
    """A table as it is shown."""

    kind: Kind
    columns: tuple[Column, ...]
    below: tuple[Column, ...]
    """What stands below the row, since it is long."""
    dated: Column | None
    """The column of dates by which the records are counted and filtered."""
    timeline: Timeline | None
    rows: tuple[Row, ...]
