"""Dates: ISO 8601 as intervals of days, and what a date library reads in the article's words."""

from __future__ import annotations

import calendar
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from extractor.models import Article
from extractor.normalize.finding import Finding

Direction = Literal["past", "future"]

_DIRECTIONS: Mapping[str, Direction] = {"held": "past", "planned": "future", "proposed": "future"}
"""Where a meeting of the status lies, seen from the day of publication; the other statuses leave it open."""

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_UNREADABLE = re.compile(
    # Ranges come out of dateparser as one odd day: "November 16-17" as 2017-11-16.
    r"\d\s*[-–—]\s*\d|\b(between|from|until|till|through|before|after|since|and|or|ago to)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:on|in|at|by|for|late|early|the)\s+(?:the\s+)?(?=\S)", re.IGNORECASE)
_VAGUE = re.compile(
    r"(?:just |only |very )?(?:recent|recently|lately|soon|shortly|previously|earlier|later|now|currently|once|then)"
    r"|in (?:the )?(?:recent|coming|past|next|last|near) (?:days|weeks|months|years|future)",
    re.IGNORECASE,
)
"""Words that allow a month or a year at most, however the publication is dated."""
_YEAR = re.compile(r"(?<![\d.,])(?:1[89]|20)[0-9]{2}(?![\d.,]\d|\d)")


@dataclass(frozen=True)
class Interval:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    def overlaps(self, other: Interval) -> bool:
        """Tell whether the two share a day: "2022-12" and "2022-12-28" agree."""
        return self.first <= other.last and other.first <= self.last


def check_date(
    iso: str | None, date_text: str | None, status: str, article: Article
) -> tuple[str | None, Finding | None]:
    """Check the model's ISO date of a meeting against the article's words for it and the day of publication.

    Returns the date to keep with what is to be said about it. A date that nothing in the article supports is left
    out; one with which the date library's reading disagrees is kept, and the finding says so; one that the model did
    not give and the library reads without doubt is filled in.
    """
    direction = direction_of(status)
    readings = read_date_text(date_text, article.published, direction) if date_text else ()
    if iso is None:
        if len(readings) == 1:
            return readings[0], Finding("date_read", f"the date library reads {date_text!r} as {readings[0]}", "filled")
        return None, None
    interval = parse_iso(iso)
    if interval is None:
        return None, Finding("date_malformed", f"{iso!r} is not an ISO 8601 date or interval", "left_out")
    iso = "/".join(part.strip() for part in iso.split("/"))
    if unsupported := _why_unsupported(interval, date_text, article):
        return None, Finding("date_unsupported", f"{iso} is not borne out: {unsupported}", "left_out")
    if readings and not any(_overlap(interval, reading) for reading in readings):
        read = " or ".join(readings)
        return iso, Finding("date_disagrees", f"the date library reads {date_text!r} as {read}, not {iso}", "kept")
    published = article.published
    if published and direction == "past" and interval.first > published:
        return iso, Finding("date_disagrees", f"{iso} lies after the publication on {published}, yet {status}", "kept")
    if published and direction == "future" and interval.last < published:
        return iso, Finding("date_disagrees", f"{iso} lies before the publication on {published}, yet {status}", "kept")
    return iso, None


def direction_of(status: str) -> Direction | None:
    """Return where a meeting of this status lies, seen from the day of publication; None where that is open."""
    return _DIRECTIONS.get(status)


def _overlap(interval: Interval, reading: str) -> bool:
    read = parse_iso(reading)
    return read is not None and interval.overlaps(read)


def _why_unsupported(interval: Interval, date_text: str | None, article: Article) -> str | None:
    if date_text is None:
        return "no words of the article say when"
    if _VAGUE.fullmatch(date_text.strip()) and (interval.last - interval.first).days < 27:
        return f"{date_text!r} names no day"
    years = {interval.first.year, interval.last.year}
    if article.published:
        years -= {article.published.year + offset for offset in (-1, 0, 1)}
    if years and not years <= years_in(article.text) | years_in(article.title or "") | years_in(date_text):
        return "neither the article nor its day of publication gives the year"
    return None


def parse_iso(text: str) -> Interval | None:
    """Read a day, month, year or interval `start/end` in ISO 8601; None where it is none."""
    parts = text.split("/")
    bounds = [_parse_single(part) for part in parts]
    if len(bounds) > 2 or None in bounds:
        return None
    first, last = bounds[0], bounds[-1]
    if first is None or last is None or first.first > last.last:
        return None
    return Interval(first.first, last.last)


