"""The pace of a run, on a clock that only moves when everybody waits."""

import asyncio
import heapq
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.llm import Exchange, Pace
from extractor.llm.pacing import asked_pause

GOOD = Exchange(200, {}, {})


def overload(**headers):
    return Exchange(429, {name.replace("_", "-"): value for name, value in headers.items()}, {})


class Clock:
    """Moves to the next moment at which somebody wakes, once nobody has anything else to do."""

    def __init__(self):
        self.time = 1_000.0
        self._sleepers = []
        self._numbers = itertools.count()

    def __call__(self):
        return self.time

    async def sleep(self, seconds):
        waking = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.time + seconds, next(self._numbers), waking))
        await waking

    async def run(self, main):
        task = asyncio.create_task(main)
        while not task.done():
            for _ in range(30):
                await asyncio.sleep(0)
            if self._sleepers and not task.done():
                self.time, _, waking = heapq.heappop(self._sleepers)
                if not waking.done():
                    waking.set_result(None)
        return await task


def on(clock, main):
    return asyncio.run(clock.run(main))


def pace_on(clock, **options):
    return Pace(clock=clock, sleep=clock.sleep, **options)


async def request(pace, clock, answer=GOOD, *, lasts=0.0, tokens=0, used=None):
    """Make a request, and return when it went out."""
    await pace.admit(tokens)
    sent_at = clock()
    came = None
    try:
        await clock.sleep(lasts)
        came = answer
    finally:
        pace.leave(came, sent_at=sent_at, tokens=tokens, used=used)
    return sent_at


def test_no_more_requests_are_under_way_than_the_most():
    clock = Clock()
    pace = pace_on(clock, most=3)

    async def main():
        return await asyncio.gather(*(request(pace, clock, lasts=1.0) for _ in range(9)))

    assert on(clock, main()) == [1000.0] * 3 + [1001.0] * 3 + [1002.0] * 3


@given(st.floats(0.1, 100.0))
def test_one_refusal_holds_all_back_for_what_was_asked_and_a_twentieth_more_at_most(seconds):
    clock = Clock()
    pace = pace_on(clock, most=5)

    async def main():
        await request(pace, clock, overload(retry_after=str(seconds)))
        return await request(pace, clock)

    waited = on(clock, main()) - 1000.0
    assert seconds <= waited + 1e-9
    assert waited <= seconds * 1.05 + 0.05


def test_without_a_time_the_pauses_double_with_every_overload_in_a_row_and_success_forgets_them():
    clock = Clock()
    pace = pace_on(clock)
    sent = []

    async def main():
        sent.extend([await request(pace, clock, overload()) for _ in range(6)])
        sent.append(await request(pace, clock, GOOD))
        sent.append(await request(pace, clock, overload()))
        sent.append(await request(pace, clock))

    on(clock, main())
    pauses = [after - before for before, after in itertools.pairwise(sent)]
    for number, pause in enumerate(pauses[:6]):
        assert 0.25 * 2**number <= pause <= 0.5 * 2**number * 1.05 + 0.5
    assert pauses[-1] <= 2.0


def test_refusals_of_what_was_sent_together_are_one_overload():
    clock = Clock()
    pace = pace_on(clock, most=20, adapts=True)
    limit = pace.limit

    async def main():
        await asyncio.gather(*(request(pace, clock, overload(retry_after="1"), lasts=0.1) for _ in range(8)))

    on(clock, main())
    assert pace.limit == int(limit * 0.7)


def test_an_answer_that_asks_for_longer_than_is_waited_for_does_not_stop_the_others():
    clock = Clock()
    pace = pace_on(clock, longest_pause=120.0)

    async def main():
        await request(pace, clock, overload(retry_after="86400"))
        return await request(pace, clock)

    assert on(clock, main()) <= 1001.0


def test_the_limit_doubles_until_an_overload_then_falls_and_grows_by_one_a_round():
    clock = Clock()
    pace = pace_on(clock, most=100, adapts=True)

    async def main():
        limits = [pace.limit]
        # More than go out at once, so that the limit is always reached.
        many = [asyncio.create_task(request(pace, clock, lasts=1.0)) for _ in range(200)]
        for _ in range(2):
            await clock.sleep(1.5 if len(limits) == 1 else 1.0)
            limits.append(pace.limit)
        for task in many:
            task.cancel()
        await asyncio.gather(*many, return_exceptions=True)
        await request(pace, clock, overload(retry_after="0.01"))
        return [*limits, pace.limit]

    assert on(clock, main()) in ([8, 16, 31, 21], [8, 16, 32, 22])


