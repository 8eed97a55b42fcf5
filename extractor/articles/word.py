"""DOCX: the paragraphs and tables of a document, in their order."""

from __future__ import annotations

import io
from collections.abc import Iterator

from extractor.articles.extras import load
from extractor.articles.item import Content, Item
from extractor.articles.source import Source
from extractor.articles.zipped import open_zipped


def word_items(source: Source) -> Iterator[Item]:
    """Yield the one article of a document."""
    yield Item(lambda: content_of_document(source.read()))


def content_of_document(file: bytes) -> Content:
    """Return the text of a document, with its title. Headers, footers, notes and comments are no part of it."""
    docx = load("docx", extra="office")
    open_zipped(file).close()
    document = docx.Document(io.BytesIO(file))
    blocks = []
    for block in document.iter_inner_content():
        rows = getattr(block, "rows", None)
        if rows is None:
            blocks.append(block.text)
        else:
            blocks.extend("\t".join(dict.fromkeys(cell.text.strip() for cell in row.cells)) for row in rows)
    text = "\n\n".join(block.strip() for block in blocks if block.strip())
    properties = document.core_properties
    return Content({"text": text, "title": properties.title, "language": properties.language[:2].lower()})
