"""The gate: lets a request out when the pace and the budget of its run allow, and tells them what came of it."""

from __future__ import annotations

from extractor.llm.budget import Budget, estimate_tokens
from extractor.llm.exchange import ConnectionLost, Exchange, Request
from extractor.llm.ledger import Counting
from extractor.llm.pacing import Pace


class Gated:
    """Sends through a counting transport, one request at a time as the run allows."""

    def __init__(self, inner: Counting, pace: Pace, budget: Budget | None) -> None:
        self._inner = inner
        self._pace = pace
        self._budget = budget

    async def send(self, request: Request) -> Exchange:
        """Send the request once. Raises ConnectionLost or BudgetExceeded."""
        tokens = estimate_tokens(request.body) if self._pace.counts_tokens else 0
        await self._pace.admit(tokens)
        exchange: Exchange | None = None
        before = len(self._inner.attempts)
        sent_at = self._pace.now()
        try:
            exchange = await self._paid(request)
            return exchange
        except ConnectionLost as error:
            if error.is_unsent and self._pace.has_been_answered:
                self._pace.hold_back(sent_at)
            raise
        finally:
            made = self._inner.attempts[before:]
            used = made[0].usage.input_tokens + made[0].usage.output_tokens if made and made[0].usage else None
            self._pace.leave(exchange, sent_at=sent_at, tokens=tokens, used=used)

    async def _paid(self, request: Request) -> Exchange:
        if self._budget is None:
            return await self._inner.send(request)
        reserved = await self._budget.reserve(request.body)
        before = len(self._inner.attempts)
        try:
            return await self._inner.send(request)
        finally:
            made = self._inner.attempts[before:]
            self._budget.settle(reserved, made[0] if made else None)
