"""Extractions written down for tests, with no more said than a test is about."""

from __future__ import annotations

from datetime import UTC, date, datetime

from extractor.models import Article, Claim, Extraction, Meeting, Participant, Provenance, Span

PROVENANCE = Provenance(
    library="0",
    schema_version="1",
    task="meetings",
    model="openai/none",
    model_reported=None,
    prompt="0",
    article="0",
    key="0",
    replayed=False,
    extracted_at=datetime(2026, 1, 1, tzinfo=UTC),
    attempts=(),
)


def span(text):
    return Span(text=text, start=0, end=len(text))


def person(id, name, *, role=None, represents=None, aliases=(), kind="person"):
    return Participant(
        id=id, name=name, aliases=tuple(aliases), kind=kind, role=role, represents=represents, mentions=(span(name),)
    )


def party(id, name, *, kind="organization", represents=None, aliases=()):
    return person(id, name, kind=kind, represents=represents, aliases=aliases)


def meeting(id, *participants, status="held", day=None, said=None, place=None, country=None, evidence=None):
    return Meeting(
        id=id,
        title=f"{' and '.join(participants)} meet",
        format="in_person",
        status=status,
        participants=participants,
        date_text=span(said or "on that day") if said or day else None,
        date=day,
        place_text=span(place) if place else None,
        country=country,
        topics=(),
        outcome=None,
        evidence=(span(evidence or "They met."),),
    )


def claim(id, source, statement, *, modality="asserted", meeting=None):
    return Claim(
        id=id,
        source=source,
        reported_by=None,
        cue=span("said"),
        content=(span(statement),),
        statement=statement,
        modality=modality,
        meeting=meeting,
    )


def extraction(id, *participants, meetings=(), claims=(), published=None, text=None):
    return Extraction(
        article=Article(
            id=id, text=text or f"The text of {id}.", published=date.fromisoformat(published) if published else None
        ),
        participants=participants,
        meetings=tuple(meetings),
        claims=tuple(claims),
        problems=(),
        provenance=PROVENANCE,
    )
