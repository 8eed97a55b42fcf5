"""What the report shows of a meeting and of an article, worded and tied together."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from extractor.evaluation.gold import gold_of
from extractor.linking import Conflict, ConflictSide, Dataset, Denial, Entity, Member, Occasion
from extractor.models import Claim, Extraction, Meeting, Participant, Span
from extractor.models.reply import MeetingFormat, MeetingStatus
from extractor.normalize.dates import parse_iso
from extractor.pages import cut_at_quotes
from extractor.report.timeline import written_date

FORMATS: Mapping[MeetingFormat, str] = {
    "in_person": "in person",
    "call": "by telephone or video",
    "encounter": "encounter in the field",
    "unspecified": "",
}
_LONGEST_NAME = 90
MATCHES = {"normalized": "typography differs", "fuzzy": "a few words differ"}
Mark = Literal["meeting", "claim", "cue", "name", "detail"]


@dataclass(frozen=True)
class Place:
    """Where an article stands in the report."""

    page: str
    """File name."""
    number: int
    """From 1, within its page."""
    name: str

    def link(self, page: str, record: str = "") -> str:
        """Return a link from a page to the article, or to a record of it."""
        return f"{'' if page == self.page else self.page}#a{self.number}{'-' + record if record else ''}"


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


@dataclass(frozen=True)
class Quote:
    """Words of the article behind a record, and where they begin in the text."""

    text: str
    link: str
    remark: str


@dataclass(frozen=True)
class Record:
    """A meeting, claim or participant of an article."""

    kind: Literal["meeting", "claim", "participant"]
    anchor: str
    label: str
    id: str
    title: str
    badge: str
    details: tuple[tuple[str, str], ...]
    quotes: tuple[Quote, ...]
    draft: str
    """The record as gold has it, in JSON, without what is empty: where the mending of it begins."""


@dataclass(frozen=True)
class Stretch:
    """A stretch of the article's text, with the records that rest on it."""

    text: str
    anchor: str
    marks: tuple[Mark, ...]
    link: str
    records: tuple[str, ...]
    begins: str

    @property
    def classes(self) -> str:
        """The classes of its element."""
        return " ".join(f"of-{mark}" for mark in self.marks)


@dataclass(frozen=True)
class ArticleView:
    """An article with its records."""

    place: Place
    extraction: Extraction
    meetings: tuple[Record, ...]
    claims: tuple[Record, ...]
    participants: tuple[Record, ...]
    problems: tuple[tuple[str, str, str, str | None, str], ...]
    """What became of it, the record's label, its anchor, the value and the message."""
    stretches: tuple[Stretch, ...]

    @property
    def known(self) -> tuple[str, ...]:
        """What is known of its publication."""
        article = self.extraction.article
        published = written_date(article.published.isoformat()) if article.published else None
        name = article.id if article.id != self.place.name else None
        return tuple(one for one in (article.source, published, name) if one)

    @property
    def url(self) -> str | None:
        """Where it was published, if that can be followed safely."""
        url = self.extraction.article.url or ""
        return url if url.startswith(("https://", "http://")) else None

    @property
    def parties(self) -> str:
        """Its participants' ids and names, in JSON."""
        return json.dumps([[one.id, one.name] for one in self.extraction.participants], ensure_ascii=False)


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
        parties=tuple((one.name, _acts_for(one.name, one.represents)) for one in parties),
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


def article_view(extraction: Extraction, place: Place) -> ArticleView:
    """Return an article with every record, quote and problem that its extraction has."""
    return _ArticleViewer(extraction, place).view()


