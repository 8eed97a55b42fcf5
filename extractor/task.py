"""A task: what is asked of the model about an article, and how its reply is checked."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from extractor.llm.exchange import digest_of
from extractor.models import Article, Attempt, Problem
from extractor.prompts import Prompt

ReplyT = TypeVar("ReplyT", bound=BaseModel)
RecordsT = TypeVar("RecordsT")


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


@dataclass(frozen=True)
class Task(Generic[ReplyT, RecordsT]):
    """A response model, a prompt and checks."""

    name: str
    reply_model: type[ReplyT]
    prompt: Prompt
    check: Callable[[ReplyT, Article], tuple[RecordsT, list[Problem]]]
    """Grounds and normalises a reply: the records that the article bears out, and what it does not."""
    mend: Callable[[ReplyT, ReplyT, Sequence[Problem], Article], ReplyT]
    """Puts records of the second reply in the place of those of the first that had a problem, where that is better."""
    mendable: frozenset[str]
    """The codes of problems that go back to the model."""
    complete: Callable[[ReplyT, ReplyT], ReplyT]
    """Adds to a further reply what it refers to in the one before it."""
    merge: Callable[[Sequence[Part[RecordsT]], Article], tuple[RecordsT, list[Problem]]]
    """Makes one of what several readings of an article's parts, or of one part again, have found."""

    @functools.cached_property
    def fingerprint(self) -> str:
        """16 hex digits that name what the model is told: the prompt and the form of the reply."""
        return digest_of([self.prompt.fingerprint, self.reply_model.model_json_schema()])[:16]
