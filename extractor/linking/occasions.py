"""Occasions: reports of one meeting, found without comparing all with all."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from extractor.linking.clusters import Clusters
from extractor.linking.conflicts import conflicts_of
from extractor.linking.dataset import Member, Occasion
from extractor.linking.entities import digest_of
from extractor.linking.likeness import NEAR, THRESHOLD, Likeness, compare_reports, share_parties
from extractor.linking.reports import Report
from extractor.models.reply import MeetingStatus

T = TypeVar("T", bound=str)

_MOST_COMPARED = 30
"""Reports of the same two parties with which one is compared, the nearest in time: keeps the cost linear."""
_MOST_CHECKED = 10
"""Reports of an occasion with which all of another must share parties before the two are joined."""
_MOST_SIDES = 12
"""Parties of one meeting whose pairs are looked up."""
_FIRMEST: tuple[MeetingStatus, ...] = ("held", "cancelled", "denied", "ongoing", "planned", "proposed", "unconfirmed")
"""Of articles of one day, the first of these is believed."""


@dataclass(frozen=True, slots=True)
class _Traits:
    articles: frozenset[str]
    days: tuple[int, int] | None
    """The last day on which one report lets it begin, and the first on which one lets it end."""
    reports: tuple[Report, ...]
    """The first of them."""


def link_occasions(reports: Sequence[Report], names: Mapping[str, str]) -> list[Occasion]:
    """Return the occasions by id. Two meetings that one article sets apart are never one.

    `names` are those of the entities.
    """
    reports = sorted(reports, key=lambda report: (report.article, report.record))
    clusters = Clusters(_merge)
    for report in reports:
        days = (report.days.first, report.days.last) if report.days else None
        clusters.add(_Traits(frozenset((report.article,)), days, (report,)))
    links = [
        (likeness, one, other)
        for one, other in _candidates(reports)
        if (likeness := compare_reports(reports[one], reports[other])) and likeness.score >= THRESHOLD
    ]
    links.sort(key=lambda link: (-link[0].score, link[1], link[2]))
    best: dict[int, tuple[Likeness, int]] = {}
    for likeness, one, other in links:
        if clusters.join(one, other):
            best.setdefault(one, (likeness, other))
            best.setdefault(other, (likeness, one))
    occasions = [
        _occasion([(reports[number], _why(number, best, reports)) for number in found], names)
        for found in clusters.sets()
    ]
    return sorted(occasions, key=lambda occasion: occasion.id)


def _candidates(reports: Sequence[Report]) -> Iterator[tuple[int, int]]:
    """Yield pairs of reports that share two parties, or words, and are near in time."""
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for number, report in enumerate(reports):
        for key in _keys(report):
            blocks[key].append(number)
    seen: set[tuple[int, int]] = set()
    for numbers in blocks.values():
        if len(numbers) < 2:
            continue
        numbers.sort(key=lambda number: (_begin(reports[number]), number))
        for place, one in enumerate(numbers):
            for other in itertools.islice(numbers, place + 1, place + 1 + _MOST_COMPARED):
                if _is_over(reports[one], reports[other]):
                    break
                pair = (one, other) if one < other else (other, one)
                if pair not in seen:
                    seen.add(pair)
                    yield pair


def _keys(report: Report) -> set[Hashable]:
    entities = [side.entity for side in report.sides][:_MOST_SIDES]
    states = sorted({side.state for side in report.sides if side.state})[:_MOST_SIDES]
    return {
        *report.quotes,
        *itertools.combinations(sorted(entities), 2),
        *itertools.combinations(states, 2),
    }


def _begin(report: Report) -> int:
    return report.days.first if report.days else 0


def _is_over(one: Report, later: Report) -> bool:
    """Tell whether one is over before a later begins, and so before all that begin later still."""
    return one.days is not None and later.days is not None and later.days.first - one.days.last > NEAR


def _merge(one: _Traits, other: _Traits) -> _Traits | None:
    if one.articles & other.articles:
        return None
    days = one.days or other.days
    if one.days and other.days:
        days = (max(one.days[0], other.days[0]), min(one.days[1], other.days[1]))
        # Without this, weekly meetings of the same parties would link like a chain.
        if days[0] - days[1] > NEAR:
            return None
    # "Blinken visits Israel" must not join his talks with two ministers into one meeting.
    if not all(share_parties(first, second) for first, second in itertools.product(one.reports, other.reports)):
        return None
    return _Traits(one.articles | other.articles, days, (*one.reports, *other.reports)[:_MOST_CHECKED])


def _why(number: int, best: dict[int, tuple[Likeness, int]], reports: Sequence[Report]) -> Likeness:
    if number not in best:
        return Likeness(1.0, ())
    likeness, other = best[number]
    return Likeness(likeness.score, (f"like {reports[other].record} of {reports[other].article}", *likeness.reasons))


def _occasion(linked: Sequence[tuple[Report, Likeness]], names: Mapping[str, str]) -> Occasion:
    reports = [report for report, _ in linked]
    members = {
        (report.article, report.record): Member(report.article, report.record, why.reasons, why.score)
        for report, why in linked
    }
    fullest = min(
        reports, key=lambda report: (-len(report.sides), -_count_known(report), report.article, report.record)
    )
    entities = Counter(side.entity for report in reports for side in report.sides)
    return Occasion(
        id=digest_of(reports[0].article, reports[0].record),
        title=fullest.title,
        status=_status(reports),
        date=_commonest([report.date for report in reports if report.date], prefer=len),
        country=_commonest([report.country for report in reports if report.country]),
        place=_commonest([report.place for report in reports if report.place], prefer=len),
        format=_commonest([report.format for report in reports if report.format != "unspecified"]) or "unspecified",
        entities=tuple(sorted(entities, key=lambda entity: (-entities[entity], entity))),
        members=tuple(members.values()),
        conflicts=conflicts_of(reports, members, names),
    )


def _status(reports: Sequence[Report]) -> MeetingStatus:
    """Return what the latest articles say; of those of one day, or without one, what is firmest."""
    latest = max(report.published or 0 for report in reports)
    return min((report.status for report in reports if (report.published or 0) == latest), key=_FIRMEST.index)


def _commonest(values: Sequence[T], *, prefer: Callable[[T], int] = lambda _: 0) -> T | None:
    """Return the commonest value; of several the one preferred, then the first in order."""
    counted = Counter(values)
    return min(counted, key=lambda value: (-counted[value], -prefer(value), value), default=None)


def _count_known(report: Report) -> int:
    return sum(value is not None for value in (report.date, report.place, report.country))
