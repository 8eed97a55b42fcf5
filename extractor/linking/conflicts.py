"""Conflicts: what the articles about one occasion disagree on, with the words of each side."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from extractor.linking.dataset import Conflict, ConflictField, ConflictSide, Member
from extractor.linking.reports import Report, Words
from extractor.normalize import parse_iso

Members = Mapping[tuple[str, str], Member]
_TOOK_PLACE = {"held": True, "ongoing": True, "cancelled": False, "denied": False}
"""What is planned, proposed or unconfirmed today contradicts nothing tomorrow."""


def conflicts_of(reports: Sequence[Report], members: Members, names: Mapping[str, str]) -> tuple[Conflict, ...]:
    """Return the conflicts of an occasion.

    That an article knows less than another is no conflict: a missing date, place or participant, a month for a day.
    `names` are those of the entities.
    """
    if len(reports) < 2:
        return ()
    found = (_dates(reports, members), _countries(reports, members), _status(reports, members))
    return (*(one for one in found if one), *_persons(reports, members, names))


def _dates(reports: Sequence[Report], members: Members) -> Conflict | None:
    dated = [(interval, report) for report in reports if report.date and (interval := parse_iso(report.date))]
    if all(one.overlaps(other) for (one, _), (other, _) in itertools.combinations(dated, 2)):
        return None
    return _conflict("date", [(report.date or "", report, report.date_words) for _, report in dated], members)


def _countries(reports: Sequence[Report], members: Members) -> Conflict | None:
    said = [(report.country, report, report.place_words) for report in reports if report.country]
    return _conflict("country", said, members) if len({country for country, _, _ in said}) > 1 else None


def _status(reports: Sequence[Report], members: Members) -> Conflict | None:
    said = [(report.status, report, None) for report in reports if report.status in _TOOK_PLACE]
    differ = len({_TOOK_PLACE[status] for status, _, _ in said}) > 1
    return _conflict("status", said, members) if differ else None


def _persons(reports: Sequence[Report], members: Members, names: Mapping[str, str]) -> Iterator[Conflict]:
    """Yield where articles name different people for the same state, none of them in common."""
    states = sorted({side.state for report in reports for side in report.sides if side.state and side.is_named_person})
    for state in states:
        named = [
            (frozenset(side.entity for side in report.sides if side.state == state and side.is_named_person), report)
            for report in reports
        ]
        named = [(people, report) for people, report in named if people]
        if any(one.isdisjoint(other) for (one, _), (other, _) in itertools.combinations(named, 2)):
            said = [(", ".join(sorted(names[one] for one in people)), report, None) for people, report in named]
            yield _conflict("participants", said, members)


def _conflict(field: ConflictField, said: Sequence[tuple[str, Report, Words | None]], members: Members) -> Conflict:
    sides: dict[str, list[tuple[Report, Words | None]]] = {}
    for value, report, words in said:
        sides.setdefault(value, []).append((report, words))
    return Conflict(
        field,
        tuple(
            ConflictSide(
                value,
                tuple(members[report.article, report.record] for report, _ in of_value),
                tuple(words.quote(report.article) for report, said in of_value if (words := said or report.shown)),
            )
            for value, of_value in sorted(sides.items())
        ),
    )
