"""Folding: a text without its accidents of typing, and the way back to the offsets it came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_QUOTATION_MARKS = "\"'`´‘’‚‛“”„‟«»‹›′″‵‶ʹʼˈ「」『』＂＇"
_DASHES = "-‐‑‒–—―−⁃﹘﹣－"
_CLUSTER = re.compile("[A-Za-z0-9]+(?![\u0300-\U0010ffff])|.[\u0300-\U0010ffff]*", re.DOTALL)
_JOINING_LETTERS = frozenset({*range(0x1160, 0x1200), 0xFF9E, 0xFF9F})
"""Letters that join the one before them: vowels and finals of decomposed Hangul, half-width Japanese voice marks."""


@dataclass(frozen=True)
class Folded:
    """A folded text; its character i comes from `[starts[i], ends[i])` of the original."""

    text: str
    starts: list[int]
    ends: list[int]


def fold(text: str) -> Folded:
    """Fold case, white space, quotation marks, dashes and Unicode form.

    Runs of white space, of quotation marks and of dashes each become one character; invisible characters (soft
    hyphen, zero-width, bidirectional controls) vanish; letters are compared in NFKC, case folded.
    """
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    last = ""
    for start, end in _clusters(text):
        cluster = text[start:end]
        if cluster.isascii() and cluster.isalnum():
            # A whole run of plain letters; this is most of most articles.
            last = cluster[-1]
            pieces.append(cluster.lower())
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
            continue
        for character in _folded_cluster(cluster):
            if character in " '-" and character == last:
                ends[-1] = end
            else:
                pieces.append(character)
                starts.append(start)
                ends.append(end)
                last = character
    return Folded("".join(pieces), starts, ends)


def fold_quote(quote: str) -> str:
    """Fold a quote as `fold` does a text, without white space at its ends."""
    return fold(quote).text.strip()


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of each run of plain letters, and of each other character with the marks that belong to it."""
    for match in _CLUSTER.finditer(text):
        start, end = match.span()
        if end - start > 1 and not text[start:end].isascii():
            # A run of characters of which some may be marks.
            for index in range(start + 1, end):
                if not _joins(text[index]):
                    yield start, index
                    start = index
        yield start, end


def _joins(character: str) -> bool:
    return is_mark(character) or ord(character) in _JOINING_LETTERS


def is_mark(character: str) -> bool:
    """Tell whether the character is written on or with the one before it."""
    return unicodedata.category(character)[0] == "M"


def _folded_cluster(cluster: str) -> str:
    if len(cluster) == 1:
        if cluster in _QUOTATION_MARKS:
            return "'"
        if cluster in _DASHES:
            return "-"
        if cluster.isspace():
            return " "
        if unicodedata.category(cluster) == "Cf":
            return ""
        if unicodedata.decomposition(cluster).startswith(("<super>", "<sub>", "<fraction>")):
            return cluster  # 10² is not 102
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
    return "".join(" " if character.isspace() else character for character in folded)
