"""The Pydantic models: the article, the model's reply, and the extraction."""

from extractor.models.article import Article
from extractor.models.extraction import (
    FAILED_KINDS,
    SCHEMA_VERSION,
    Attempt,
    Claim,
    Extraction,
    Failure,
    Meeting,
    Outcome,
    OutcomeKind,
    Participant,
    Problem,
    ProblemCode,
    Provenance,
    RecordKind,
    Span,
    Usage,
    cost_of_attempts,
    may_be_billed,
)
from extractor.models.quote import Path, Quote, find_quotes
from extractor.models.reply import Reply, ReplyClaim, ReplyMeeting, ReplyParticipant

__all__ = [
    "FAILED_KINDS",
    "SCHEMA_VERSION",
    "Article",
    "Attempt",
    "Claim",
    "Extraction",
    "Failure",
    "Meeting",
    "Outcome",
    "OutcomeKind",
    "Participant",
    "Path",
    "Problem",
    "ProblemCode",
    "Provenance",
    "Quote",
    "RecordKind",
    "Reply",
    "ReplyClaim",
    "ReplyMeeting",
    "ReplyParticipant",
    "Span",
    "Usage",
    "cost_of_attempts",
    "find_quotes",
    "may_be_billed",
]
