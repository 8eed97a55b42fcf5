"""PLOVER: meetings as event rows for political scientists, by the rules of the PLOVER manual (2021, draft 0.8).

https://github.com/openeventdata/PLOVER, sections CONSULT, AGREE, REJECT, "Compound and Reciprocal Actors".
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from extractor.export.csv_tables import BETWEEN, safe_cell
from extractor.files import written_whole
from extractor.linking import Dataset
from extractor.models import Extraction, Meeting, Participant
from extractor.models.reply import MeetingStatus
from extractor.normalize.countries import alpha_3_of, country_named
from extractor.normalize.dates import parse_iso

EventType = Literal["CONSULT", "AGREE", "REJECT"]
Mode = Literal["", "visit", "third-party", "multilateral", "phone", "meet"]
EVENT_TYPES: Mapping[MeetingStatus, EventType] = {
    "held": "CONSULT",
    "ongoing": "CONSULT",
    "unconfirmed": "CONSULT",
    # "References to future meetings, summits, state visits, etc. and invitations for state visits"
    "planned": "AGREE",
    "proposed": "AGREE",
    # "Cancellation of meetings are REJECT"
    "cancelled": "REJECT",
}
_QUADS: Mapping[EventType, str] = {
    "CONSULT": "Verbal cooperation",
    "AGREE": "Verbal cooperation",
    "REJECT": "Verbal conflict",
}
HEADER = (
    "Event ID",
    "Occasion ID",
    "Event Date",
    "Event Date End",
    "Event Type",
    "Event Mode",
    "Quad Code",
    "Actor Name",
    "Actor Country",
    "Recipient Name",
    "Recipient Country",
    "Placename",
    "Country",
    "Status",
    "Event Text",
    "Story ID",
    "Publication Date",
    "Source",
    "URL",
)


@dataclass(frozen=True)
class Sides:
    """The parties of a meeting by their part in it."""

    mode: Mode
    actors: tuple[Participant, ...]
    recipients: tuple[Participant, ...]


def write_plover(
    extractions: Iterable[tuple[str, Extraction]], dataset: Dataset, path: Path
) -> tuple[Path, Counter[str]]:
    """Write a CSV with a row a meeting and article; return it with what was left out, by reason.

    `Occasion ID` is the same for the rows of all articles that tell of one meeting.
    """
    occasions = {(member.article, member.record): one.id for one in dataset.occasions for member in one.members}
    left_out: Counter[str] = Counter()
    with written_whole(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(HEADER)
        for name, extraction in extractions:
            for meeting in extraction.meetings:
                if reason := why_no_event(meeting):
                    left_out[reason] += 1
                else:
                    row = row_of(extraction, meeting, occasion=occasions.get((name, meeting.id), ""))
                    writer.writerow(safe_cell(cell) for cell in row)
        text.flush()
        text.detach()
    return path, left_out


def why_no_event(meeting: Meeting) -> str | None:
    """Return why PLOVER has no event for a meeting, or None where it has one."""
    if meeting.status == "denied":
        return "denied"
    return "an encounter of forces, which is no consultation" if meeting.format == "encounter" else None


def row_of(extraction: Extraction, meeting: Meeting, *, occasion: str) -> list[str]:
    """Return the cells of a row, in the order of `HEADER`."""
    article = extraction.article
    event = EVENT_TYPES[meeting.status]
    sides = sides_of([extraction.participant(id) for id in meeting.participants], meeting)
    interval = parse_iso(meeting.date) if meeting.date else None
    return [
        f"{article.id}-{meeting.id}",
        occasion,
        interval.first.isoformat() if interval else "",
        interval.last.isoformat() if interval else "",
        event,
        sides.mode if event == "CONSULT" else "meet" if event == "REJECT" else "",
        _QUADS[event],
        BETWEEN.join(one.name for one in sides.actors),
        BETWEEN.join(_countries(sides.actors)),
        BETWEEN.join(one.name for one in sides.recipients),
        BETWEEN.join(_countries(sides.recipients)),
        meeting.place_text.text if meeting.place_text else "",
        alpha_3_of(meeting.country) if meeting.country else "",
        meeting.status,
        meeting.evidence[0].text,
        article.id,
        article.published.isoformat() if article.published else "",
        article.source or "",
        article.url or "",
    ]


def sides_of(participants: Sequence[Participant], meeting: Meeting) -> Sides:
    """Tell visitors from hosts, and how they met.

    Two states, one of them at home: the visitor is the actor, the host the recipient (`visit`). Everyone else who
    meets is an actor: of three states or more (`multilateral`), of two abroad (`third-party`), by telephone
    (`phone`), or where nobody can tell.
    """
    everyone = tuple(participants)
    sides = list(dict.fromkeys(_side(one) for one in everyone))
    if meeting.format == "call":
        return Sides("phone", everyone, ())
    if len(sides) > 2:
        return Sides("multilateral", everyone, ())
    if meeting.format != "in_person" or meeting.country is None or len(sides) < 2:
        return Sides("", everyone, ())
    if meeting.country in sides:
        visitors = tuple(one for one in everyone if _side(one) != meeting.country)
        return Sides("visit", visitors, tuple(one for one in everyone if _side(one) == meeting.country))
    return Sides("third-party" if all(map(_is_code, sides)) else "", everyone, ())


def _side(one: Participant) -> str:
    """Return the code of the country a party stands for, or what it acts for, or its own name."""
    stands_for = one.name if one.kind == "state" else one.represents or one.name
    return country_named(stands_for) or stands_for


def _is_code(side: str) -> bool:
    return len(side) == 2 and side.isupper()


def _countries(participants: Iterable[Participant]) -> Iterator[str]:
    """Yield the ISO 3166-1 alpha-3 codes of the countries that parties stand for, each once."""
    sides = dict.fromkeys(map(_side, participants))
    return (alpha_3_of(side) for side in sides if _is_code(side))
