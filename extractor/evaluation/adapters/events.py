"""WikiEvents and RAMS: events with a trigger, their arguments as the participants and place of a meeting."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from extractor.evaluation.adapters.records import (
    AdaptedSet,
    EventRecord,
    Record,
    meetings_of,
    paired,
    party_of,
    read_set,
    verify_words,
)
from extractor.evaluation.annotated import Place
from extractor.evaluation.documents import AnnotatedField, Document

_ANNOTATED: frozenset[AnnotatedField] = frozenset(("meetings", "participants", "place"))


class _CoreferentEvent(EventRecord):
    mentions: list[list[str]]
    core: bool


class _SpanEvent(EventRecord):
    participant_spans: list[Place]


class _WikieventsRecord(Record):
    meetings: list[_CoreferentEvent]


class _RamsRecord(Record):
    meetings: list[_SpanEvent] = Field(min_length=1, max_length=1)


def read_wikievents(path: Path) -> AdaptedSet:
    """Read WikiEvents' core meetings (Li et al. 2021), with participants and place.

    Meetings without participants are left out: nothing could be aligned with them.
    """
    return read_set("wikievents", path, _WikieventsRecord, _document_of_article)


def read_rams(path: Path) -> AdaptedSet:
    """Read RAMS' windows (Ebner et al. 2020), each with its one marked meeting, its participants and its place.

    A meeting without participants is left out: nothing could be aligned with it.
    """
    return read_set("rams", path, _RamsRecord, _document_of_window, is_recall_only=True)


def _document_of_article(record: _WikieventsRecord) -> Document:
    events = [one for one in record.meetings if one.core]
    parties = [(one, [party_of([name, *others]) for name, others in paired(one, one.mentions)]) for one in events]
    return Document(record.id, record.text, meetings_of(record.text, parties), (), _ANNOTATED)


def _document_of_window(record: _RamsRecord) -> Document:
    (event,) = record.meetings
    for name, place in paired(event, event.participant_spans):
        verify_words(record.text, [place], name)
    # One party may fill both slots of an event.
    parties = [party_of([name]) for name in dict.fromkeys(event.participants)]
    return Document(record.id, record.text, meetings_of(record.text, [(event, parties)]), (), _ANNOTATED)
