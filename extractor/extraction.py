"""Extraction of one article or of many: load, read, return."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import queue
import weakref
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self

from pydantic import BaseModel
from typing_extensions import TypeVar

from extractor._version import __version__
from extractor.articles import Found
from extractor.background import run_blocking, start_in_background
from extractor.database import Database
from extractor.errors import (
    ArticleError,
    CassetteMiss,
    ConfigurationError,
    ExtractorError,
    ModelRefused,
    NotAnswered,
    QuotaExhausted,
    ReplyTruncated,
    RunStopped,
)
from extractor.llm import (
    KeptReplies,
    LanguageModel,
    OpenAITransport,
    Pace,
    Recording,
    Replaying,
    Shared,
    Transport,
    TransportOnDemand,
    open_transport,
)
from extractor.meetings import meetings_task
from extractor.models import (
    SCHEMA_VERSION,
    Article,
    Attempt,
    Extraction,
    Failure,
    Likelihood,
    Outcome,
    OutcomeKind,
    Provenance,
    SchemaExtraction,
)
from extractor.reading import (
    ModelReader,
    Reader,
    RulesReader,
    configuration_of,
    engine_of,
    fingerprint_of,
    key_of,
)
from extractor.settings import RULES, Settings
from extractor.tasks import Reading, Task, schema_task
from extractor.telemetry import traced
from extractor.window import work_in_window

log = logging.getLogger(__name__)

ModelT = TypeVar("ModelT", bound=BaseModel)
ExtractionT = TypeVar("ExtractionT", bound=Extraction | SchemaExtraction[Any], default=Extraction)

TOLD_OF_RULES = (
    "No model is configured: the built-in rules read, English only (on the five articles of tests/gold they reach "
    "F1 95 on meetings and 90 on claims, a language model 100 and 96; elsewhere less, see docs/rules.md). "
    "A model is configured with EXTRACTOR_MODEL, --model or model=, for example openai/gpt-5-mini."
)
STOPPING = (RunStopped, ConfigurationError, QuotaExhausted, CassetteMiss)
"""Faults that every further article would meet as well."""


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


def extract(
    article: str | Article,
    *,
    schema: type[ModelT],
    instructions: str | None = None,
    prompt: Path | None = None,
    model: str | None = None,
    client: Any = None,
    settings: Settings | None = None,
) -> SchemaExtraction[ModelT]:
    """Extract what a Pydantic model of one's own asks for; its fields of type `Quote` are placed in the article.

    `instructions` say in words what to look for, `prompt` is a file that does; without both, the model's docstring is
    what the language model is told. Otherwise as `extract_events`, but that the built-in rules cannot read for it.
    """
    return run_blocking(
        extract_async(
            article,
            schema=schema,
            instructions=instructions,
            prompt=prompt,
            model=model,
            client=client,
            settings=settings,
        )
    )


async def extract_async(
    article: str | Article,
    *,
    schema: type[ModelT],
    instructions: str | None = None,
    prompt: Path | None = None,
    model: str | None = None,
    client: Any = None,
    settings: Settings | None = None,
) -> SchemaExtraction[ModelT]:
    """Extract what a Pydantic model of one's own asks for, as `extract` does."""
    task = schema_task(schema, instructions=instructions, prompt=prompt)
    async with Extractor(task=task, model=model, client=client, settings=settings) as extractor:
        return await extractor.extract_async(article)


Prefilter = Callable[[Article], Likelihood]
"""Tells of an article whether it is worth a model's reading."""


