"""Characters as a reader sees them: what is written with several code points and is never parted."""

from __future__ import annotations

import unicodedata

_JOINING_LETTERS = frozenset({*range(0x1160, 0x1200), 0x0E33, 0x0EB3, 0xFF9E, 0xFF9F})
"""Letters that join the one before them: vowels and finals of decomposed Hangul, Thai and Lao "am", half-width
Japanese voice marks."""
SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_TAGS = range(0xE0020, 0xE0080)
_STACKERS = "\u1039\u17d2"
"""Signs that put the next letter below the one before: Burmese virama and Khmer coeng."""
_JOINER = "\u200d"
INVISIBLE_WITHIN_WORDS = "\u00ad\u200c" + _JOINER + "\u2060"
"""Soft hyphen, zero-width non-joiner and joiner, word joiner: the word goes on behind them."""


def is_mark(character: str) -> bool:
    """Tell whether the character is written on or with the one before it."""
    return unicodedata.category(character)[0] == "M"


def joins(character: str) -> bool:
    """Tell whether the code point belongs to the character that the one before it begins."""
    code = ord(character)
    return is_mark(character) or code in _JOINING_LETTERS or code in SKIN_TONES or code in _FLAG_TAGS


def parts_character(text: str, offset: int) -> bool:
    """Tell whether a cut at the offset, which is within the text, goes through what is seen as one character."""
    before, after = text[offset - 1], text[offset]
    if joins(after) or before in _STACKERS:
        return True
    if _JOINER in (before, after):
        joined = text[offset + 1 : offset + 2] if after == _JOINER else after
        return _is_symbol(joined)
    return _is_regional(before) and _is_regional(after) and _regionals_before(text, offset) % 2 == 1


def _is_symbol(character: str) -> bool:
    return character != "" and unicodedata.category(character)[0] == "S"


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _regionals_before(text: str, offset: int) -> int:
    """Return how many letters of flags stand in a row before the offset; each two are a flag."""
    start = offset
    while start and _is_regional(text[start - 1]):
        start -= 1
    return offset - start
