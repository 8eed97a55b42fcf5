"""WARC: the web pages among the responses that an archive holds."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from extractor.articles.extras import load
from extractor.articles.item import Content, Item
from extractor.articles.source import Source, read_bounded
from extractor.articles.web_page import content_of_page
from extractor.errors import ArticleError

_PAGES = ("text/html", "application/xhtml+xml")
_MARKS = (b"WARC/1.", b"\x1f\x8b\x08")
"""How a record begins, as it is and compressed."""
_DAMAGED = "is damaged or cut off; what is whole behind it is read"


def warc_items(source: Source) -> Iterator[Item]:
    """Yield an item for each web page that was served, and for each place where the archive is damaged."""
    archiving = load("warcio.archiveiterator", extra="warc")
    with source.path.open("rb") as file:
        size = source.path.stat().st_size
        number, start, end, is_damaged, has_records = 0, 0, 0, False, False
        while start >= 0:
            file.seek(start)
            records = archiving.ArchiveIterator(file)
            try:
                for record in records:
                    start, is_damaged = records.offset, False
                    has_records = has_records or bool(record.rec_type)
                    is_page = _is_page(record)
                    if is_page:
                        number += 1
                        yield Item(functools.partial(_content_of_record, record), number)
                    records.read_to_end()
                    end = records.offset
                    if not is_page and has_records and not _is_whole(record):
                        number += 1
                        yield Item(_refuse, number)
                if end >= size:
                    break
            except Exception as error:
                if "non-chunked" in str(error):
                    raise ArticleError(
                        "was compressed as a whole and not by record: warcio recompress mends it"
                    ) from error
            if has_records and not is_damaged:
                number += 1
                yield Item(_refuse, number)
            is_damaged = True
            start = _next_start(file, start + 1)
        if not has_records:
            raise ArticleError("is no WARC archive, or damaged from its beginning")


def _is_page(record: Any) -> bool:
    if record.rec_type == "response" and record.http_headers:
        is_served = record.http_headers.get_statuscode() == "200"
        return is_served and _type_of(record.http_headers.get_header("Content-Type")) in _PAGES
    return record.rec_type == "resource" and _type_of(record.rec_headers.get_header("Content-Type")) in _PAGES


def _is_whole(record: Any) -> bool:
    """Tell of a record that was read to its end whether that is where it said it would be."""
    has_length = record.rec_headers.get_header("Content-Length") is not None
    return bool(record.rec_type and has_length and record.raw_stream.limit <= 0)


def _type_of(header: str | None) -> str:
    return (header or "").partition(";")[0].strip().lower()


def _content_of_record(record: Any) -> Content:
    page = read_bounded(record.content_stream())
    while record.raw_stream.read(1 << 16):
        pass
    if not _is_whole(record):
        raise ArticleError(_DAMAGED)
    headers = record.http_headers or record.rec_headers
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", headers.get_header("Content-Type") or "", re.IGNORECASE)
    url = record.rec_headers.get_header("WARC-Target-URI")
    return content_of_page(page, url=url, charset=charset and charset.group(1))


def _refuse() -> Content:
    raise ArticleError(_DAMAGED)


def _next_start(file: BinaryIO, after: int) -> int:
    """Return where the next record may begin, or -1."""
    file.seek(after)
    kept = b""
    while piece := file.read(1 << 20):
        window = kept + piece
        found = [at for mark in _MARKS if (at := window.find(mark)) >= 0]
        if found:
            return file.tell() - len(window) + min(found)
        kept = window[-(len(_MARKS[0]) - 1) :]
    return -1
