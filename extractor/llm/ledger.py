"""The ledger: every request that was made, with its tokens and its cost."""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Mapping
from typing import Any, Protocol

from extractor.llm.exchange import ConnectionLost, Exchange, Request, Transport
from extractor.models import Attempt, Usage
from extractor.settings import Price
from extractor.telemetry import traced

log = logging.getLogger(__name__)

_ABSURD = 10**12
"""Tokens; such a number is an error of the endpoint, and soon larger than a database can hold."""


class Ledger(Protocol):
    """Where attempts are written down as they happen, whatever becomes of the process."""

    def sent(self, request: Request) -> int:
        """Write down that a request goes out, and return its number."""
        ...

    def settled(self, number: int, attempt: Attempt) -> None:
        """Write down what came of it."""
        ...


class Counting:
    """Sends through another transport and writes an `Attempt` for each request."""

    def __init__(
        self, inner: Transport, *, model: str, price: Price | None = None, ledger: Ledger | None = None
    ) -> None:
        self.attempts: list[Attempt] = []
        self._inner = inner
        self._model = model
        self._price = price
        self._ledger = ledger

    async def send(self, request: Request) -> Exchange:
        """Send the request once and record the attempt, also where none is answered."""
        started = time.monotonic()
        number = self._ledger.sent(request) if self._ledger else None
        try:
            exchange = await self._traced(request)
        except ConnectionLost as error:
            self._add(number, started, status=None, error=str(error), cost=0.0 if error.is_unsent else None)
            raise
        except asyncio.CancelledError:
            self._add(number, started, status=None, error="given up before an answer came")
            raise
        usage = read_usage(exchange.body)
        error_text = None if exchange.status < 400 else str(exchange.error.get("message") or f"HTTP {exchange.status}")
        self._add(
            number,
            started,
            status=exchange.status,
            usage=usage,
            cost=cost_of(usage, model=self._model, price=self._price) if usage else None,
            request_id=exchange.headers.get("x-request-id"),
            error=error_text,
        )
        return exchange

    async def _traced(self, request: Request) -> Exchange:
        with traced("chat", {"gen_ai.operation.name": "chat", "gen_ai.request.model": self._model}) as span:
            exchange = await self._inner.send(request)
            span.set_attribute("http.response.status_code", exchange.status)
            if usage := read_usage(exchange.body):
                span.set_attribute("gen_ai.usage.input_tokens", usage.input_tokens)
                span.set_attribute("gen_ai.usage.output_tokens", usage.output_tokens)
            return exchange

    def _add(self, number: int | None, started: float, **what: Any) -> None:
        attempt = Attempt(seconds=round(time.monotonic() - started, 3), **{"usage": None, "cost": None, **what})
        self.attempts.append(attempt)
        if self._ledger and number is not None:
            self._ledger.settled(number, attempt)


def read_usage(body: object) -> Usage | None:
    """Read the `usage` of a chat completion; None where the endpoint reports none."""
    found = body.get("usage") if isinstance(body, Mapping) else None
    if not isinstance(found, Mapping):
        return None
    details = found.get("prompt_tokens_details")
    counts = {
        "input_tokens": found.get("prompt_tokens"),
        "cached_tokens": details.get("cached_tokens") if isinstance(details, Mapping) else None,
        "output_tokens": found.get("completion_tokens"),
    }
    # An endpoint that counts oddly must not cost a reply that is paid for.
    return Usage(**{name: count for name, count in counts.items() if isinstance(count, int) and 0 <= count < _ABSURD})


def cost_of(usage: Usage, *, model: str, price: Price | None = None) -> float | None:
    """Return what the tokens cost in US dollars, or None where the price is not known.

    `price` wins over the list of the genai-prices package, which is looked up by `provider/name`.
    """
    if price is not None:
        cached_rate = price.input if price.cached_input is None else price.cached_input
        fresh = usage.input_tokens - usage.cached_tokens
        return (fresh * price.input + usage.cached_tokens * cached_rate + usage.output_tokens * price.output) / 1e6
    return _listed_cost(model, usage)


def _listed_cost(model: str, usage: Usage) -> float | None:
    if not _is_listed(model):
        return None
    import genai_prices

    provider, _, name = model.partition("/")
    tokens = genai_prices.Usage(
        input_tokens=usage.input_tokens,
        cache_read_tokens=min(usage.cached_tokens, usage.input_tokens),
        output_tokens=usage.output_tokens,
    )
    return float(genai_prices.calc_price(tokens, name, provider_id=provider).total_price)


@functools.cache
def _is_listed(model: str) -> bool:
    import genai_prices

    provider, _, name = model.partition("/")
    try:
        genai_prices.calc_price(genai_prices.Usage(input_tokens=1), name, provider_id=provider)
    except (LookupError, ValueError):
        log.info("no price is known for %s; costs are left empty", model)
        return False
    return True
