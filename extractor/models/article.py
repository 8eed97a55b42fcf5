"""The article: what goes in."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, field_validator, model_validator


class Article(BaseModel):
    """A news article: its text, and what is known about its publication."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, defer_build=True)

    id: str = ""
    """Names the article in results; where empty, the first 16 hex digits of the text's SHA-256."""
    text: str
    """The whole text. Every offset in the results counts Unicode code points of this string."""
    title: str | None = None
    """The headline, where it is known apart from the text."""
    published: date | None = None
    """The day of publication, against which "Wednesday" or "last month" is read."""
    source: str | None = None
    """The outlet that published it."""
    url: str | None = None
    """Where it was published."""
    language: str | None = None
    """ISO 639-1 code of its language, where it is known."""
    notes: tuple[str, ...] = ()
    """What reading it had to decide, such as a detected encoding."""

    @field_validator("published", mode="before")
    @classmethod
    def _day_of(cls, value: object) -> object:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, str):
            try:
                return datetime.fromisoformat(value.strip()).date()
            except ValueError:
                return value
        return value

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not self.id:
            object.__setattr__(self, "id", self.digest[:16])
        return self

    @property
    def digest(self) -> str:
        """The SHA-256 of the text in UTF-8, in hex: the identity of what was read."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()