class _ArticleViewer:
    """Words one article; record ids come from a model, so anchors are counted instead."""

    def __init__(self, extraction: Extraction, place: Place) -> None:
        self._extraction = extraction
        self._place = place
        self._names = {one.id: one for one in extraction.participants}
        kinds: list[tuple[str, str, list[str]]] = [
            ("meeting", "M", [one.id for one in extraction.meetings]),
            ("claim", "C", [one.id for one in extraction.claims]),
            ("participant", "P", [one.id for one in extraction.participants]),
        ]
        self._labels = {
            (kind, id): f"{letter}{number}" for kind, letter, ids in kinds for number, id in enumerate(ids, 1)
        }
        self._starts: dict[int, str] = {}

    def view(self) -> ArticleView:
        found = self._extraction
        stretches = tuple(self._stretches())
        draft = gold_of(found)
        drafts = {
            (kind, one.id): _compact(one)
            for kind, records in (
                ("meeting", draft.meetings),
                ("claim", draft.claims),
                ("participant", draft.participants),
            )
            for one in records
        }
        return ArticleView(
            self._place,
            found,
            tuple(self._meeting(one, drafts["meeting", one.id]) for one in found.meetings),
            tuple(self._claim(one, drafts["claim", one.id]) for one in found.claims),
            tuple(self._participant(one, drafts["participant", one.id]) for one in found.participants),
            tuple(self._problems()),
            stretches,
        )

    def _anchor(self, kind: str, id: str) -> str:
        label = self._labels.get((kind, id))
        return f"a{self._place.number}-{label.lower()}" if label else ""

    def _quotes(self) -> Iterator[tuple[int, int, tuple[Mark, str, str]]]:
        def placed(mark: Mark, kind: str, id: str, span: Span) -> tuple[int, int, tuple[Mark, str, str]]:
            return span.start, span.end, (mark, kind, id)

        for meeting in self._extraction.meetings:
            yield from (placed("meeting", "meeting", meeting.id, span) for span in meeting.evidence)
            for span in (meeting.date_text, meeting.place_text):
                if span:
                    yield placed("detail", "meeting", meeting.id, span)
        for claim in self._extraction.claims:
            if claim.cue:
                yield placed("cue", "claim", claim.id, claim.cue)
            yield from (placed("claim", "claim", claim.id, span) for span in claim.content)
        for participant in self._extraction.participants:
            yield from (placed("name", "participant", participant.id, span) for span in participant.mentions)

    def _stretches(self) -> Iterator[Stretch]:
        for number, one in enumerate(cut_at_quotes(self._extraction.article.text, self._quotes())):
            anchor = f"a{self._place.number}-t{number}"
            marks = tuple(dict.fromkeys(mark for mark, _, _ in one.labels))
            # What is quoted most narrowly comes first: a cue, then a claim's words, then a meeting's, then a name.
            order: list[Mark] = ["cue", "claim", "meeting", "detail", "name"]
            targets = sorted(one.labels, key=lambda label: order.index(label[0]))
            records = tuple(dict.fromkeys(self._anchor(kind, id) for _, kind, id in targets))
            if one.begins:
                self._starts[one.start] = anchor
            begins = [self._labels[kind, id] for mark, kind, id in one.begins if mark in ("meeting", "claim")]
            link = records[0] if records else ""
            yield Stretch(one.text, anchor if one.begins else "", marks, link, records, " ".join(dict.fromkeys(begins)))

    def _quote(self, span: Span) -> Quote:
        return Quote(span.text, self._starts[span.start], MATCHES.get(span.match, ""))

    def _meeting(self, one: Meeting, draft: str) -> Record:
        details = (
            ("who", ", ".join(self._party(id) for id in one.participants)),
            ("when", _joined(one.date_text, written_date(one.date) if one.date else None)),
            ("where", _joined(one.place_text, one.country)),
            ("how", FORMATS[one.format]),
            ("about", "; ".join(one.topics)),
            ("outcome", one.outcome or ""),
        )
        return self._record("meeting", one.id, one.title, one.status, details, one.evidence, draft)

    def _claim(self, one: Claim, draft: str) -> Record:
        via = f", reported by {one.reported_by}" if one.reported_by else ""
        about = self._labels.get(("meeting", one.meeting or ""), "")
        details = (
            ("source", self._party(one.source) + via),
            ("cue", one.cue.text if one.cue else "– (not in the article)"),
            ("meeting", about),
        )
        return self._record("claim", one.id, one.statement, one.modality, details, one.content, draft)

    def _participant(self, one: Participant, draft: str) -> Record:
        details = (
            ("role", one.role or ""),
            ("acts for", one.represents or ""),
            ("also", ", ".join(one.aliases)),
        )
        return self._record("participant", one.id, one.name, one.kind, details, one.mentions[:1], draft)

    def _record(
        self,
        kind: Literal["meeting", "claim", "participant"],
        id: str,
        title: str,
        badge: str,
        details: tuple[tuple[str, str], ...],
        spans: tuple[Span, ...],
        draft: str,
    ) -> Record:
        shown = tuple((name, value) for name, value in details if value)
        quotes = tuple(map(self._quote, spans))
        return Record(kind, self._anchor(kind, id), self._labels[kind, id], id, title, badge, shown, quotes, draft)

    def _party(self, id: str) -> str:
        one = self._names.get(id)
        if one is None:
            return id
        state = _acts_for(one.name, (one.represents,) if one.represents else ())
        return f"{one.name} ({state})" if state else one.name

    def _problems(self) -> Iterator[tuple[str, str, str, str | None, str]]:
        for one in self._extraction.problems:
            label = self._labels.get((one.kind, one.record), f"{one.kind} {one.record}")
            consequence = one.consequence.replace("_", " ")
            yield consequence, label, self._anchor(one.kind, one.record), one.value, one.message


def _compact(record: BaseModel) -> str:
    filled = {name: value for name, value in record.model_dump(mode="json").items() if value not in (None, [], "")}
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":"))


def _acts_for(name: str, represents: tuple[str, ...]) -> str:
    return next((one for one in represents if one not in name), "")


def _meeting(extraction: Extraction, id: str) -> Meeting:
    return next(one for one in extraction.meetings if one.id == id)


def _anchor_of(extraction: Extraction | None, id: str) -> str:
    if extraction is None:
        return ""
    return next((f"m{number}" for number, one in enumerate(extraction.meetings, 1) if one.id == id), "")


def _joined(span: Span | None, normal: str | None) -> str:
    if span is None:
        return normal or ""
    return f"“{span.text}” ({normal})" if normal else f"“{span.text}”"


def name_of(extraction: Extraction) -> str:
    """Return what people call an article: its title, or else its first line, or else its id."""
    article = extraction.article
    line = next((line for line in map(str.strip, article.text.splitlines()) if line), article.id)
    return article.title or textwrap.shorten(line, _LONGEST_NAME, placeholder=" …")


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
