"""Passes: a model asked again, in the same dialogue, for what its reply has missed."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from extractor.errors import ConfigurationError, ModelError
from extractor.llm import Answer
from extractor.models import Article, Attempt, Problem
from extractor.tasks import AnyTask, Part, Reading

RecordsT = TypeVar("RecordsT")

Dialogue = list[dict[str, str]]
Ask = Callable[[Dialogue, Sequence[Attempt]], Awaitable[Answer[Any]]]
"""Sends a dialogue on which these attempts were spent before."""


async def read_further(
    first: Reading[RecordsT],
    reply: Any,
    dialogue: Dialogue,
    *,
    article: Article,
    task: AnyTask,
    ask: Ask,
    passes: int,
    language: str,
) -> Reading[RecordsT]:
    """Ask for what the reply has missed, up to so many passes in all, and return the reading with what that brings.

    The dialogue is what led to the reply. Where asking fails, what was found before is kept, and a problem tells.
    """
    parts = [Part(first.records, first.problems, 0, 0, len(article.text))]
    attempts = first.attempts
    failed: list[Problem] = []
    for number in range(2, passes + 1):
        more = task.prompt.render("more", statement_language=language)
        dialogue = [*dialogue, {"role": "assistant", "content": task.show(reply)}, {"role": "user", "content": more}]
        try:
            answer = await ask(dialogue, attempts)
        except (ModelError, ConfigurationError) as error:
            attempts += error.attempts
            failed.append(_failed(number, error))
            break
        attempts += answer.attempts
        if not any(json.loads(answer.text).values()):
            break
        reply = task.complete(task.receive(answer.reply, answer.text), reply)
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
