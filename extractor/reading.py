"""Reading: one article to its extraction, by a language model or by the built-in rules."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Protocol

from extractor.errors import ConfigurationError, ModelError, ModelUnavailable
from extractor.llm import Answer, LanguageModel
from extractor.llm.exchange import digest_of
from extractor.meetings import Records
from extractor.models import Article, Attempt, Problem, Reply
from extractor.passes import Dialogue, read_further
from extractor.pieces import Excerpt, read_in_pieces
from extractor.prompts import choose_fence
from extractor.settings import RULES, Settings
from extractor.task import Reading, Task

MeetingsTask = Task[Reply, Records]

NOTHING = Reading(Records((), (), ()))
"""Of an article that was not read."""


class Reader(Protocol):
    """Whatever reads an article."""

    async def read(self, article: Article) -> Reading[Records]:
        """Read an article. Raises ModelError, with the attempts made, or ConfigurationError."""
        ...


def key_of(article: Article, configuration: str) -> str:
    """Return what names an article's outcome: equal where the same would be asked about the same article."""
    published = article.published.isoformat() if article.published else ""
    parts = (configuration, article.title or "", article.source or "", published, article.text)
    # Lengths keep the border between two parts from moving unnoticed.
    framed = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(framed.encode("utf-8", "surrogatepass")).hexdigest()


def fingerprint_of(settings: Settings, task: MeetingsTask) -> str:
    """Return 16 hex digits that name what reads: the prompt with the reply's schema, or the rules."""
    if settings.model != RULES:
        return task.fingerprint
    from extractor.rules import fingerprint

    return fingerprint()


def configuration_of(settings: Settings, task: MeetingsTask) -> str:
    """Return the digest of all that decides what is asked about an article: model, parameters and prompt, or rules."""
    asked = {
        "model",
        "reply_format",
        "temperature",
        "max_output_tokens",
        "request",
        "mend",
        "piece_characters",
        "passes",
    }
    included = {"model"} if settings.model == RULES else asked
    return digest_of([settings.model_dump(mode="json", include=included), fingerprint_of(settings, task)])


class RulesReader:
    """Reads with the built-in rules: no key, no network, nothing to pay, and articles of any length as a whole."""

    def __init__(self, task: MeetingsTask) -> None:
        self._task = task

    async def read(self, article: Article) -> Reading[Records]:
        """Read an article."""
        from extractor.rules import read_article

        records, problems = self._task.check(read_article(article), article)
        return Reading(records, tuple(problems))


class ModelReader:
    """Reads with a language model: cut, and of each piece render, ask, check, mend once, ask for more."""

    def __init__(self, model: LanguageModel, task: MeetingsTask, settings: Settings) -> None:
        self._model = model
        self._task = task
        self._settings = settings

    async def read(self, article: Article) -> Reading[Records]:
        """Read an article, a long one piece by piece."""
        size, merge = self._settings.piece_characters, self._task.merge
        return await read_in_pieces(article, self._read_in_time, size=size, merge=merge)

    async def _read_in_time(self, article: Article, excerpt: Excerpt) -> Reading[Records]:
        try:
            async with asyncio.timeout(self._settings.deadline):
                return await self._read(article, excerpt)
        except TimeoutError as error:
            late = ModelUnavailable(f"There was no answer within the deadline of {self._settings.deadline:,.0f} s.")
            late.attempts = getattr(error.__cause__, "attempts", ())
            raise late from error

    async def _read(self, article: Article, excerpt: Excerpt) -> Reading[Records]:
        messages = messages_about(article, self._task, excerpt)
        answer = await self._model.ask(
            messages, self._task.reply_model, label=article.id, keeps_cut_off=excerpt.may_be_halved
        )
        reply, attempts = answer.reply, answer.attempts
        try:
            records, problems = self._task.check(reply, article)
            if self._settings.mend and any(problem.code in self._task.mendable for problem in problems):
                reply, records, problems, more = await self._mend(messages, answer, article, records, problems)
                attempts += more
            reading = Reading(records, tuple(problems), answer.model_reported, attempts)
            if self._settings.passes > 1:
                reading = await self._read_further(reading, reply, messages, article)
        except BaseException as error:
            # The answer is paid for, whatever becomes of it.
            error.attempts = (*attempts, *getattr(error, "attempts", ()))  # type: ignore[attr-defined]
            raise
        return reading

    async def _read_further(
        self, reading: Reading[Records], reply: Reply, messages: Dialogue, article: Article
    ) -> Reading[Records]:
        async def ask(dialogue: Dialogue, before: Sequence[Attempt]) -> Answer[Reply]:
            reply_model = self._task.reply_model
            return await self._model.ask(dialogue, reply_model, label=article.id, corrections=0, before=before)

        passes = self._settings.passes
        return await read_further(reading, reply, messages, article=article, task=self._task, ask=ask, passes=passes)

    async def _mend(
        self,
        messages: Dialogue,
        first: Answer[Reply],
        article: Article,
        records: Records,
        problems: list[Problem],
    ) -> tuple[Reply, Records, list[Problem], tuple[Attempt, ...]]:
        """Ask once for what the article does not bear out, and return the reply, records and problems that are left.

        Where the second request fails, the first reply is kept: it is sound but for its problems, and it is paid for.
        """
        faulty = [problem for problem in problems if problem.code in self._task.mendable]
        correction = self._task.prompt.render("mend", problems=[problem.message for problem in faulty])
        dialogue = [
            *messages,
            {"role": "assistant", "content": first.reply.model_dump_json()},
            {"role": "user", "content": correction},
        ]
        try:
            second = await self._model.ask(
                dialogue, self._task.reply_model, label=article.id, corrections=0, before=first.attempts
            )
        except (ModelError, ConfigurationError) as error:
            fault = faulty[0]
            unmended = fault.model_copy(
                update={
                    "code": "not_mended",
                    "message": f"{fault.record}.{fault.field}: the second request for it failed: {error}",
                }
            )
            return first.reply, records, [*problems, unmended], error.attempts
        mended = self._task.mend(first.reply, second.reply, faulty, article)
        return (mended, *self._task.check(mended, article), second.attempts)


def messages_about(article: Article, task: MeetingsTask, excerpt: Excerpt | None = None) -> Dialogue:
    """Return the messages in which the model is first asked about an article, or what is shown of one."""
    title, source = article.title or "", article.source or ""
    user = task.prompt.render(
        "user",
        text=article.text,
        title=title,
        source=source,
        published=article.published.isoformat() if article.published else None,
        fence=choose_fence(article.text, title, source),
        excerpt=excerpt if excerpt and excerpt.of > 1 else None,
    )
    return [{"role": "system", "content": task.prompt.render("system")}, {"role": "user", "content": user}]
