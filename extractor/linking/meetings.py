"""Meetings: what is kept in memory of one, and how far two may be the same occasion."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from extractor.linking.dataset import Quotation
from extractor.linking.parties import Item, Party, person_form, state_key
from extractor.models import Extraction, Meeting, Span
from extractor.models.extraction import MatchKind
from extractor.models.reply import MeetingFormat, MeetingStatus
from extractor.names import normalize_name
from extractor.normalize import parse_iso

THRESHOLD = 0.72
"""From which score on two meetings are linked; set on made-up pairs, before any annotated data was looked at."""
_WEIGHTS = {"participants": 0.5, "date": 0.25, "place": 0.15, "format": 0.1}
"""As field.md's alignment of records weighs them, the evidence's place given to the format."""
_HAPPENED: frozenset[MeetingStatus] = frozenset(("held", "ongoing"))
_AHEAD: frozenset[MeetingStatus] = frozenset(("planned", "proposed"))
_PRECISE = 3
"""Days up to which a date tells one occasion from the next of the same parties."""
NEAR = 3
"""Days by which reports of one occasion differ, in other time zones or by mistake."""
_SAME_NEWS = 3
"""Days before its publication within which an article reports what was held, where it does not say when it was."""
_AHEAD_DAYS = 30
"""Days after publication within which a meeting lies that is announced without a date."""
_RETROSPECT = 365
"""Days of publication from which on both articles must say when it was."""
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


class Likeness(NamedTuple):
    """How far two reports may be of one occasion, and why."""

    score: float
    reasons: tuple[str, ...]


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


def compare_reports(one: Report, other: Report) -> Likeness | None:
    """Return how far two reports may be of one occasion; None where something rules it out.

    At least two parties must take part in both. Where neither the articles nor their days of publication tell the
    time, the same parties may have met at any time: then three named parties and the place must agree, or the words.
    """
    if one.article == other.article:
        return None
    when = _compare_days(one, other)
    if when is None:
        return None
    shared, share = _compare_sides(one.sides, other.sides)
    if shared and not set(one.quotes).isdisjoint(other.quotes):
        return Likeness(round(0.9 + 0.1 * share, 4), ("both articles have the same words for it", *_said(when)))
    if len(shared) < 2:
        return None
    where = _compare_places(one, other)
    how = _compare_formats(one, other)
    if when == _UNKNOWN and not (_named(shared) > 2 and where[0] == 1.0):
        return None
    known = {"participants": (share, ""), "date": when, "place": where, "format": how}
    weight = sum(_WEIGHTS[name] for name, (value, _) in known.items() if value is not None)
    score = sum(_WEIGHTS[name] * value for name, (value, _) in known.items() if value is not None) / weight
    reasons = (f"{len(shared)} parties of {len(one.sides)} and {len(other.sides)} take part in both",)
    return Likeness(round(score, 4), (*reasons, *_said(when), *_said(where), *_said(how)))


Compared = tuple[float | None, str]
"""From 0 to 1 how well two values agree, None where one is not known; and in words."""
_UNKNOWN: Compared = (None, "")


def _said(compared: Compared) -> tuple[str, ...]:
    return (compared[1],) if compared[1] else ()


def _side(party: Party, entity_of: Mapping[Item, str]) -> Side:
    is_person = party.kind == "person" and person_form(party.name) is not None
    is_body = party.kind == "organization"
    state = state_key(party.name) if party.kind == "state" else party.state
    return Side(entity_of[party.item], state, is_person, is_person or is_body)


def _named(shared: Sequence[tuple[Side, Side]]) -> int:
    return sum(one.entity == other.entity and one.is_told_apart for one, other in shared)


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


def _compare_days(one: Report, other: Report) -> Compared | None:
    """Return how well the times agree; None where they rule out one occasion."""
    if one.days is None or other.days is None:
        return _UNKNOWN
    are_said = one.days.is_said and other.days.is_said
    apart = abs(one.published - other.published) if one.published and other.published else 0
    gap = max(one.days.first, other.days.first) - min(one.days.last, other.days.last)
    if gap > NEAR or (apart > _RETROSPECT and not are_said):
        return None
    if gap > 0:
        return (
            0.6 if gap == 1 else 0.0,
            f"the dates are {gap} day{'s' if gap > 1 else ''} apart" if are_said else "the times are near",
        )
    if not are_said:
        return (0.7, "the times allow it")
    if max(one.days.last - one.days.first, other.days.last - other.days.first) <= _PRECISE:
        day = date.fromordinal(max(one.days.first, other.days.first))
        return (1.0, f"the date is the same, {day}")
    return (0.7, "the dates allow it")


def _compare_sides(ones: Sequence[Side], others: Sequence[Side]) -> tuple[list[tuple[Side, Side]], float]:
    """Return which sides take part in both, and how well the lists agree: F1, where a state may stand for its own."""
    entities = {side.entity: side for side in others}
    shared = [(side, entities[side.entity]) for side in ones if side.entity in entities]
    taken = {side.entity for side, _ in shared}
    total = float(len(shared))
    left = [side for side in others if side.entity not in taken]
    for side in ones:
        if side.entity in taken or side.state is None:
            continue
        # Two named persons of one state are two; anybody else may stand for the same side.
        fitting = (
            one for one in left if one.state == side.state and not (one.is_named_person and side.is_named_person)
        )
        match = next(fitting, None)
        if match:
            left.remove(match)
            shared.append((side, match))
            total += 0.6
    return shared, 2 * total / (len(ones) + len(others))


def _compare_places(one: Report, other: Report) -> Compared:
    if one.place and other.place and normalize_name(one.place) == normalize_name(other.place):
        return (1.0, f"the place is the same, {one.place}")
    if one.country is None or other.country is None:
        return _UNKNOWN
    return (0.9, f"the country is the same, {one.country}") if one.country == other.country else (0.0, "")


def _compare_formats(one: Report, other: Report) -> Compared:
    if "unspecified" in (one.format, other.format):
        return _UNKNOWN
    return (1.0, "") if one.format == other.format else (0.0, "")


def _quote_digest(span: Span, digest: str) -> int:
    """Return what is equal for the same words: anywhere if they are many, else in copies of one text."""
    words = normalize_name(span.text)
    if len(words.split()) < _LONG_QUOTE:
        words = f"{digest} {words}"
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), "big", signed=True)
