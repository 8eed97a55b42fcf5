"""Records: what the lines of other people's annotations have in common, and how they become documents.

A line is a JSON object with `id`, `text`, `title`, `published` and what its source annotated; offsets count code points
of `text`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extractor.errors import ConfigurationError
from extractor.evaluation.annotated import Place
from extractor.evaluation.documents import Document, MeetingUnit, Party
from extractor.models import Article
from extractor.names import guess_kind, is_pronoun


@dataclass(frozen=True)
class AdaptedSet:
    """Other people's annotations: the gold, and the articles to run an extractor on, in the same order."""

    name: str
    documents: tuple[Document, ...]
    articles: tuple[Article, ...]
    is_recall_only: bool
    """Whether facts that were not annotated may be true, so that precision and F1 say nothing."""


class Annotation(BaseModel):
    """A part of a record; what its source gives besides is left aside."""

    model_config = ConfigDict(frozen=True)


class Record(Annotation):
    """A line: an article. Subclasses add what a source annotated."""

    id: str = Field(min_length=1)
    text: str
    title: str | None = None
    published: date | None = None


class EventRecord(Annotation):
    """A meeting as a source marks it, by its trigger word."""

    trigger: str = Field(min_length=1)
    start: int
    participants: list[str]
    place: str | None


RecordT = TypeVar("RecordT", bound=Record)
ItemT = TypeVar("ItemT")


def read_set(
    name: str, path: Path, shape: type[RecordT], convert: Callable[[RecordT], Document], is_recall_only: bool = False
) -> AdaptedSet:
    """Read a file of records, each converted to a document.

    Raises ConfigurationError, naming the line, where the file cannot be read or is malformed.
    """
    documents: dict[str, Document] = {}
    articles: list[Article] = []
    for record, document in read_records(path, shape, convert):
        documents[record.id] = document
        articles.append(Article(id=record.id, text=record.text, title=record.title, published=record.published))
    return AdaptedSet(name, tuple(documents.values()), tuple(articles), is_recall_only)


def read_records(
    path: Path, shape: type[RecordT], convert: Callable[[RecordT], ItemT]
) -> Iterator[tuple[RecordT, ItemT]]:
    """Yield every record of a file with what it is converted to. Raises ConfigurationError as `read_set` does."""
    seen: set[str] = set()
    for number, line in _lines(path):
        try:
            record = shape.model_validate_json(line)
            if record.id in seen:
                raise ValueError(f"the id {record.id!r} is used twice")
            seen.add(record.id)
            converted = convert(record)
        except ValueError as error:
            raise ConfigurationError(f"{str(path)!r}, line {number}, is malformed: {_reason(error)}.") from error
        yield record, converted
    if not seen:
        raise ConfigurationError(f"{str(path)!r} has no records.")


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


def paired(event: EventRecord, others: Sequence[ItemT]) -> list[tuple[str, ItemT]]:
    """Return every participant of an event with its own of the others. Raises ValueError for another number."""
    if len(others) != len(event.participants):
        raise ValueError(f"the participants of {event.trigger!r} are not as many as their mentions")
    return list(zip(event.participants, others, strict=True))


def meetings_of(text: str, events: Iterable[tuple[EventRecord, Sequence[Party]]]) -> tuple[MeetingUnit, ...]:
    """Return the events that have participants as meetings; nothing could be aligned with the others."""
    units = (meeting_of(text, event, parties) for event, parties in events)
    return tuple(one for one in units if one.parties)


def meeting_of(text: str, event: EventRecord, parties: Sequence[Party], status: str | None = None) -> MeetingUnit:
    """Return an event as a meeting whose evidence is the trigger. Raises ValueError for a wrong offset."""
    place = (event.start, event.start + len(event.trigger))
    verify_words(text, [place], event.trigger)
    return MeetingUnit(
        title=event.trigger,
        parties=tuple(parties),
        date=None,
        place=event.place,
        country=None,
        format=None,
        status=status,
        evidence=(place,),
    )


def party_of(mentions: Sequence[str]) -> Party:
    """Return the party that is mentioned so, its kind guessed from the names.

    By the guidelines a pronoun is no name; it stands only for a party that the source calls nothing else.
    """
    names = [name for name in dict.fromkeys(mentions) if not is_pronoun(name)]
    if not names:
        return Party((mentions[0],), "group", is_unresolved=True)
    return Party(tuple(names), guess_kind(names))


def verify_words(text: str, places: Sequence[Place], quote: str | None) -> None:
    """Raise ValueError where the places do not hold the quote, white space aside."""
    if any(not 0 <= start < end <= len(text) for start, end in places):
        raise ValueError(f"the offsets {list(places)} of {quote!r} do not lie in the text")
    found = " ".join(text[start:end] for start, end in places)
    if spaced(found) != spaced(quote or ""):
        raise ValueError(f"the offsets {list(places)} are not those of {quote!r}")


def spaced(text: str) -> str:
    """Return the text with single spaces for all white space."""
    return " ".join(text.split())
