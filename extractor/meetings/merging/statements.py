"""Statements: which claims of several readings are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from extractor.models import Claim
from extractor.tasks.places import Places


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
    """A claim by all readings that have it."""

    readings: list[Said]

    @property
    def party(self) -> int:
        """The number of its source among the parties of the article."""
        return self.readings[0].party


def find_statements(said: Sequence[Said]) -> list[Statement]:
    """Return the claims of an article, given those of each reading in the order of the text.

    Claims of one source are one where their contents overlap, unless one reading lists them as two. Who says what,
    those decide that read it at home: what others have of it is left aside.
    """
    found: list[Statement] = []
    places: Places[Statement] = Places()
    for alike in _alike(said):
        content = alike[0].claim.content
        overlapping = sorted(places.overlapping(content), key=lambda each: -each[0])
        known = next((one for _, one in overlapping if _is_same(one, alike)), None)
        if known is None:
            known = Statement([])
            found.append(known)
        known.readings += alike
        places.add(known, content)
    return found


def say(statement: Statement, meetings: Mapping[tuple[int, str], str]) -> Claim:
    """Return what is said, its source and id still to be named.

    `meetings` has the ids of the article's meetings by what each reading calls them.
    """
    claims = [one.claim for one in statement.readings]
    about = (meetings.get((one.reading, one.claim.meeting or "")) for one in statement.readings)
    return claims[0].model_copy(
        update={
            "cue": next((one.cue for one in claims if one.cue), None),
            "reported_by": next((one.reported_by for one in claims if one.reported_by), None),
            "meeting": next(filter(None, about), None),
        }
    )


def _alike(said: Iterable[Said]) -> list[list[Said]]:
    """Return together what readings have in the same words, and one of them at home."""
    groups: dict[Hashable, list[Said]] = defaultdict(list)
    for one in said:
        content = tuple((span.start, span.end) for span in one.claim.content)
        groups[one.party, one.claim.modality, content].append(one)
    # The sort is stable; what was read at home comes first.
    return [
        sorted(group, key=lambda one: not one.is_at_home)
        for group in groups.values()
        if any(one.is_at_home for one in group)
    ]


def _is_same(known: Statement, alike: Sequence[Said]) -> bool:
    readings = {one.reading for one in known.readings}
    return known.party == alike[0].party and readings.isdisjoint(one.reading for one in alike)
