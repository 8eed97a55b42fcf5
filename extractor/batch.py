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
    that meets one, after the outcomes of those under way.
    """
    waiting = iter(found)
    under_way: set[asyncio.Task[Outcome]] = set()
    stopped: ExtractorError | None = None
    try:
        while True:
            while stopped is None and len(under_way) < concurrency and (one := next(waiting, None)) is not None:
                under_way.add(asyncio.create_task(_outcome_of(one, extractor)))
            if not under_way:
                break
            finished, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                error = task.exception()
                if isinstance(error, STOPPING):
                    stopped = stopped or error
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
        return Outcome(article_id=found.id, path=found.path, failure=failure_of(error))
    except Exception as error:  # a fault of ours in one article must not cost the others theirs
        log.warning("%s: unexpected error; please report it", found.path, exc_info=True)
        failure = Failure(kind=type(error).__name__, message=f"An unexpected error, please report it: {error}")
        return Outcome(article_id=found.id, path=found.path, failure=failure)
    return Outcome(article_id=found.id, path=found.path, extraction=extraction)


def failure_of(error: ExtractorError) -> Failure:
    """Return the record of an error that ended an article."""
    attempts: tuple[Attempt, ...] = getattr(error, "attempts", ())
    return Failure(kind=type(error).__name__, message=str(error), attempts=attempts)
