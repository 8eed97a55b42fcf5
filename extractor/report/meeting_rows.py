"""The meetings of a report's list: each linked meeting once, with the articles that tell of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from extractor.linking import Conflict, ConflictSide, Dataset, Denial, Entity, Member, Occasion
from extractor.models import Extraction, Meeting
from extractor.models.reply import MeetingStatus
from extractor.normalize.dates import parse_iso
from extractor.report.articles import Place
from extractor.report.meeting_articles import FORMATS, acts_for
from extractor.report.timeline import written_date


@dataclass(frozen=True)
class Source:
    """An article that tells of a meeting."""

    name: str
    link: str
    quote: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """What some articles say, against others."""

    value: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Contradiction:
    """A claim of one source that another source denies."""

    source: str
    claim: str
    denier: str
    denial: str


@dataclass(frozen=True)
class Row:
    """A meeting of the list."""

    title: str
    status: MeetingStatus
    format: str
    date: str
    """As people write it, or the article's words for it."""
    since: str
    """ISO 8601; empty where there is no date."""
    until: str
    where: str
    parties: tuple[tuple[str, str], ...]
    """Names, with the state or organization each acts for where the name does not say it."""
    searched: str
    """Every name of every party, and whom they act for."""
    claims: int
    problems: int
    sources: tuple[Source, ...]
    conflicts: tuple[tuple[str, tuple[Side, ...]], ...]
    contradictions: tuple[Contradiction, ...]
    articles: tuple[int, ...]
    """Numbers of its articles on this page."""


def row_of(
    occasion: Occasion,
    entities: Mapping[str, Entity],
    places: Mapping[str, Place],
    extractions: Mapping[str, Extraction],
    page: str,
    denials: Iterable[Denial] = (),
) -> Row:
    """Return a meeting of the list; of articles on other pages it has the names alone."""
    interval = parse_iso(occasion.date) if occasion.date else None
    parties = [entities[id] for id in occasion.entities if id in entities]
    here = [(member, extractions[member.article]) for member in occasion.members if member.article in extractions]
    records = [(member, extraction, _meeting(extraction, member.record)) for member, extraction in here]
    words = next((one.date_text.text for _, _, one in records if one.date_text), "")
    country = f" ({occasion.country})" if occasion.country else ""
    quotes = {(member.article, member.record): one.evidence[0].text for member, _, one in records}
    return Row(
        title=occasion.title,
        status=occasion.status,
        format=FORMATS[occasion.format],
        date=written_date(occasion.date) if occasion.date else f"“{words}”" if words else "",
        since=interval.first.isoformat() if interval else "",
        until=interval.last.isoformat() if interval else "",
        where=f"{occasion.place or ''}{country}".strip(),
        parties=tuple((one.name, acts_for(one.name, one.represents)) for one in parties),
        searched="\n".join(name for one in parties for name in (*one.names, *one.represents)),
        claims=sum(claim.meeting == one.id for _, extraction, one in records for claim in extraction.claims),
        problems=sum(problem.record == one.id for _, extraction, one in records for problem in extraction.problems),
        sources=tuple(
            Source(
                places[member.article].name,
                places[member.article].link(page, _anchor_of(extractions.get(member.article), member.record)),
                quotes.get((member.article, member.record), ""),
                member.reasons,
            )
            for member in occasion.members
        ),
        conflicts=tuple(
            (
                conflict.field,
                tuple(
                    Side(
                        _side_value(conflict, side),
                        tuple(dict.fromkeys(places[one.article].name for one in side.members)),
                    )
                    for side in conflict.sides
                ),
            )
            for conflict in occasion.conflicts
        ),
        contradictions=tuple(dict.fromkeys(_contradiction(one, entities, extractions) for one in denials)),
        articles=tuple(dict.fromkeys(places[member.article].number for member, _ in here)),
    )


def _contradiction(
    denial: Denial, entities: Mapping[str, Entity], extractions: Mapping[str, Extraction]
) -> Contradiction:
    return Contradiction(
        entities[denial.source].name,
        _statement(extractions, denial.claim),
        entities[denial.denier].name,
        _statement(extractions, denial.denied_by),
    )


def _statement(extractions: Mapping[str, Extraction], member: Member) -> str:
    """Return a claim as a sentence; empty where its article is on another page."""
    extraction = extractions.get(member.article)
    claims = extraction.claims if extraction else ()
    return next((one.statement for one in claims if one.id == member.record), "")


def _side_value(conflict: Conflict, side: ConflictSide) -> str:
    return written_date(side.value) if conflict.field == "date" else side.value


def _meeting(extraction: Extraction, id: str) -> Meeting:
    return next(one for one in extraction.meetings if one.id == id)


def _anchor_of(extraction: Extraction | None, id: str) -> str:
    if extraction is None:
        return ""
    return next((f"m{number}" for number, one in enumerate(extraction.meetings, 1) if one.id == id), "")


def rows_of_page(
    dataset: Dataset, places: Mapping[str, Place], extractions: Mapping[str, Extraction], page: str
) -> list[Row]:
    """Return the meetings of the articles on a page, by date, those without one last."""
    entities = {one.id: one for one in dataset.entities}
    denials: dict[str | None, list[Denial]] = {}
    for denial in dataset.denials:
        denials.setdefault(denial.occasion, []).append(denial)
    rows = [
        row_of(one, entities, places, extractions, page, denials.get(one.id, ()))
        for one in dataset.occasions
        if any(member.article in extractions for member in one.members)
    ]
    return sorted(rows, key=lambda row: (not row.since, row.since, row.articles, row.sources[0].link))
