"""iCalendar: the meetings that are to come, for a newsroom's diary."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from extractor.extras import require
from extractor.files import written_whole
from extractor.models import Extraction, Meeting
from extractor.models.reply import MeetingStatus
from extractor.normalize.dates import Interval, parse_iso

STATUSES: dict[MeetingStatus, str] = {"planned": "CONFIRMED", "proposed": "TENTATIVE", "cancelled": "CANCELLED"}
"""The meetings that have an entry, and how certain that is (RFC 5545, section 3.8.1.11)."""
_LONGEST = timedelta(days=14)
"""Of an entry. A meeting that is only known to be some time in March has no place in a diary."""


def write_calendar(extractions: Iterable[Extraction], path: Path) -> tuple[Path, Counter[str]]:
    """Write a calendar with a whole-day entry for each planned meeting; return it with what was left out, by reason.

    Needs icalendar.
    """
    icalendar = require("icalendar", extra="calendar")
    left_out: Counter[str] = Counter()
    with written_whole(path) as file:
        shell = icalendar.Calendar()
        shell.add("prodid", "-//news-event-extractor//meetings//EN")
        shell.add("version", "2.0")
        head, end = shell.to_ical().split(b"END:VCALENDAR")
        file.write(head)
        for extraction in extractions:
            for meeting in extraction.meetings:
                if meeting.status not in STATUSES:
                    continue
                interval = parse_iso(meeting.date) if meeting.date else None
                if interval is None:
                    left_out["no date"] += 1
                elif interval.last - interval.first > _LONGEST:
                    left_out["no day"] += 1
                else:
                    file.write(_event(icalendar, extraction, meeting, interval).to_ical())
        file.write(b"END:VCALENDAR" + end)
    return path, left_out


def _event(icalendar: Any, extraction: Extraction, meeting: Meeting, interval: Interval) -> Any:
    article = extraction.article
    who = ", ".join(extraction.participant(id).name for id in meeting.participants)
    told = [f"“{meeting.evidence[0].text}”", f"With: {who}", article.source, article.title, article.id]
    event = icalendar.Event()
    event.add("uid", hashlib.sha256(f"{article.digest}\0{meeting.id}".encode()).hexdigest()[:32])
    event.add("dtstamp", extraction.provenance.extracted_at)
    event.add("dtstart", interval.first)
    event.add("dtend", interval.last + timedelta(days=1))
    event.add("summary", _line(meeting.title))
    event.add("status", STATUSES[meeting.status])
    event.add("transp", "TRANSPARENT")
    event.add("description", _text("\n".join(filter(None, told))))
    if meeting.place_text:
        event.add("location", _line(meeting.place_text.text))
    if article.url and article.url.startswith(("https://", "http://")):
        event.add("url", "".join(article.url.split()))
    return event


def _line(text: str) -> str:
    return " ".join(_text(text).split())


def _text(text: str) -> str:
    """Leave out what iCalendar has no place for: control characters, and halves of characters."""
    kept = "".join(character for character in text if character in "\n\t" or character.isprintable())
    return kept.encode("utf-8", "replace").decode()
