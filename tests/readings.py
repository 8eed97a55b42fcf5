"""Readings of a text for hypothesis: any records that a checked reply may have, sensible or not."""

from __future__ import annotations

from hypothesis import strategies as st

from extractor.meetings import Records
from extractor.models import Claim, Meeting, Participant, Problem, Span
from extractor.pieces import cut
from extractor.tasks.task import Part

TEXT = "\n\n".join(
    f"Ana Rojas met Lars Hegge in Oslo on May {number}. Rojas said that quota {number} would rise. Norway was glad 🇳🇴."
    for number in range(1, 13)
)
NAMES = ("Ana Rojas", "Rojas", "Luis Rojas", "Lars Hegge", "Hegge", "Norway", "Oslo", "minister", "The Minister", "IMF")
KINDS = ("person", "group", "organization", "state")


def spans(text: str) -> st.SearchStrategy[Span]:
    def span(start: int, length: int) -> Span:
        end = min(len(text), start + length)
        return Span(text=text[start:end], start=start, end=end)

    return st.builds(span, st.integers(0, len(text) - 1), st.integers(1, 60))


@st.composite
def participants(draw: st.DrawFn) -> tuple[Participant, ...]:
    named = draw(
        st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(KINDS)), min_size=1, max_size=5, unique=True)
    )
    return tuple(
        Participant(
            id=f"p{number}",
            name=name,
            aliases=tuple(draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))),
            kind=kind,
            role=draw(st.sampled_from((None, "minister", "foreign minister"))),
            represents=draw(st.sampled_from((None, "Peru", "Norway"))),
            mentions=(),
        )
        for number, (name, kind) in enumerate(named, 1)
    )


@st.composite
def records(draw: st.DrawFn, text: str) -> Records:
    everybody = draw(participants())
    ids = st.sampled_from([one.id for one in everybody])
    days = st.sampled_from((None, "2024-05-01", "2024-05-02", "2024-05"))
    meetings = tuple(
        Meeting(
            id=f"m{number}",
            title=f"Meeting {number}",
            format=draw(st.sampled_from(("in_person", "call", "unspecified"))),
            status=draw(
                st.sampled_from(("held", "ongoing", "planned", "proposed", "cancelled", "denied", "unconfirmed"))
            ),
            participants=tuple(draw(st.lists(ids, min_size=1, max_size=3, unique=True))),
            date_text=draw(st.none() | spans(text)),
            date=draw(days),
            place_text=draw(st.none() | spans(text)),
            country=draw(st.sampled_from((None, "NO", "PE"))),
            topics=tuple(draw(st.lists(st.sampled_from(("fish", "oil", "trade")), max_size=3, unique=True))),
            outcome=draw(st.sampled_from((None, "Good."))),
            evidence=tuple(draw(st.lists(spans(text), min_size=1, max_size=4, unique=True))),
        )
        for number in range(1, draw(st.integers(0, 4)) + 1)
    )
    claims = tuple(
        Claim(
            id=f"c{number}",
            source=draw(ids),
            reported_by=draw(st.sampled_from((None, "Reuters"))),
            cue=draw(st.none() | spans(text)),
            content=tuple(draw(st.lists(spans(text), min_size=1, max_size=3, unique=True))),
            statement=f"Claim {number}.",
            modality=draw(st.sampled_from(("asserted", "denied"))),
            meeting=draw(st.none() | st.sampled_from([one.id for one in meetings])) if meetings else None,
        )
        for number in range(1, draw(st.integers(0, 4)) + 1)
    )
    used = {id for one in meetings for id in one.participants} | {one.source for one in claims}
    return Records(
        tuple(one for one in everybody if one.id in used),
        meetings,
        claims,
        tuple(one for one in everybody if one.id not in used),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    kind = draw(st.sampled_from(("participant", "meeting", "claim", "reply")))
    record = "reply" if kind == "reply" else f"{kind[0]}{draw(st.integers(1, 7))}"
    code = draw(
        st.sampled_from(("quote_not_found", "unused_participant", "repeated_record", "unknown_id", "date_disagrees"))
    )
    return Problem(
        code=code,
        kind=kind,
        record=record,
        field=draw(st.sampled_from(("evidence", "date", "participants", "id"))),
        value=draw(st.none() | st.sampled_from(NAMES)),
        message=f"{record}.id: it says the same as {kind[0]}1; it is left out.",
        consequence="left_out",
    )


@st.composite
def parts(draw: st.DrawFn, text: str = TEXT) -> list[Part[Records]]:
    pieces = cut(text, draw(st.integers(100, len(text))), context=draw(st.integers(0, 300)))
    return [
        Part(
            draw(records(text[piece.shown_start : piece.shown_end])),
            tuple(draw(st.lists(problems(), max_size=3))),
            piece.shown_start,
            piece.start,
            piece.end,
        )
        for piece in pieces
    ]
