"""Web pages: the main text of a page, with what its metadata tells."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from extractor.articles.decoding import decode, encoding_of
from extractor.articles.extras import load
from extractor.articles.item import Content, Item
from extractor.articles.source import Source
from extractor.errors import ArticleError

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)

_MOST_ELEMENTS = 50_000
"""Of a page; a long live blog has a third of them, and the time to find the article grows faster than their number."""

_SENTENCE = re.compile(r"[.!?:…。؟।]|.{80}")
"""What some line of an article has. Of a page without one the library takes all, and that is links to other pages."""


def web_page_items(source: Source) -> Iterator[Item]:
    """Yield the one article of a page."""
    yield Item(lambda: content_of_page(source.read()))


def content_of_page(page: bytes, *, url: str | None = None, charset: str | None = None) -> Content:
    """Return the article of a page that was served from `url` in the encoding `charset`.

    Raises ArticleError where the page has no text that is its main one.
    """
    trafilatura = load("trafilatura", extra="html")
    if not page.strip():
        return Content({"text": ""})
    markup, notes = decode_page(page, charset)
    tree = trafilatura.load_html(markup)
    if tree is None:
        raise ArticleError("is no web page")
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        raise ArticleError(f"has more than {_MOST_ELEMENTS:,} elements, which no page of an article has")
    language = (tree.get("lang") or tree.get("xml:lang") or "").partition("-")[0].lower()
    found = trafilatura.bare_extraction(
        tree,
        url=url,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None or not any(_SENTENCE.search(line) for line in (found.text or "").splitlines()):
        raise ArticleError("is a page without an article")
    fields = {
        "text": found.text,
        "title": found.title,
        "published": found.date,
        "source": found.sitename or found.hostname,
        "url": found.url or url,
        "language": language if len(language) == 2 else None,
    }
    return Content(fields, notes)


def decode_page(page: bytes, charset: str | None) -> tuple[str, list[str]]:
    """Decode a page as its server said, as it says itself, or as any text, with a note where it is a guess."""
    declared = _CHARSET.search(page[:4096])
    if not _is_marked(page):
        for name in (charset, declared and declared.group(1).decode("ascii", "replace")):
            try:
                # Browsers read what is called Latin-1 or ASCII as its superset.
                known = codecs.lookup(name or "").name
                return page.decode({"iso8859-1": "cp1252", "ascii": "cp1252"}.get(known, known)), []
            except (LookupError, ValueError):
                continue
    try:
        return decode(page) if _is_marked(page) else (page.decode("utf-8"), [])
    except UnicodeDecodeError:
        # Its tags would tell the detector that it is plain English.
        encoding, notes = encoding_of(re.sub(rb"<[^>]*>", b" ", page))
        return page.decode(encoding, "replace"), notes


def _is_marked(page: bytes) -> bool:
    return page.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8))
