"""Near duplicates: articles that are nearly the same as an earlier one, such as an agency's text in several papers.

An article is the set of its overlapping triples of words. The least hashes of the set are a sample of it, from which
the share of triples that two articles have in common (their Jaccard similarity) is estimated: the k minimum values of
Bar-Yossef et al., "Counting distinct elements in a data stream" (2002). Articles that share one of the least few are
compared. All stands in a temporary file, so that memory does not grow with the number of articles.
"""

from __future__ import annotations

import re
import sqlite3
import struct
from dataclasses import dataclass
from hashlib import blake2b
from types import TracebackType
from typing import Self

_WORDS = 3
"""In a shingle: with fewer, articles on one subject look alike; with more, every changed word costs more."""
_SKETCH = 128
"""Hashes kept of an article; the similarity is known to about 0.04. An article of fewer triples is known exactly."""
_SIGNS = 12
"""Of them, those by which articles are looked up. Two that have 0.8 in common miss each other once in 10**8."""
_MOST_ALIKE = 16
"""Articles under one sign that are compared; a sign of more of them is a formula, such as an agency's last line."""
_FEWEST = 20
"""Triples of words; shorter texts are alike by chance."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Near:
    """An earlier article that another is nearly the same as."""

    path: str
    key: str
    similarity: float
    """From 0 to 1: the share of their triples of words that both have."""


class NearIndex:
    """The articles of a run by their words. It depends on the order of the articles alone."""

    def __init__(self, threshold: float) -> None:
        """Prepare to find articles whose similarity is at least the threshold."""
        self._threshold = threshold
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA cache_size = -65536;"
            "CREATE TABLE articles (id INTEGER PRIMARY KEY, path TEXT, key TEXT, sketch BLOB);"
            "CREATE TABLE signs (sign INTEGER, article INTEGER, PRIMARY KEY (sign, article)) WITHOUT ROWID;"
            "CREATE TABLE put_off (key TEXT PRIMARY KEY) WITHOUT ROWID;"
            "BEGIN;"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._database.close()

    def find_or_add(self, text: str, *, path: str, key: str) -> Near | None:
        """Return the earlier article that is most alike, or remember this one where none is alike enough."""
        sketch = _sketch(text)
        if len(sketch) < _FEWEST:
            return None
        found = self._most_alike(sketch)
        if found is None:
            self._add(sketch, path, key)
        return found

    def put_off(self, key: str) -> None:
        """Remember that the article with a key gets its outcome in a later pass."""
        self._database.execute("INSERT OR IGNORE INTO put_off VALUES (?)", (key,))

    def is_put_off(self, key: str) -> bool:
        """Tell whether the article with a key gets its outcome in a later pass."""
        return self._database.execute("SELECT 1 FROM put_off WHERE key = ?", (key,)).fetchone() is not None

    def _most_alike(self, sketch: list[int]) -> Near | None:
        best: Near | None = None
        candidates = {
            id
            for sign in sketch[:_SIGNS]
            for (id,) in self._database.execute(
                "SELECT article FROM signs WHERE sign = ? ORDER BY article LIMIT ?", (sign, _MOST_ALIKE)
            )
        }
        for id in sorted(candidates):
            path, key, packed = self._database.execute(
                "SELECT path, key, sketch FROM articles WHERE id = ?", (id,)
            ).fetchone()
            similarity = _similarity(sketch, list(struct.unpack(f"{len(packed) // 8}q", packed)))
            if similarity >= self._threshold and (best is None or similarity > best.similarity):
                best = Near(path, key, similarity)
        return best

    def _add(self, sketch: list[int], path: str, key: str) -> None:
        packed = struct.pack(f"{len(sketch)}q", *sketch)
        id = self._database.execute(
            "INSERT INTO articles (path, key, sketch) VALUES (?, ?, ?)", (path, key, packed)
        ).lastrowid
        self._database.executemany("INSERT INTO signs VALUES (?, ?)", [(sign, id) for sign in sketch[:_SIGNS]])


def _sketch(text: str) -> list[int]:
    """Return the least hashes of a text's triples of words, in their order."""
    words = _WORD.findall(text.lower())
    triples = {" ".join(words[at : at + _WORDS]) for at in range(len(words) - _WORDS + 1)}
    return sorted(_hash(triple) for triple in triples)[:_SKETCH]


def _hash(triple: str) -> int:
    digest = blake2b(triple.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def _similarity(one: list[int], other: list[int]) -> float:
    both = set(one) & set(other)
    # The least hashes of the two articles together are among the least of each.
    sample = sorted({*one, *other})[:_SKETCH]
    return sum(hash in both for hash in sample) / len(sample)
