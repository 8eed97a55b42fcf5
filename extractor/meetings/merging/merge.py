"""Merging: the records of an article from those of several readings of its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from extractor.grounding import Passage, find_mentions
from extractor.meetings.checking import Records
from extractor.meetings.merging.gathering import Gathered, gather
from extractor.meetings.merging.occasions import Occasion, tell
from extractor.meetings.merging.statements import Statement, say
from extractor.models import Article, Claim, Meeting, Participant, Problem
from extractor.tasks.renaming import Fate, Name, rename_problems
from extractor.tasks.task import Part


def merge_records(parts: Sequence[Part[Records]], article: Article) -> tuple[Records, list[Problem]]:
    """Make one of what several readings of an article's parts, or of one part again, have found.

    What they have in common is there once, under ids that are numbered in the order of the text. The order of parts
    that begin at different places does not matter.
    """
    parts = sorted(parts, key=lambda part: part.start)
    gathered = gather(parts, article.text)
    used = {side.party for one in gathered.occasions for side in one.telling.sides}
    used |= {one.party for one in gathered.statements}
    parties = _parties(gathered, used, article.text)
    meetings = _meetings(gathered.occasions, parties)
    claims = _claims(gathered.statements, parties, meetings)
    records = Records(
        tuple(party for number, party in parties.items() if number in used),
        tuple(meeting for _, meeting in meetings),
        tuple(claim for _, claim in claims),
        tuple(party for number, party in parties.items() if number not in used),
    )
    fates = dict(_fates_of_what_is_left_aside(parts))
    for number, party in parties.items():
        fates.update(_fates_of_party(gathered.names[number], party.id, is_used=number in used))
    for occasion, meeting in meetings:
        fates.update(_fates_of_meeting(occasion, meeting))
    for statement, claim in claims:
        fates.update(_fates_of_claim(statement, claim))
    return records, rename_problems([part.problems for part in parts], fates, lambda kind, number: f"{kind[0]}{number}")


def _parties(gathered: Gathered, used: set[int], text: str) -> dict[int, Participant]:
    """Return the parties by number with ids and mentions, in the order of the text, those that do nothing behind."""
    numbered = [one.model_copy(update={"id": str(number)}) for number, one in enumerate(gathered.parties)]
    mentions = find_mentions(Passage(text), numbered)
    starts = [[span.start for span in mentions[one.id]] or [len(text)] for one in numbered]
    order = sorted(range(len(numbered)), key=lambda number: (number not in used, starts[number], number))
    return {
        number: numbered[number].model_copy(update={"id": f"p{position}", "mentions": mentions[str(number)]})
        for position, number in enumerate(order, 1)
    }


def _meetings(occasions: Sequence[Occasion], parties: Mapping[int, Participant]) -> list[tuple[Occasion, Meeting]]:
    told = [(one, tell(one)) for one in occasions]
    told.sort(key=lambda each: [(span.start, span.end) for span in each[1].evidence])
    return [
        (one, meeting.model_copy(update={"id": f"m{number}", "participants": _ids_of(one, parties)}))
        for number, (one, meeting) in enumerate(told, 1)
    ]


def _ids_of(occasion: Occasion, parties: Mapping[int, Participant]) -> tuple[str, ...]:
    return tuple(parties[side.party].id for side in occasion.telling.sides)


def _claims(
    statements: Sequence[Statement],
    parties: Mapping[int, Participant],
    meetings: Sequence[tuple[Occasion, Meeting]],
) -> list[tuple[Statement, Claim]]:
    ids = {told.name: meeting.id for one, meeting in meetings for told in one.everyone}
    said = [(one, say(one, ids)) for one in statements]
    said.sort(key=lambda each: [(span.start, span.end) for span in each[1].content])
    return [
        (one, claim.model_copy(update={"id": f"c{number}", "source": parties[one.party].id}))
        for number, (one, claim) in enumerate(said, 1)
    ]


def _fates_of_what_is_left_aside(parts: Sequence[Part[Records]]) -> Iterator[tuple[Name, Fate]]:
    """Yield a fate for every record; it holds for those whose readings were not asked about their words."""
    for number, part in enumerate(parts):
        yield from (((number, "meeting", one.id), Fate("", is_repeated=True)) for one in part.records.meetings)
        yield from (((number, "claim", one.id), Fate("", is_repeated=True)) for one in part.records.claims)


def _fates_of_party(names: Sequence[tuple[int, str]], id: str, *, is_used: bool) -> Iterator[tuple[Name, Fate]]:
    settled = frozenset(("unused_participant",)) if is_used else frozenset[str]()
    for number, (reading, name) in enumerate(names):
        # That a party does nothing is told once.
        yield (reading, "participant", name), Fate(id, is_repeated=number > 0 and not is_used, settled=settled)


def _fates_of_meeting(occasion: Occasion, meeting: Meeting) -> Iterator[tuple[Name, Fate]]:
    for told in occasion.everyone:
        own = told.meeting
        settled = {"too_few_participants"} if len(meeting.participants) > 1 else set[str]()
        if (own.date_text, own.date) != (meeting.date_text, meeting.date):
            settled |= {"date_text", "date"}
        if (own.place_text, own.country) != (meeting.place_text, meeting.country):
            settled |= {"place_text", "country"}
        yield (
            (told.name[0], "meeting", told.name[1]),
            Fate(meeting.id, is_repeated=told in occasion.others, settled=frozenset(settled)),
        )


def _fates_of_claim(statement: Statement, claim: Claim) -> Iterator[tuple[Name, Fate]]:
    for one in statement.readings:
        filled = [name for name in ("cue", "reported_by", "meeting") if getattr(claim, name)]
        settled = frozenset(name for name in filled if not getattr(one.claim, name))
        yield (one.reading, "claim", one.claim.id), Fate(claim.id, settled=settled)
