"""A task: what is asked of the model about an article, and how its reply is checked."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from extractor.llm.exchange import digest_of
from extractor.models import Article, Problem
from extractor.prompts import Prompt

ReplyT = TypeVar("ReplyT", bound=BaseModel)
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
class Task(Generic[ReplyT, RecordsT, ExtractionT]):
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
    nothing: RecordsT
    """The records of an article that was not read."""
    extraction: Callable[..., ExtractionT]
    """Makes the extraction of `article`, `problems`, `provenance` and the fields of the records."""
    engine: Engine[ReplyT] | None = None
    """Reads where no model does; None where only a model can."""

    @functools.cached_property
    def fingerprint(self) -> str:
        """16 hex digits that name what the model is told: the prompt and the form of the reply."""
        return digest_of([self.prompt.fingerprint, self.reply_model.model_json_schema()])[:16]


AnyTask = Task[Any, Any, Any]
