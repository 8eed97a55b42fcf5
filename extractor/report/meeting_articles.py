"""An article of the meetings report: its text, its meetings, claims and participants, worded and tied together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import BaseModel

from extractor.evaluation.gold import gold_of
from extractor.models import Claim, Extraction, Meeting, Participant, Problem, Span
from extractor.models.reply import MeetingFormat
from extractor.report.articles import ArticleView, Place, Quote, QuoteLabel, cut_text, quote_of, view_problems
from extractor.report.timeline import written_date

FORMATS: Mapping[MeetingFormat, str] = {
    "in_person": "in person",
    "call": "by telephone or video",
    "encounter": "encounter in the field",
    "unspecified": "",
}
Mark = Literal["cue", "claim", "meeting", "detail", "name"]
_NARROWEST_FIRST: tuple[Mark, ...] = get_args(Mark)


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
class MeetingsArticle(ArticleView):
    """An article with its meetings, claims and participants."""

    meetings: tuple[Record, ...]
    claims: tuple[Record, ...]
    participants: tuple[Record, ...]

    @property
    def parties(self) -> str:
        """Its participants' ids and names, in JSON."""
        return json.dumps([[one.id, one.title] for one in self.participants], ensure_ascii=False)


def article_view(extraction: Extraction, place: Place) -> MeetingsArticle:
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
        self._stretches, self._starts = cut_text(extraction.article, place, self._quotes())

    def view(self) -> MeetingsArticle:
        found = self._extraction
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
        return MeetingsArticle(
            self._place,
            found.article,
            view_problems(found.problems, self._record_of),
            self._stretches,
            tuple(self._meeting(one, drafts["meeting", one.id]) for one in found.meetings),
            tuple(self._claim(one, drafts["claim", one.id]) for one in found.claims),
            tuple(self._participant(one, drafts["participant", one.id]) for one in found.participants),
        )

    def _anchor(self, kind: str, id: str) -> str:
        label = self._labels.get((kind, id))
        return self._place.anchor(label.lower()) if label else ""

    def _quotes(self) -> Iterator[tuple[int, int, QuoteLabel]]:
        def placed(mark: Mark, kind: str, id: str, span: Span) -> tuple[int, int, QuoteLabel]:
            anchor = self._anchor(kind, id)
            begins = self._labels[kind, id] if mark in ("meeting", "claim") else ""
            return span.start, span.end, QuoteLabel((mark,), anchor, anchor, begins, _NARROWEST_FIRST.index(mark))

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
        quotes = tuple(quote_of(span, self._starts) for span in spans)
        return Record(kind, self._anchor(kind, id), self._labels[kind, id], id, title, badge, shown, quotes, draft)

    def _party(self, id: str) -> str:
        one = self._names.get(id)
        if one is None:
            return id
        state = acts_for(one.name, (one.represents,) if one.represents else ())
        return f"{one.name} ({state})" if state else one.name

    def _record_of(self, problem: Problem) -> tuple[str, str]:
        label = self._labels.get((problem.kind, problem.record), f"{problem.kind} {problem.record}")
        return label, self._anchor(problem.kind, problem.record)


def _compact(record: BaseModel) -> str:
    filled = {name: value for name, value in record.model_dump(mode="json").items() if value not in (None, [], "")}
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":"))


def acts_for(name: str, represents: tuple[str, ...]) -> str:
    """Return whom a party acts for, where its name does not say it; else nothing."""
    return next((one for one in represents if one not in name), "")


def _joined(span: Span | None, normal: str | None) -> str:
    if span is None:
        return normal or ""
    return f"“{span.text}” ({normal})" if normal else f"“{span.text}”"
