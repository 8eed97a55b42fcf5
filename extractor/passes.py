"""Passes: a model asked again, in the same dialogue, for what its reply has missed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel

from extractor.errors import ConfigurationError, ModelError
from extractor.llm import Answer
from extractor.models import Article, Attempt, Problem
from extractor.task import Part, Reading, Task

ReplyT = TypeVar("ReplyT", bound=BaseModel)
RecordsT = TypeVar("RecordsT")

Dialogue = list[dict[str, str]]
Ask = Callable[[Dialogue, Sequence[Attempt]], Awaitable[Answer[ReplyT]]]
"""Sends a dialogue on which these attempts were spent before."""


async def read_further(
    first: Reading[RecordsT],
    reply: ReplyT,
    dialogue: Dialogue,
    *,
    article: Article,
    task: Task[ReplyT, RecordsT],
    ask: Ask[ReplyT],
    passes: int,
) -> Reading[RecordsT]:
    """Ask for what the reply has missed, up to so many passes in all, and return the reading with what that brings.

    The dialogue is what led to the reply. Where asking fails, what was found before is kept, and a problem tells.
    """
    parts = [Part(first.records, first.problems, 0, 0, len(article.text))]
    attempts = first.attempts
    failed: list[Problem] = []
    for number in range(2, passes + 1):
        said = {"role": "assistant", "content": reply.model_dump_json()}
        dialogue = [*dialogue, said, {"role": "user", "content": task.prompt.render("more")}]
        try:
            answer = await ask(dialogue, attempts)
        except (ModelError, ConfigurationError) as error:
            attempts += error.attempts
            failed.append(_failed(number, error))
            break
        attempts += answer.attempts
        if not any(answer.reply.model_dump().values()):
            break
        reply = task.complete(answer.reply, reply)
        records, problems = task.check(reply, article)
        parts.append(Part(records, tuple(problems), 0, 0, len(article.text)))
    if len(parts) == 1:
        return Reading(first.records, (*first.problems, *failed), first.model_reported, attempts)
    merged, problems = task.merge(parts, article)
    return Reading(merged, (*problems, *failed), first.model_reported, attempts)


def _failed(number: int, error: Exception) -> Problem:
    return Problem(
        code="pass_failed",
        kind="reply",
        record="reply",
        field="",
        value=None,
        message=f"pass {number} for what was missed failed: {error}",
        consequence="kept",
    )
