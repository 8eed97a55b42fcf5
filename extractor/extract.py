"""Extraction of one article: ask, ground, mend, return."""

from __future__ import annotations

import asyncio
import weakref
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from extractor._version import __version__
from extractor.background import run_blocking
from extractor.errors import ArticleError, ConfigurationError, ModelError
from extractor.llm import (
    Exchange,
    LanguageModel,
    OpenAITransport,
    Recording,
    Replaying,
    Request,
    Transport,
    open_transport,
)
from extractor.meetings import Records, meetings_task
from extractor.models import SCHEMA_VERSION, Article, Attempt, Extraction, Problem, Provenance, Reply
from extractor.prompts import choose_fence
from extractor.settings import Settings
from extractor.task import Task


def extract_events(
    article: str | Article, *, model: str | None = None, client: Any = None, settings: Settings | None = None
) -> Extraction:
    """Extract the meetings, participants and claims of an article.

    `model` is "provider/name"; it wins over the settings, which by default come from the environment. `client` is an
    openai client to use instead of one made from the settings. Works in scripts and notebooks, with or without a
    running event loop. Raises ConfigurationError, ArticleError or ModelError.
    """
    return run_blocking(extract_events_async(article, model=model, client=client, settings=settings))


async def extract_events_async(
    article: str | Article, *, model: str | None = None, client: Any = None, settings: Settings | None = None
) -> Extraction:
    """Extract the meetings, participants and claims of an article, as `extract_events` does."""
    async with Extractor(model=model, client=client, settings=settings) as extractor:
        return await extractor.extract_async(article)


class Extractor:
    """Holds a model and settings for many articles, and the connections to the endpoint between them.

    Use it in a `with` or `async with` block, or close it.
    """

    def __init__(
        self,
        *,
        model: str | None = None,
        client: Any = None,
        settings: Settings | None = None,
        record: Path | None = None,
        replay: Path | None = None,
    ) -> None:
        """Prepare for extraction; nothing is sent yet.

        `record` is a folder in which to keep every exchange with the model, `replay` one to answer from instead of
        the network. Raises ConfigurationError.
        """
        settings = settings or Settings.from_environment()
        self.settings = settings.model_copy(update={"model": model}) if model else settings
        self.task: Task[Reply, Records] = meetings_task()
        self._transports = _Transports(self.settings, client, record, replay)
        self._replayed = replay is not None

    def extract(self, article: str | Article) -> Extraction:
        """Extract from one article, waiting for the result."""
        return run_blocking(self.extract_async(article))

    async def extract_async(self, article: str | Article) -> Extraction:
        """Extract from one article; any number of calls may run at once."""
        article = _as_article(article, self.settings)
        model = self._transports.language_model()
        messages = self._messages(article)
        answer = await model.ask(messages, self.task.reply_model, label=article.id)
        attempts = answer.attempts
        try:
            records, problems = self.task.check(answer.reply, article)
            if self.settings.mend and any(problem.code in self.task.mendable for problem in problems):
                records, problems, more = await self._mend(model, messages, answer.reply, article, records, problems)
                attempts += more
        except Exception as error:
            # The answer is paid for, whatever becomes of it.
            error.attempts = attempts  # type: ignore[attr-defined]
            raise
        return Extraction(
            article=article,
            participants=records.participants,
            meetings=records.meetings,
            claims=records.claims,
            problems=tuple(problems),
            provenance=Provenance(
                library=__version__,
                schema_version=SCHEMA_VERSION,
                task=self.task.name,
                model=model.name,
                model_reported=answer.model_reported,
                prompt=self.task.fingerprint,
                article=article.digest,
                request=model.request(messages, self.task.reply_model).digest,
                replayed=self._replayed,
                extracted_at=datetime.now(UTC),
                attempts=attempts,
            ),
        )

    def request_digest(self, article: Article) -> str:
        """Return what names the first request for an article: equal where the model would be asked the same."""
        model = LanguageModel(_Nowhere(), self.settings)
        return model.request(self._messages(article), self.task.reply_model).digest

    async def _mend(
        self,
        model: LanguageModel,
        messages: list[dict[str, str]],
        reply: Reply,
        article: Article,
        records: Records,
        problems: list[Problem],
    ) -> tuple[Records, list[Problem], tuple[Attempt, ...]]:
        """Ask once for what the article does not bear out, and return the records and problems that are left.

        Where the second request fails, the first reply is kept: it is sound but for its problems, and it is paid for.
        """
        faulty = [problem for problem in problems if problem.code in self.task.mendable]
        correction = self.task.prompt.render("mend", problems=[problem.message for problem in faulty])
        dialogue = [
            *messages,
            {"role": "assistant", "content": reply.model_dump_json()},
            {"role": "user", "content": correction},
        ]
        try:
            second = await model.ask(dialogue, self.task.reply_model, label=article.id, corrections=0)
        except (ModelError, ConfigurationError) as error:
            first = faulty[0]
            unmended = first.model_copy(
                update={
                    "code": "not_mended",
                    "message": f"{first.record}.{first.field}: the second request for it failed: {error}",
                }
            )
            return records, [*problems, unmended], error.attempts
        mended = self.task.mend(reply, second.reply, faulty, article)
        return (*self.task.check(mended, article), second.attempts)

    def _messages(self, article: Article) -> list[dict[str, str]]:
        title, source = article.title or "", article.source or ""
        user = self.task.prompt.render(
            "user",
            text=article.text,
            title=title,
            source=source,
            published=article.published.isoformat() if article.published else None,
            fence=choose_fence(article.text, title, source),
        )
        return [{"role": "system", "content": self.task.prompt.render("system")}, {"role": "user", "content": user}]

    def close(self) -> None:
        """Close the connections that `extract` opened."""
        run_blocking(self.aclose())

    async def aclose(self) -> None:
        """Close the connections that were opened on the running event loop."""
        await self._transports.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()


