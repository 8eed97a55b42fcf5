"""A run: every article of a folder to its outcome, one line each, as it finishes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable

from extractor.articles import Found
from extractor.errors import ArticleError, ConfigurationError, ExtractorError, QuotaExhausted
from extractor.extract import Extractor
from extractor.models import Attempt, Failure, Outcome

log = logging.getLogger(__name__)

STOPPING = (ConfigurationError, QuotaExhausted)
"""Errors that every further article would meet too; the run ends on the first."""


async def run_articles(found: Iterable[Found], extractor: Extractor, *, concurrency: int = 8) -> AsyncIterator[Outcome]:
    """Extract from every article and yield each outcome as it is there, with `concurrency` articles under way.

    An article that fails is an outcome like any other. Raises ConfigurationError or QuotaExhausted on the first article
    that meets one, after the outcomes of those under way; the article that met it has an outcome only if requests for
    it were answered, and so may be billed.
    """
    waiting = iter(found)
    under_way: set[asyncio.Task[Outcome]] = set()
    articles: dict[asyncio.Task[Outcome], Found] = {}
    stopped: ExtractorError | None = None
    try:
        while True:
            while stopped is None and len(under_way) < concurrency and (new := next(waiting, None)) is not None:
                task = asyncio.create_task(_outcome_of(new, extractor))
                articles[task] = new
                under_way.add(task)
            if not under_way:
                break
            finished, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                one, error = articles.pop(task), task.exception()
                if isinstance(error, STOPPING):
                    stopped = stopped or error
                    if any(attempt.usage for attempt in error.attempts):
                        yield _failed(one, error)
                else:
                    yield task.result()
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
    if stopped is not None:
        raise stopped


async def _outcome_of(found: Found, extractor: Extractor) -> Outcome:
    try:
        if found.article is None:
            raise found.error or ArticleError(f"{found.path!r} cannot be read.")
        extraction = await extractor.extract_async(found.article)
    except STOPPING:
        raise
    except ExtractorError as error:
        log.info("%s: %s: %s", found.path, type(error).__name__, error)
        return _failed(found, error)
    except Exception as error:  # a fault of ours in one article must not cost the others theirs
        log.warning("%s: unexpected error; please report it", found.path, exc_info=True)
        return _failed(found, error, "An unexpected error, please report it: ")
    return Outcome(article_id=found.id, path=found.path, extraction=extraction)


def _failed(found: Found, error: Exception, preface: str = "") -> Outcome:
    attempts: tuple[Attempt, ...] = getattr(error, "attempts", ())
    failure = Failure(kind=type(error).__name__, message=f"{preface}{error}", attempts=attempts)
    return Outcome(article_id=found.id, path=found.path, failure=failure)
