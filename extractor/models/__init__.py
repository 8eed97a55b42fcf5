"""The Pydantic models: the article, the model's reply, and the extraction."""

from extractor.models.article import Article
from extractor.models.extraction import Claim, Extraction, Meeting, Participant, RecordKind
from extractor.models.outcome import FAILED_KINDS, AnyExtraction, Failure, Outcome, OutcomeKind
from extractor.models.problem import Problem, ProblemCode
from extractor.models.provenance import (
    SCHEMA_VERSION,
    Attempt,
    Likelihood,
    Provenance,
    Usage,
    cost_of_attempts,
    may_be_billed,
)
from extractor.models.quote import Path, Quote, find_quotes, path_in_words
from extractor.models.reply import Reply, ReplyClaim, ReplyMeeting, ReplyParticipant
from extractor.models.schema_extraction import PlacedQuote, SchemaExtraction, SchemaRecord
from extractor.models.span import MatchKind, Span

__all__ = [
    "FAILED_KINDS",
    "SCHEMA_VERSION",
    "AnyExtraction",
    "Article",
    "Attempt",
    "Claim",
    "Extraction",
    "Failure",
    "Likelihood",
    "MatchKind",
    "Meeting",
    "Outcome",
    "OutcomeKind",
    "Participant",
    "Path",
    "PlacedQuote",
    "Problem",
    "ProblemCode",
    "Provenance",
    "Quote",
    "RecordKind",
    "Reply",
    "ReplyClaim",
    "ReplyMeeting",
    "ReplyParticipant",
    "SchemaExtraction",
    "SchemaRecord",
    "Span",
    "Usage",
    "cost_of_attempts",
    "find_quotes",
    "may_be_billed",
    "path_in_words",
]
