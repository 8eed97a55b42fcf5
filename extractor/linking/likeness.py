"""Likeness: how far two reports may be of one occasion, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from extractor.linking.reports import Report, Side
from extractor.names import normalize_name

THRESHOLD = 0.72
"""From which score on two meetings are linked; set on made-up pairs, before any annotated data was looked at."""
_WEIGHTS = {"participants": 0.5, "date": 0.25, "place": 0.15, "format": 0.1}
"""As `evaluation.alignment` weighs them, with the format where that has the evidence."""
_PRECISE = 3
"""Days up to which a date tells one occasion from the next of the same parties."""
NEAR = 3
"""Days by which reports of one occasion differ, in other time zones or by mistake."""
_RETROSPECT = 365
"""Days of publication from which on both articles must say when it was."""


class Likeness(NamedTuple):
    """How far two reports may be of one occasion, and why."""

    score: float
    reasons: tuple[str, ...]


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
    if shared and _are_copied(one, other):
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


def share_parties(one: Report, other: Report) -> bool:
    """Tell whether enough of the same parties take part in both for one occasion: two, or one in the same words."""
    shared, _ = _compare_sides(one.sides, other.sides)
    return len(shared) > 1 or (len(shared) == 1 and _are_copied(one, other))


def _are_copied(one: Report, other: Report) -> bool:
    return not set(one.quotes).isdisjoint(other.quotes)


Compared = tuple[float | None, str]
"""From 0 to 1 how well two values agree, None where one is not known; and in words."""


_UNKNOWN: Compared = (None, "")


def _said(compared: Compared) -> tuple[str, ...]:
    return (compared[1],) if compared[1] else ()


def _named(shared: Sequence[tuple[Side, Side]]) -> int:
    return sum(one.entity == other.entity and one.is_told_apart for one, other in shared)


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
