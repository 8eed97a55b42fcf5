"""The one place where a request is made again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from extractor.llm.exchange import ConnectionLost, Exchange, Request, Transport
from extractor.llm.pacing import OVERLOAD_STATUSES, Pace, asked_pause

if TYPE_CHECKING:
    from tenacity import RetryCallState

log = logging.getLogger(__name__)

TRANSIENT_STATUSES = frozenset({408, 409, 429, *range(500, 600)})
QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
"""Sent with status 429, yet no pause helps."""


class Retrying:
    """Sends through another transport, again where the fault may pass.

    Statuses 408, 409, 429 and 5xx and lost connections may pass, exhausted quota does not. An overload is waited out by
    the pace, which all requests share; other faults by a pause that grows at random up to 30 s. Where the tries are
    used up, or the endpoint asks for more than `longest_wait` seconds, the last exchange is returned (or ConnectionLost
    raised) as it is. Overloads, and an endpoint that is gone, use no tries up within the patience of the pace.
    `most_lost` connections are lost at most after the request was sent: each may have been answered and billed.
    """

    def __init__(self, inner: Transport, pace: Pace, *, attempts: int, longest_wait: float, most_lost: int = 3) -> None:
        self._inner = inner
        self._pace = pace
        self._attempts = attempts
        self._most_lost = most_lost
        self._longest_wait = longest_wait

    async def send(self, request: Request) -> Exchange:
        """Send the request until it is answered for good."""
        # Imported where used, as the SDKs are: `import extractor` stays light.
        from tenacity import AsyncRetrying, retry_if_exception_type, retry_if_result

        policy = AsyncRetrying(
            retry=retry_if_exception_type(ConnectionLost) | retry_if_result(self._may_pass),
            stop=_Tries(self._attempts, self._most_lost, self._pace),
            wait=_pause,
            sleep=self._pace.sleep,
            before_sleep=_log_pause,
            retry_error_callback=_last_outcome,
        )
        return await policy(self._inner.send, request)

    def _may_pass(self, exchange: Exchange) -> bool:
        return is_transient(exchange) and (asked_pause(exchange) or 0.0) <= self._longest_wait


class _Tries:
    """Counts the tries of one request that were its own; called by tenacity after each that failed."""

    def __init__(self, attempts: int, most_lost: int, pace: Pace) -> None:
        self._attempts = attempts
        self._most_lost = most_lost
        self._pace = pace
        self._began = pace.now()
        self._own = 0
        self._lost = 0

    def __call__(self, state: RetryCallState) -> bool:
        """Tell whether to give up."""
        error, exchange = _outcome_of(state)
        if isinstance(error, ConnectionLost) and not error.is_unsent:
            self._lost += 1
        is_put_off = is_overload(exchange) if exchange else self._is_gone(error)
        if not (is_put_off and self._pace.now() - self._began < self._pace.patience):
            self._own += 1
        return self._own >= self._attempts or self._lost >= self._most_lost

    def _is_gone(self, error: BaseException | None) -> bool:
        # An endpoint that never answered is more likely a wrong address than one that will come back.
        return isinstance(error, ConnectionLost) and error.is_unsent and self._pace.has_been_answered


def is_transient(exchange: Exchange) -> bool:
    """Tell whether the same request may succeed later."""
    return exchange.status in TRANSIENT_STATUSES and not is_quota_exhausted(exchange)


def is_overload(exchange: Exchange) -> bool:
    """Tell whether the endpoint has too much to do just now."""
    return exchange.status in OVERLOAD_STATUSES and not is_quota_exhausted(exchange)


def is_quota_exhausted(exchange: Exchange) -> bool:
    """Tell whether the account has run out of quota."""
    return bool(QUOTA_CODES & {str(exchange.error.get("code")), str(exchange.error.get("type"))})


def _outcome_of(state: RetryCallState) -> tuple[BaseException | None, Exchange | None]:
    outcome = state.outcome
    if outcome is None:
        return None, None
    return (outcome.exception(), None) if outcome.failed else (None, outcome.result())


def _pause(state: RetryCallState) -> float:
    from tenacity.wait import wait_random_exponential

    _, exchange = _outcome_of(state)
    if exchange and is_overload(exchange):
        return 0.0
    asked = asked_pause(exchange) if exchange else None
    return asked if asked is not None else float(wait_random_exponential(multiplier=0.5, max=30)(state))


def _log_pause(state: RetryCallState) -> None:
    error, exchange = _outcome_of(state)
    what = f"HTTP {exchange.status}" if exchange else error
    log.info("request attempt %d failed (%s); waiting %.1f s", state.attempt_number, what, state.upcoming_sleep)


def _last_outcome(state: RetryCallState) -> Exchange:
    error, exchange = _outcome_of(state)
    if exchange is None:
        raise error or ConnectionLost("no attempt was made")
    return exchange
