"""The budget: what a run may cost, with what is under way counted before it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from extractor.errors import BudgetExceeded, ConfigurationError
from extractor.llm.ledger import cost_of
from extractor.models import Attempt, Usage
from extractor.settings import Settings

_BYTES_A_TOKEN = 3.0
"""Fewer than any common text has, so that an estimate from it is seldom too low."""
_USUAL_INPUT = 5_000
"""Tokens that a request is taken to have where nothing is left of it."""
_LEAST_OUTPUT = 2_000
"""Tokens that a reply is taken to have before any was seen."""


class Budget:
    """US dollars that may be spent; a request is let out only where the dearest it can be still fits."""

    def __init__(self, dollars: float, settings: Settings) -> None:
        """Begin with nothing spent. Raises ConfigurationError where the model's price is not known."""
        self.spent = 0.0
        """US dollars; what was spent before is to be added."""
        self._dollars = dollars
        self._settings = settings
        self._reserved = 0.0
        self._longest_output = 0
        self._settled = asyncio.Event()
        self._cost: Callable[[Usage], float | None] = lambda usage: cost_of(
            usage, model=settings.model, price=settings.price
        )
        if self._cost(Usage(input_tokens=1)) is None:
            raise ConfigurationError(
                f"No price is known for {settings.model}, so no budget can be kept; give one: "
                '--set price=\'{"input": 1.0, "output": 4.0}\'.'
            )

    @property
    def dearest(self) -> float:
        """What a request of the usual size costs at most, in US dollars."""
        return self._cost(Usage(input_tokens=_USUAL_INPUT, output_tokens=self._most_output)) or 0.0

    async def reserve(self, body: Mapping[str, Any]) -> float:
        """Set aside what a request may cost at most, waiting for others to be settled where that decides it.

        Raises BudgetExceeded.
        """
        while True:
            most = self._cost(Usage(input_tokens=estimate_tokens(body), output_tokens=self._most_output)) or 0.0
            if self.spent + self._reserved + most <= self._dollars:
                self._reserved += most
                return most
            if not self._reserved:
                raise BudgetExceeded(
                    f"The budget of ${self._dollars:.2f} leaves ${max(0.0, self._dollars - self.spent):.4f}, "
                    f"and the next request may cost ${most:.4f}."
                )
            self._settled.clear()
            await self._settled.wait()

    def settle(self, reserved: float, attempt: Attempt | None) -> None:
        """Put what a request cost in the place of what was set aside; None where it was never sent."""
        self._reserved = max(0.0, self._reserved - reserved)
        # Adding and taking away leaves dust, which would pass for something under way.
        self._reserved = 0.0 if self._reserved < 1e-12 else self._reserved
        if attempt is not None:
            if attempt.usage:
                self._longest_output = max(self._longest_output, attempt.usage.output_tokens)
            may_be_billed = attempt.status is None or attempt.status < 400
            self.spent += reserved if attempt.cost is None and may_be_billed else attempt.cost or 0.0
        self._settled.set()

    @property
    def _most_output(self) -> int:
        return self._settings.max_output_tokens or max(_LEAST_OUTPUT, self._longest_output * 3 // 2)


def estimate_tokens(body: Mapping[str, Any]) -> int:
    """Return about how many tokens a request has, rather too many than too few."""
    return int(count_bytes(body) / _BYTES_A_TOKEN)


def count_bytes(body: Mapping[str, Any]) -> int:
    """Return how many bytes a request puts before the model: messages and schema."""
    messages = sum(len(str(message["content"]).encode("utf-8", "replace")) for message in body.get("messages", ()))
    return messages + len(str(body.get("response_format", "")))
