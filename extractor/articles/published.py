"""The day of publication, in whatever form a file has it."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime

_DIGITS = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})|(\d{1,2})[/.]\s?(\d{1,2})[/.]\s?(\d{4})")
_DAY_AND_MONTH = re.compile(r"(?<![\d./-])\d{1,2}[./ -]\d{1,2}[./ -]\d")
"""Digits in which the day and the month cannot be told apart, such as 03/04/2019."""


def parse_published(value: object) -> date | None:
    """Read a day of publication: a date, ISO 8601, the form of e-mail and feeds, or words such as "14 March 2019".

    Digits are read where their order can be told: 14.05.2024, 2024/05/14, 05/14/2024. None where the value is none of
    these: "03/04/2019", which means two days, is none, nor is "yesterday" or a count of seconds.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not value:
        return None
    text = str(value).strip()
    if text.isdecimal() and len(text) != len("20190314"):
        return None
    for parse in (_parse_iso, parsedate_to_datetime, _parse_digits):
        try:
            return parse(text).date()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    if len(text) > 60 or not re.search(r"[^\W\d_]{3}", text) or _DAY_AND_MONTH.search(text):
        return None
    import dateparser

    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    found = dateparser.parse(text, languages=["en"], settings=settings)
    return found.date() if found else None


def _parse_iso(text: str) -> datetime:
    return datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d|Z$)", "", text))  # such as 2019-03-14 10:00:00 +0000


def _parse_digits(text: str) -> datetime:
    """Read digits in an order that can be told. Raises ValueError where it cannot."""
    if found := _DIGITS.fullmatch(text):
        year, month, day, first, second, last = (int(part) if part else 0 for part in found.groups())
        if year:
            return datetime(year, month, day)  # noqa: DTZ001 - only the day is taken
        if first == second or max(first, second) > 12:
            return datetime(last, min(first, second), max(first, second))  # noqa: DTZ001
    raise ValueError(text)
