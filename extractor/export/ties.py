"""Who met whom: the occasions of a dataset as ties between its parties."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from extractor.linking import Dataset, Occasion, link_articles
from extractor.models import Extraction, Outcome
from extractor.models.reply import MeetingStatus

SUREST_FIRST: tuple[MeetingStatus, ...] = ("held", "ongoing", "unconfirmed", "planned", "proposed")
"""The statuses that make a tie; what was cancelled or denied makes none."""


Pair = tuple[str, str]
"""Ids of two entities, in order."""
Pairs = Mapping[str, Collection[Pair]]
"""Who meets whom, by the id of the occasion."""


@dataclass(frozen=True)
class Tie:
    """Two parties that take part in the same occasions."""

    parties: Pair
    counts: dict[MeetingStatus, int]
    """How many occasions of which status they share."""
    first: str | None
    """The earliest date of their occasions, ISO 8601 as it stands there."""
    last: str | None
    occasions: tuple[str, ...]
    """Ids."""

    @property
    def weight(self) -> int:
        """How many occasions they share."""
        return len(self.occasions)

    @property
    def status(self) -> MeetingStatus:
        """The surest status among them."""
        return next(status for status in SUREST_FIRST if status in self.counts)


class NamedByPath(Iterable[tuple[str, Extraction]]):
    """The extractions among outcomes, each named by its article's path, which no other article has."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        self._outcomes = outcomes

    def __iter__(self) -> Iterator[tuple[str, Extraction]]:
        return ((one.path, one.extraction) for one in self._outcomes if isinstance(one.extraction, Extraction))


def link_outcomes(outcomes: Iterable[Outcome]) -> Dataset:
    """Link the articles of a run; members are named by their articles' paths."""
    return link_articles(NamedByPath(outcomes))


def pairs_of(dataset: Dataset) -> Pairs:
    """Return who meets whom at each occasion, by an article's account; goes through the extractions once.

    Pairs across accounts are none: where one article names a state and another its minister, the two did not meet.
    """
    entity_of = {
        (member.article, member.record): entity.id
        for entity in dataset.entities
        for member in entity.members
        if member.via == "itself"
    }
    occasion_of = {(member.article, member.record): one.id for one in dataset.occasions for member in one.members}
    pairs: dict[str, set[Pair]] = {}
    for article, extraction in dataset.extractions:
        for meeting in extraction.meetings:
            parties = {entity_of[article, id] for id in meeting.participants}
            pairs.setdefault(occasion_of[article, meeting.id], set()).update(itertools.combinations(sorted(parties), 2))
    return pairs


def ties_of(occasions: Iterable[Occasion], pairs: Pairs) -> list[Tie]:
    """Return a tie for every two parties that meet at one of the occasions, the strongest first."""
    shared: dict[Pair, list[Occasion]] = {}
    for occasion in occasions:
        if occasion.status in SUREST_FIRST:
            for pair in pairs.get(occasion.id, ()):
                shared.setdefault(pair, []).append(occasion)
    ties = [_tie(parties, found) for parties, found in shared.items()]
    return sorted(ties, key=lambda tie: (-tie.weight, tie.parties))


def _tie(parties: Pair, occasions: list[Occasion]) -> Tie:
    dates = sorted(one.date for one in occasions if one.date)
    return Tie(
        parties,
        dict(Counter(one.status for one in occasions)),
        dates[0] if dates else None,
        dates[-1] if dates else None,
        tuple(one.id for one in occasions),
    )
