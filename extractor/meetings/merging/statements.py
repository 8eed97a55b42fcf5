"""Statements: which claims of several readings are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from extractor.meetings.merging.places import Places
from extractor.models import Claim


@dataclass(frozen=True)
class Said:
    """A claim of one reading, with its offsets in the whole article."""

    reading: int
    claim: Claim
    party: int
    """The number of its source among the parties of the article."""
    is_at_home: bool
    """Whether it begins in the stretch that the reading is about, and not in what was shown around it."""


@dataclass(eq=False)
class Statement:
    """A claim by all readings that have it, the best of them first."""

    readings: list[Said]
    others: list[Said]
    """What readings have of the same words that see less of what stands around them."""

    @property
    def party(self) -> int:
        """The number of its source among the parties of the article."""
        return self.readings[0].party


def find_statements(said: Sequence[Said]) -> list[Statement]:
    """Return the claims of an article, given those of each reading in the order of the text.

    Claims of one source are one where their contents overlap, unless one reading lists them as two. Of what was shown
    to a reading for the sense alone, the reading of that stretch knows better who says it.
    """
    found: list[Statement] = []
    places: Places[Statement] = Places()
    for alike in sorted(_alike(said), key=_order):
        first = alike[0]
        overlapping = [one for _, one in sorted(places.overlapping(first.claim.content), key=lambda each: -each[0])]
        known = next((one for one in overlapping if _is_same(one, alike)), None)
        repeated = None if first.is_at_home else next((one for one in overlapping if _has_cue(one, first)), None)
        if known is not None:
            known.readings += alike
        elif repeated is not None:
            repeated.others += alike
        else:
            found.append(Statement(alike, []))
            places.add(found[-1], first.claim.content)
    return found


def say(statement: Statement, meetings: Mapping[tuple[int, str], str]) -> Claim:
    """Return what is said, its source and id still to be named.

    `meetings` has the ids of the article's meetings by what each reading calls them.
    """
    claims = [one.claim for one in statement.readings]
    about = (meetings.get((one.reading, one.claim.meeting)) for one in statement.readings if one.claim.meeting)
    return claims[0].model_copy(
        update={
            "cue": next((one.cue for one in claims if one.cue), None),
            "reported_by": next((one.reported_by for one in claims if one.reported_by), None),
            "meeting": next(about, None),
        }
    )


def _alike(said: Iterable[Said]) -> list[list[Said]]:
    """Return together what readings have in the same words, first whoever read it at home."""
    groups: dict[Hashable, list[Said]] = defaultdict(list)
    for one in said:
        content = tuple((span.start, span.end) for span in one.claim.content)
        groups[one.party, one.claim.modality, content].append(one)
    return [sorted(group, key=lambda one: not one.is_at_home) for group in groups.values()]


def _order(alike: Sequence[Said]) -> tuple[bool, int, int, int]:
    first = alike[0]
    return not first.is_at_home, first.reading, first.claim.content[0].start, first.claim.content[0].end


def _is_same(known: Statement, alike: Sequence[Said]) -> bool:
    readings = {one.reading for one in (*known.readings, *known.others)}
    return known.party == alike[0].party and readings.isdisjoint(one.reading for one in alike)


def _has_cue(known: Statement, one: Said) -> bool:
    """Tell whether both have the same word of saying, as far as they have one."""
    cues = [each.claim.cue for each in (known.readings[0], one)]
    return cues[0] is None or cues[1] is None or cues[0].overlap(cues[1]) > 0
