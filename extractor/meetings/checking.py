"""Checking: from the model's reply to the records that the article bears out, and a problem for all else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from extractor.grounding import (
    Passage,
    QuoteGroup,
    find_mentions,
    place_quotes,
    stand_in_article,
    words_stand_in_article,
)
from extractor.models import (
    Article,
    Claim,
    Meeting,
    Participant,
    Path,
    Problem,
    ProblemCode,
    Reply,
    ReplyClaim,
    ReplyMeeting,
    ReplyParticipant,
    Span,
    find_quotes,
)
from extractor.normalize import Finding, check_country, check_date


@dataclass(frozen=True)
class Records:
    """The records of one article."""

    participants: tuple[Participant, ...]
    meetings: tuple[Meeting, ...]
    claims: tuple[Claim, ...]


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


RecordT = TypeVar("RecordT", bound=_WithId)


def check_reply(reply: Reply, article: Article) -> tuple[Records, list[Problem]]:
    """Ground and normalise a reply.

    What the article does not bear out is left out of the records, and each such thing is a problem.
    """
    checking = _Checking(article)
    records = checking.read(reply)
    return records, checking.problems


class _Checking:
    """One pass over one reply; collects the problems as it goes."""

    def __init__(self, article: Article) -> None:
        self.problems: list[Problem] = []
        self._article = article
        self._passage = Passage(article.text)
        self._same_record: dict[str, str] = {}
        """From the id of a record that repeats another to the id of that other."""
        self._replied: frozenset[str] = frozenset()
        """Ids of all records of the reply, also of those that are left out."""

    def read(self, reply: Reply) -> Records:
        """Return the records that the article bears out."""
        reply = Reply(
            participants=self._without_repeated_ids(reply.participants),
            meetings=self._without_repeated_ids(reply.meetings),
            claims=self._without_repeated_ids(reply.claims),
        )
        self._replied = frozenset(one.id for one in reply.participants) | {one.id for one in reply.meetings}
        participants = self._participants(reply.participants)
        spans = self._place_quotes(reply, participants)
        meetings: dict[str, Meeting] = {}
        for index, asked in enumerate(reply.meetings):
            meeting = self._meeting(asked, _SpansOf(spans, ("meetings", index)), participants)
            if meeting and not self._repeats(meeting, meetings.values()):
                meetings[meeting.id] = meeting
        claims: dict[str, Claim] = {}
        for index, said in enumerate(reply.claims):
            claim = self._claim(said, _SpansOf(spans, ("claims", index)), participants, meetings)
            if claim and not self._repeats(claim, claims.values()):
                claims[claim.id] = claim
        used = {id for meeting in meetings.values() for id in meeting.participants}
        used |= {claim.source for claim in claims.values()}
        for id in participants.keys() - used:
            self._add("unused_participant", id, "name", participants[id].name, "takes part in nothing", "left_out")
        kept = tuple(one for one in participants.values() if one.id in used)
        return Records(kept, tuple(meetings.values()), tuple(claims.values()))

    def _add(
        self,
        code: ProblemCode,
        record: str,
        field: str,
        value: str | None,
        message: str,
        consequence: Literal["left_out", "kept", "filled"],
    ) -> None:
        ending = {"left_out": "it is left out", "kept": "it is kept", "filled": "this is filled in"}[consequence]
        self.problems.append(
            Problem(
                code=code,
                record=record,
                field=field,
                value=value,
                message=f"{record}.{field}: {message}; {ending}.",
                consequence=consequence,
            )
        )

    def _add_unknown(self, record: str, field: str, id: str) -> None:
        """Tell that an id names no record: the model's fault, or what follows from a record being left out."""
        if id in self._replied:
            self._add("reference_lost", record, field, id, f"{id!r} is itself left out", "left_out")
        else:
            self._add("unknown_id", record, field, id, f"there is no record {id!r}", "left_out")

    def _add_without_evidence(self, record: str, field: str, what: str, quotes: Sequence[str]) -> None:
        if quotes:
            self._add("evidence_lost", record, field, what, "none of its quotes stands in the article", "left_out")
        else:
            self._add("no_evidence", record, field, what, "no quote is given", "left_out")

    def _without_repeated_ids(self, records: Sequence[RecordT]) -> list[RecordT]:
        unique: dict[str, RecordT] = {}
        for record in records:
            if record.id in unique:
                self._add(
                    "repeated_id", record.id, "id", record.id, "the id names two records, this the second", "left_out"
                )
            else:
                unique[record.id] = record
        return list(unique.values())

    def _participants(self, replied: Sequence[ReplyParticipant]) -> dict[str, Participant]:
        grounded: list[Participant] = []
        by_name: dict[tuple[str, str], str] = {}
        for one in replied:
            same = by_name.setdefault((one.name.casefold(), one.kind), one.id)
            if same != one.id:
                self._same_record[one.id] = same
                self._add("repeated_record", one.id, "name", one.name, f"the same party as {same}", "left_out")
            elif self._is_named(one):
                grounded.append(self._participant(one))
        mentions = find_mentions(self._passage, grounded)
        return {one.id: one.model_copy(update={"mentions": mentions[one.id]}) for one in grounded}

    def _is_named(self, one: ReplyParticipant) -> bool:
        if one.name.strip() and stand_in_article(self._passage, one.name):
            return True
        self._add(
            "name_not_found", one.id, "name", one.name, f"the article does not have the name {one.name!r}", "left_out"
        )
        return False

    def _participant(self, one: ReplyParticipant) -> Participant:
        aliases = []
        for alias in dict.fromkeys(one.aliases):
            if alias == one.name:
                continue
            if stand_in_article(self._passage, alias):
                aliases.append(alias)
            else:
                message = f"the article does not have the name {alias!r}"
                self._add("alias_not_found", one.id, "aliases", alias, message, "left_out")
        role = one.role
        if role is not None and not words_stand_in_article(self._passage, role):
            self._add(
                "role_not_found", one.id, "role", role, f"not all words of {role!r} are the article's", "left_out"
            )
            role = None
        return Participant(
            id=one.id,
            name=one.name,
            aliases=tuple(aliases),
            kind=one.kind,
            role=role or None,
            represents=one.represents or None,
            mentions=(),
        )

    def _place_quotes(self, reply: Reply, participants: dict[str, Participant]) -> dict[Path, Span]:
        """Place every quote of the reply, each record's together, and return the spans by path."""
        groups: dict[Path, list[tuple[Path, str]]] = {}
        for path, quote in find_quotes(reply):
            groups.setdefault(path[:2], []).append((path, quote))
        parties: dict[Path, Sequence[str]] = {
            **{("meetings", index): meeting.participants for index, meeting in enumerate(reply.meetings)},
            **{("claims", index): [claim.source] for index, claim in enumerate(reply.claims)},
        }
        ids: dict[Path, str] = {
            **{("meetings", index): meeting.id for index, meeting in enumerate(reply.meetings)},
            **{("claims", index): claim.id for index, claim in enumerate(reply.claims)},
        }
        asked = [
            QuoteGroup(
                [quote for _, quote in quotes],
                [
                    [mention.start for mention in participants[id].mentions]
                    for id in map(self._known, parties[record])
                    if id in participants
                ],
            )
            for record, quotes in groups.items()
        ]
        spans: dict[Path, Span] = {}
        for (record, quotes), placed in zip(groups.items(), place_quotes(self._passage, asked), strict=True):
            for (path, quote), span in zip(quotes, placed, strict=True):
                if span is not None:
                    spans[path] = span
                else:
                    message = f"the words {quote!r} do not stand in the article"
                    self._add("quote_not_found", ids[record], str(path[2]), quote, message, "left_out")
        return spans

    def _known(self, id: str) -> str:
        return self._same_record.get(id, id)

    def _meeting(self, asked: ReplyMeeting, spans: _SpansOf, participants: dict[str, Participant]) -> Meeting | None:
        parties = []
        for id in dict.fromkeys(map(self._known, asked.participants)):
            if id in participants:
                parties.append(id)
            else:
                self._add_unknown(asked.id, "participants", id)
        evidence = spans.every("evidence")
        if not evidence:
            self._add_without_evidence(asked.id, "evidence", asked.title, asked.evidence)
            return None
        if not parties:
            self._add("too_few_participants", asked.id, "participants", None, "the meeting has no parties", "left_out")
            return None
        if len(parties) == 1:
            message = f"the meeting has one party, {parties[0]}, where two or more belong"
            self._add("too_few_participants", asked.id, "participants", None, message, "kept")
        date_text, place_text = spans.one("date_text"), spans.one("place_text")
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

    def _report(self, record: str, field: str, value: str | None, finding: Finding | None) -> None:
        if finding:
            self._add(finding.code, record, field, value, finding.message, finding.consequence)

    def _claim(
        self, said: ReplyClaim, spans: _SpansOf, participants: dict[str, Participant], meetings: dict[str, Meeting]
    ) -> Claim | None:
        source = self._known(said.source)
        if source not in participants:
            self._add_unknown(said.id, "source", source)
            return None
        content = spans.every("content")
        if not content:
            self._add_without_evidence(said.id, "content", said.statement, said.content)
            return None
        meeting = None if said.meeting is None else self._known(said.meeting)
        if meeting is not None and meeting not in meetings:
            self._add_unknown(said.id, "meeting", meeting)
            meeting = None
        reported_by = said.reported_by or None
        if reported_by and not stand_in_article(self._passage, reported_by):
            message = f"the article does not have the name {reported_by!r}"
            self._add("name_not_found", said.id, "reported_by", reported_by, message, "left_out")
            reported_by = None
        return Claim(
            id=said.id,
            source=source,
            reported_by=reported_by,
            cue=spans.one("cue"),
            content=content,
            statement=said.statement,
            modality=said.modality,
            meeting=meeting,
        )

    def _repeats(self, record: Meeting | Claim, earlier: Iterable[Meeting | Claim]) -> bool:
        """Tell whether the record says what an earlier one says, and remember which."""
        for other in earlier:
            if _what_it_says(other) == _what_it_says(record):
                self._same_record[record.id] = other.id
                self._add("repeated_record", record.id, "id", record.id, f"it says the same as {other.id}", "left_out")
                return True
        return False


def _what_it_says(record: Meeting | Claim) -> tuple[object, ...]:
    if isinstance(record, Meeting):
        return (frozenset(record.participants), record.status, record.place_text, record.date_text, record.evidence)
    return (record.source, record.modality, record.content)


class _SpansOf:
    """The placed quotes of one record."""

    def __init__(self, spans: dict[Path, Span], record: Path) -> None:
        self._spans = spans
        self._record = record

    def one(self, field: str) -> Span | None:
        return self._spans.get((*self._record, field))

    def every(self, field: str) -> tuple[Span, ...]:
        """Return the spans of a list field, without those that repeat an earlier one."""
        found = [span for path, span in self._spans.items() if path[:2] == self._record and path[2] == field]
        return tuple(dict.fromkeys(found))
