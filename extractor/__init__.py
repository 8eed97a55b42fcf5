"""Meetings, participants and claims from news articles, each tied to the exact words that show it.

>>> from extractor import extract_events
>>> extraction = extract_events(open("article.txt").read(), model="openai/gpt-5-mini")  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from extractor._version import __version__

if TYPE_CHECKING:
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

_HOMES = {
    "errors": (
        "ArticleError",
        "CassetteMiss",
        "ConfigurationError",
        "ExtractorError",
        "InvalidReply",
        "ModelError",
        "ModelRefused",
        "ModelUnavailable",
    ),
    "extract": ("Extractor", "extract_events", "extract_events_async"),
    "models": ("Article", "Claim", "Extraction", "Meeting", "Participant", "Problem", "Quote", "Span"),
    "settings": ("Price", "Settings"),
}

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


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: Pydantic's models alone take a tenth of a second."""
    for module, names in _HOMES.items():
        if name in names:
            value = getattr(import_module(f"extractor.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'extractor' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
