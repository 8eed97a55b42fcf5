"""Formats: which suffix is read by which function."""

from __future__ import annotations

from collections.abc import Mapping

from extractor.articles.epub import epub_items
from extractor.articles.feed import feed_items
from extractor.articles.item import Format
from extractor.articles.json_lines import json_lines_items
from extractor.articles.jsons import json_items
from extractor.articles.parquet import parquet_items
from extractor.articles.pdf import pdf_items
from extractor.articles.query import query_items
from extractor.articles.source import Source
from extractor.articles.stream import stream_items
from extractor.articles.table import table_items
from extractor.articles.text import text_items
from extractor.articles.warc import warc_items
from extractor.articles.web_page import web_page_items
from extractor.articles.word import word_items

FORMATS: Mapping[str, Format] = {
    **dict.fromkeys((".txt", ".md", ".markdown", ".text"), text_items),
    ".json": json_items,
    **dict.fromkeys((".jsonl", ".ndjson"), json_lines_items),
    **dict.fromkeys((".html", ".htm", ".xhtml"), web_page_items),
    ".pdf": pdf_items,
    ".docx": word_items,
    ".epub": epub_items,
    ".warc": warc_items,
    **dict.fromkeys((".rss", ".atom", ".xml"), feed_items),
    **dict.fromkeys((".csv", ".tsv"), table_items),
    ".parquet": parquet_items,
    **dict.fromkeys((".db", ".sqlite", ".sqlite3"), query_items),
}


def format_of(source: Source) -> Format:
    """Return what reads a file; one of no known kind, which was named itself, is read as text."""
    return stream_items if source.is_standard_input else FORMATS.get(source.suffix, text_items)


def is_read(suffix: str, *, query: str | None) -> bool:
    """Tell whether a file that lies in a folder is read: databases are where there is a query for them."""
    format = FORMATS.get(suffix)
    return format is not None and (format is not query_items or query is not None)
