"""A run: every article to an outcome in the journal, each once, and on from where an earlier run stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, Iterable
from typing import Literal

from extractor.articles import Found
from extractor.batch.journal import Journal, Known
from extractor.batch.near import Near, NearIndex
from extractor.errors import ModelUnavailable, NotAnswered, RunStopped
from extractor.extraction import STOPPING, Extractor
from extractor.models import FAILED_KINDS, Outcome
from extractor.window import work_in_window

log = logging.getLogger(__name__)

Retry = Literal["failed", "all", "none"]
"""Which articles that have an outcome are read again: those that failed, every one, or none."""

_MOST_UNAVAILABLE = 2
"""Windows of articles in a row to which the endpoint gave no answer, until it is taken to be gone for good."""

_LONGEST_TURN = 0.05
"""Seconds of going through known articles after which others have their turn: signals, and what is under way."""


class Run:
    """One pass over the articles."""

    def __init__(
        self,
        extractor: Extractor,
        journal: Journal,
        *,
        size: int,
        retry: Retry = "failed",
        near_duplicates: float | None = None,
    ) -> None:
        """Prepare a run that has up to `size` requests under way at once, and fewer where the pace says so.

        A few more articles than requests are under way: while some replies are checked and written down, the next
        requests are ready to take their places. An article whose similarity to an earlier one is at least
        `near_duplicates` is not read.
        """
        self.known = 0
        """Articles that had an outcome before and keep it."""
        self.known_failed = 0
        """Those of them that had failed."""
        self.is_stopping = False
        self._extractor = extractor
        self._journal = journal
        self._size = size
        self._pace = extractor.pace
        self._retry = retry
        self._near_duplicates = near_duplicates
        self._near: NearIndex | None = None
        self._under_way: dict[str, asyncio.Event] = {}
        """By key: set once the article that has it has its outcome."""
        self._unanswered = 0
        self._gone = ""
        """Why the endpoint is taken to be gone, where it is."""

    async def outcomes(self, articles: Iterable[Found]) -> AsyncGenerator[Outcome, None]:
        """Yield the outcome of every article that has none yet, once it is on disk.

        An article whose answer comes with a batch has none in this pass.
        A fault that every further article would meet is raised when those under way are finished: RunStopped,
        ConfigurationError, QuotaExhausted or CassetteMiss.
        """
        with contextlib.ExitStack() as opened:
            if self._near_duplicates is not None:
                self._near = opened.enter_context(NearIndex(self._near_duplicates))
            async with (
                contextlib.aclosing(self._to_do(articles)) as to_do,
                contextlib.aclosing(
                    work_in_window(to_do, self._outcome, size=_wider(self._size), width=self._width)
                ) as coming,
            ):
                async for outcome in coming:
                    if outcome:
                        yield outcome
        if self._gone:
            raise RunStopped(self._gone)

    def stop(self) -> None:
        """Take no further articles; those under way are finished."""
        self.is_stopping = True

    async def _to_do(self, articles: Iterable[Found]) -> AsyncGenerator[tuple[Found, str, Near | None], None]:
        turn_began = time.monotonic()
        for found in articles:
            key = self._extractor.key_of(found.article) if found.article else ""
            near = None
            if self._near and found.article:
                near = self._near.find_or_add(found.article.text, path=found.path, key=key)
            known = self._journal.find(found.path)
            if known and not self._is_due(known, key):
                self.known += 1
                self._journal.see(found.path)
                self.known_failed += known.kind in FAILED_KINDS
            else:
                yield found, key, near
            if time.monotonic() - turn_began > _LONGEST_TURN:
                await asyncio.sleep(0)
                turn_began = time.monotonic()
            if self.is_stopping:
                return

    def _is_due(self, known: Known, key: str) -> bool:
        if known.run == self._journal.run:
            return False
        has_prefilter = self._extractor.has_prefilter
        return is_due(known, key, retry=self._retry, has_prefilter=has_prefilter)

    async def _outcome(self, item: tuple[Found, str, Near | None]) -> Outcome | None:
        found, key, near = item
        while near and near.key in self._under_way:
            await self._under_way[near.key].wait()
        while key and key in self._under_way:
            await self._under_way[key].wait()
        finished = self._under_way[key or found.path] = asyncio.Event()
        try:
            original = self._journal.find_same(key, but=found.path) if key else None
            if original:
                outcome = _repeating(found, key, original)
            elif near and self._journal.has_done(near.path, near.key):
                outcome = _repeating(found, key, near.path, near.similarity)
            elif near and self._near and self._near.is_put_off(near.key):
                return None
            else:
                outcome = await self._extractor.outcome_of(found, key=key)
            await self._journal.add(outcome)
        except NotAnswered:
            if self._near:
                # What is nearly the same is not asked about before this is answered.
                self._near.put_off(key)
            return None
        except STOPPING as error:
            # Those that wait for their turn would only meet the same.
            self._pace.close(str(error))
            raise
        finally:
            del self._under_way[key or found.path]
            finished.set()
        self._watch_endpoint(outcome)
        return outcome

    def _width(self) -> int:
        return _wider(self._pace.limit or self._size)

    def _watch_endpoint(self, outcome: Outcome) -> None:
        """End the run where the endpoint has not answered for so long that the articles are not at fault."""
        if not outcome.failure or outcome.failure.kind != ModelUnavailable.__name__:
            self._unanswered = 0
            return
        self._unanswered += 1
        if self._unanswered >= _MOST_UNAVAILABLE * min(self._size, self._pace.limit or self._size):
            told = outcome.failure.message
            self._gone = f"The endpoint gave no answer to {self._unanswered} articles in a row. {told}"
            self.stop()


def is_due(known: Known, key: str, *, retry: Retry, has_prefilter: bool) -> bool:
    """Tell whether an article with an outcome is to be read again."""
    if retry == "none":
        return False
    if retry == "all" or known.key != key:
        return True
    if known.kind == "duplicate":
        # What it repeats may be gone or changed, or about to; to find out again costs nothing.
        return True
    return known.kind in FAILED_KINDS or (known.kind == "skipped" and not has_prefilter)


def _repeating(found: Found, key: str, original: str, similarity: float | None = None) -> Outcome:
    """Return the outcome of an article that repeats the one at the path `original`."""
    return Outcome(
        article_id=found.id, path=found.path, key=key, kind="duplicate", reason=original, similarity=similarity
    )


def _wider(requests: int) -> int:
    """Return how many articles are under way for so many requests; one at a time stays one, in the order of files."""
    return requests if requests == 1 else requests + requests // 2
