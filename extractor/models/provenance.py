"""How an extraction came about: the requests, their tokens and their cost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from extractor.models.record import Record

SCHEMA_VERSION = "1"
"""Of extractions and outcomes; raised when a field changes its meaning or goes away."""


class Usage(Record):
    """Tokens as the endpoint counted them."""

    input_tokens: int = 0
    cached_tokens: int = 0
    """The part of `input_tokens` that the provider's prompt cache served."""
    output_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
        )


class Attempt(Record):
    """One request to the model's endpoint, whatever came of it."""

    status: int | None
    """The HTTP status; None where no answer came."""
    seconds: float
    usage: Usage | None
    """None where the endpoint reported none."""
    cost: float | None
    """US dollars; None where the price or the usage is unknown."""
    request_id: str | None = None
    """The provider's own name of the request, for asking its support."""
    error: str | None = None
    """Why it gave no usable reply, where that is known of the request alone."""


def may_be_billed(attempt: Attempt) -> bool:
    """Tell whether an endpoint may bill a request: it was answered with success, or may have been when it was lost."""
    return attempt.cost != 0.0 and (attempt.status is None or attempt.status < 400)


def cost_of_attempts(attempts: Iterable[Attempt]) -> float | None:
    """Return US dollars, or None where an attempt that may have been billed has no known cost.

    An endpoint bills what it answers with success, and may bill what it had answered when the connection was lost.
    """
    costs = [attempt.cost for attempt in attempts if attempt.usage or may_be_billed(attempt)]
    return None if None in costs else sum(cost for cost in costs if cost is not None)


class Likelihood(Record):
    """Whether an article seems to tell of a meeting, and why."""

    is_likely: bool
    reason: str


class Provenance(Record):
    """How an extraction came about."""

    library: str
    """Version of this library."""
    schema_version: str
    task: str
    model: str
    """The model that was asked for, as `provider/name`."""
    model_reported: str | None
    """The model that the endpoint says answered."""
    prompt: str
    """Fingerprint of the prompt and the reply's schema; equal where the model was told the same."""
    article: str
    """SHA-256 of the article's text."""
    key: str
    """SHA-256 of the article with its metadata and of all that decides what is asked about it: model, parameters,
    prompt. Equal where the same would be asked again."""
    replayed: bool
    """True where the replies come from cassettes; usage and cost are then those of the recording."""
    prefilter: Likelihood | None = None
    """What the prefilter said; where it said no, the model was not asked. None where there was no prefilter."""
    extracted_at: datetime
    attempts: tuple[Attempt, ...]
    """Every request that was made, oldest first."""

    @property
    def usage(self) -> Usage:
        """The tokens of all attempts together."""
        return sum((attempt.usage for attempt in self.attempts if attempt.usage), Usage())

    @property
    def cost(self) -> float | None:
        """US dollars of all attempts together; None where one that may have been billed has no known cost."""
        return cost_of_attempts(self.attempts)
