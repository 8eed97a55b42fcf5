"""Gathering: the parties, occasions and statements of an article by all readings of its parts, each once."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractor.meetings.checking import Records
from extractor.meetings.merging.occasions import Occasion, Told, find_occasions
from extractor.meetings.merging.parties import acted_for, find_parties, name_party
from extractor.meetings.merging.statements import Said, Statement, find_statements
from extractor.models import Claim, Meeting, Participant
from extractor.normalize import parse_iso
from extractor.occasions import Side, Telling, is_set_apart
from extractor.rules.text import Sentence, read_sentences
from extractor.tasks.task import Part

Name = tuple[int, str]
"""The number of a reading, and the id that it gave a participant or a meeting."""


@dataclass(frozen=True)
class Gathered:
    """What all readings have found."""

    parties: tuple[Participant, ...]
    """Under an id of one of the readings; a party's number is its position."""
    names: tuple[tuple[Name, ...], ...]
    """Of each party, what the readings call it."""
    occasions: tuple[Occasion, ...]
    statements: tuple[Statement, ...]


def gather(parts: Sequence[Part[Records]], text: str) -> Gathered:
    """Find what is one in the readings of an article's parts, which are in the order of the text."""
    listed = [(*part.records.participants, *part.records.unused) for part in parts]
    again = _listed_again(parts, [[one.model_copy(update={"mentions": ()}) for one in each] for each in listed])
    readings = [[one for one in each if (number, one.id) not in again] for number, each in enumerate(listed)]
    everybody = [(number, one) for number, each in enumerate(readings) for one in each]
    groups = [[everybody[position] for position in group] for group in find_parties(readings)]
    parties = tuple(name_party([one for _, one in group]) for group in groups)
    numbers = {(reading, one.id): number for number, group in enumerate(groups) for reading, one in group}
    numbers |= {name: numbers[first] for name, first in again.items()}
    names: list[list[Name]] = [[] for _ in parties]
    for name, number in sorted(numbers.items()):
        names[number].append(name)
    return Gathered(
        parties,
        tuple(map(tuple, names)),
        tuple(find_occasions([*_told(parts, parties, numbers, text)])),
        tuple(find_statements([*_said(parts, numbers)])),
    )


def _listed_again(
    parts: Sequence[Part[Records]], listed: Sequence[Sequence[Participant | Meeting]]
) -> dict[Name, Name]:
    """Return, of what a further pass lists as one before it did, what it is called there.

    It is meant by its id, and not told apart from what the pass has found.
    """
    again: dict[Name, Name] = {}
    first: dict[tuple[int, int], dict[str, tuple[int, Participant | Meeting]]] = defaultdict(dict)
    for number, (part, records) in enumerate(zip(parts, listed, strict=True)):
        known = first[part.start, part.end]
        for one in records:
            reading, before = known.setdefault(one.id, (number, one))
            if reading != number and before == one:
                again[number, one.id] = (reading, one.id)
    return again


def _told(
    parts: Sequence[Part[Records]], parties: Sequence[Participant], numbers: Mapping[Name, int], text: str
) -> Iterator[Told]:
    sentences = read_sentences(text)
    sides = [_side(number, party) for number, party in enumerate(parties)]
    again = _listed_again(parts, [part.records.meetings for part in parts])
    for reading, part in enumerate(parts):
        own = {one.id: _side(number, one) for number, one in enumerate(part.records.participants)}
        for one in part.records.meetings:
            meeting = _moved_meeting(one, part.shown_from)
            first = meeting.evidence[0]
            sentence = sentences[bisect_right(sentences, first.start, key=lambda one: one.start) - 1]
            known = dict.fromkeys(sides[numbers[reading, id]] for id in meeting.participants)
            yield Told(
                name=(reading, one.id),
                reading=again.get((reading, one.id), (reading, ""))[0],
                meeting=meeting,
                telling=_telling(meeting, known, sentence),
                alone=_telling(meeting, [own[id] for id in meeting.participants], sentence),
                is_set_apart=is_set_apart(text[sentence.start : first.end]),
                at_home=tuple(span for span in meeting.evidence if part.start <= span.start < part.end),
                homes=frozenset(
                    other
                    for other, home in enumerate(parts)
                    if any(home.start <= span.start < home.end for span in meeting.evidence)
                ),
            )


def _said(parts: Sequence[Part[Records]], numbers: Mapping[Name, int]) -> Iterator[Said]:
    for reading, part in enumerate(parts):
        for one in part.records.claims:
            claim = _moved_claim(one, part.shown_from)
            is_at_home = part.start <= claim.content[0].start < part.end
            yield Said(reading, claim, numbers[reading, claim.source], is_at_home)


def _side(number: int, party: Participant) -> Side:
    return Side(number, party.kind, acted_for(party), party.name.lower().split()[-1])


def _telling(meeting: Meeting, sides: Iterable[Side], sentence: Sentence) -> Telling:
    return Telling(
        sides=tuple(sides),
        status=meeting.status,
        date_text=meeting.date_text.text if meeting.date_text else None,
        days=parse_iso(meeting.date) if meeting.date else None,
        place_text=meeting.place_text.text if meeting.place_text else None,
        country=meeting.country,
        is_headline=sentence.is_headline,
    )


def _moved_meeting(meeting: Meeting, by: int) -> Meeting:
    return meeting.model_copy(
        update={
            "evidence": tuple(span.moved(by) for span in meeting.evidence),
            "date_text": meeting.date_text and meeting.date_text.moved(by),
            "place_text": meeting.place_text and meeting.place_text.moved(by),
        }
    )


def _moved_claim(claim: Claim, by: int) -> Claim:
    content = tuple(span.moved(by) for span in claim.content)
    return claim.model_copy(update={"content": content, "cue": claim.cue and claim.cue.moved(by)})