class Extractor(Generic[ExtractionT]):
    """Holds a task, a model and settings for many articles, and the connections to the endpoint between them.

    Use it in a `with` or `async with` block, or close it.
    """

    def __init__(
        self,
        *,
        task: Task[Any, Any, ExtractionT] | None = None,
        model: str | None = None,
        client: Any = None,
        settings: Settings | None = None,
        record: Path | None = None,
        replay: Path | None = None,
        prefilter: Prefilter | None = None,
        shared: Shared | None = None,
    ) -> None:
        """Prepare for extraction; nothing is sent yet.

        Without a `task`, such as `schema_task` makes, meetings and claims are looked for. Without a model in `model`,
        the settings or the environment, the built-in rules read. `record` is a folder in which to keep every exchange
        with the model, `replay` one to answer from instead of the network. Articles that
        the `prefilter` finds unlikely to tell of a meeting, such as `extractor.rules.is_likely`, are not read. `shared`
        holds the pace, the budget and the kept replies of a run. Raises ConfigurationError.
        """
        settings = settings or Settings.from_environment()
        is_configured = model is not None or "model" in settings.model_fields_set
        if not is_configured and (client is not None or replay is not None):
            raise ConfigurationError("Name the model, such as openai/gpt-5-mini.")
        self.settings = settings.model_copy(update={"model": model}) if model else settings
        self.task: Task[Any, Any, ExtractionT] = task or meetings_task()  # type: ignore[assignment] # the default
        if self.settings.model == RULES:
            engine_of(self.task)
        if not is_configured:
            _tell_of_rules()
        self._cache = Database(self.settings.cache) if self.settings.cache and shared is None else None
        if shared is None:
            shared = Shared(replies=KeptReplies(self._cache, self.settings) if self._cache else None)
        self.pace = shared.pace
        self._transports = _Transports(self.settings, client, record, replay, shared)
        self._replayed = replay is not None
        self._prefilter = prefilter

    @property
    def has_prefilter(self) -> bool:
        """Whether unlikely articles are left unread."""
        return self._prefilter is not None

    @functools.cached_property
    def fingerprint(self) -> str:
        """16 hex digits that name the prompt, or the rules."""
        return fingerprint_of(self.settings, self.task)

    @functools.cached_property
    def configuration(self) -> str:
        """Digest of all that decides what is asked about an article."""
        return configuration_of(self.settings, self.task)

    def key_of(self, article: Article) -> str:
        """Return what names the article's outcome: equal where the same would be asked about the same article."""
        return key_of(article, self.configuration)

    def extract(self, article: str | Article) -> ExtractionT:
        """Extract from one article, waiting for the result."""
        return run_blocking(self.extract_async(article))

    async def extract_async(self, article: str | Article) -> ExtractionT:
        """Extract from one article; any number of calls may run at once."""
        article = as_article(article, self.settings)
        return await self._extract(article, self.key_of(article))

    def extract_many(
        self,
        articles: Iterable[str | Article],
        *,
        concurrency: int = 8,
        on_result: Callable[[Outcome], None] | None = None,
    ) -> Iterator[Outcome]:
        """Extract from articles, so many at once, and yield the outcome of each as it comes.

        An article that fails is an outcome with its cause. What would fail every further article is raised. Articles
        are taken as they are needed and no more outcomes wait than are under way, so that memory is bounded.
        """
        outcomes: queue.Queue[Outcome | None] = queue.Queue(maxsize=concurrency)

        async def run() -> None:
            try:
                coming = self.extract_many_async(articles, concurrency=concurrency, on_result=on_result)
                async with contextlib.aclosing(coming):
                    async for outcome in coming:
                        await asyncio.to_thread(outcomes.put, outcome)
            finally:
                await asyncio.to_thread(outcomes.put, None)

        running = start_in_background(run())
        try:
            while (outcome := outcomes.get()) is not None:
                yield outcome
            running.result()
        finally:
            running.cancel()
            # The last of what was under way may still wait for room.
            while not running.done():
                _drain(outcomes)

    async def extract_many_async(
        self,
        articles: Iterable[str | Article],
        *,
        concurrency: int = 8,
        on_result: Callable[[Outcome], None] | None = None,
    ) -> AsyncGenerator[Outcome, None]:
        """Extract from articles, as `extract_many` does."""
        found = (_found(number, article) for number, article in enumerate(articles, 1))
        async with contextlib.aclosing(work_in_window(found, self.outcome_of, size=concurrency)) as coming:
            async for outcome in coming:
                if on_result:
                    on_result(outcome)
                yield outcome

    async def outcome_of(self, found: Found, *, key: str | None = None) -> Outcome:
        """Read one article and return what became of it.

        `key` is what `key_of` returns for the article, where the caller has it already. Only what every article would
        meet is raised, and NotAnswered where its answer comes with a batch.
        """
        if key is None:
            key = self.key_of(found.article) if found.article else ""
        try:
            if found.article is None:
                raise found.error or ArticleError(f"{found.path!r} cannot be read.")
            extraction = await self._extract(as_article(found.article, self.settings), key)
        except (*STOPPING, NotAnswered):
            raise
        except ExtractorError as error:
            log.info("%s: %s", found.path, type(error).__name__)
            return _failed(found, key, error, str(error))
        except Exception as error:  # a fault of ours in one article must not cost the others theirs
            log.warning("%s: unexpected error; please report it", found.path, exc_info=True)
            return _failed(found, key, error, f"An unexpected error, please report it: {error}")
        kind: OutcomeKind
        filtered = extraction.provenance.prefilter
        if filtered and not filtered.is_likely:
            kind, reason = "skipped", filtered.reason
        else:
            kind, reason = "done", None
        return Outcome(article_id=found.id, path=found.path, key=key, kind=kind, extraction=extraction, reason=reason)

    def close(self) -> None:
        """Close the connections that `extract` opened."""
        run_blocking(self.aclose())

    async def aclose(self) -> None:
        """Close the connections that were opened on the running event loop, and the cache."""
        await self._transports.close()
        if self._cache:
            self._cache.close()

    async def _extract(self, article: Article, key: str) -> ExtractionT:
        likelihood = self._prefilter(article) if self._prefilter else None
        with traced("extract article", {"extractor.article.id": article.id}):
            is_read = likelihood is None or likelihood.is_likely
            reading = await self._reader().read(article) if is_read else Reading(self.task.nothing)
        provenance = Provenance(
            library=__version__,
            schema_version=SCHEMA_VERSION,
            task=self.task.name,
            model=self.settings.model,
            model_reported=reading.model_reported,
            prompt=self.fingerprint,
            article=article.digest,
            key=key,
            replayed=self._replayed,
            prefilter=likelihood,
            extracted_at=datetime.now(UTC),
            attempts=reading.attempts,
        )
        return self.task.present(reading.records, article, reading.problems, provenance)

    def _reader(self) -> Reader:
        if self.settings.model == RULES:
            return RulesReader(self.task)
        return ModelReader(self._transports.language_model(), self.task, self.settings)

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

    def __init__(
        self, settings: Settings, client: Any, record: Path | None, replay: Path | None, shared: Shared
    ) -> None:
        if record and replay:
            raise ConfigurationError("Exchanges are either recorded or replayed, not both.")
        self._settings = settings
        self._client = client
        self._record = record
        self._shared = shared
        self._replaying = Replaying(replay) if replay else None
        self._opened: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, OpenAITransport | TransportOnDemand] = (
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
            recorded = replace(self._shared, pace=Pace(sleep=_no_pause))
            return LanguageModel(self._replaying, self._settings, recorded)
        transport: Transport
        if hasattr(self._client, "send"):
            transport = self._client
        else:
            transport = self._opened[loop] = self._open(loop)
        if self._record:
            transport = Recording(transport, self._record)
        return LanguageModel(transport, self._settings, self._shared)

    def _open(self, loop: asyncio.AbstractEventLoop) -> OpenAITransport | TransportOnDemand:
        if self._client is None:
            return open_transport(self._settings, for_many=self._shared.pace.is_for_many)
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


@functools.cache
def _tell_of_rules() -> None:
    """Say once a process that no model reads."""
    log.warning("%s", TOLD_OF_RULES)


async def _no_pause(seconds: float) -> None:
    """Stand in for the pauses of a recorded run."""


def _found(number: int, article: str | Article) -> Found:
    read = Article(text=article) if isinstance(article, str) else article
    return Found(path=f"#{number}", id=read.id, article=read)


_FAILED: tuple[tuple[type[ExtractorError], OutcomeKind], ...] = (
    (ModelRefused, "refused"),
    (ReplyTruncated, "truncated"),
)


def _failed(found: Found, key: str, error: Exception, message: str) -> Outcome:
    attempts: tuple[Attempt, ...] = getattr(error, "attempts", ())
    kinds: list[OutcomeKind] = [kind for cause, kind in _FAILED if isinstance(error, cause)]
    failure = Failure(kind=type(error).__name__, message=message, attempts=attempts)
    return Outcome(article_id=found.id, path=found.path, key=key, kind=kinds[0] if kinds else "failed", failure=failure)


def _drain(outcomes: queue.Queue[Outcome | None]) -> None:
    with contextlib.suppress(queue.Empty):
        outcomes.get(timeout=0.05)


def as_article(article: str | Article, settings: Settings) -> Article:
    """Return the article as it can be asked about. Raises ArticleError where it cannot."""
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
