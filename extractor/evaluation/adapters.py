"""Adapters: other people's annotations, from JSON Lines, as gold for the scorer.

A line is a JSON object with `id`, `text`, `title`, `published` and what its source annotated; offsets count code points
of `text`. MEANTIME has no adapter: which of its events are meetings is told by trigger words alone, most of those
lack a second party, and the contents of its claims are event heads without an extent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extractor.errors import ConfigurationError
from extractor.evaluation.documents import ClaimUnit, Document, MeetingUnit, Party, Place
from extractor.evaluation.gold import GoldField
from extractor.models import Article

_PRONOUNS = frozenset(
    "i me my mine we us our ours you your yours he him his she her hers it its they them their theirs himself herself "
    "itself themselves ourselves who whom whose which that this these those".split()
)
_CLAIMS: frozenset[GoldField] = frozenset(("claims", "cue"))
_MEETINGS: frozenset[GoldField] = frozenset(("meetings", "participants", "place"))


@dataclass(frozen=True)
class AdaptedSet:
    """Other people's annotations: the gold, and the articles to run an extractor on, in the same order."""

    name: str
    documents: tuple[Document, ...]
    articles: tuple[Article, ...]
    is_recall_only: bool
    """Whether facts that were not annotated may be true, so that precision and F1 say nothing."""


