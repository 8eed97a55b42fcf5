"""Reports: what is kept in memory of a meeting as one article has it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from extractor.linking.dataset import Quotation
from extractor.linking.parties import Item, Party, person_form, state_key
from extractor.models import Extraction, Meeting, Span
from extractor.models.reply import MeetingFormat, MeetingStatus
from extractor.models.span import MatchKind
from extractor.names import normalize_name
from extractor.normalize import parse_iso

_HAPPENED: frozenset[MeetingStatus] = frozenset(("held", "ongoing"))
_AHEAD: frozenset[MeetingStatus] = frozenset(("planned", "proposed"))
_SAME_NEWS = 3
"""Days before its publication within which an article reports what was held, where it does not say when it was."""
_AHEAD_DAYS = 30
"""Days after publication within which a meeting lies that is announced without a date."""
_LONG_QUOTE = 5
"""Words from which on the same quote in two articles is one report that was copied."""
_MOST_QUOTES = 3


class Side(NamedTuple):
    """A participant of a meeting."""

    entity: str
    state: str | None
    """The state that it is or acts for."""
    is_named_person: bool
    is_told_apart: bool
    """Whether its name means one party: not "officials", and no state that others act for."""


@dataclass(frozen=True, slots=True)
class Days:
    """When an occasion was, as far as known."""

    first: int
    last: int
    is_said: bool
    """Whether the article gives the date, rather than its day of publication allowing it."""


@dataclass(frozen=True, slots=True)
class Report:
    """A meeting as one article has it."""

    article: str
    record: str
    title: str
    status: MeetingStatus
    format: MeetingFormat
    parties: tuple[Party, ...]
    date: str | None
    days: Days | None
    published: int | None
    place: str | None
    country: str | None
    quotes: tuple[int, ...]
    """Digests of its evidence, for finding copied reports."""
    shown: Words | None
    """The first of its evidence."""
    date_words: Words | None
    place_words: Words | None
    sides: tuple[Side, ...] = ()
    """Who takes part, by entity; empty until the parties of all articles are linked."""


class Words(NamedTuple):
    """A span, in a fifth of the memory."""

    text: str
    start: int
    end: int
    match: MatchKind

    def quote(self, article: str) -> Quotation:
        """Return the words as a quotation from that article."""
        return Quotation(article, Span(text=self.text, start=self.start, end=self.end, match=self.match))


def report_of(article: str, extraction: Extraction, meeting: Meeting, parties: Mapping[str, Party]) -> Report:
    """Return what is kept of a meeting, before it is known who its parties are in other articles."""
    published = extraction.article.published
    quotes = meeting.evidence[:_MOST_QUOTES]
    return Report(
        article=article,
        record=meeting.id,
        title=meeting.title,
        status=meeting.status,
        format=meeting.format,
        parties=tuple(parties[id] for id in meeting.participants),
        date=meeting.date,
        days=_days(meeting, published),
        published=published.toordinal() if published else None,
        place=meeting.place_text.text if meeting.place_text else None,
        country=meeting.country,
        quotes=tuple(_quote_digest(span, extraction.article.digest) for span in quotes),
        shown=_words(quotes[0] if quotes else None),
        date_words=_words(meeting.date_text),
        place_words=_words(meeting.place_text),
    )


def with_sides(report: Report, entity_of: Mapping[Item, str]) -> Report:
    """Return the report with who takes part."""
    sides = {side.entity: side for side in (_side(party, entity_of) for party in report.parties)}
    return replace(report, sides=tuple(sides[entity] for entity in sorted(sides)))


def _words(span: Span | None) -> Words | None:
    return Words(span.text, span.start, span.end, span.match) if span else None


def _side(party: Party, entity_of: Mapping[Item, str]) -> Side:
    is_person = party.kind == "person" and person_form(party.name) is not None
    is_body = party.kind == "organization"
    state = state_key(party.name) if party.kind == "state" else party.state
    return Side(entity_of[party.item], state, is_person, is_person or is_body)


def _days(meeting: Meeting, published: date | None) -> Days | None:
    interval = parse_iso(meeting.date) if meeting.date else None
    if interval and (interval.last - interval.first).days < 32:
        return Days(interval.first.toordinal(), interval.last.toordinal(), is_said=True)
    # Words for a time that cannot be read, such as "earlier", may mean any.
    if published is None or interval or meeting.date_text:
        return None
    day = published.toordinal()
    if meeting.status in _HAPPENED:
        return Days(day - _SAME_NEWS, day, is_said=False)
    if meeting.status in _AHEAD:
        return Days(day, day + _AHEAD_DAYS, is_said=False)
    return Days(day - _SAME_NEWS, day + _SAME_NEWS, is_said=False)


def _quote_digest(span: Span, digest: str) -> int:
    """Return what is equal for the same words: anywhere if they are many, else in copies of one text."""
    words = normalize_name(span.text)
    if len(words.split()) < _LONG_QUOTE:
        words = f"{digest} {words}"
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), "big", signed=True)
