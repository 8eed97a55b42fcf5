"""Linking: the same party and the same meeting across articles, what they disagree on, and why all this is so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from extractor.linking.dataset import (
    Conflict,
    ConflictSide,
    Dataset,
    Denial,
    Entity,
    Member,
    Occasion,
    Quotation,
)
from extractor.linking.linker import link_articles
from extractor.linking.storing import StoredExtractions, link_run, read_dataset
from extractor.models import Extraction

__all__ = [
    "Conflict",
    "ConflictSide",
    "Dataset",
    "Denial",
    "Entity",
    "Member",
    "Occasion",
    "Quotation",
    "StoredExtractions",
    "link",
    "link_articles",
    "link_run",
    "read_dataset",
]


def link(extractions: Iterable[Extraction]) -> Dataset:
    """Link the extractions of articles with different ids. Raises ConfigurationError where two share one."""
    return link_articles(Named(extractions))


class Named(Iterable[tuple[str, Extraction]]):
    """Extractions with the ids of their articles."""

    def __init__(self, extractions: Iterable[Extraction]) -> None:
        self._extractions = extractions

    def __iter__(self) -> Iterator[tuple[str, Extraction]]:
        return ((extraction.article.id, extraction) for extraction in self._extractions)
