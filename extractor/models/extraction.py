"""The extraction: what comes out, every fact with its place in the article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from extractor.extras import require
from extractor.models.article import Article
from extractor.models.notebook import html_of
from extractor.models.reply import MeetingFormat, MeetingStatus, Modality, ParticipantKind
from extractor.models.tables import COLUMNS, rows_of

if TYPE_CHECKING:
    import pandas
    import polars

SCHEMA_VERSION = "1"
"""Of `Extraction` and `Outcome`; raised when a field changes its meaning or goes away."""

MatchKind = Literal["exact", "normalized", "fuzzy"]
RecordKind = Literal["participant", "meeting", "claim"]
ProblemCode = Literal[
    "quote_not_found",
    "name_not_found",
    "alias_not_found",
    "role_not_found",
    "unknown_id",
    "repeated_id",
    "repeated_record",
    "unused_participant",
    "too_few_participants",
    "no_evidence",
    "evidence_lost",
    "reference_lost",
    "date_malformed",
    "date_unsupported",
    "date_disagrees",
    "date_read",
    "country_invalid",
    "country_disagrees",
    "not_mended",
]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, defer_build=True)


class Span(_Record):
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


class Participant(_Record):
    """A party that takes part in a meeting or makes a claim."""

    id: str
    name: str
    aliases: tuple[str, ...]
    kind: ParticipantKind
    role: str | None
    represents: str | None
    mentions: tuple[Span, ...]
    """Where the article names the party, in text order."""


class Meeting(_Record):
    """An occasion on which parties deal with each other directly."""

    id: str
    title: str
    format: MeetingFormat
    status: MeetingStatus
    participants: tuple[str, ...]
    """Ids of `Extraction.participants`."""
    date_text: Span | None
    date: str | None
    """ISO 8601: a day, month or year, or an interval `start/end`."""
    place_text: Span | None
    country: str | None
    """ISO 3166-1 alpha-2."""
    topics: tuple[str, ...]
    """In the model's words."""
    outcome: str | None
    """In the model's words."""
    evidence: tuple[Span, ...]


class Claim(_Record):
    """What a source asserts, denies, forecasts, intends or demands."""

    id: str
    source: str
    """Id of the participant who makes it."""
    reported_by: str | None
    cue: Span | None
    """None only where the model's cue does not stand in the article; a problem says so."""
    content: tuple[Span, ...]
    statement: str
    """The content as one sentence, in the model's words."""
    modality: Modality
    meeting: str | None
    """Id of the meeting it is about."""


class Problem(_Record):
    """Something in the model's reply that the article does not bear out, or that code had to decide."""

    code: ProblemCode
    kind: RecordKind
    record: str
    """Id of the record, such as `m1`."""
    field: str
    """Name of the field in the reply, such as `evidence`."""
    value: str | None
    """What the model gave."""
    message: str
    """One sentence: what is wrong and what became of it."""
    consequence: Literal["left_out", "kept", "filled"]
    """Whether the value was left out of the extraction, kept with this warning, or supplied by code."""


class Usage(_Record):
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


class Attempt(_Record):
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


class Likelihood(_Record):
    """Whether an article seems to tell of a meeting, and why."""

    is_likely: bool
    reason: str


class Provenance(_Record):
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


class Extraction(_Record):
    """The meetings, participants and claims of one article, grounded in its words."""

    article: Article
    participants: tuple[Participant, ...]
    meetings: tuple[Meeting, ...]
    claims: tuple[Claim, ...]
    problems: tuple[Problem, ...]
    """What was left out, and what to look at; empty where all is well."""
    provenance: Provenance

    def participant(self, id: str) -> Participant:
        """Return the participant of that id. Raises KeyError."""
        for participant in self.participants:
            if participant.id == id:
                return participant
        raise KeyError(id)

    def quotes(self) -> Iterator[tuple[str, str, Span]]:
        """Yield (record id, field, span) of every quote, in record order."""
        for meeting in self.meetings:
            yield from ((meeting.id, "evidence", span) for span in meeting.evidence)
            if meeting.date_text:
                yield meeting.id, "date_text", meeting.date_text
            if meeting.place_text:
                yield meeting.id, "place_text", meeting.place_text
        for claim in self.claims:
            yield from ((claim.id, "content", span) for span in claim.content)
            if claim.cue:
                yield claim.id, "cue", claim.cue

    def to_pandas(self) -> dict[str, pandas.DataFrame]:
        """Return pandas frames of `meetings`, `participants` and `claims`. Needs the extra `pandas`."""
        frames = require("pandas", extra="pandas")
        return {name: frames.DataFrame(rows_of(self, name), columns=list(COLUMNS[name])) for name in COLUMNS}

    def to_polars(self) -> dict[str, polars.DataFrame]:
        """Return polars frames of `meetings`, `participants` and `claims`. Needs the extra `polars`."""
        frames = require("polars", extra="polars")
        types = {"text": frames.String(), "number": frames.Int64(), "list": frames.List(frames.String())}
        return {
            name: frames.DataFrame(
                list(rows_of(self, name)), schema={column: types[kind] for column, kind in COLUMNS[name].items()}
            )
            for name in COLUMNS
        }

    def _repr_html_(self) -> str:
        return html_of(self)


class Failure(_Record):
    """Why an article has no extraction."""

    kind: str
    """Name of the error class, such as `ModelRefused`."""
    message: str
    attempts: tuple[Attempt, ...] = ()
    """The requests that were made for it all the same."""


OutcomeKind = Literal["done", "failed", "refused", "truncated", "skipped", "duplicate"]


class Outcome(_Record):
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
    extraction: Extraction | None = None
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
