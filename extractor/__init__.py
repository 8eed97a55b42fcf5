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
    from extractor.extraction import Extractor, extract, extract_async, extract_events, extract_events_async
    from extractor.models import (
        Article,
        Claim,
        Extraction,
        Meeting,
        Participant,
        Problem,
        Quote,
        SchemaExtraction,
        Span,
    )
    from extractor.settings import Price, Settings
    from extractor.tasks import schema_task

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
    "extraction": ("Extractor", "extract", "extract_async", "extract_events", "extract_events_async"),
    "models": (
        "Article",
        "Claim",
        "Extraction",
        "Meeting",
        "Participant",
        "Problem",
        "Quote",
        "SchemaExtraction",
        "Span",
    ),
    "settings": ("Price", "Settings"),
    "tasks": ("schema_task",),
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
    "SchemaExtraction",
    "Settings",
    "Span",
    "__version__",
    "extract",
    "extract_async",
    "extract_events",
    "extract_events_async",
    "schema_task",
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
