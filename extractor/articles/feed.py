"""RSS and Atom: an article for each entry of a feed."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator
from typing import Any

from extractor.articles.extras import load
from extractor.articles.item import Content, Item
from extractor.articles.markup import text_of_markup
from extractor.articles.source import Source
from extractor.errors import ArticleError


def feed_items(source: Source) -> Iterator[Item]:
    """Yield the entries of a feed, which is read whole."""
    feedparser = load("feedparser", extra="feeds")
    written = source.read()
    # Entities that a file declares itself can grow to gigabytes, or name files of this machine. No feed needs any.
    if b"<!ENTITY" in written.replace(b"\0", b"").upper():
        raise ArticleError("declares entities of its own, which no feed needs and an attack does")
    # Given a text, the library may take it for an address to fetch.
    feed = feedparser.parse(io.BytesIO(written))
    if not feed.get("version") and not feed.entries:
        raise ArticleError("is neither RSS nor Atom")
    for number, entry in enumerate(feed.entries, 1):
        yield Item(functools.partial(_content_of_entry, entry, feed.feed), number)


def _content_of_entry(entry: Any, feed: Any) -> Content:
    contents = [one for one in entry.get("content") or [] if one.get("value")]
    whole = max(contents, key=lambda one: len(one["value"]), default=None)
    summary = entry.get("summary_detail") or {}
    chosen = whole or summary
    text = chosen.get("value") or ""
    notes = [] if whole else ["the feed has a summary of it, and not its whole text"]
    language = chosen.get("language") or feed.get("language") or ""
    return Content(
        {
            "id": entry.get("id"),
            "text": text if chosen.get("type") == "text/plain" else text_of_markup(text),
            "title": text_of_markup(entry.get("title") or ""),
            "published": entry.get("published") or entry.get("updated"),
            "source": (entry.get("source") or {}).get("title") or feed.get("title"),
            "url": entry.get("link"),
            "language": language.partition("-")[0].lower(),
        },
        notes,
    )
