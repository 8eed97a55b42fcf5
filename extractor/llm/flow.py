"""Flows: an even stream of requests, of a rate that is given or that is learned from an endpoint's refusals."""

from __future__ import annotations

from collections.abc import Callable

_PLATEAU = 25.0
"""Pauses that a learned flow stays near what it was found to be; so the next refusal costs little of the whole."""
_BACKLOG = 0.05
"""Seconds that a request may be late without the flow losing its place."""


class Flow:
    """An even flow of so many a minute, with one second's worth at once (the generic cell rate algorithm)."""

    def __init__(self, per_minute: float, clock: Callable[[], float]) -> None:
        self._seconds_each = 60.0 / per_minute
        self._clock = clock
        self._due = float("-inf")

    def take(self, amount: float) -> float:
        """Take so much, and return the seconds to wait for it."""
        now = self._clock()
        begins = max(self._due, now - 1.0)
        self._due = begins + amount * self._seconds_each
        return max(0.0, begins - now)

    def give_back(self, amount: float) -> None:
        """Correct what was taken too much, or (negative) too little."""
        self._due -= amount * self._seconds_each


class LearnedFlow:
    """The flow of requests that an endpoint was seen to take, once it has refused some.

    After a refusal it is what passed since the refusal before, over the time that took and half of the pause. It then
    grows by a cubic (as TCP Cubic does): little at first, for each refusal costs a pause, and soon to many times as
    much, for the endpoint may have recovered.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.is_felt = False
        """Whether the last request was put off by it."""
        self._clock = clock
        self._a_second: float | None = None
        self._due = 0.0
        self._begun: float | None = None
        self._ended: float | None = None
        """When the requests since `begun` met the refusal that ended their time."""
        self._pause = 0.0
        self._passed = 0

    def take(self) -> float:
        """Take one request, and return the seconds to wait for it."""
        now = self._clock()
        if self._ended is not None:
            self._learn(self._ended)
        if self._a_second is None:
            return 0.0
        begins = max(self._due, now - _BACKLOG)
        self._due = begins + 1.0 / self._grown(self._a_second, now)
        self.is_felt = begins > now
        return max(0.0, begins - now)

    def sent(self) -> None:
        """Count a request that goes out."""
        self._begun = self._clock() if self._begun is None else self._begun
        self._passed += 1

    def refused(self, sent_at: float, pause: float) -> None:
        """Take note of a refusal, after which nothing is sent for so many seconds."""
        if self._begun is None or sent_at < self._begun:
            return
        self._passed -= 1
        if self._ended is None:
            self._ended = self._clock()
            self._pause = max(pause, 0.01)

    def _grown(self, a_second: float, now: float) -> float:
        lasted = max(0.0, now - (self._begun or 0.0))
        return a_second * (1.0 + 0.1 * (lasted / (_PLATEAU * self._pause)) ** 3)

    def _learn(self, ended: float) -> None:
        lasted = ended - (self._begun or 0.0)
        # The pause that is asked for is in whole seconds: half of one is more than was needed, on the average.
        found = max(1, self._passed) / (lasted + max(self._pause - 0.5, self._pause / 2))
        if self._a_second is not None and lasted > 0.7 * self._pause:
            # A short time of sending says less than a long one, since the pause is a large part of it.
            found = (found + self._grown(self._a_second, ended)) / 2
        self._a_second = found
        self._begun = self._due = self._clock()
        self._ended, self._passed = None, 0