def test_the_limit_never_passes_the_most_nor_falls_below_one():
    clock = Clock()
    pace = pace_on(clock, most=10, adapts=True)

    async def main():
        for _ in range(5):
            await asyncio.gather(*(request(pace, clock, lasts=1.0) for _ in range(20)))
        high = pace.limit
        for _ in range(30):
            await request(pace, clock, overload(retry_after="0.1"))
        return high, pace.limit

    assert on(clock, main()) == (10, 1)


@given(st.integers(30, 3_000), st.integers(1, 60))
def test_no_more_requests_go_out_than_a_minute_allows_beside_one_second_at_the_start(per_minute, count):
    clock = Clock()
    pace = pace_on(clock, requests_per_minute=per_minute)

    async def main():
        return sorted(await asyncio.gather(*(request(pace, clock) for _ in range(count))))

    sent = on(clock, main())
    allowed = 1 + per_minute / 60
    for number, moment in enumerate(sent):
        assert number + 1 <= allowed + (moment - 1000.0) * per_minute / 60 + 1e-6
    assert sent[-1] - 1000.0 <= count * 60 / per_minute


@given(st.lists(st.integers(1, 5_000), min_size=1, max_size=30))
def test_tokens_flow_as_allowed_and_those_not_used_are_given_back(sizes):
    clock = Clock()
    pace = pace_on(clock, tokens_per_minute=6_000)

    async def main():
        return [await request(pace, clock, tokens=2 * size, used=size) for size in sizes]

    last = on(clock, main())[-1] - 1000.0
    before = sum(sizes[:-1]) / 100
    assert before - 1.0 - 1e-6 <= last <= before + max(sizes) / 100 + 1e-6


@pytest.mark.parametrize("options", [{"requests_per_minute": 60}, {"tokens_per_minute": 60}, {}])
def test_those_who_give_up_waiting_leave_their_place_and_their_share_to_others(options):
    clock = Clock()
    pace = pace_on(clock, most=2, **options)

    async def main():
        await request(pace, clock, overload(retry_after="1") if not options else GOOD, tokens=1)
        waiting = [asyncio.create_task(request(pace, clock, lasts=1.0, tokens=1)) for _ in range(10)]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return await asyncio.gather(*(request(pace, clock, tokens=1) for _ in range(4)))

    assert max(on(clock, main())) <= 1006.0
    assert pace._under_way == 0


@given(st.data())
def test_no_place_is_lost_whoever_is_cancelled_when(data):
    async def main():
        pace = Pace(most=data.draw(st.integers(1, 3)))
        tasks = []
        for _ in range(data.draw(st.integers(1, 12))):

            async def one():
                await pace.admit(0)
                try:
                    await asyncio.sleep(0)
                finally:
                    pace.leave(GOOD, sent_at=0.0, tokens=0, used=None)

            tasks.append(asyncio.create_task(one()))
            if data.draw(st.booleans()):
                await asyncio.sleep(0)
            if data.draw(st.booleans()):
                tasks[data.draw(st.integers(0, len(tasks) - 1))].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return pace._under_way

    assert asyncio.run(main()) == 0


@pytest.mark.parametrize("at_once", [10, 32, 64])
@pytest.mark.parametrize("sliding", [False, True])
def test_a_rate_that_the_endpoint_admits_is_found_and_used(at_once, sliding):
    clock = Clock()
    pace = pace_on(clock, most=at_once)
    recent, admitted, refused = [], [], []

    def answer(sent_at):
        begins = sent_at - 1.0 if sliding else sent_at // 1.0
        while recent and recent[0] <= begins:
            recent.pop(0)
        if len(recent) >= 20:
            refused.append(sent_at)
            return overload(retry_after="1")
        recent.append(sent_at)
        admitted.append(sent_at)
        return GOOD

    async def one():
        # The endpoint decides when the request comes, and a refusal is quick.
        while True:
            await pace.admit(0)
            sent_at = clock()
            came = answer(sent_at)
            await clock.sleep(0.3 if came is GOOD else 0.01)
            pace.leave(came, sent_at=sent_at, tokens=0, used=None)
            if came is GOOD:
                return

    async def main():
        left = iter(range(2_400))

        async def work():
            for _ in left:
                await one()

        await asyncio.gather(*(work() for _ in range(at_once)))

    on(clock, main())
    assert 2_400 / (clock() - 1000.0) >= 0.9 * 20
    assert len(refused) <= 0.1 * len(admitted)


def test_a_date_to_wait_for_is_read_by_the_clock_of_the_endpoint():
    headers = {"retry-after": "Tue, 05 Mar 2024 10:00:30 GMT", "date": "Tue, 05 Mar 2024 10:00:00 GMT"}
    assert asked_pause(Exchange(429, headers, {})) == 30.0


@pytest.mark.parametrize("value", ["soon", "-5", "", "nan", "99 Foo 2024"])
def test_a_pause_that_is_no_number_asks_for_none(value):
    assert not asked_pause(Exchange(429, {"retry-after": value}, {}))
