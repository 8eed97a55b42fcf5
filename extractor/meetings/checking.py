"""Checking: from the model's reply to the records that the article bears out, and a problem for all else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from extractor.grounding import find_mentions, passage_of, stand_in_article, words_stand_in_article
from extractor.models import (
    Article,
    Claim,
    Meeting,
    Participant,
    Path,
    Problem,
    ProblemCode,
    RecordKind,
    Reply,
    ReplyClaim,
    ReplyMeeting,
    ReplyParticipant,
    Span,
)
from extractor.models.forms import form_of
from extractor.normalize import Finding, check_country, check_date
from extractor.tasks.placing import place_reply

RecordT = TypeVar("RecordT", ReplyParticipant, ReplyMeeting, ReplyClaim)
Consequence = Literal["left_out", "kept", "filled"]

_ENDINGS: Mapping[Consequence, str] = {
    "left_out": "it is left out",
    "kept": "it is kept",
    "filled": "this is filled in",
}


@dataclass(frozen=True)
class Records:
    """The records of one article."""

    participants: tuple[Participant, ...]
    meetings: tuple[Meeting, ...]
    claims: tuple[Claim, ...]
    unused: tuple[Participant, ...] = ()
    """Participants that do nothing in what was read; in another part of the article they may."""


def check_reply(reply: Reply, article: Article) -> tuple[Records, list[Problem]]:
    """Ground and normalise a reply.

    What the article does not bear out is left out of the records, and each such thing is a problem.
    """
    checking = _Checking(reply, article)
    records = checking.read()
    return records, checking.problems


class _Checking:
    """One pass over one reply; collects the problems as it goes."""

    def __init__(self, reply: Reply, article: Article) -> None:
        self.problems: list[Problem] = []
        self._article = article
        self._passage = passage_of(article.text)
        self._reply = self._with_unique_ids(reply)
        self._participant_ids = {one.id for one in self._reply.participants}
        self._meeting_ids = {one.id for one in self._reply.meetings}
        self._same_participant: dict[str, str] = {}
        """From the id of a participant that repeats another to the id of that other."""
        self._same_meeting: dict[str, str] = {}

    def read(self) -> Records:
        """Return the records that the article bears out."""
        participants = self._participants()
        spans = self._place_quotes(participants)
        meetings: dict[str, Meeting] = {}
        said_before: dict[Hashable, str] = {}
        for index, asked in enumerate(self._reply.meetings):
            meeting = self._meeting(asked, spans["meetings", index], participants)
            if meeting is None:
                continue
            first = said_before.setdefault(_what_meeting_says(meeting), meeting.id)
            if first == meeting.id:
                meetings[meeting.id] = meeting
            else:
                self._same_meeting[meeting.id] = first
                self._add_repeated("meeting", meeting.id, first)
        claims: list[Claim] = []
        for index, said in enumerate(self._reply.claims):
            claim = self._claim(said, spans["claims", index], participants, meetings)
            if claim is None:
                continue
            first = said_before.setdefault((claim.source, claim.modality, claim.content), claim.id)
            if first == claim.id:
                claims.append(claim)
            else:
                self._add_repeated("claim", claim.id, first)
        used = {id for meeting in meetings.values() for id in meeting.participants} | {one.source for one in claims}
        for one in participants.values():
            if one.id not in used:
                self._add("unused_participant", "participant", one.id, "name", one.name, "it takes part in nothing")
        return Records(
            tuple(one for one in participants.values() if one.id in used),
            tuple(meetings.values()),
            tuple(claims),
            tuple(one for one in participants.values() if one.id not in used),
        )

    def _add(
        self,
        code: ProblemCode,
        kind: RecordKind,
        record: str,
        field: str,
        value: str | None,
        message: str,
        consequence: Consequence = "left_out",
    ) -> None:
        self.problems.append(
            Problem(
                code=code,
                kind=kind,
                record=record,
                field=field,
                value=value,
                message=f"{record}.{field}: {message}; {_ENDINGS[consequence]}.",
                consequence=consequence,
            )
        )

    def _add_unknown(self, kind: RecordKind, record: str, field: str, id: str, known: set[str]) -> None:
        """Tell that an id names no record: the model's fault, or what follows from a record being left out."""
        if id in known:
            self._add("reference_lost", kind, record, field, id, f"{id!r} is itself left out")
        else:
            self._add("unknown_id", kind, record, field, id, f"there is no record {id!r}")

    def _add_without_evidence(
        self, kind: RecordKind, record: str, field: str, what: str, quotes: Sequence[str]
    ) -> None:
        if quotes:
            self._add("evidence_lost", kind, record, field, what, "none of its quotes stands in the article")
        else:
            self._add("no_evidence", kind, record, field, what, "no quote is given")

    def _add_repeated(self, kind: RecordKind, record: str, first: str) -> None:
        self._add("repeated_record", kind, record, "id", record, f"it says the same as {first}")

    def _report(self, record: str, field: str, value: str | None, finding: Finding | None) -> None:
        if finding:
            self._add(finding.code, "meeting", record, field, value, finding.message, finding.consequence)

    def _with_unique_ids(self, reply: Reply) -> Reply:
        return Reply(
            participants=self._unique(reply.participants, "participant"),
            meetings=self._unique(reply.meetings, "meeting"),
            claims=self._unique(reply.claims, "claim"),
        )

    def _unique(self, records: Sequence[RecordT], kind: RecordKind) -> list[RecordT]:
        """Give a record whose id is taken another one: nothing is lost, and references mean the first."""
        unique: dict[str, RecordT] = {}
        for record in records:
            id = record.id
            while id in unique:
                id += "~"
            if id != record.id:
                self._add("repeated_id", kind, id, "id", record.id, f"{record.id!r} is taken, so this is {id}", "kept")
                record = record.model_copy(update={"id": id})
            unique[id] = record
        return list(unique.values())

    def _participants(self) -> dict[str, Participant]:
        grounded: list[Participant] = []
        by_name: dict[tuple[str, str], str] = {}
        for one in self._reply.participants:
            first = by_name.setdefault((one.name.casefold(), one.kind), one.id)
            if first != one.id:
                self._same_participant[one.id] = first
                self._add_repeated("participant", one.id, first)
            elif stand_in_article(self._passage, one.name):
                grounded.append(self._participant(one))
            else:
                message = f"the article does not have the name {one.name!r}"
                self._add("name_not_found", "participant", one.id, "name", one.name, message)
        mentions = find_mentions(self._passage, grounded)
        return {one.id: one.model_copy(update={"mentions": mentions[one.id]}) for one in grounded}

    def _participant(self, one: ReplyParticipant) -> Participant:
        aliases = []
        for alias in dict.fromkeys(one.aliases):
            if alias == one.name:
                continue
            if stand_in_article(self._passage, alias):
                aliases.append(alias)
            else:
                message = f"the article does not have the name {alias!r}"
                self._add("alias_not_found", "participant", one.id, "aliases", alias, message)
        role = one.role or None
        if role is not None and not words_stand_in_article(self._passage, role):
            message = f"not all words of {role!r} are the article's"
            self._add("role_not_found", "participant", one.id, "role", role, message)
            role = None
        return Participant(
            id=one.id,
            name=one.name,
            aliases=tuple(aliases),
            kind=one.kind,
            role=role,
            represents=one.represents or None,
            mentions=(),
        )

    def _place_quotes(self, participants: Mapping[str, Participant]) -> dict[Path, _Spans]:
        """Place every quote of the reply, each record's together, and return each record's spans by its path."""
        records: dict[Path, tuple[RecordKind, str, Sequence[str]]] = {}
        for index, meeting in enumerate(self._reply.meetings):
            records["meetings", index] = ("meeting", meeting.id, meeting.participants)
        for index, claim in enumerate(self._reply.claims):
            records["claims", index] = ("claim", claim.id, [claim.source])
        placed = place_reply(
            self._reply.model_dump(),
            form_of(Reply),
            self._passage,
            near=lambda path: self._starts_of_mentions(records[path][2], participants),
        )
        spans: dict[Path, _Spans] = {path: defaultdict(list) for path in records}
        for path, found in placed.items():
            (kind, id, _), field = records[path[:2]], str(path[2])
            quote, span = found.quote.text, found.span
            if span is None:
                message = f"the words {quote!r} do not stand in the article"
                self._add("quote_not_found", kind, id, field, quote, message)
            elif field == "evidence" and not any(map(str.isspace, span.text)) and span.text.isascii():
                message = f"{quote!r} is one word and shows nothing"
                self._add("quote_not_found", kind, id, field, quote, message)
            elif span not in spans[path[:2]][field]:
                spans[path[:2]][field].append(span)
        return spans

    def _starts_of_mentions(self, ids: Sequence[str], participants: Mapping[str, Participant]) -> list[list[int]]:
        known = (self._same_participant.get(id, id) for id in ids)
        return [[mention.start for mention in participants[id].mentions] for id in known if id in participants]

    def _meeting(self, asked: ReplyMeeting, spans: _Spans, participants: Mapping[str, Participant]) -> Meeting | None:
        parties = []
        for id in dict.fromkeys(self._same_participant.get(id, id) for id in asked.participants):
            if id in participants:
                parties.append(id)
            else:
                self._add_unknown("meeting", asked.id, "participants", id, self._participant_ids)
        evidence = tuple(spans["evidence"])
        if not evidence:
            self._add_without_evidence("meeting", asked.id, "evidence", asked.title, asked.evidence)
            return None
        if not parties:
            self._add("too_few_participants", "meeting", asked.id, "participants", None, "the meeting has no parties")
            return None
        if len(parties) == 1:
            message = f"the meeting has one party, {parties[0]}, where two or more belong"
            self._add("too_few_participants", "meeting", asked.id, "participants", None, message, "kept")
        date_text, place_text = _only(spans["date_text"]), _only(spans["place_text"])
        date, finding = check_date(asked.date, date_text.text if date_text else None, asked.status, self._article)
        self._report(asked.id, "date", asked.date, finding)
        country, finding = check_country(asked.country, place_text.text if place_text else None)
        self._report(asked.id, "country", asked.country, finding)
        return Meeting(
            id=asked.id,
            title=asked.title,
            format=asked.format,
            status=asked.status,
            participants=tuple(parties),
            date_text=date_text,
            date=date,
            place_text=place_text,
            country=country,
            topics=tuple(asked.topics),
            outcome=asked.outcome or None,
            evidence=evidence,
        )

    def _claim(
        self,
        said: ReplyClaim,
        spans: _Spans,
        participants: Mapping[str, Participant],
        meetings: Mapping[str, Meeting],
    ) -> Claim | None:
        source = self._same_participant.get(said.source, said.source)
        if source not in participants:
            self._add_unknown("claim", said.id, "source", source, self._participant_ids)
            return None
        content = tuple(spans["content"])
        if not content:
            self._add_without_evidence("claim", said.id, "content", said.statement, said.content)
            return None
        meeting = None if said.meeting is None else self._same_meeting.get(said.meeting, said.meeting)
        if meeting is not None and meeting not in meetings:
            self._add_unknown("claim", said.id, "meeting", meeting, self._meeting_ids)
            meeting = None
        reported_by = said.reported_by or None
        if reported_by and not stand_in_article(self._passage, reported_by):
            message = f"the article does not have the name {reported_by!r}"
            self._add("name_not_found", "claim", said.id, "reported_by", reported_by, message)
            reported_by = None
        return Claim(
            id=said.id,
            source=source,
            reported_by=reported_by,
            cue=_only(spans["cue"]),
            content=content,
            statement=said.statement,
            modality=said.modality,
            meeting=meeting,
        )


_Spans = dict[str, list[Span]]
"""The placed quotes of one record, by field."""


def _only(spans: Sequence[Span]) -> Span | None:
    return spans[0] if spans else None


def _what_meeting_says(meeting: Meeting) -> Hashable:
    return (
        frozenset(meeting.participants),
        meeting.status,
        meeting.place_text,
        meeting.date_text,
        meeting.evidence,
    )
