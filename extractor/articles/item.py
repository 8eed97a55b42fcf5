"""The item: what a format finds in a file, before anything in it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractor.articles.source import Source


@dataclass(frozen=True)
class Content:
    """The fields of an article, as they were found, and notes on what had to be decided."""

    fields: Mapping[str, object]
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Item:
    """Something in a file that should be an article.

    Reading it is put off, so that items can be counted and dealt out; it is read before the next one is asked for.
    """

    read: Callable[[], Content]
    """Raises ArticleError, worded to follow the name of the item, or whatever a parser raises on a damaged file."""
    number: int | None = None
    """Which record of the file it is, from 1; None where the file is the article."""
    is_alone: bool = False
    """Whether the record is all that its file holds, and is named by the file alone."""


Format = Callable[[Source], Iterator[Item]]
"""Yields the items of a file in their order. What it raises ends the file and is an item itself."""
