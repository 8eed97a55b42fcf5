"""Fields of a record: which of its keys stand for which field of an article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from extractor.articles.item import Content
from extractor.errors import ArticleError

FIELD_NAMES: Mapping[str, Sequence[str]] = {
    "id": ("id", "article_id", "uuid"),
    "text": ("text", "body", "content", "article", "maintext", "full_text"),
    "title": ("title", "headline"),
    "published": ("published", "date", "published_at", "publication_date", "date_published", "pubdate", "datetime"),
    "source": ("source", "outlet", "publisher", "source_name", "source_domain"),
    "url": ("url", "link", "canonical_url"),
    "language": ("language", "lang"),
}
"""For each field of an article, the names under which JSON records and front matter have it, first one found wins."""


def content_of_record(record: object, names: Mapping[str, Sequence[str]], notes: Sequence[str] = ()) -> Content:
    """Return the article that a record of named values is. Raises ArticleError where it has no text."""
    if not isinstance(record, Mapping):
        raise ArticleError("is not a JSON object")
    fields = mapped(record, names)
    if not isinstance(fields.get("text"), str):
        shown = escaped(", ".join(map(str, list(record)[:12])))
        raise ArticleError(f"has no text; its fields are: {shown}. Name one with --field text=NAME")
    return Content(fields, notes)


def mapped(record: Mapping[Any, Any], names: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the fields of an article that a record has, under whichever of their names."""
    lower = {str(key).lower(): value for key, value in record.items()}
    found = {}
    for field, keys in names.items():
        values = (record.get(key, lower.get(key.lower())) for key in keys)
        value = next((value for value in values if value is not None), None)
        if value is not None:
            found[field] = value
    return found


def text_or_none(value: object) -> str | None:
    """Return a value that says something as text."""
    text = mended(str(value))[0].strip() if isinstance(value, str | int | float) else ""
    return text or None


def mended(text: str) -> tuple[str, list[str]]:
    """Return the text without what cannot be stored, and a note of each kind of it that was there."""
    notes = []
    if "\0" in text:
        text = text.replace("\0", "")
        notes.append("NUL characters were removed")
    if not _is_storable(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        notes.append("half surrogate pairs were replaced by U+FFFD")
    return text, notes


def _is_storable(text: str) -> bool:
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def escaped(text: str) -> str:
    """Return a text that can be written anywhere, with control characters escaped."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)
