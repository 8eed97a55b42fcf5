"""The one place where a request is made again."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from extractor.llm.exchange import ConnectionLost, Exchange, Request, Transport

if TYPE_CHECKING:
    from tenacity import RetryCallState

log = logging.getLogger(__name__)

TRANSIENT_STATUSES = frozenset({408, 409, 429, *range(500, 600)})
QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
"""Sent with status 429, yet no pause helps."""


class Retrying:
    """Sends through another transport, again after a pause where the fault may pass.

    Statuses 408, 409, 429 and 5xx and lost connections may pass, exhausted quota does not. The pause is what the
    endpoint asks for in Retry-After plus a little chance, so that many clients do not return at one moment; without
    Retry-After it grows at random up to 30 s. Where the tries are used up, or the endpoint asks for more than
    `longest_wait` seconds, the last exchange is returned (or ConnectionLost raised) as it is.
    """

    def __init__(
        self,
        inner: Transport,
        *,
        attempts: int,
        longest_wait: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._inner = inner
        self._attempts = attempts
        self._longest_wait = longest_wait
        self._sleep = sleep

    async def send(self, request: Request) -> Exchange:
        """Send the request until it is answered for good."""
        # Imported where used, as the SDKs are: `import extractor` stays light.
        from tenacity import AsyncRetrying, retry_if_exception_type, retry_if_result, stop_after_attempt

        policy = AsyncRetrying(
            retry=retry_if_exception_type(ConnectionLost) | retry_if_result(self._may_pass),
            stop=stop_after_attempt(self._attempts),
            wait=_pause,
            sleep=self._sleep,
            before_sleep=_log_pause,
            retry_error_callback=_last_outcome,
        )
        return await policy(self._inner.send, request)

    def _may_pass(self, exchange: Exchange) -> bool:
        return is_transient(exchange) and (asked_pause(exchange) or 0.0) <= self._longest_wait


def is_transient(exchange: Exchange) -> bool:
    """Tell whether the same request may succeed later."""
    return exchange.status in TRANSIENT_STATUSES and not is_quota_exhausted(exchange)


def is_quota_exhausted(exchange: Exchange) -> bool:
    """Tell whether the account has run out of quota."""
    return bool(QUOTA_CODES & {str(exchange.error.get("code")), str(exchange.error.get("type"))})


def asked_pause(exchange: Exchange) -> float | None:
    """Return the seconds that the endpoint asks to wait, from `retry-after-ms` or Retry-After (seconds or date)."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(exchange.headers[name]) * unit)
        except (KeyError, ValueError):
            continue
    return _seconds_until(exchange.headers.get("retry-after", ""))


def _seconds_until(date: str) -> float | None:
    import email.utils

    try:
        moment = email.utils.parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(0.0, moment.timestamp() - time.time())


def _pause(state: RetryCallState) -> float:
    outcome = state.outcome
    asked = None if outcome is None or outcome.failed else asked_pause(outcome.result())
    if asked is None:
        from tenacity.wait import wait_random_exponential

        return float(wait_random_exponential(multiplier=0.5, max=30)(state))
    return asked + random.uniform(0, min(1.0, 0.25 * asked + 0.05))  # noqa: S311 - spreads load, guards nothing


def _log_pause(state: RetryCallState) -> None:
    outcome = state.outcome
    what = "no outcome" if outcome is None else outcome.exception() or f"HTTP {outcome.result().status}"
    log.info("request attempt %d failed (%s); waiting %.1f s", state.attempt_number, what, state.upcoming_sleep)


def _last_outcome(state: RetryCallState) -> Exchange:
    if state.outcome is None:
        raise ConnectionLost("no attempt was made")
    exchange: Exchange = state.outcome.result()
    return exchange
