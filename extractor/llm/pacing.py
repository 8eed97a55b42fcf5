"""Pace: when the next request of a run may go out, and how many may be under way."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable

from extractor.errors import RunStopped
from extractor.llm.exchange import Exchange
from extractor.llm.flow import Flow, LearnedFlow

log = logging.getLogger(__name__)

OVERLOAD_STATUSES = frozenset({429, 503, 529})
"""The endpoint has too much to do just now; the request itself is not at fault."""
_LONGEST_PAUSE = 30.0
"""Seconds, where the endpoint names none."""
_CUT = 0.7
"""What is left of the number under way after an overload; inspect_ai cuts to 0.8, TCP Cubic to 0.7."""


class Pace:
    """The one gate through which all requests of a run go, so that one refusal slows them all.

    After a 429 nobody sends before the time that the endpoint names (or, without one, a pause that doubles with every
    overload in a row), and from then on requests follow each other evenly, as fast as the endpoint was seen to take
    them. Where `adapts` is true, the number under way is found by additive increase and multiplicative
    decrease (Chiu & Jain 1989): it doubles until the first overload, is cut at each, and grows by one a round.
    """

    def __init__(
        self,
        *,
        most: int | None = None,
        adapts: bool = False,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        patience: float = 0.0,
        longest_pause: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Begin with all gates open.

        `most` is the number of requests under way at most. `patience` is for how many seconds a request may be put
        off by an overload, or by an endpoint that is gone after having answered before. No pause is made where the
        endpoint asks for more than `longest_pause` seconds.
        """
        self.patience = patience
        self.has_been_answered = False
        self._longest_pause = longest_pause
        self._most = most
        self._adapts = adapts
        self._limit = 8.0 if adapts else float(most or 0)
        self._has_met_overload = False
        self._under_way = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._line = asyncio.Lock()
        self._closed_by: str | None = None
        self._rates = [
            Flow(per_minute, clock) if per_minute else None for per_minute in (requests_per_minute, tokens_per_minute)
        ]
        self._learned = LearnedFlow(clock)
        self._resumes = 0.0
        self._paused_at = 0.0
        self._overloads_in_a_row = 0
        self._clock = clock
        self.sleep = sleep

    @property
    def is_for_many(self) -> bool:
        """Whether many requests are to be under way at once."""
        return bool(self._limit)

    @property
    def counts_tokens(self) -> bool:
        """Whether the size of a request matters."""
        return self._rates[1] is not None

    @property
    def limit(self) -> int | None:
        """How many requests may be under way now; None where that is not limited."""
        return max(1, int(self._limit)) if self._limit else None

    async def admit(self, tokens: int) -> None:
        """Wait until a request of about so many tokens may be sent; `leave` must follow. Raises RunStopped."""
        await self._take_place()
        taken: list[tuple[Flow, float]] = []
        try:
            for rate, amount in zip(self._rates, (1.0, tokens), strict=True):
                if rate:
                    taken.append((rate, amount))
                    await self._wait(rate.take(amount))
            # One after the other, so that nobody holds a time to go out that a new overload makes void.
            async with self._line:
                is_due = False
                while not is_due:
                    await self._wait_out_overload()
                    resumes = self._resumes
                    await self._wait(self._learned.take())
                    is_due = resumes == self._resumes
                if self._closed_by:
                    raise RunStopped(self._closed_by)
                self._learned.sent()
        except BaseException:
            for rate, amount in taken:
                rate.give_back(amount)
            self._give_place()
            raise

    def leave(self, answer: Exchange | None, *, sent_at: float, tokens: int, used: int | None) -> None:
        """Tell what came of a request; None where no answer came. `used` is what it took of its `tokens`, if known."""
        self._give_place()
        if (rate := self._rates[1]) and used is not None:
            rate.give_back(tokens - used)
        if answer is None:
            return
        self.has_been_answered = True
        if answer.status in OVERLOAD_STATUSES:
            self._note_overload(asked_pause(answer), sent_at)
            self._learned.refused(sent_at, self._resumes - self._clock())
        elif answer.status < 400:
            self._overloads_in_a_row = 0
            self._grow()

    def hold_back(self, sent_at: float) -> None:
        """Put all requests off for a while: the endpoint is gone."""
        self._note_overload(None, sent_at)

    def close(self, why: str) -> None:
        """Let no further request out."""
        self._closed_by = self._closed_by or why

    def now(self) -> float:
        """Return the time on the clock that `sent_at` is read from."""
        return self._clock()

    async def _take_place(self) -> None:
        if self.limit is None or (self._under_way < self.limit and not self._waiting):
            self._under_way += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_place()
            raise

    def _give_place(self) -> None:
        self._under_way -= 1
        while self._waiting and (self.limit is None or self._under_way < self.limit):
            turn = self._waiting.popleft()
            if not turn.done():
                self._under_way += 1
                turn.set_result(None)

    async def _wait_out_overload(self) -> None:
        # The pause may be lengthened by others while this one waits for its end.
        resumes = -1.0
        while resumes != self._resumes:
            resumes = self._resumes
            await self._wait(resumes - self._clock())

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            await self.sleep(seconds)

    def _note_overload(self, asked: float | None, sent_at: float) -> None:
        now = self._clock()
        if asked is not None and asked > self._longest_pause:
            # The one that was told so is given up; the others are to find out soon whether it is true of them, too.
            asked = None
        if sent_at >= self._paused_at:
            # What was sent before the pause began belongs to the overload that began it.
            self._paused_at = now
            self._overloads_in_a_row += 1
            self._has_met_overload = True
            if self._adapts:
                self._limit = max(1.0, self._limit * _CUT)
        elif asked is None:
            return
        if asked is None:
            asked = min(_LONGEST_PAUSE, 0.25 * 2**self._overloads_in_a_row) * random.uniform(0.5, 1.0)  # noqa: S311
        # A little chance spreads the return of several processes; more would leave the endpoint idle.
        self._resumes = max(self._resumes, now + asked * random.uniform(1.0, 1.05))  # noqa: S311
        log.info("the endpoint is overloaded or gone; all requests wait %.1f s", self._resumes - now)

    def _grow(self) -> None:
        # Only a limit that is reached tells that the endpoint can take it.
        if self._adapts and self._under_way + 1 >= int(self._limit) and not self._learned.is_felt:
            step = 1.0 / self._limit if self._has_met_overload else 1.0
            self._limit = min(float(self._most or 1_000), self._limit + step)


def asked_pause(exchange: Exchange) -> float | None:
    """Return the seconds that the endpoint asks to wait, from `retry-after-ms` or Retry-After (seconds or date)."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(exchange.headers[name]) * unit)
        except (KeyError, ValueError):
            continue
    until = _moment(exchange.headers.get("retry-after", ""))
    # By the endpoint's own clock where it shows one: ours may be wrong, or be set while this runs.
    now = _moment(exchange.headers.get("date", ""))
    return None if until is None else max(0.0, until - (time.time() if now is None else now))


def _moment(date: str) -> float | None:
    import email.utils

    try:
        return email.utils.parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
