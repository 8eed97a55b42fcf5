"""EPUB: an article for each chapter of a book or each piece of an issue, in reading order."""

from __future__ import annotations

import functools
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from extractor.articles.decoding import decode
from extractor.articles.extras import load
from extractor.articles.item import Content, Item
from extractor.articles.markup import text_of_markup
from extractor.articles.source import Source
from extractor.articles.zipped import open_zipped
from extractor.errors import ArticleError

_CONTAINER = "META-INF/container.xml"


def epub_items(source: Source) -> Iterator[Item]:
    """Yield an item for each document that the book's spine names."""
    trees = load("defusedxml.ElementTree", extra="office")
    with open_zipped(source.read()) as archive:
        root = trees.fromstring(_member(archive, _CONTAINER)).find(".//{*}rootfile")
        package = "" if root is None else root.get("full-path", "")
        book = trees.fromstring(_member(archive, package))
        files = {item.get("id"): item.get("href", "") for item in book.iterfind(".//{*}manifest/{*}item")}
        about = {
            "source": _said(book, "title"),
            "published": _said(book, "date"),
            "language": (_said(book, "language") or "")[:2].lower(),
        }
        for number, reference in enumerate(book.iterfind(".//{*}spine/{*}itemref"), 1):
            href = unquote(files.get(reference.get("idref"), ""))
            member = posixpath.normpath(posixpath.join(posixpath.dirname(package), href))
            yield Item(functools.partial(_content_of_chapter, archive, member, about), number)


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except KeyError as error:
        raise ArticleError(f"has no {name!r} within") from error


def _said(book: Any, name: str) -> str | None:
    text: str | None = book.findtext(f".//{{*}}metadata/{{http://purl.org/dc/elements/1.1/}}{name}")
    return text


def _content_of_chapter(archive: zipfile.ZipFile, member: str, about: Mapping[str, str | None]) -> Content:
    markup, notes = decode(_member(archive, member))
    return Content({**about, "text": text_of_markup(markup)}, notes)
