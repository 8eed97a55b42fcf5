"""Reading: one article to its extraction, by a language model or by the built-in rules."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any, Protocol

from extractor.errors import ConfigurationError, ModelError, ModelUnavailable
from extractor.llm import Answer, LanguageModel
from extractor.llm.exchange import digest_of
from extractor.models import Article, Attempt, Problem
from extractor.passes import Dialogue, read_further
from extractor.pieces import Excerpt, read_in_pieces
from extractor.prompts import choose_fence
from extractor.settings import RULES, Settings
from extractor.tasks import AnyTask, Engine, Reading


class Reader(Protocol):
    """Whatever reads an article."""

    async def read(self, article: Article) -> Reading[Any]:
        """Read an article. Raises ModelError, with the attempts made, or ConfigurationError."""
        ...


def key_of(article: Article, configuration: str) -> str:
    """Return what names an article's outcome: equal where the same would be asked about the same article."""
    published = article.published.isoformat() if article.published else ""
    parts = (configuration, article.title or "", article.source or "", published, article.text)
    # Lengths keep the border between two parts from moving unnoticed.
    framed = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(framed.encode("utf-8", "surrogatepass")).hexdigest()


def fingerprint_of(settings: Settings, task: AnyTask) -> str:
    """Return 16 hex digits that name what reads: the prompt with the reply's schema, or the rules.

    Raises ConfigurationError where the rules are to read what they cannot.
    """
    return engine_of(task).fingerprint() if settings.model == RULES else task.fingerprint


def engine_of(task: AnyTask) -> Engine[Any]:
    """Return what reads for a task in the place of a model. Raises ConfigurationError where nothing does."""
    if task.engine is None:
        raise ConfigurationError(
            f"The built-in rules find meetings and claims, not {task.name}; name a model, such as openai/gpt-5-mini."
        )
    return task.engine


def configuration_of(settings: Settings, task: AnyTask) -> str:
    """Return the digest of all that decides what is asked about an article: model, parameters and prompt, or rules."""
    asked = {
        "model",
        "reply_format",
        "temperature",
        "max_output_tokens",
        "request",
        "mend",
        "statement_language",
        "piece_characters",
        "passes",
    }
    included = {"model"} if settings.model == RULES else asked
    return digest_of([settings.model_dump(mode="json", include=included), fingerprint_of(settings, task)])


class RulesReader:
    """Reads with the built-in rules: no key, no network, nothing to pay, and articles of any length as a whole."""

    def __init__(self, task: AnyTask) -> None:
        self._task = task
        self._engine = engine_of(task)

    async def read(self, article: Article) -> Reading[Any]:
        """Read an article."""
        records, problems = self._task.check(self._engine.read(article), article)
        return Reading(records, tuple(problems))


class ModelReader:
    """Reads with a language model: cut, and of each piece render, ask, check, mend once, ask for more."""

    def __init__(self, model: LanguageModel, task: AnyTask, settings: Settings) -> None:
        self._model = model
        self._task = task
        self._settings = settings

    async def read(self, article: Article) -> Reading[Any]:
        """Read an article, a long one piece by piece."""
        size, merge = self._settings.piece_characters, self._task.merge
        return await read_in_pieces(article, self._read_in_time, size=size, merge=merge)

    async def _read_in_time(self, article: Article, excerpt: Excerpt) -> Reading[Any]:
        try:
            async with asyncio.timeout(self._settings.deadline):
                return await self._read(article, excerpt)
        except TimeoutError as error:
            late = ModelUnavailable(f"There was no answer within the deadline of {self._settings.deadline:,.0f} s.")
            late.attempts = getattr(error.__cause__, "attempts", ())
            raise late from error

    async def _read(self, article: Article, excerpt: Excerpt) -> Reading[Any]:
        messages = messages_about(article, self._task, self._settings, excerpt)
        answer = await self._model.ask(
            messages, self._task.reply_model, label=article.id, keeps_cut_off=excerpt.may_be_halved
        )
        attempts = answer.attempts
        try:
            reply = self._task.receive(answer.reply, answer.text)
            records, problems = self._task.check(reply, article)
            if self._settings.mend and any(problem.code in self._task.mendable for problem in problems):
                reply, records, problems, more = await self._mend(messages, reply, attempts, article, records, problems)
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
        self, reading: Reading[Any], reply: Any, messages: Dialogue, article: Article
    ) -> Reading[Any]:
        async def ask(dialogue: Dialogue, before: Sequence[Attempt]) -> Answer[Any]:
            return await self._ask_again(dialogue, article, before)

        return await read_further(
            reading,
            reply,
            messages,
            article=article,
            task=self._task,
            ask=ask,
            passes=self._settings.passes,
            language=self._settings.statement_language,
        )

    async def _ask_again(self, dialogue: Dialogue, article: Article, before: Sequence[Attempt]) -> Answer[Any]:
        return await self._model.ask(dialogue, self._task.reply_model, label=article.id, corrections=0, before=before)

    async def _mend(
        self,
        messages: Dialogue,
        first: Any,
        before: Sequence[Attempt],
        article: Article,
        records: Any,
        problems: list[Problem],
    ) -> tuple[Any, Any, list[Problem], tuple[Attempt, ...]]:
        """Ask once for what the article does not bear out, and return the reply, records and problems that are left.

        Where the second request fails, the first reply is kept: it is sound but for its problems, and it is paid for.
        """
        faulty = [problem for problem in problems if problem.code in self._task.mendable]
        correction = self._task.prompt.render(
            "mend",
            problems=[problem.message for problem in faulty],
            statement_language=self._settings.statement_language,
        )
        dialogue = [
            *messages,
            {"role": "assistant", "content": self._task.show(first)},
            {"role": "user", "content": correction},
        ]
        try:
            second = await self._ask_again(dialogue, article, before)
        except (ModelError, ConfigurationError) as error:
            fault = faulty[0]
            unmended = fault.model_copy(
                update={
                    "code": "not_mended",
                    "message": f"{fault.record}.{fault.field}: the second request for it failed: {error}",
                }
            )
            return first, records, [*problems, unmended], error.attempts
        mended = self._task.mend(first, self._task.receive(second.reply, second.text), faulty, article)
        return (mended, *self._task.check(mended, article), second.attempts)


def messages_about(article: Article, task: AnyTask, settings: Settings, excerpt: Excerpt | None = None) -> Dialogue:
    """Return the messages in which the model is first asked about an article, or what is shown of one."""
    title, source = article.title or "", article.source or ""
    told = task.prompt.render(
        "article",
        text=article.text,
        title=title,
        source=source,
        published=article.published.isoformat() if article.published else None,
        fence=choose_fence(article.text, title, source),
        excerpt=excerpt if excerpt and excerpt.of > 1 else None,
        statement_language=settings.statement_language,
    )
    system, ask = (
        task.prompt.render(section, statement_language=settings.statement_language) for section in ("system", "ask")
    )
    return [{"role": "system", "content": system}, {"role": "user", "content": f"{ask}\n\n{told}"}]
