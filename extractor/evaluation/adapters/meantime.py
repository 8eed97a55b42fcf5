"""MEANTIME: Wikinews with time expressions and event factuality (Minard et al. 2016)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from extractor.articles import parse_published
from extractor.evaluation.adapters.records import (
    AdaptedSet,
    Annotation,
    EventRecord,
    Record,
    meeting_of,
    paired,
    party_of,
    read_set,
    verify_words,
)
from extractor.evaluation.documents import AnnotatedField, Document, Timex

_ANNOTATED: frozenset[AnnotatedField] = frozenset(("meetings", "participants", "place", "status", "timexes"))
_CALENDAR = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
"""A day, month or year; seasons, quarters and "now" are no dates of ours."""


class _Factuality(Annotation):
    certainty: str
    polarity: str
    time: str


class _FactualEvent(EventRecord):
    mentions: list[list[str]]
    status: _Factuality


class _TimeExpression(Annotation):
    text: str
    start: int
    type: str
    value: str


class _MeantimeRecord(Record):
    # "03-02-2009" means two days.
    published: Annotated[date | None, BeforeValidator(parse_published)] = None
    meetings: list[_FactualEvent]
    timexes: list[_TimeExpression]


def read_meantime(path: Path) -> AdaptedSet:
    """Read the events with a meeting word, their status, and every calendar date that the text writes in words.

    Only the first sentences of an article are annotated, so meetings are for recall alone. A date is judged where a
    prediction takes it from words that are annotated.
    """
    return read_set("meantime", path, _MeantimeRecord, _document, is_recall_only=True)


def _document(record: _MeantimeRecord) -> Document:
    meetings = [
        meeting_of(record.text, one, parties, _status(one.status))
        for one in record.meetings
        if (parties := [party_of([name, *others]) for name, others in paired(one, one.mentions)])
    ]
    timexes = [_timex(record.text, one) for one in record.timexes if _CALENDAR.fullmatch(one.value)]
    return Document(record.id, record.text, tuple(meetings), (), _ANNOTATED, timexes=tuple(timexes))


def _status(told: _Factuality) -> str:
    if told.polarity == "NEG":
        return "denied"
    if told.time == "FUTURE":
        return "planned"
    return "held" if told.certainty == "CERTAIN" else "unconfirmed"


def _timex(text: str, told: _TimeExpression) -> Timex:
    place = (told.start, told.start + len(told.text))
    verify_words(text, [place], told.text)
    return Timex(place, told.value)