def years_in(text: str) -> frozenset[int]:
    """Return the years that stand in a text as four digits."""
    return frozenset(int(found) for found in _YEAR.findall(text))


def read_date_text(text: str, published: date | None, direction: Direction | None) -> tuple[str, ...]:
    """Return what the dateparser library reads in the article's words for a time, as ISO 8601, likeliest first.

    Without a day of publication only words that name a year are read. A weekday or a day without a year is the nearest
    one in the direction, the day of publication included; without a direction, the nearest on either side. Empty
    where the library reads nothing definite ("recently", "a day after the vote").
    """
    if _UNREADABLE.search(text) or (published is None and not years_in(text)):
        return ()
    words = _LEADING.sub("", " ".join(text.split()))
    anchor = published or date(2000, 1, 1)
    directions: tuple[Direction, ...] = (direction,) if direction else ("past", "future")
    readings: list[str] = []
    for way in directions:
        found = _read_weekday(words, anchor, way) if _WEEKDAY.fullmatch(words) else [_read(words, anchor, way)]
        readings += [one for one in found if one is not None and one not in readings]
    return tuple(readings)


_WEEKDAY = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:,? (?:morning|afternoon|evening|night))?", re.IGNORECASE
)


def _read_weekday(words: str, anchor: date, way: Direction) -> list[str]:
    """Return the days that a weekday may be: the nearest, and where that is the anchor itself, the one beyond too."""
    step = timedelta(days=1 if way == "past" else -1)
    # The library never takes "Wednesday" in a Wednesday's paper for that very day, so it is asked from a day beyond. It
    # is asked in one fixed week, since nothing but the weekdays matters and the answer can then be kept.
    fixed = date(2001, 1, 1) + timedelta(days=anchor.weekday())
    reading = _read(words, fixed + step, way)
    if reading is None:
        return []
    try:
        nearest = anchor + (date.fromisoformat(reading) - fixed)
        return [str(nearest)] if nearest != anchor else [str(anchor), str(anchor - 7 * step)]
    except OverflowError:  # 0001-01-01, as some databases write "no date"
        return []


def _read(words: str, base: date, direction: Direction) -> str | None:
    match = _MONTH_AND_DAY.fullmatch(words)
    plain = _nearest_day(match, base, direction) if match else None
    return plain or _read_with_library(words, base, direction)


_MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
_MONTH_AND_DAY = re.compile(rf"({'|'.join(_MONTHS)}) (\d{{1,2}})(?:, (\d{{4}}))?")


def _nearest_day(match: re.Match[str], base: date, direction: Direction) -> str | None:
    """Read "March 5" or "March 5, 2019" as the library does, in a hundredth of its time."""
    month, day = _MONTHS[match[1]], int(match[2])
    years = [int(match[3])] if match[3] else [base.year, base.year + (-1 if direction == "past" else 1)]
    for year in years:
        try:
            read = date(year, month, day)
        except ValueError:
            return None
        if match[3] or (read <= base if direction == "past" else read >= base):
            return f"{read}"
    return None


@functools.lru_cache(maxsize=10_000)
def _read_with_library(words: str, base: date, direction: Direction) -> str | None:
    found = _parser(direction, base).get_date_data(words)
    if found is None or found.date_obj is None:
        return None
    day: date = found.date_obj.date()
    if found.period == "year":
        return f"{day:%Y}"
    if found.period == "month":
        return f"{day:%Y-%m}"
    if found.period == "week":
        monday = day - timedelta(days=day.weekday())
        return f"{monday}/{monday + timedelta(days=6)}"
    return f"{day}"


def _parser(direction: Direction, base: date) -> Any:
    from dateparser.date import DateDataParser

    return DateDataParser(
        languages=["en"],
        settings={
            "PREFER_DATES_FROM": direction,
            "RELATIVE_BASE": datetime.combine(base, time.min),
            "RETURN_TIME_AS_PERIOD": False,
        },
    )


def _parse_single(text: str) -> Interval | None:
    match = _ISO.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        last = date(
            first.year,
            month or 12,
            day or calendar.monthrange(first.year, month or 12)[1],
        )
    except (ValueError, calendar.IllegalMonthError):
        return None
    return Interval(first, last)
