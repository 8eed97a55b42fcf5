"""What all gold has in common: the article that it is about."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from extractor.errors import ConfigurationError
from extractor.grounding import Passage, QuoteGroup, place_quotes
from extractor.models import Span

Place = tuple[int, int]
"""Start and end offsets in an article's text."""


class AnnotatedArticle(BaseModel):
    """An article of which it is known what a correct extraction says."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    article: str
    """Id of the article."""
    published: str | None = None
    """The day of publication that the annotators went by."""
    digest: str | None = None
    """SHA-256 of the annotated text; where null, any text that has the quotes is taken for it."""

    def check_text(self, text: str) -> None:
        """Raise ConfigurationError where this is not the annotated text, as far as the gold knows."""
        if self.digest not in (None, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()):
            raise ConfigurationError(
                f"The gold of {self.article!r} was annotated on another text than the prediction's."
            )

    def place(self, passage: Passage, groups: Sequence[QuoteGroup]) -> list[tuple[Place, ...]]:
        """Return where the quotes of each record stand. Raises ConfigurationError where one does not."""
        return [
            tuple(self._found(quote, span) for quote, span in zip(group.quotes, spans, strict=True))
            for group, spans in zip(groups, place_quotes(passage, groups), strict=True)
        ]

    def _found(self, quote: str, span: Span | None) -> Place:
        if span is None:
            raise ConfigurationError(f"The gold of {self.article!r} quotes what its text does not have: {quote!r}.")
        return span.start, span.end
