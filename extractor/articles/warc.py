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


def warc_items(source: Source) -> Iterator[Item]:
    """Yield an item for each web page that was served, and for each place where the archive is damaged."""
    archiving = load("warcio.archiveiterator", extra="warc")
    with source.path.open("rb") as file:
        number, start, is_damaged, has_records = 0, 0, False, False
        while start >= 0:
            file.seek(start)
            records = archiving.ArchiveIterator(file)
            try:
                for record in records:
                    start, is_damaged, has_records = records.get_record_offset(), False, True
                    if _is_page(record):
                        number += 1
                        yield Item(functools.partial(_content_of_record, record), number)
                break
            except Exception:  # noqa: BLE001 - the library raises many kinds of error, and goes no further
                if has_records and not is_damaged:
                    number += 1
                    yield Item(_refuse_damaged, number)
                is_damaged = True
            start = _next_start(file, start + 1)
        if not has_records:
            raise ArticleError("is no WARC archive, or damaged from its beginning")


def _is_page(record: Any) -> bool:
    if record.rec_type == "response" and record.http_headers:
        is_served = record.http_headers.get_statuscode() == "200"
        return is_served and _type_of(record.http_headers.get_header("Content-Type")) in _PAGES
    return record.rec_type == "resource" and _type_of(record.rec_headers.get_header("Content-Type")) in _PAGES


def _type_of(header: str | None) -> str:
    return (header or "").partition(";")[0].strip().lower()


def _content_of_record(record: Any) -> Content:
    page = read_bounded(record.content_stream())
    while record.raw_stream.read(1 << 16):
        pass
    if record.raw_stream.limit > 0:
        raise ArticleError("is cut off")
    headers = record.http_headers or record.rec_headers
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", headers.get_header("Content-Type") or "", re.IGNORECASE)
    url = record.rec_headers.get_header("WARC-Target-URI")
    return content_of_page(page, url=url, charset=charset and charset.group(1))


def _refuse_damaged() -> Content:
    raise ArticleError("is damaged; the archive is read on from the next record that is whole")


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
