"""The day of publication, in whatever form a file has it."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime

_DAY_AND_MONTH = re.compile(r"(?<![\d./-])\d{1,2}[./ -]\d{1,2}[./ -]\d")
"""Digits in which the day and the month cannot be told apart, such as 03/04/2019."""


def parse_published(value: object) -> date | None:
    """Read a day of publication: a date, ISO 8601, the form of e-mail and feeds, or words such as "14 March 2019".

    None where the value is none of these: "03/04/2019", which means two days, is none, nor is "yesterday" or a count
    of seconds.
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
    for parse in (_parse_iso, parsedate_to_datetime):
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