class _Annotation(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Claim(_Annotation):
    source: str | None
    source_spans: list[Place]
    cue: str | None
    cue_spans: list[Place]
    content: str | None
    content_spans: list[Place]


class _Meeting(_Annotation):
    trigger: str = Field(min_length=1)
    start: int
    participants: list[str]
    place: str | None


class _CoreferentMeeting(_Meeting):
    mentions: list[list[str]]
    core: bool


class _SpanMeeting(_Meeting):
    participant_spans: list[Place]


class _Record(_Annotation):
    id: str = Field(min_length=1)
    text: str
    title: str | None = None
    published: date | None = None


class _PolnearRecord(_Record):
    claims: list[_Claim]


class _WikieventsRecord(_Record):
    meetings: list[_CoreferentMeeting]


class _RamsRecord(_Record):
    meetings: list[_SpanMeeting] = Field(min_length=1, max_length=1)


RecordT = TypeVar("RecordT", bound=_Record)
ItemT = TypeVar("ItemT")


def read_polnear(path: Path) -> AdaptedSet:
    """Read PolNeAR's attributions as claims, without modality.

    Those without a source or a content are left out: by the guidelines they are no claims.
    """
    return _read("polnear", path, _PolnearRecord, _document_of_attributions)


def read_wikievents(path: Path) -> AdaptedSet:
    """Read WikiEvents' core meetings, with participants and place.

    Meetings without participants are left out: nothing could be aligned with them.
    """
    return _read("wikievents", path, _WikieventsRecord, _document_of_events)


def read_rams(path: Path) -> AdaptedSet:
    """Read RAMS' windows, each with its one marked meeting, its participants and its place.

    A meeting without participants is left out: nothing could be aligned with it.
    """
    return _read("rams", path, _RamsRecord, _document_of_window, is_recall_only=True)


ADAPTERS: Mapping[str, Callable[[Path], AdaptedSet]] = {
    "polnear": read_polnear,
    "wikievents": read_wikievents,
    "rams": read_rams,
}
"""Every adapter, by the name of what it reads."""


def read_adapted(name: str, path: Path) -> AdaptedSet:
    """Read a file of annotations through the adapter of this name.

    Raises ConfigurationError where there is no such adapter, or the file cannot be read or is malformed.
    """
    if name not in ADAPTERS:
        raise ConfigurationError(f"There is no adapter {name!r}; there are: {', '.join(ADAPTERS)}.")
    return ADAPTERS[name](path)


def _read(
    name: str, path: Path, shape: type[RecordT], convert: Callable[[RecordT], Document], is_recall_only: bool = False
) -> AdaptedSet:
    documents: dict[str, Document] = {}
    articles: list[Article] = []
    for number, line in _lines(path):
        try:
            record = shape.model_validate_json(line)
            if record.id in documents:
                raise ValueError(f"the id {record.id!r} is used twice")
            documents[record.id] = convert(record)
        except ValueError as error:
            raise ConfigurationError(f"{str(path)!r}, line {number}, is malformed: {_reason(error)}.") from error
        articles.append(Article(id=record.id, text=record.text, title=record.title, published=record.published))
    if not documents:
        raise ConfigurationError(f"{str(path)!r} has no records.")
    return AdaptedSet(name, tuple(documents.values()), tuple(articles), is_recall_only)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            yield from ((number, line) for number, line in enumerate(file, 1) if line.strip())
    except OSError as error:
        raise ConfigurationError(f"{str(path)!r} cannot be read: {error.strerror}.") from error


def _reason(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]


def _document_of_attributions(record: _PolnearRecord) -> Document:
    claims = (_claim(record.text, one) for one in record.claims)
    return Document(record.id, record.text, (), tuple(one for one in claims if one is not None), _CLAIMS)


def _claim(text: str, claim: _Claim) -> ClaimUnit | None:
    _verify(text, claim.source_spans, claim.source)
    _verify(text, claim.cue_spans, claim.cue)
    _verify(text, claim.content_spans, claim.content)
    if not claim.source or not claim.content:
        return None
    return ClaimUnit(
        statement=claim.content,
        source=_party([_spaced(claim.source)]),
        # The scorer knows one place; of a parted cue, such as "told … about", the first has the word of saying.
        cue=claim.cue_spans[0] if claim.cue_spans else None,
        content=tuple(claim.content_spans),
        modality=None,
    )


def _document_of_events(record: _WikieventsRecord) -> Document:
    meetings = [one for one in record.meetings if one.core]
    return _document_of_meetings(
        record,
        [(one, [_party([name, *mentions]) for name, mentions in _paired(one, one.mentions)]) for one in meetings],
    )


def _document_of_window(record: _RamsRecord) -> Document:
    (meeting,) = record.meetings
    for name, place in _paired(meeting, meeting.participant_spans):
        _verify(record.text, [place], name)
    # One party may fill both slots of an event.
    return _document_of_meetings(record, [(meeting, [_party([name]) for name in dict.fromkeys(meeting.participants)])])


def _paired(meeting: _Meeting, others: Sequence[ItemT]) -> list[tuple[str, ItemT]]:
    if len(others) != len(meeting.participants):
        raise ValueError(f"the participants of {meeting.trigger!r} are not as many as their mentions")
    return list(zip(meeting.participants, others, strict=True))


def _document_of_meetings(record: _Record, meetings: Iterable[tuple[_Meeting, Sequence[Party]]]) -> Document:
    units = tuple(_meeting(record.text, one, parties) for one, parties in meetings)
    return Document(record.id, record.text, tuple(one for one in units if one.parties), (), _MEETINGS)


def _meeting(text: str, meeting: _Meeting, parties: Sequence[Party]) -> MeetingUnit:
    place = (meeting.start, meeting.start + len(meeting.trigger))
    _verify(text, [place], meeting.trigger)
    return MeetingUnit(
        title=meeting.trigger,
        parties=tuple(parties),
        date=None,
        place=meeting.place,
        country=None,
        format=None,
        status=None,
        evidence=(place,),
    )


def _party(mentions: Sequence[str]) -> Party:
    # By the guidelines a pronoun is no name; it stands only for a party that the source calls nothing else.
    names = [name for name in dict.fromkeys(mentions) if name.casefold() not in _PRONOUNS] or [mentions[0]]
    return Party(tuple(names), "person" if any(name[:1].isupper() for name in names) else "group")


def _verify(text: str, places: Sequence[Place], quote: str | None) -> None:
    if any(not 0 <= start < end <= len(text) for start, end in places):
        raise ValueError(f"the offsets {list(places)} of {quote!r} do not lie in the text")
    found = " ".join(text[start:end] for start, end in places)
    if _spaced(found) != _spaced(quote or ""):
        raise ValueError(f"the offsets {list(places)} are not those of {quote!r}")


def _spaced(text: str) -> str:
    return " ".join(text.split())
