"""PDF: the text of the pages, put together to paragraphs."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from extractor.articles.extras import load
from extractor.articles.item import Content, Item
from extractor.articles.source import Source
from extractor.errors import ArticleError

_MOST_DRAWN = 10_000_000
"""Bytes of what a page draws, which take the library a minute; a page full of text has fifty thousand."""
_SHORT = 0.65
"""Of the usual width of a page's lines: a line below it ends its paragraph, whatever it ends with."""
_SENTENCE_END = re.compile(r"[.!?:…。؟][\"'”’»)\]]*$")
_LAST = 0.93
"""Of the same width: a line below it that ends a sentence ends its paragraph too."""
_HYPHENATED = re.compile(r"[^\W\d_][-\u2010\u00ad]$")


def pdf_items(source: Source) -> Iterator[Item]:
    """Yield the one article of a PDF."""
    yield Item(lambda: content_of_pdf(source.read()))


def content_of_pdf(file: bytes) -> Content:
    """Return the text of a PDF with its title. Raises ArticleError where it is locked or has no text."""
    pypdf = load("pypdf", extra="pdf")
    reader = pypdf.PdfReader(io.BytesIO(file))
    # Many files are encrypted with an empty password, which only asks readers not to print them.
    if reader.is_encrypted and not reader.decrypt(""):
        raise ArticleError("is encrypted; save it without its password")
    pages = [_lines(page) for page in reader.pages]
    if not any(pages):
        raise ArticleError("has no text: its pages may be pictures, which need OCR first")
    bodies, notes = _without_repeated(pages)
    paragraphs: list[str] = []
    hyphens = 0
    for lines in bodies:
        for joined, left in _paragraphs(lines):
            paragraphs.append(joined)
            hyphens += left
    if hyphens:
        notes.append(f"words divided at the ends of lines were left so: {hyphens}")
    return Content({"text": "\n\n".join(paragraphs), "title": _title(reader)}, notes)


def _lines(page: Any) -> list[str]:
    drawn = page.get_contents()
    if drawn is not None and len(drawn.get_data()) > _MOST_DRAWN:
        raise ArticleError(f"has a page of more than {_MOST_DRAWN // 1_000_000} MB, which no article has")
    return [line.rstrip() for line in page.extract_text().splitlines() if line.strip()]


def _without_repeated(pages: Sequence[Sequence[str]]) -> tuple[list[Sequence[str]], list[str]]:
    """Leave out what stands at the top or bottom of most pages, numbers aside."""
    edges = Counter(edge for page in pages for edge in {_mask(line) for line in (*page[:1], *page[-1:])})
    repeated = {edge for edge, times in edges.items() if times >= max(3, len(pages) * 0.6)}
    if not repeated:
        return list(pages), []
    bodies = []
    for page in pages:
        first = 1 if page and _mask(page[0]) in repeated else 0
        last = len(page) - (1 if len(page) > first and _mask(page[-1]) in repeated else 0)
        bodies.append(page[first:last])
    return bodies, ["lines that stand at the top or bottom of most pages were left out"]


def _mask(line: str) -> str:
    return re.sub(r"\d+", "0", line.strip())


def _paragraphs(lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the paragraphs of a page, each with how many divided words it has.

    A PDF has no paragraphs, only lines: one that is indented begins a paragraph, one that is short ends it.
    """
    widths = sorted(map(len, lines))
    usual = widths[int(len(widths) * 0.9)] if widths else 0
    paragraph, hyphens = "", 0
    for line in lines:
        if paragraph and line[0].isspace():
            yield paragraph, hyphens
            paragraph, hyphens = "", 0
        # A divided word keeps its line break, so that nothing is invented about how it is spelt.
        paragraph += ("\n" if _HYPHENATED.search(paragraph) else " " if paragraph else "") + line.strip()
        if len(line) < usual * (_LAST if _SENTENCE_END.search(line) else _SHORT):
            yield paragraph, hyphens
            paragraph, hyphens = "", 0
        elif _HYPHENATED.search(line):
            hyphens += 1
    if paragraph:
        yield paragraph, hyphens


def _title(reader: Any) -> str | None:
    """Return the title in the file's metadata, where it is one and not the name of another file or a placeholder."""
    title = str((reader.metadata or {}).get("/Title") or "").strip()
    placeholder = re.compile(r"\(?(untitled|anonymous|unspecified)\)?|microsoft word - .*|.*\.\w{2,5}", re.IGNORECASE)
    return None if placeholder.fullmatch(title) else title
