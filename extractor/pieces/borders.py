"""Borders: where a text may be cut, the best places first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from extractor.rules.text import read_sentences

_SPACE = re.compile(r"\s+")
_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_SENTENCE_MARK = re.compile(r"[؟۔।॥။。！？]['\"”’»」』)]*\s*")
"""Ends of sentences in scripts that the reader of English sentences does not know or that have no spaces."""
_VIRAMA = 9
_JOINED = frozenset({0x200C, 0x200D, *range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080), 0xFF9E, 0xFF9F})
"""Written with what stands before them, and no marks by their category: joiners, colours of skin, tags, voice marks."""
_JOINING = frozenset({0x200D, *range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD})
"""Written with what stands behind them."""
_FLAGS = range(0x1F1E6, 0x1F200)
_JAMO = (range(0x1160, 0x1200), range(0xD7B0, 0xD800))
_FIRST_JAMO = (range(0x1100, 0x1160), range(0xA960, 0xA980))


def best_border(text: str, begin: int, places: range, *, near: int, paragraphs: range) -> int:
    """Return the border of the best sort among the places, and of those the one nearest to `near`.

    Best are blank lines among `paragraphs`; then ends of lines, ends of sentences as they are read from `begin` on,
    white space, and any place between two characters as readers see them. Where there is none, it is the last place.
    """
    kinds: tuple[Iterable[int], ...] = (
        _behind_space(text, paragraphs, least_breaks=2),
        _behind_space(text, places, least_breaks=1),
        _behind_sentences(text, begin, places),
        _behind_space(text, places, least_breaks=0),
        places,
    )
    for borders in kinds:
        for border in sorted(borders, key=lambda border: abs(border - near)):
            if not parts_character(text, border):
                return border
    return places[-1]


def _behind_space(text: str, places: range, *, least_breaks: int) -> Iterator[int]:
    """Yield where text goes on behind white space that has so many line breaks."""
    for found in _SPACE.finditer(text, max(0, places.start - 1), places.stop):
        if found.end() >= places.stop:
            return
        if found.end() in places and len(_LINE_BREAK.findall(found[0])) >= least_breaks:
            yield found.end()


def _behind_sentences(text: str, begin: int, places: range) -> Iterator[int]:
    stretch = text[begin : places.stop]
    starts = (begin + sentence.start for sentence in read_sentences(stretch)[1:])
    marks = (begin + found.end() for found in _SENTENCE_MARK.finditer(stretch))
    for border in (*starts, *marks):
        if border in places:
            yield border


def parts_character(text: str, offset: int) -> bool:
    """Tell whether a cut here would part what readers see as one character (by UAX 29, and rather too often)."""
    if not 0 < offset < len(text):
        return False
    before, after = text[offset - 1], text[offset]
    first, second = ord(before), ord(after)
    return (
        (before, after) == ("\r", "\n")
        or second in _JOINED
        or first in _JOINING
        or unicodedata.category(after)[0] == "M"
        or unicodedata.combining(before) == _VIRAMA
        or (first in _FLAGS and second in _FLAGS)
        or any(second in jamo for jamo in _JAMO)
        or (any(first in jamo for jamo in _FIRST_JAMO) and unicodedata.category(after) == "Lo")
    )
