"""Meetings, participants and claims from news articles, each tied to the exact words that show it.

>>> from extractor import extract_events
>>> extraction = extract_events(open("article.txt").read(), model="openai/gpt-5-mini")  # doctest: +SKIP
"""

from extractor._version import __version__
from extractor.errors import (
    ArticleError,
    CassetteMiss,
    ConfigurationError,
    ExtractorError,
    InvalidReply,
    ModelError,
    ModelRefused,
    ModelUnavailable,
)
from extractor.extract import Extractor, extract_events, extract_events_async
from extractor.models import Article, Claim, Extraction, Meeting, Participant, Problem, Quote, Span
from extractor.settings import Price, Settings

__all__ = [
    "Article",
    "ArticleError",
    "CassetteMiss",
    "Claim",
    "ConfigurationError",
    "Extraction",
    "Extractor",
    "ExtractorError",
    "InvalidReply",
    "Meeting",
    "ModelError",
    "ModelRefused",
    "ModelUnavailable",
    "Participant",
    "Price",
    "Problem",
    "Quote",
    "Settings",
    "Span",
    "__version__",
    "extract_events",
    "extract_events_async",
]
