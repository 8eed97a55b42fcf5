"""A place in an article."""

from __future__ import annotations

from typing import Literal

from extractor.models.record import Record

MatchKind = Literal["exact", "normalized", "fuzzy"]


class Span(Record):
    """A passage of the article: `article.text[start:end] == text`."""

    text: str
    """The article's own words."""
    start: int
    """Offset of the first code point."""
    end: int
    """Offset behind the last code point."""
    match: MatchKind = "exact"
    """How the model's quote compares: exact; normalized (white space, quotation marks, dashes, case or Unicode form
    differ); fuzzy (a few words differ)."""
