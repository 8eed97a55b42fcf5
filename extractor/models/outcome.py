"""The outcome: what became of an article of a run."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from extractor.models.extraction import Extraction
from extractor.models.provenance import Attempt
from extractor.models.record import Record
from extractor.models.schema_extraction import SchemaExtraction

AnyExtraction = Annotated[Extraction | SchemaExtraction, Field(union_mode="left_to_right")]
"""An extraction of meetings, or of a schema of one's own."""


class Failure(Record):
    """Why an article has no extraction."""

    kind: str
    """Name of the error class, such as `ModelRefused`."""
    message: str
    attempts: tuple[Attempt, ...] = ()
    """The requests that were made for it all the same."""


OutcomeKind = Literal["done", "failed", "refused", "truncated", "skipped", "duplicate"]


class Outcome(Record):
    """What became of one article of a run: always exactly one of these."""

    article_id: str
    path: str
    """Where the article was read from; behind `#`, which record of the file."""
    key: str
    """SHA-256 of the article and of all that decides what is asked about it; empty where it could not be read."""
    kind: OutcomeKind
    """done: it has an extraction. failed, refused, truncated: it has a failure. skipped: it was not read, for the
    `reason`, and has an extraction without records. duplicate: another article of the run, at the path in `reason`, is
    the same, or nearly so where there is a `similarity`."""
    extraction: AnyExtraction | None = None
    failure: Failure | None = None
    reason: str | None = None
    similarity: float | None = Field(default=None, ge=0, le=1)
    """The share of their words, three by three, that a near duplicate and the other article have in common."""

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        given = (self.extraction is not None, self.failure is not None, self.reason is not None)
        kind = self.kind
        wanted = (kind in ("done", "skipped"), kind in FAILED_KINDS, kind in ("skipped", "duplicate"))
        if given != wanted:
            raise ValueError(f"an outcome of kind {self.kind!r} has what belongs to it, and nothing else")
        if self.similarity is not None and kind != "duplicate":
            raise ValueError(f"an outcome of kind {kind!r} has no similarity to another article")
        return self

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The requests that were made for the article."""
        if self.extraction:
            return self.extraction.provenance.attempts
        return self.failure.attempts if self.failure else ()


FAILED_KINDS: frozenset[OutcomeKind] = frozenset(("failed", "refused", "truncated"))
"""The outcomes that a later run may try again."""
