"""The dataset: parties and meetings as they stand across articles, each link with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from extractor.models import Extraction, Span
from extractor.models.reply import MeetingFormat, MeetingStatus, ParticipantKind

Via = Literal["itself", "represents", "office"]
"""How a participant belongs to an entity: it is the entity; it acts for it; it is the office that bears its name."""
ConflictField = Literal["date", "country", "participants", "status"]


@dataclass(frozen=True)
class Member:
    """A record of one article that belongs to an entity or an occasion."""

    article: str
    """What names the article in `Dataset.extractions`."""
    record: str
    """Id of the participant or meeting in that article's extraction."""
    reasons: tuple[str, ...]
    """Why it was linked with the others, in words; empty where it is alone."""
    score: float
    """How sure the link is, from 0 to 1; 1 where it is alone."""
    via: Via = "itself"
    """Of a participant: how it belongs to the entity. Each record is `itself` in one entity, and in no other."""


def count_articles(members: Sequence[Member]) -> int:
    """Return in how many articles the members stand."""
    return len({member.article for member in members})


@dataclass(frozen=True)
class Entity:
    """One person, organization, state or group across articles."""

    id: str
    kind: ParticipantKind
    name: str
    """The commonest of its full names."""
    names: tuple[str, ...]
    """Every name and alias that articles give it, the commonest first."""
    represents: tuple[str, ...]
    """The states and organizations for which it acts, the commonest first."""
    roles: tuple[str, ...]
    """The commonest first."""
    members: tuple[Member, ...]


@dataclass(frozen=True)
class ConflictSide:
    """What some of an occasion's articles say, against the others."""

    value: str
    members: tuple[Member, ...]
    quotes: tuple[Quotation, ...]


@dataclass(frozen=True)
class Quotation:
    """Words of an article, with their place in it."""

    article: str
    span: Span


@dataclass(frozen=True)
class Conflict:
    """Something about an occasion on which its articles disagree."""

    field: ConflictField
    sides: tuple[ConflictSide, ...]


@dataclass(frozen=True)
class Occasion:
    """One meeting across articles."""

    id: str
    title: str
    """Of the article that tells most."""
    status: MeetingStatus
    """The latest that is known, by the articles' days of publication."""
    date: str | None
    """ISO 8601, the most precise that most articles give."""
    country: str | None
    place: str | None
    """In an article's words."""
    format: MeetingFormat
    entities: tuple[str, ...]
    """Ids of `Dataset.entities`: who takes part by any of the articles."""
    members: tuple[Member, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True)
class Denial:
    """A claim of one source that another source denies."""

    id: str
    claim: Member
    denied_by: Member
    source: str
    """Id of the entity that makes the claim."""
    denier: str
    """Id of the entity that denies it."""
    occasion: str | None
    """Id of the meeting both are about."""


@dataclass(frozen=True)
class Dataset:
    """The extractions of many articles, and what belongs together in them."""

    extractions: Iterable[tuple[str, Extraction]]
    """Every article's name with its extraction, to be read as a stream, and again if what was given can be."""
    entities: tuple[Entity, ...]
    """By id."""
    occasions: tuple[Occasion, ...]
    """By id."""
    denials: tuple[Denial, ...]
    """By id."""
