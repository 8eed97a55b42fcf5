"""Occasions: whether two tellings are of one occasion, and who took part in it by both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extractor.models.reply import MeetingStatus, ParticipantKind
from extractor.normalize import Interval, country_named, direction_of

_HAPPENED: frozenset[MeetingStatus] = frozenset(("held", "ongoing"))
_CALLED_OFF: frozenset[MeetingStatus] = frozenset(("cancelled", "denied"))
_RANKS: dict[ParticipantKind, int] = {"person": 2, "group": 1, "organization": 1, "state": 0}
"""The most specific party counts: the minister and not the delegation, the delegation and not the state."""

_SET_APART = re.compile(
    r"""
    \b(?:another|second|third|separate|follow-up|previous|earlier|new|next|last)\s+(?:[\w-]+\s+){0,2}
    (?:meetings?|talks?|rounds?|calls?|conversations?|visits?|summits?|dialogues?|sessions?|encounters?)\b
    | \b(?:met|meet|meets|meeting|talk(?:ed)?|spoke|speak)\s+(?:[\w-]+\s+){0,3}again\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


class Side(NamedTuple):
    """A party of an occasion."""

    party: int
    """Its number among the parties of the text."""
    kind: ParticipantKind
    acts_for: str | None
    """Of a state the state itself; else the state or body that the party represents."""
    head: str
    """The last word of its name, in small letters."""


@dataclass(frozen=True)
class Telling:
    """What one passage, or several, tell of an occasion."""

    sides: tuple[Side, ...]
    status: MeetingStatus
    date_text: str | None
    days: Interval | None
    """What the words mean, where that is known."""
    place_text: str | None
    country: str | None
    is_headline: bool
    """Whether it is told in a headline, which says "A to meet B" of what its article tells in the past."""


def is_same_occasion(one: Telling, other: Telling) -> bool:
    """Tell whether both may tell of one occasion: the parties of one are the other's, and nothing speaks against it."""
    are_same = one.sides == other.sides or _covers(one.sides, other.sides) or _covers(other.sides, one.sides)
    return are_same and _places_agree(one, other) and _times_agree(one, other)


def is_set_apart(words: str) -> bool:
    """Tell whether a sentence says that it tells of another occasion than what was told before it."""
    return bool(_SET_APART.search(words))


def _times_agree(one: Telling, other: Telling) -> bool:
    statuses = {one.status, other.status}
    if "proposed" in statuses and not statuses & _CALLED_OFF:
        # A proposal that led to talks is one meeting with them; its date is that of the offer.
        return True
    if statuses & _CALLED_OFF and len(statuses) > 1:
        return False
    both_happened = (one.status in _HAPPENED) == (other.status in _HAPPENED)
    return (both_happened or one.is_headline or other.is_headline) and _dates_agree(one, other)


def _dates_agree(one: Telling, other: Telling) -> bool:
    if one.days and other.days:
        if one.days.overlaps(other.days):
            return True
        if direction_of(one.status) == direction_of(other.status):
            return False
    return _words_agree(one.date_text, other.date_text)


def _places_agree(one: Telling, other: Telling) -> bool:
    if _words_agree(one.place_text, other.place_text):
        return True
    # "In Kenya" and "in Nairobi" are one place, "in Mombasa" and "in Nairobi" are two.
    is_country = any(each.place_text and country_named(each.place_text) for each in (one, other))
    return is_country and one.country is not None and one.country == other.country


def _words_agree(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return True
    first, second = one.casefold(), other.casefold()
    return first in second or second in first


def _covers(more: Sequence[Side], fewer: Sequence[Side]) -> bool:
    return all(any(stands_for(side, other) for other in more) for side in fewer)


def stands_for(one: Side, other: Side) -> bool:
    """Tell whether two parties are one, or one acts for the state that is the other."""
    if one.party == other.party:
        return True
    is_bound = one.acts_for is not None and one.acts_for == other.acts_for
    kinds = {one.kind, other.kind}
    if "state" in kinds:
        return len(kinds) > 1 and is_bound
    if "group" not in kinds:
        return False
    # "Community leaders" are the "Oslo community leaders" of the sentence before.
    return is_bound or (kinds == {"group"} and one.head == other.head and None in (one.acts_for, other.acts_for))


def join_sides(known: Sequence[Side], more: Sequence[Side]) -> tuple[Side, ...]:
    """Return the parties of an occasion by two tellings, the more specific one where one stands for another."""
    sides = [*known]
    for side in more:
        if side in sides:
            continue
        # Whoever is listed beside the party is another one.
        standing = (index for index, other in enumerate(sides) if other not in more and stands_for(side, other))
        index = next(standing, None)
        if index is None:
            sides.append(side)
        elif _RANKS[side.kind] > _RANKS[sides[index].kind]:
            sides[index] = side
    return tuple(dict.fromkeys(sides))


def tells_better(one: MeetingStatus, known: MeetingStatus) -> bool:
    """Tell whether what has this status is told of an occasion rather than what is known: it is no longer planned."""
    return known not in _HAPPENED and one in _HAPPENED
