"""Words that Arabic and Hebrew write together with the next: "and", "then", "in", "to", "the".

Who quotes "قال" of an article that has "وقال" quotes a word of it, though a letter stands before it.
"""

from __future__ import annotations

import re

_LETTER = re.compile(r"[\u05d0-\u05ea\u0620-\u064a]")
_CLITICS = re.compile(r"[وف]?(?:[بكلس]|[بك]?ال|لل)?|ו?[בהכלמש]?ה?")
_MOST_LETTERS = 4
_FEWEST_LETTERS = 3
"""Of a word that may be taken from behind them; shorter ones stand within others by chance."""


def stands_behind_clitics(text: str, offset: int) -> bool:
    """Tell whether a word of its own begins at the offset, with nothing but such words written before it."""
    start = offset
    while start and offset - start <= _MOST_LETTERS and _LETTER.match(text[start - 1]):
        start -= 1
    end = offset
    while end < len(text) and _LETTER.match(text[end]):
        end += 1
    return start < offset and end - offset >= _FEWEST_LETTERS and bool(_CLITICS.fullmatch(text, start, offset))
