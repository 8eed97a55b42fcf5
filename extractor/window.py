"""A sliding window: many pieces of work, a few of them under way at once, each result as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

_BREATH = 50
"""Items after which a worker lets others run, where its work never waits."""


async def work_in_window(
    items: Iterable[ItemT] | AsyncIterable[ItemT],
    work: Callable[[ItemT], Awaitable[ResultT]],
    *,
    size: int,
    width: Callable[[], int] | None = None,
) -> AsyncGenerator[ResultT, None]:
    """Do the work on every item, `size` at a time, and yield the results in the order in which they come.

    The next item is taken when one is finished, so that a slow one holds up nothing, and no more results wait to be
    taken than are under way. Items that have to be waited for come one after the other. Where `width` is given, it
    tells how many of the `size` may be under way just now. After an error no item is taken; what is under way is
    finished and yielded, and then the error is raised. Where the caller leaves, which it does by `aclose`, what is
    under way is cancelled.
    """
    window = _Window(items, work, size, width or (lambda: size))
    workers = [asyncio.create_task(window.work_through(number)) for number in range(size)]
    try:
        async for result in window.results():
            yield result
    finally:
        window.is_left = True
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    if window.error:
        raise window.error


class _Window(Generic[ItemT, ResultT]):
    """What the workers of a window share."""

    def __init__(
        self,
        items: Iterable[ItemT] | AsyncIterable[ItemT],
        work: Callable[[ItemT], Awaitable[ResultT]],
        size: int,
        width: Callable[[], int],
    ) -> None:
        self.error: BaseException | None = None
        self.is_left = False
        """Whether nobody takes results any more."""
        self._items = aiter(items if isinstance(items, AsyncIterable) else _Each(items))
        self._taking = asyncio.Lock()
        self._is_exhausted = False
        self._work = work
        self._size = size
        self._width = width
        self._resting: dict[int, asyncio.Future[None]] = {}
        """By their numbers, the workers that the window has no room for just now."""
        self._results: asyncio.Queue[tuple[ResultT, ...]] = asyncio.Queue(maxsize=size)
        """Results one by one, and an empty tuple for each worker that has no more to do."""

    async def work_through(self, number: int) -> None:
        """Take items until there are none or one has failed; workers of high numbers rest while it is narrow."""
        finished = 0
        try:
            while not self._is_over:
                if number and number >= self._width():
                    await self._rest(number)
                    continue
                for item in await self._take():
                    await self._results.put((await self._work(item),))
                self._wake()
                finished += 1
                if not finished % _BREATH:
                    await asyncio.sleep(0)
        except Exception as error:  # noqa: BLE001 - it is raised where the results are taken
            self.error = self.error or error
            self._wake()
        # An error in place of a cancellation must not wait for room that nobody makes.
        if not self.is_left:
            await self._results.put(())

    async def results(self) -> AsyncIterator[ResultT]:
        """Yield the results until every worker has ended."""
        working = self._size
        while working:
            result = await self._results.get()
            working -= not result
            for one in result:
                yield one

    @property
    def _is_over(self) -> bool:
        return self._is_exhausted or self.is_left or self.error is not None

    async def _take(self) -> tuple[ItemT, ...]:
        """Return the next item; none where there are no more, or the work ended while it was waited for."""
        async with self._taking:
            if not self._is_over:
                async for item in self._items:
                    return (item,)
                self._is_exhausted = True
        return ()

    async def _rest(self, number: int) -> None:
        self._resting[number] = asyncio.get_running_loop().create_future()
        await self._resting[number]

    def _wake(self) -> None:
        """Let those work on that there is room for, or end where there is nothing to do."""
        if not self._resting:
            return
        room = self._size if self._is_over else self._width()
        for number in [number for number in self._resting if number < room]:
            resting = self._resting.pop(number)
            if not resting.done():
                resting.set_result(None)


class _Each(AsyncIterator[ItemT]):
    """Items that need not be waited for."""

    def __init__(self, items: Iterable[ItemT]) -> None:
        self._items = iter(items)

    async def __anext__(self) -> ItemT:
        for item in self._items:
            return item
        raise StopAsyncIteration
