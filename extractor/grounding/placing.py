"""Placing: of all the places where a quote stands, the one that its record means."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.grounding.passages import Passage, Place
from extractor.models import Span
from extractor.models.span import MatchKind

_SENTENCE_END = re.compile(r"[.!?؟۔।…]['\"”’»)]*(?:\s|$)|[。！？｡]|\n")
_NEXT_SENTENCE = 300
"""Characters by which a party first named in a later sentence seems farther away: pronouns point back."""

_MOST_PIVOTS = 100
_NEIGHBOURS = 8


@dataclass(frozen=True)
class QuoteGroup:
    """The quotes of one record, which stand close to each other in the article."""

    quotes: Sequence[str]
    near: Sequence[Sequence[int]] = ()
    """For each party of the record, the offsets where the article names it."""


def place_quotes(passage: Passage, groups: Sequence[QuoteGroup]) -> list[list[Span | None]]:
    """Place every quote of every group; None where the article does not have it.

    A quote that stands in the article several times goes to the place nearest to the other quotes of its group and
    to the parties of its record; where that leaves a choice, groups take different places, in text order. The order
    of the quotes does not matter. Exact places are preferred to normalized ones, and those to near ones.
    """
    found = [[_find(passage, quote) for quote in group.quotes] for group in groups]
    placed: list[list[Span | None]] = [[None] * len(group.quotes) for group in groups]
    taken: Counter[Place] = Counter()
    # Groups with one possible place first: what they take tells the others apart.
    for index in sorted(range(len(groups)), key=lambda i: _fewest_places(found[i])):
        places = _choose(passage.text, [places for _, places in found[index]], groups[index].near, taken)
        for position, place in enumerate(places):
            if place is not None:
                taken[place] += 1
                kind = found[index][position][0]
                placed[index][position] = Span(
                    text=passage.text[place[0] : place[1]], start=place[0], end=place[1], match=kind
                )
    return placed


def _find(passage: Passage, quote: str) -> tuple[MatchKind, list[Place]]:
    if places := passage.find_exact(quote):
        return "exact", places
    if places := passage.find_normalized(quote):
        return "normalized", places
    return "fuzzy", passage.find_near(quote)


def _fewest_places(found: Sequence[tuple[MatchKind, list[Place]]]) -> int:
    return min((len(places) for _, places in found if places), default=0)


def _choose(
    text: str, candidates: Sequence[Sequence[Place]], near: Sequence[Sequence[int]], taken: Counter[Place]
) -> list[Place | None]:
    """Choose one place a quote, all of them close to that of the pivot: the quote with the fewest places."""
    findable = [position for position, places in enumerate(candidates) if places]
    if not findable:
        return [None] * len(candidates)
    pivot = min(findable, key=lambda position: (len(candidates[position]), -_length(candidates[position][0])))
    # A record whose every quote stands in hundreds of places says nothing about where; looking at all pairs costs time.
    centres = candidates[pivot][:_MOST_PIVOTS]
    best: tuple[int, int, int] | None = None
    chosen: list[Place | None] = []
    for centre in centres:
        places = _around(centre, pivot, candidates, taken)
        distance = sum(_gap(centre, place) for place in places if place is not None)
        distance += sum(_gap_to_party(text, centre, offsets) for offsets in near if offsets)
        score = (distance, taken[centre], centre[0])
        if best is None or score < best:
            best, chosen = score, places
    return chosen


def _around(
    centre: Place, pivot: int, candidates: Sequence[Sequence[Place]], taken: Counter[Place]
) -> list[Place | None]:
    places: list[Place | None] = []
    own = {centre}
    for position, options in enumerate(candidates):
        if position == pivot or not options:
            places.append(centre if position == pivot else None)
            continue
        # The nearest stand left and right of the centre; more are looked at where those are taken already.
        index = bisect_left(options, centre)
        around = options[max(0, index - _NEIGHBOURS) : index + _NEIGHBOURS]
        # A record that gives one quote twice means two places, unless the article has only one.
        place = min(around, key=lambda option: (option in own, _gap(centre, option), taken[option], option[0]))
        own.add(place)
        places.append(place)
    return places


def _length(place: Place) -> int:
    return place[1] - place[0]


def _gap(one: Place, other: Place) -> int:
    return max(0, other[0] - one[1], one[0] - other[1])


def _gap_to_party(text: str, place: Place, offsets: Sequence[int]) -> int:
    """Return the characters between the place and the nearest of the offsets, which are in order."""
    index = bisect_left(offsets, place[1])
    gaps = []
    if index > 0:
        gaps.append(max(0, place[0] - offsets[index - 1]))
    if index < len(offsets):
        later = offsets[index]
        ends = _SENTENCE_END.search(text, place[1], min(later, place[1] + _NEXT_SENTENCE))
        gaps.append(later - place[1] + (_NEXT_SENTENCE if ends else 0))
    return min(gaps)
