"""ZIP files that are documents: bounded before anything in them is unpacked, and never unpacked to disk."""

from __future__ import annotations

import io
import zipfile

from extractor.articles.source import MOST_BYTES
from extractor.errors import ArticleError

_MOST_MARKUP = 20_000_000
"""Of the parts that are parsed to a tree, which takes ten times their size; a book has two megabytes."""
_MARKUP = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx")


def open_zipped(file: bytes) -> zipfile.ZipFile:
    """Open a ZIP file. Raises ArticleError where it is none, or is made to fill the memory.

    The sizes it declares are those at which unpacking stops.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(file))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise ArticleError(f"is damaged: {error}") from error
    sizes = [(info.file_size, info.filename.lower().endswith(_MARKUP)) for info in archive.infolist()]
    markup = sum(size for size, is_markup in sizes if is_markup)
    if markup > _MOST_MARKUP or sum(size for size, _ in sizes) > 4 * MOST_BYTES:
        raise ArticleError("unpacks to more than any document has")
    return archive
