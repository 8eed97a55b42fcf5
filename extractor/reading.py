"""Reading: one article to its extraction, by a language model or by the built-in rules."""

from __future__ import annotations

import asyncio
import functools
import hashlib
from datetime import UTC, datetime
from typing import Protocol

from extractor._version import __version__
from extractor.errors import ConfigurationError, ModelError, ModelUnavailable
from extractor.llm import Answer, LanguageModel
from extractor.llm.exchange import digest_of
from extractor.meetings import Records
from extractor.models import SCHEMA_VERSION, Article, Attempt, Extraction, Problem, Provenance, Reply
from extractor.prompts import choose_fence
from extractor.settings import Settings
from extractor.task import Task

MeetingsTask = Task[Reply, Records]


class Reader(Protocol):
    """Whatever reads an article."""

    name: str
    """As the provenance names it."""

    @property
    def configuration(self) -> str:
        """Digest of all that decides what is asked about an article."""
        ...

    async def read(self, article: Article, key: str) -> Extraction:
        """Return the extraction. Raises ModelError, with the attempts made, or ConfigurationError."""
        ...


def key_of(article: Article, configuration: str) -> str:
    """Return what names an article's outcome: equal where the same would be asked about the same article."""
    published = article.published.isoformat() if article.published else ""
    parts = (configuration, article.title or "", article.source or "", published, article.text)
    # Lengths keep the border between two parts from moving unnoticed.
    framed = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(framed.encode("utf-8", "surrogatepass")).hexdigest()


class ModelReader:
    """Reads with a language model: render, ask, check, mend once."""

    def __init__(self, model: LanguageModel, task: MeetingsTask, settings: Settings, *, replayed: bool) -> None:
        self.name = model.name
        self._model = model
        self._task = task
        self._settings = settings
        self._replayed = replayed

    @functools.cached_property
    def configuration(self) -> str:
        """Digest of the model, its parameters and the prompt."""
        return configuration_of(self._settings, self._task)

    async def read(self, article: Article, key: str) -> Extraction:
        """Return the extraction of an article."""
        try:
            async with asyncio.timeout(self._settings.deadline):
                return await self._read(article, key)
        except TimeoutError as error:
            late = ModelUnavailable(f"There was no answer within the deadline of {self._settings.deadline:,.0f} s.")
            late.attempts = getattr(error.__cause__, "attempts", ())
            raise late from error

    async def _read(self, article: Article, key: str) -> Extraction:
        messages = self._messages(article)
        answer = await self._model.ask(messages, self._task.reply_model, label=article.id)
        attempts = answer.attempts
        try:
            records, problems = self._task.check(answer.reply, article)
            if self._settings.mend and any(problem.code in self._task.mendable for problem in problems):
                records, problems, more = await self._mend(messages, answer, article, records, problems)
                attempts += more
        except BaseException as error:
            # The answer is paid for, whatever becomes of it.
            error.attempts = (*attempts, *getattr(error, "attempts", ()))  # type: ignore[attr-defined]
            raise
        return extraction_of(
            article,
            records,
            problems,
            Provenance(
                library=__version__,
                schema_version=SCHEMA_VERSION,
                task=self._task.name,
                model=self.name,
                model_reported=answer.model_reported,
                prompt=self._task.fingerprint,
                article=article.digest,
                key=key,
                replayed=self._replayed,
                extracted_at=datetime.now(UTC),
                attempts=attempts,
            ),
        )

    async def _mend(
        self,
        messages: list[dict[str, str]],
        first: Answer[Reply],
        article: Article,
        records: Records,
        problems: list[Problem],
    ) -> tuple[Records, list[Problem], tuple[Attempt, ...]]:
        """Ask once for what the article does not bear out, and return the records and problems that are left.

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
            return records, [*problems, unmended], error.attempts
        mended = self._task.mend(first.reply, second.reply, faulty, article)
        return (*self._task.check(mended, article), second.attempts)

    def _messages(self, article: Article) -> list[dict[str, str]]:
        title, source = article.title or "", article.source or ""
        user = self._task.prompt.render(
            "user",
            text=article.text,
            title=title,
            source=source,
            published=article.published.isoformat() if article.published else None,
            fence=choose_fence(article.text, title, source),
        )
        return [{"role": "system", "content": self._task.prompt.render("system")}, {"role": "user", "content": user}]


def configuration_of(settings: Settings, task: MeetingsTask) -> str:
    """Return the digest of the model, its parameters and the prompt: of all that decides what is asked."""
    asked = settings.model_dump(
        mode="json", include={"model", "reply_format", "temperature", "max_output_tokens", "request", "mend"}
    )
    return digest_of([asked, task.fingerprint])


def extraction_of(article: Article, records: Records, problems: list[Problem], provenance: Provenance) -> Extraction:
    """Return the extraction that the records make."""
    return Extraction(
        article=article,
        participants=records.participants,
        meetings=records.meetings,
        claims=records.claims,
        problems=tuple(problems),
        provenance=provenance,
    )
