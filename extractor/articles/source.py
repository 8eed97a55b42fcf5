"""The source: a file that may hold articles, opened without its compression and never read beyond a bound."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import os
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from extractor.errors import ArticleError

STANDARD_INPUT = Path("-")

MOST_BYTES = 50_000_000
"""Of one file or record; no news article comes near it."""
_MOST_EXPANSION = 200
"""How many times its size a compressed file may hold: text is packed to a tenth, logs to a fiftieth, a bomb to a
thousandth."""
_COMPRESSIONS: Mapping[str, Callable[[Any], Any]] = {".gz": gzip.open, ".bz2": bz2.open}


@dataclass(frozen=True)
class Source:
    """A file, and how its records are to be understood."""

    name: str
    """Its path; `-` for standard input. A Path for each of many files would cost more than reading them."""
    names: Mapping[str, Sequence[str]]
    """For each field of an article, the keys under which a record may have it."""
    query: str | None = None
    """What to ask a database."""

    @property
    def path(self) -> Path:
        """Its path."""
        return Path(self.name)

    @property
    def suffix(self) -> str:
        """What names its format, in lower case: that of what is compressed."""
        return split_suffix(self.name)[1]

    @property
    def is_standard_input(self) -> bool:
        """Whether it is what is piped in."""
        return self.name == str(STANDARD_INPUT)

    @contextlib.contextmanager
    def open(self, *, buffering: int = -1) -> Iterator[BinaryIO]:
        """Open it for reading; what is compressed is expanded on the way."""
        if self.is_standard_input:
            yield sys.stdin.buffer
            return
        with open(self.name, "rb", buffering) as file:  # noqa: PTH123 - as above
            expand = _COMPRESSIONS.get(os.path.splitext(self.name)[1].lower())  # noqa: PTH122
            yield io.BufferedReader(_Expanding(expand(file), file), 1 << 16) if expand else file

    def read(self) -> bytes:
        """Return all of it. Raises ArticleError where it is larger than any article."""
        with self.open(buffering=0) as file:
            return read_bounded(file)

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield its lines by number; one longer than any article comes in pieces, each with a number of its own."""
        with self.open() as file:
            number = 0
            while line := file.readline(MOST_BYTES):
                number += 1
                yield number, line


def split_suffix(name: str) -> tuple[str, str]:
    """Return a name without what names its format, and that in lower case, leaving its compression aside."""
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a Path for each costs more
    if suffix.lower() in _COMPRESSIONS:
        stem, suffix = os.path.splitext(stem)  # noqa: PTH122
    return stem, suffix.lower()


def read_bounded(file: Any) -> bytes:
    """Return the rest of a file. Raises ArticleError where it is larger than any article."""
    pieces = []
    left = MOST_BYTES + 1
    size = 1 << 15  # most articles fit; making room for more than is there takes longer than reading it
    while left > 0 and (piece := file.read(min(left, size))):
        pieces.append(piece)
        left -= len(piece)
        size = 1 << 20
    if left <= 0:
        raise ArticleError(f"is larger than {MOST_BYTES // 1_000_000} MB, which no article is")
    return b"".join(pieces)


class _Expanding(io.RawIOBase):
    """Reads a compressed file, and stops at what is damaged or is made to fill the memory."""

    def __init__(self, expanded: Any, packed: BinaryIO) -> None:
        self._expanded = expanded
        self._packed = packed
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            size: int = self._expanded.readinto(buffer)
        except (EOFError, OSError, zlib.error) as error:
            raise ArticleError(f"is damaged or cut off where it is compressed: {error}") from error
        self._size += size
        if self._size > max(MOST_BYTES, _MOST_EXPANSION * self._packed.tell()):
            raise ArticleError(f"expands to more than {_MOST_EXPANSION} times its size, which no text does")
        return size