class _Transports:
    """The transports of an extractor: one an event loop, since connections cannot change loops."""

    def __init__(self, settings: Settings, client: Any, record: Path | None, replay: Path | None) -> None:
        if record and replay:
            raise ConfigurationError("Exchanges are either recorded or replayed, not both.")
        self._settings = settings
        self._client = client
        self._record = record
        self._replaying = Replaying(replay) if replay else None
        self._opened: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, OpenAITransport] = (
            weakref.WeakKeyDictionary()
        )
        self._in_use: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, LanguageModel] = weakref.WeakKeyDictionary()

    def language_model(self) -> LanguageModel:
        """Return the model on the transport of the running loop. Raises ConfigurationError."""
        loop = asyncio.get_running_loop()
        if loop not in self._in_use:
            self._in_use[loop] = self._connect(loop)
        return self._in_use[loop]

    def _connect(self, loop: asyncio.AbstractEventLoop) -> LanguageModel:
        if self._replaying:
            return LanguageModel(self._replaying, self._settings, sleep=_no_pause)
        transport: Transport
        if hasattr(self._client, "send"):
            transport = self._client
        else:
            transport = self._opened[loop] = self._open(loop)
        if self._record:
            transport = Recording(transport, self._record)
        return LanguageModel(transport, self._settings)

    def _open(self, loop: asyncio.AbstractEventLoop) -> OpenAITransport:
        if self._client is None:
            return open_transport(self._settings)
        transport = OpenAITransport(self._client, self._settings.timeout)
        if _loops_of_clients.setdefault(self._client, loop) is not loop:
            # Its connections live on the first loop; a request over them from another is sent, lost and paid twice.
            raise ConfigurationError("The client was used in another event loop; make one for each.")
        return transport

    async def close(self) -> None:
        """Close what was opened on the running loop; a client that was handed in stays open."""
        loop = asyncio.get_running_loop()
        self._in_use.pop(loop, None)
        opened = self._opened.pop(loop, None)
        if opened and self._client is None:
            await opened.close()


_loops_of_clients: weakref.WeakKeyDictionary[Any, asyncio.AbstractEventLoop] = weakref.WeakKeyDictionary()
"""Known to all extractors, since each may be given the same client."""


class _Nowhere:
    """The transport of a request that is only named, never sent."""

    async def send(self, request: Request) -> Exchange:
        raise NotImplementedError


async def _no_pause(seconds: float) -> None:
    """Stand in for the pauses of a recorded run."""


def _as_article(article: str | Article, settings: Settings) -> Article:
    if isinstance(article, str):
        article = Article(text=article)
    if not article.text.strip():
        raise ArticleError("The article is empty.")
    if len(article.text) > settings.max_characters:
        raise ArticleError(
            f"The article has {len(article.text):,} characters, more than the {settings.max_characters:,} "
            "that the setting max_characters allows."
        )
    try:
        article.text.encode()
    except UnicodeEncodeError as error:
        raise ArticleError("The article holds half a surrogate pair, which is no character.") from error
    return article
