"""The settings of an extraction, in one frozen object."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from extractor.errors import ConfigurationError

RULES = "rules"
"""The model's name that stands for the built-in engine."""

ReplyFormat = Literal["json_schema", "json_object", "text"]


class Price(BaseModel):
    """What a model costs, in US dollars per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    input: float
    output: float
    cached_input: float | None = None


class Settings(BaseModel):
    """How articles are read. Every field has a working default."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    model: str = RULES
    """The model as `provider/name`, for example `openai/gpt-5-mini` or `ollama/qwen3`, or `rules` for the built-in
    engine."""
    base_url: str | None = None
    """Address of an OpenAI-compatible server; where None, the provider's own."""
    api_key: SecretStr | None = None
    """The key; where None, the provider's environment variable."""
    reply_format: ReplyFormat = "json_schema"
    """How the reply's form is asked for: a strict JSON Schema that the server enforces, JSON mode with the schema in
    the prompt, or the prompt alone. `extractor check` tells which of them an endpoint honours."""
    temperature: float | None = None
    """Sent only where it is set: many reasoning models refuse any."""
    max_output_tokens: int | None = Field(default=None, gt=0)
    """Sent only where it is set."""
    request: Mapping[str, Any] = Field(default_factory=dict)
    """Further fields of the request body, sent as they are, such as `{"reasoning_effort": "low"}`."""
    timeout: float = Field(default=120.0, gt=0)
    """Seconds that one request may take."""
    attempts: int = Field(default=5, ge=1)
    """Requests at most for one answer, where the endpoint is unreachable or failing; at most three where it may have
    answered and the answer was lost."""
    deadline: float = Field(default=1800.0, gt=0)
    """Seconds that one article may take, with all its requests and pauses."""
    longest_wait: float = Field(default=120.0, ge=0)
    """Seconds; an endpoint that asks for a longer pause is given up."""
    corrections: int = Field(default=1, ge=0, le=3)
    """How often a reply that is not of the asked form goes back to the model."""
    mend: bool = True
    """Whether what the article does not bear out goes back to the model once."""
    statement_language: str = Field(default="English", min_length=1)
    """The language in which the model words titles, topics, outcomes and statements. Quotes, names and roles stay in
    the article's, and what a party represents in English."""
    price: Price | None = None
    """Overrides the price list."""
    cache: Path | None = None
    """A file in which replies are kept and found again, so that the same request is never paid for twice."""
    passes: int = Field(default=1, ge=1, le=3)
    """How often a model is asked about an article, or a piece of one: after the first time for what it has missed."""
    piece_characters: int = Field(default=30_000, gt=0)
    """Articles longer than this are read in pieces of at most so many characters. Ordinary news is a third of it; a
    reply about so much text has less than 10,000 tokens."""
    max_characters: int = Field(default=2_000_000, gt=0)
    """Articles longer than this are refused rather than paid for."""

    @classmethod
    def from_environment(cls, **overrides: Any) -> Self:
        """Build settings from EXTRACTOR_MODEL and EXTRACTOR_BASE_URL; overrides that are not None win.

        Raises ConfigurationError where a value is not allowed.
        """
        named = {"model": os.environ.get("EXTRACTOR_MODEL"), "base_url": os.environ.get("EXTRACTOR_BASE_URL")}
        given = {name: value for name, value in overrides.items() if value is not None}
        try:
            return cls(**{name: value for name, value in named.items() if value} | given)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            raise ConfigurationError(f"The settings are wrong: {wrong}.") from error
