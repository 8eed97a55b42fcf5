"""Folding: a text without its accidents of typing, and the way back to the offsets it came from."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from extractor.grounding.characters import SKIN_TONES, joins

_QUOTATION_MARKS = "\"'`´\u1fef\u1ffd‘’‚‛“”„‟«»‹›′″‵‶ʹʼˈ「」『』＂＇"
_DASHES = "-‐‑‒–—―−⁃﹘﹣－"
_CLUSTER = re.compile("[A-Za-z0-9]+(?![\u0300-\U0010ffff])|.[\u0300-\U0010ffff]*", re.DOTALL)
_TATWEEL = "\u0640"
_LEFT_OUT = dict.fromkeys(
    (
        ord(_TATWEEL),
        *range(0x064B, 0x0653),
        0x0670,
        *range(0x0591, 0x05BE),
        *(0x05BF, 0x05C1, 0x05C2, 0x05C4, 0x05C5, 0x05C7),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
        *SKIN_TONES,
    )
)
"""What is written on a character and often left out: the points of Arabic and Hebrew and the stroke that stretches
Arabic words, variation selectors, skin tones."""


@dataclass(frozen=True)
class Folded:
    """A folded text; its character i comes from `[starts[i], ends[i])` of the original."""

    text: str
    starts: list[int]
    ends: list[int]


def fold(text: str) -> Folded:
    """Fold case, white space, quotation marks, dashes, digits, vowel points and Unicode form.

    Runs of white space, of quotation marks and of dashes each become one character; invisible characters (soft
    hyphen, zero-width, bidirectional controls) vanish, and so do the points of Arabic and Hebrew; letters are compared
    in NFKC, case folded, digits of every script by their value.
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
    return joins(character) or character == _TATWEEL


def _folded_cluster(cluster: str) -> str:
    return _folded_character(cluster) if len(cluster) == 1 else _in_one_form(cluster)


@functools.lru_cache(maxsize=4096)
def _folded_character(character: str) -> str:
    if character in _QUOTATION_MARKS:
        return "'"
    if character in _DASHES:
        return "-"
    if character.isspace():
        return " "
    if unicodedata.category(character) == "Cf":
        return ""
    if unicodedata.decomposition(character).startswith(("<super>", "<sub>", "<fraction>")):
        return character  # 10² is not 102
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return _in_one_form(character)


def _in_one_form(cluster: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
    return "".join(" " if character.isspace() else character for character in folded.translate(_LEFT_OUT))
