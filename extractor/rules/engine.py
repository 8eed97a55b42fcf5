"""The engine: from an article to the reply that a model would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extractor.models import Article, Reply, ReplyClaim, ReplyMeeting, ReplyParticipant
from extractor.rules.cast import Cast, Party, read_cast
from extractor.rules.claims import ClaimFound, find_claims, state_claim
from extractor.rules.meetings import MeetingFound, find_meetings, read_day
from extractor.rules.meetings.circumstances import country_of
from extractor.rules.meetings.titles import title_of
from extractor.rules.text import has_words, read_sentences


def read_article(article: Article) -> Reply:
    """Read an article with rules; the same article always gives the same reply."""
    text = article.text
    sentences = read_sentences(text)
    cast = read_cast(text, sentences)
    meetings = find_meetings(text, sentences, cast, article.published)
    claims = [one for one in find_claims(text, sentences, cast) if _is_told(one, text)]
    known: dict[tuple[str, str], int] = {
        (party.names[0].casefold(), party.kind): index for index, party in enumerate(cast.parties)
    }
    sources = [_source_of(one, known) for one in claims]
    used = dict.fromkeys([*(party for one in meetings for party in one.parties), *sources])
    participants = {
        one: _participant(f"p{number}", cast.parties[one] if isinstance(one, int) else one)
        for number, one in enumerate(used, 1)
    }
    return Reply(
        participants=list(participants.values()),
        meetings=[_meeting(number, one, article, cast, participants) for number, one in enumerate(meetings, 1)],
        claims=[
            _claim(number, one, participants[source], text, meetings)
            for number, (one, source) in enumerate(zip(claims, sources, strict=True), 1)
        ],
    )


def _is_told(claim: ClaimFound, text: str) -> bool:
    """Tell whether source and every part of the content have words, and are no marks alone."""
    parts = [text[start:end] for start, end in claim.content]
    return (isinstance(claim.source, int) or has_words(claim.source.name)) and all(map(has_words, parts))


def _source_of(claim: ClaimFound, known: Mapping[tuple[str, str], int]) -> int | Party:
    """Return the party of the cast, or one that only the claim names."""
    source = claim.source
    if isinstance(source, int):
        return source
    return known.get((source.name.casefold(), source.kind), Party((source.name,), source.kind, None, None))


def _participant(id: str, party: Party) -> ReplyParticipant:
    return ReplyParticipant(
        id=id,
        name=party.names[0],
        aliases=list(party.names[1:]),
        kind=party.kind,
        role=party.role,
        represents=party.represents,
    )


def _meeting(
    number: int, one: MeetingFound, article: Article, cast: Cast, participants: Mapping[int | Party, ReplyParticipant]
) -> ReplyMeeting:
    text = article.text
    place = text[slice(*one.place)] if one.place else None
    date_text = text[slice(*one.date)] if one.date else None
    return ReplyMeeting(
        id=f"m{number}",
        title=title_of(one, cast, place),
        evidence=[text[slice(*span)] for span in one.evidence],
        format=one.format,
        status=one.status,
        participants=[participants[party].id for party in one.parties],
        date_text=date_text,
        date=read_day(date_text, article.published, one.status),
        place_text=place,
        country=country_of(place) if place else None,
        topics=list(one.topics),
        outcome=None,
    )


def _claim(
    number: int, one: ClaimFound, source: ReplyParticipant, text: str, meetings: Sequence[MeetingFound]
) -> ReplyClaim:
    content = [text[slice(*span)] for span in one.content]
    cue = text[slice(*one.cue)] if one.cue else content[0]
    linked = _meeting_of(one, meetings)
    return ReplyClaim(
        id=f"c{number}",
        source=source.id,
        reported_by=one.reported_by,
        cue=cue,
        content=content,
        statement=state_claim(content, source.name, cue),
        modality=one.modality,
        meeting=None if linked is None else f"m{linked + 1}",
    )


def _meeting_of(claim: ClaimFound, meetings: Sequence[MeetingFound]) -> int | None:
    """Return the meeting that the claim tells of: a trigger or a quote of it stands within the claim's words."""
    start, end = min(first for first, _ in claim.content), max(last for _, last in claim.content)
    for index, one in enumerate(meetings):
        if any(start <= first < end for first, _ in one.triggers):
            return index
    return None
