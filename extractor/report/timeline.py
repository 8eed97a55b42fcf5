"""The picture of when it was: columns of days, months or years, one block a series, such as a status of meetings."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from extractor.normalize.dates import Interval, parse_iso

Unit = Literal["day", "month", "year"]
MOST_COLUMNS = 72
_COARSER: dict[Unit, tuple[Unit, ...]] = {"day": ("month", "year"), "month": ("year",), "year": ()}


@dataclass(frozen=True)
class Column:
    """What is dated to a day, month or year."""

    name: str
    since: date
    until: date
    counts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """How many of all series it has."""
        return sum(count for _, count in self.counts)


@dataclass(frozen=True)
class Timeline:
    """The picture, with what it cannot show."""

    unit: Unit
    columns: tuple[Column, ...]
    undated: int
    too_vague: int
    """How many dates are less precise than a column."""

    @property
    def tallest(self) -> int:
        """How many the fullest column has."""
        return max((column.total for column in self.columns), default=0)

    @property
    def is_worth_drawing(self) -> bool:
        """Whether it shows more than a list does."""
        return sum(column.total for column in self.columns) > 2 and len(self.columns) > 1

    def ticks(self, most: int = 8) -> list[tuple[int, str]]:
        """Return which columns are named below, and how: so many that names do not run into each other."""
        step = max(1, -(-len(self.columns) // most))
        return [(number, column.name) for number, column in enumerate(self.columns) if number % step == 0]


def timeline_of(dated: Iterable[tuple[str | None, str]], series: Sequence[str]) -> Timeline:
    """Count pairs of an ISO date and a series by days where they span two months or so, else by months, else by years.

    Series are stacked in the order that is given.
    """
    found: list[tuple[Interval, str]] = []
    undated = 0
    for iso, one in dated:
        interval = parse_iso(iso) if iso else None
        if interval is None:
            undated += 1
        else:
            found.append((interval, one))
    if not found:
        return Timeline("day", (), undated, 0)
    first, last = min(when.first for when, _ in found), max(when.first for when, _ in found)
    unit = _unit_for(first, last)
    counts: dict[date, Counter[str]] = {}
    too_vague = 0
    for when, one in found:
        # What lasts several days stands where it began; what is known by month or year alone has no day to stand on.
        if any(_is_whole(when, whole) for whole in _COARSER[unit]):
            too_vague += 1
        else:
            counts.setdefault(_start(when.first, unit), Counter())[one] += 1
    if not counts:
        return Timeline(unit, (), undated, too_vague)
    return Timeline(unit, tuple(_columns(counts, unit, series)), undated, too_vague)


def _is_whole(when: Interval, unit: Unit) -> bool:
    return when.first == _start(when.first, unit) and when.last == _end(when.first, unit)


def _columns(counts: dict[date, Counter[str]], unit: Unit, series: Sequence[str]) -> Iterator[Column]:
    days = sorted(counts)
    at = days[0]
    while at <= days[-1]:
        found = counts.get(at, Counter())
        end = _end(at, unit)
        yield Column(_name(at, unit), at, end, tuple((one, found[one]) for one in series if found[one]))
        if end == date.max:
            return
        at = end + timedelta(days=1)


def _unit_for(first: date, last: date) -> Unit:
    if (last - first).days < MOST_COLUMNS:
        return "day"
    return "month" if (last.year - first.year) * 12 + last.month - first.month < MOST_COLUMNS else "year"


def _start(day: date, unit: Unit) -> date:
    return day if unit == "day" else day.replace(day=1) if unit == "month" else date(day.year, 1, 1)


def _end(day: date, unit: Unit) -> date:
    if unit == "day":
        return day
    if unit == "year":
        return date(day.year, 12, 31)
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _name(day: date, unit: Unit) -> str:
    if unit == "day":
        return f"{day.day} {day:%b %Y}"
    return f"{day:%b %Y}" if unit == "month" else str(day.year)


def written_date(iso: str) -> str:
    """Return an ISO date as people write it: 28 Dec 2022, Dec 2022, 2022, 28 Dec 2022 – 3 Jan 2023."""
    written = []
    for part in iso.split("/"):
        unit: Unit = ("year", "month", "day")[min(2, part.count("-"))]
        interval = parse_iso(part)
        written.append(_name(interval.first, unit) if interval else part)
    return " – ".join(written)
