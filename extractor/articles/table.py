"""CSV and TSV: a row of names, and an article a row."""

from __future__ import annotations

import codecs
import csv
import functools
from collections.abc import Iterator, Mapping, Sequence

from extractor.articles.decoding import encoding_of
from extractor.articles.fields import content_of_record
from extractor.articles.item import Content, Item
from extractor.articles.source import Source
from extractor.errors import ArticleError

_LONGEST_CELL = 5_000_000
"""In characters. Where a quotation mark is not closed, the cell would go on to the end of the file."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def table_items(source: Source) -> Iterator[Item]:
    """Yield an item for each row below the names."""
    lines = _Lines(source)
    first = next(lines, None)
    if first is None:
        return
    delimiter = "\t" if source.suffix == ".tsv" else _delimiter(first)
    # The module has one limit for the whole process; it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
    names = [name.strip() for name in next(csv.reader(_chained(first, lines), delimiter=delimiter), [])]
    notes = [] if delimiter in ",\t" else [f"its columns are taken to be separated by {delimiter!r}"]
    rows = csv.reader(lines, delimiter=delimiter)
    number = 0
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            yield Item(functools.partial(_refuse, str(error)), number)
            continue
        if row:
            number += 1
            yield Item(functools.partial(_content_of_row, row, names, source.names, notes), number)


class _Lines:
    """The lines of a file as text, in which bytes that are not UTF-8 are kept aside as half surrogates."""

    def __init__(self, source: Source) -> None:
        self._lines = source.lines()
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, line = next(self._lines)
        if number == 1 and line.startswith(_UTF_16):
            raise ArticleError("is in UTF-16; save it as UTF-8")
        return self._decoder.decode(line)


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _delimiter(header: str) -> str:
    counts = {mark: header.count(mark) for mark in ",;\t|"}
    return max(counts, key=lambda mark: counts[mark])


def _content_of_row(
    row: Sequence[str], columns: Sequence[str], names: Mapping[str, Sequence[str]], notes: Sequence[str]
) -> Content:
    if len(row) != len(columns):
        raise ArticleError(f"has {len(row)} cells where the first row has {len(columns)} names")
    cells = [cell.encode("utf-8", "surrogateescape") for cell in row]
    encoding, guessed = encoding_of(b"\n".join(cells))
    decoded = [cell.decode(encoding, "replace") for cell in cells]
    filled = {column: cell for column, cell in zip(columns, decoded, strict=True) if cell.strip()}
    return content_of_record(filled or dict.fromkeys(columns), names, [*notes, *guessed])


def _refuse(why: str) -> Content:
    raise ArticleError(f"is no row: {why}; is a quotation mark not closed?")
