"""The sliding window: many pieces of work, a few under way, none held up by another."""

import asyncio
import contextlib

import pytest

from extractor.window import work_in_window


def collect(items, work, **options):
    async def run():
        return [result async for result in work_in_window(items, work, **options)]

    return asyncio.run(run())


def test_a_slow_piece_holds_up_no_other():
    is_free = asyncio.Event()

    async def work(item):
        if item == 0:
            await is_free.wait()
        elif item == 99:
            is_free.set()
        return item

    assert sorted(collect(range(100), work, size=3)) == list(range(100))


def test_no_more_are_under_way_than_its_size():
    running, most = set(), []

    async def work(item):
        running.add(item)
        most.append(len(running))
        await asyncio.sleep(0)
        running.remove(item)
        return item

    assert sorted(collect(range(50), work, size=4)) == list(range(50))
    assert max(most) == 4


def test_it_follows_a_width_that_changes_and_ends_whatever_it_is():
    width = 1
    running, most = set(), {}

    async def work(item):
        nonlocal width
        running.add(item)
        most[width] = max(most.get(width, 0), len(running))
        await asyncio.sleep(0.001)
        running.remove(item)
        width = {20: 6, 60: 2}.get(item, width)
        return item

    assert sorted(collect(range(100), work, size=8, width=lambda: width)) == list(range(100))
    assert (most[1], most[6]) == (1, 6)


@pytest.mark.parametrize("width", [0, 1, 8, 1_000])
def test_every_width_comes_to_an_end(width):
    async def work(item):
        return item

    assert len(collect(range(30), work, size=8, width=lambda: width)) == 30
    assert collect([], work, size=8, width=lambda: width) == []


def test_an_error_comes_after_what_was_under_way_and_nothing_more_is_taken():
    taken, got = [], []

    async def work(item):
        taken.append(item)
        if item == 5:
            raise ValueError("five")
        await asyncio.sleep(0.01)
        return item

    async def run():
        async for result in work_in_window(range(100), work, size=3):
            got.append(result)  # noqa: PERF401 - what came before the error counts

    with pytest.raises(ValueError, match="five"):
        asyncio.run(run())
    assert sorted(got) == sorted(set(taken) - {5})
    assert len(taken) <= 7


def test_an_error_of_the_items_is_raised_as_well():
    def items():
        yield 1
        raise OSError("gone")

    async def work(item):
        return item

    with pytest.raises(OSError, match="gone"):
        collect(items(), work, size=3)


def test_items_may_have_to_be_waited_for_and_come_one_after_the_other():
    asked = []

    async def items():
        for number in range(50):
            asked.append(number)
            await asyncio.sleep(0)
            yield number

    async def work(item):
        assert len(asked) <= item + 2
        return item

    assert collect(items(), work, size=3) == list(range(50))
    assert asked == list(range(50))


def test_who_waits_for_an_item_takes_none_after_an_error():
    taken = []
    has_failed = asyncio.Event()

    async def items():
        yield 0
        await has_failed.wait()
        yield 1
        yield 2

    async def work(item):
        taken.append(item)
        await asyncio.sleep(0)
        if item == 0:
            has_failed.set()
            raise ValueError("nought")

    with pytest.raises(ValueError, match="nought"):
        collect(items(), work, size=3)
    assert taken == [0, 1]


def test_results_wait_to_be_taken_and_are_bounded():
    finished = []

    async def work(item):
        finished.append(item)
        return item

    async def run():
        async with contextlib.aclosing(work_in_window(range(1_000), work, size=4)) as window:
            await anext(window)
            await asyncio.sleep(0.01)
            return len(finished)

    assert asyncio.run(run()) <= 10


@pytest.mark.parametrize("answer", [None, ValueError, OSError])
def test_a_caller_who_leaves_cancels_what_is_under_way_whatever_it_makes_of_that(answer):
    cancelled = []

    async def work(item):
        try:
            await asyncio.sleep(0 if item == 0 else 60)
        except asyncio.CancelledError:
            cancelled.append(item)
            raise answer() if answer else asyncio.CancelledError from None
        return item

    async def run():
        async with contextlib.aclosing(work_in_window(range(50), work, size=5)) as window:
            await anext(window)
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(run()) == set()
    assert sorted(cancelled) == [1, 2, 3, 4, 5] or len(cancelled) == 4
