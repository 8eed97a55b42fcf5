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

    def moved(self, by: int) -> Span:
        """Return the span as it is counted where the text begins so many code points earlier."""
        return self.model_copy(update={"start": self.start + by, "end": self.end + by})

    def overlap(self, other: Span) -> int:
        """Return how many code points both have in common."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))
