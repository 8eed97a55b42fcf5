"""Folding: a text without its accidents of typing, and the way back to the offsets it came from."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_QUOTATION_MARKS = "\"'`´‘’‚‛“”„‟«»‹›′″‵‶ʹʼˈ「」『』＂＇"
_DASHES = "-‐‑‒–—―−⁃﹘﹣－"
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
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        for character in _folded_cluster(text[start:end]):
            if character in " '-" and characters and characters[-1] == character:
                ends[-1] = end
            else:
                characters.append(character)
                starts.append(start)
                ends.append(end)
    return Folded("".join(characters), starts, ends)


def fold_quote(quote: str) -> str:
    """Fold a quote as `fold` does a text, without white space at its ends."""
    return fold(quote).text.strip()


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of each letter together with the marks that belong to it."""
    start = 0
    for index in range(1, len(text)):
        character = text[index]
        if character >= "\u0300" and _joins(character):
            continue
        yield start, index
        start = index
    if text:
        yield start, len(text)


def _joins(character: str) -> bool:
    return is_mark(character) or ord(character) in _JOINING_LETTERS


def is_mark(character: str) -> bool:
    """Tell whether the character is written on or with the one before it."""
    return unicodedata.category(character)[0] == "M"


def _folded_cluster(cluster: str) -> str:
    if len(cluster) == 1:
        if cluster.isascii() and cluster.isalnum():
            return cluster.lower()
        if cluster in _QUOTATION_MARKS:
            return "'"
        if cluster in _DASHES:
            return "-"
        if cluster.isspace():
            return " "
        if unicodedata.category(cluster) == "Cf":
            return ""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
    return "".join(" " if character.isspace() else character for character in folded)
