"""Occasions: which meetings of several readings are one, and what they tell of it together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from extractor.models import Meeting, Span
from extractor.occasions import Side, Telling, is_same_occasion, join_sides, stands_for, tells_better
from extractor.tasks.places import Places

_MOST_QUOTES = 3
_MOST_TOPICS = 5


@dataclass(frozen=True)
class Told:
    """A meeting of one reading, with its offsets in the whole article."""

    name: tuple[int, str]
    """The number of a reading, and the id that it gave the meeting."""
    reading: int
    """The reading that listed it first, where it was asked again."""
    meeting: Meeting
    telling: Telling
    """With the parties as all readings together know them."""
    alone: Telling
    """With the parties as its reading knows them."""
    is_set_apart: bool
    at_home: tuple[Span, ...]
    """Its evidence in the stretch that the reading is about, and not in what was shown around it."""
    homes: frozenset[int]
    """The readings that are about stretches in which it has evidence."""


@dataclass(eq=False)
class Occasion:
    """A meeting by all readings that tell of it."""

    number: int
    telling: Telling
    tellers: list[Told]
    """Those that add to it, in the order of the text."""
    others: list[Told]
    """Those that repeat what the tellers have."""

    @property
    def everyone(self) -> list[Told]:
        """All that tell of it."""
        return self.tellers + self.others

    def has_apart(self, more: Sequence[Told]) -> bool:
        """Tell whether one reading lists this and another as two, although they could be one."""
        return any(
            known.reading == one.reading and is_same_occasion(known.alone, one.alone)
            for known in self.everyone
            for one in more
        )

    def add(self, more: Sequence[Told]) -> None:
        """Add what readings tell alike."""
        self.telling = _joined(self.telling, more[0].telling)
        tellers = [one for one in more if one.at_home] or more
        self.tellers += tellers
        self.others += [one for one in more if one not in tellers]


def find_occasions(told: Sequence[Told]) -> list[Occasion]:
    """Return the occasions of an article, given the meetings of each reading in the order of the text.

    What two readings have from the same words is one meeting; so is what they have from different words, where nothing
    speaks against it. What one reading lists as two stays two. Whether there is a meeting, those decide that read of it
    at home: what others tell of it is left aside.
    """
    groups = sorted(_alike(told), key=_order)
    strays: dict[int, list[Told]] = defaultdict(list)
    for first, *_ in groups:
        if not first.at_home:
            strays[first.reading].append(first)
    known = _Known()
    for alike in groups:
        first = alike[0]
        occasion = known.find_same(alike)
        if first.at_home or any(_cross(first, stray) for home in first.homes for stray in strays[home]):
            known.add(occasion, alike)
        elif occasion := occasion or known.find_sharing(first):
            occasion.others += alike
    return known.occasions


class _Known:
    """The occasions that are known so far."""

    def __init__(self) -> None:
        self.occasions: list[Occasion] = []
        self._places: Places[Occasion] = Places()
        self._by_side: dict[Hashable, set[int]] = defaultdict(set)
        """Which of them are of parties that may be one."""

    def find_same(self, alike: Sequence[Told]) -> Occasion | None:
        """Return what is told in overlapping words, else what was last told of, if it is the same occasion."""
        first = alike[0]
        found = next((one for one in self._overlapping(first) if _is_same(one, alike)), None)
        if found is None and not first.is_set_apart:
            numbers = set().union(*(self._by_side[key] for side in first.telling.sides for key in _keys_of(side)))
            latest = (self.occasions[number] for number in sorted(numbers, reverse=True))
            found = next((one for one in latest if _is_same(one, alike)), None)
        return found

    def find_sharing(self, one: Told) -> Occasion | None:
        """Return what is told in overlapping words, if it is of one of the parties."""
        return next((each for each in self._overlapping(one) if _share_party(each.telling, one.telling)), None)

    def add(self, occasion: Occasion | None, alike: Sequence[Told]) -> None:
        """Add what readings tell alike to an occasion, or as a new one."""
        if occasion is None:
            occasion = Occasion(len(self.occasions), alike[0].telling, [], [])
            self.occasions.append(occasion)
        occasion.add(alike)
        self._places.add(occasion, alike[0].meeting.evidence)
        for side in occasion.telling.sides:
            for key in _keys_of(side):
                self._by_side[key].add(occasion.number)

    def _overlapping(self, one: Told) -> list[Occasion]:
        found = self._places.overlapping(one.meeting.evidence)
        return [occasion for _, occasion in sorted(found, key=lambda each: -each[0])]


def _keys_of(side: Side) -> Iterator[Hashable]:
    """Yield what two parties have in common where one can stand for the other."""
    yield side.party
    if side.acts_for is not None:
        yield side.acts_for
    if side.kind == "group":
        yield "group", side.head


def tell(occasion: Occasion) -> Meeting:
    """Return what is told of an occasion, its participants and id still to be named."""
    tellers = occasion.tellers
    best = next((one for one in tellers if tells_better(one.meeting.status, tellers[0].meeting.status)), tellers[0])
    ranked = [one.meeting for one in (best, *(other for other in tellers if other is not best))]
    meetings = [one.meeting for one in tellers]
    dated = next((one for one in ranked if one.date_text), best.meeting)
    placed = next((one for one in ranked if one.place_text), best.meeting)
    topics = list(dict.fromkeys(topic for one in meetings for topic in one.topics))
    return best.meeting.model_copy(
        update={
            "format": next((one.format for one in meetings if one.format != "unspecified"), "unspecified"),
            "date_text": dated.date_text,
            "date": dated.date,
            "place_text": placed.place_text,
            "country": placed.country,
            "topics": tuple(topics[: max(_MOST_TOPICS, *(len(one.topics) for one in meetings))]),
            "outcome": next((one.outcome for one in ranked if one.outcome), None),
            "evidence": _evidence_of(tellers),
        }
    )


def _evidence_of(tellers: Sequence[Told]) -> tuple[Span, ...]:
    """Return the first quotes of all; of those from the same words the one that was read at home."""
    quotes: list[tuple[int, Span]] = []
    spans = [(one.reading, span) for one in tellers for span in one.at_home]
    spans += [(one.reading, span) for one in tellers for span in one.meeting.evidence if span not in one.at_home]
    for reading, span in spans:
        if not any(span == known or (number != reading and span.overlap(known)) for number, known in quotes):
            quotes.append((reading, span))
    most = max(_MOST_QUOTES, *(len(one.meeting.evidence) for one in tellers))
    return tuple(sorted((span for _, span in quotes), key=lambda span: (span.start, span.end))[:most])


def _alike(told: Iterable[Told]) -> list[list[Told]]:
    """Return together what readings tell in the same words, first whoever read it at home."""
    groups: dict[Hashable, list[Told]] = defaultdict(list)
    for one in told:
        meeting = one.meeting
        parties = frozenset(side.party for side in one.telling.sides)
        places = [meeting.date_text, meeting.place_text, *meeting.evidence]
        spans = tuple((span.start, span.end) if span else None for span in places)
        groups[parties, meeting.status, spans].append(one)
    return [sorted(group, key=lambda one: not one.at_home) for group in groups.values()]


def _order(alike: Sequence[Told]) -> tuple[bool, int, int, int]:
    first = alike[0]
    return not first.at_home, first.reading, first.meeting.evidence[0].start, first.meeting.evidence[0].end


def _is_same(known: Occasion, alike: Sequence[Told]) -> bool:
    return is_same_occasion(known.telling, alike[0].telling) and not known.has_apart(alike)


def _cross(one: Told, stray: Told) -> bool:
    """Tell whether two readings tell of one occasion, each in the words that were the other's to read."""
    return one.reading in stray.homes and is_same_occasion(one.telling, stray.telling)


def _share_party(one: Telling, other: Telling) -> bool:
    return any(stands_for(side, another) for side in one.sides for another in other.sides)


def _joined(known: Telling, one: Telling) -> Telling:
    first, second = (one, known) if tells_better(one.status, known.status) else (known, one)
    dated = first if first.date_text else second
    placed = first if first.place_text else second
    return Telling(
        sides=join_sides(known.sides, one.sides),
        status=first.status,
        date_text=dated.date_text,
        days=dated.days,
        place_text=placed.place_text,
        country=placed.country,
        is_headline=known.is_headline,
    )
