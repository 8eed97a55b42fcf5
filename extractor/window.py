"""A sliding window: many pieces of work, a few of them under way at once, each result as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

_BREATH = 50
"""Items after which a worker lets others run, where its work never waits."""


async def work_in_window(
    items: Iterable[ItemT], work: Callable[[ItemT], Awaitable[ResultT]], *, size: int
) -> AsyncIterator[ResultT]:
    """Do the work on every item, `size` at a time, and yield the results in the order in which they come.

    The next item is taken when one is finished, so that a slow one holds up nothing, and no more results wait to be
    taken than are under way. After an error no item is taken; what is under way is finished and yielded, and then the
    error is raised. Where the caller leaves, what is under way is cancelled.
    """
    window = _Window(iter(items), work, size)
    workers = [asyncio.create_task(window.work_through()) for _ in range(size)]
    try:
        async for result in window.results():
            yield result
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    if window.error:
        raise window.error


class _Window(Generic[ItemT, ResultT]):
    """What the workers of a window share."""

    def __init__(self, items: Iterator[ItemT], work: Callable[[ItemT], Awaitable[ResultT]], size: int) -> None:
        self.error: BaseException | None = None
        self._items = items
        self._work = work
        self._size = size
        self._results: asyncio.Queue[tuple[ResultT, ...]] = asyncio.Queue(maxsize=size)
        """Results one by one, and an empty tuple for each worker that has no more to do."""

    async def work_through(self) -> None:
        """Take items until there are none or one has failed."""
        try:
            for number, item in enumerate(self._items, 1):
                await self._results.put((await self._work(item),))
                if self.error:
                    break
                if not number % _BREATH:
                    await asyncio.sleep(0)
        except Exception as error:  # noqa: BLE001 - it is raised where the results are taken
            self.error = self.error or error
        await self._results.put(())

    async def results(self) -> AsyncIterator[ResultT]:
        """Yield the results until every worker has ended."""
        working = self._size
        while working:
            result = await self._results.get()
            working -= not result
            for one in result:
                yield one
