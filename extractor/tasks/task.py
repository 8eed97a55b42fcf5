"""A task: what is asked of the model about an article, and how its reply is checked."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from extractor.llm.exchange import digest_of
from extractor.models import Article, Attempt, Problem, Provenance
from extractor.prompts import Prompt

ReplyT = TypeVar("ReplyT")
RecordsT = TypeVar("RecordsT")
ExtractionT = TypeVar("ExtractionT", covariant=True)

MOST_MENDED = 50
"""Records that are taken from a second reply at most, each checked by itself; more are beyond mending."""


@dataclass(frozen=True)
class Engine(Generic[ReplyT]):
    """What reads in the place of a model."""

    read: Callable[[Article], ReplyT]
    fingerprint: Callable[[], str]
    """Names the engine's rules, as a task's fingerprint names what a model is told."""


@dataclass(frozen=True)
class Reading(Generic[RecordsT]):
    """What a reader made of an article."""

    records: RecordsT
    problems: tuple[Problem, ...] = ()
    model_reported: str | None = None
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True)
class Part(Generic[RecordsT]):
    """What one reading of a stretch of an article found."""

    records: RecordsT
    problems: tuple[Problem, ...]
    shown_from: int
    """Where in the article the text begins that was shown, from which the offsets in the records count."""
    start: int
    """Where the stretch itself begins; what stands before it was shown for the sense, as was what stands behind."""
    end: int


class Task(ABC, Generic[ReplyT, RecordsT, ExtractionT]):
    """A response model, a prompt, and what becomes of a reply."""

    mendable: frozenset[str]
    """The codes of problems that go back to the model."""
    nothing: RecordsT
    """The records of an article that was not read."""
    engine: Engine[ReplyT] | None = None
    """Reads where no model does; None where only a model can."""

    def __init__(self, name: str, reply_model: type[BaseModel], prompt: Prompt) -> None:
        self.name = name
        self.reply_model = reply_model
        self.prompt = prompt

    @functools.cached_property
    def fingerprint(self) -> str:
        """16 hex digits that name what the model is told: the prompt and the form of the reply."""
        return digest_of([self.prompt.fingerprint, self.reply_model.model_json_schema()])[:16]

    @abstractmethod
    def receive(self, reply: Any, text: str) -> ReplyT:
        """Return what is checked, of an instance of the reply model and the JSON that it was made of."""

    @abstractmethod
    def show(self, reply: ReplyT) -> str:
        """Return the JSON in which a model is shown a reply of its own."""

    @abstractmethod
    def check(self, reply: ReplyT, article: Article) -> tuple[RecordsT, list[Problem]]:
        """Ground and normalise a reply: return the records that the article bears out, and what it does not."""

    @abstractmethod
    def mend(self, first: ReplyT, second: ReplyT, problems: Sequence[Problem], article: Article) -> ReplyT:
        """Put records of the second reply in the place of faulty ones of the first, where that is better."""

    @abstractmethod
    def complete(self, reply: ReplyT, before: ReplyT) -> ReplyT:
        """Add to a further reply what it refers to in the one before it."""

    @abstractmethod
    def merge(self, parts: Sequence[Part[RecordsT]], article: Article) -> tuple[RecordsT, list[Problem]]:
        """Make one of what several readings of an article's parts, or of one part again, have found."""

    @abstractmethod
    def present(
        self, records: RecordsT, article: Article, problems: tuple[Problem, ...], provenance: Provenance
    ) -> ExtractionT:
        """Return the extraction that users hold."""


AnyTask = Task[Any, Any, Any]
