"""A passage that can be searched for quotes: as it stands, folded, and by words."""

from __future__ import annotations

import functools
import re

from extractor.grounding.characters import INVISIBLE_WITHIN_WORDS, is_mark, parts_character
from extractor.grounding.clitics import stands_behind_clitics
from extractor.grounding.folding import Folded, fold, fold_quote
from extractor.grounding.near import UNSPACED, Words, find_near, vocabulary_of, words_of

Place = tuple[int, int]
"""Start and end offsets in the text."""

_SIGNS = "-−+"
_SEPARATORS = ".,'’٫٬" + _SIGNS
_NARROW_SPACES = "\u00a0\u2009\u202f"
_GROUP = re.compile(r"\d{3}(?!\d)")
_ENDS_WITH_GROUP = re.compile(r"(?<!\d)\d{1,3}$")


class Passage:
    """A text prepared for search; folding and splitting are done when first needed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._exact: dict[str, list[Place]] = {}

    @functools.cached_property
    def _folded(self) -> Folded:
        return fold(self.text)

    @functools.cached_property
    def words(self) -> Words:
        """The words of the text, without white space and punctuation."""
        return words_of(self.text)

    @functools.cached_property
    def positions(self) -> dict[str, list[int]]:
        """For each folded word, which of the text's words it is."""
        found: dict[str, list[int]] = {}
        for index, word in enumerate(self.words.folded):
            found.setdefault(word, []).append(index)
        return found

    def has_word(self, word: str) -> bool:
        """Tell whether the word is among the article's, in any case."""
        lower = word.lower()
        return bool(_occurrences(self._lower, lower))

    @functools.cached_property
    def _lower(self) -> str:
        return self.text.lower()

    @functools.cached_property
    def vocabulary(self) -> frozenset[str]:
        """The folded words of the text."""
        return vocabulary_of(self.text)

    def find_exact(self, quote: str) -> list[Place]:
        """Return every place where the quote stands as it is, in text order, outer white space aside."""
        quote = quote.strip()
        # A name is looked for when it is checked and again for its mentions.
        if quote not in self._exact:
            self._exact[quote] = _occurrences(self.text, quote)
        return self._exact[quote]

    def find_normalized(self, quote: str) -> list[Place]:
        """Return every place that equals the quote but for case, white space, marks, dashes and Unicode form."""
        folded = self._folded
        places = [
            (folded.starts[start], folded.ends[end - 1]) for start, end in _occurrences(folded.text, fold_quote(quote))
        ]
        # A place may touch marks that the folding ran together with it; they belong to the text around.
        return [place for place in map(self._trimmed, places) if place[0] < place[1] and self._is_whole(place)]

    def find_near(self, quote: str) -> list[Place]:
        """Return the places that differ from the quote in so few words that it can mean no other passage."""
        return [place for place in find_near(self.words, words_of(quote)) if self._is_whole(place)]

    def _is_whole(self, place: Place) -> bool:
        """Tell whether the place parts nothing in the text that folding or splitting it does not show."""
        return not any(
            0 < offset < len(self.text) and (parts_character(self.text, offset) or _within_number(self.text, offset))
            for offset in place
        )

    def _trimmed(self, place: Place) -> Place:
        start, end = place
        while start < end and self.text[start].isspace():
            start += 1
        while start < end and self.text[end - 1].isspace():
            end -= 1
        return start, end


@functools.lru_cache(maxsize=8)
def passage_of(text: str) -> Passage:
    """Return the text prepared for search, and keep the last few: a reply that is mended is checked many times."""
    return Passage(text)


def _occurrences(text: str, quote: str) -> list[Place]:
    """Return every place of the quote that begins and ends with a word, in text order.

    Not "announce" in "announced", "likely" in "unlikely", or "200" in "1,200". Where it stands nowhere so, a quote may
    begin behind a word that Arabic or Hebrew writes together with the next.
    """
    if not any(map(str.isalnum, quote)):
        return []
    places: list[Place] = []
    attached: list[Place] = []
    start = text.find(quote)
    while start >= 0:
        end = start + len(quote)
        if _at_border(text, end):
            if _at_border(text, start):
                places.append((start, end))
            elif stands_behind_clitics(text, start):
                attached.append((start, end))
        start = text.find(quote, start + 1)
    return places or attached


def _at_border(text: str, offset: int) -> bool:
    if offset in (0, len(text)):
        return True
    if parts_character(text, offset):
        return False
    if UNSPACED.match(text[offset - 1]) or UNSPACED.match(text[offset]):
        return True
    if _ends_with_letter(text, offset) and _begins_with_letter(text, offset):
        return False
    return not _within_number(text, offset)


def _ends_with_letter(text: str, end: int) -> bool:
    """Tell whether the text before the end ends with a letter or digit, marks and invisible characters aside."""
    while end and (is_mark(text[end - 1]) or text[end - 1] in INVISIBLE_WITHIN_WORDS):
        end -= 1
    return end > 0 and text[end - 1].isalnum()


def _begins_with_letter(text: str, start: int) -> bool:
    while start < len(text) and text[start] in INVISIBLE_WITHIN_WORDS:
        start += 1
    return start < len(text) and text[start].isalnum()


def _within_number(text: str, offset: int) -> bool:
    """Tell whether the offset parts a number at its separator or from its sign: 1,200 or 1 200 or 3.5 or -5."""
    before, after = text[offset - 1], text[offset]
    if before in _NARROW_SPACES or after in _NARROW_SPACES:
        space = offset - (before in _NARROW_SPACES)
        return bool(_ENDS_WITH_GROUP.search(text[max(0, space - 4) : space]) and _GROUP.match(text, space + 1))
    if after.isdigit() and before in _SEPARATORS:
        return before in _SIGNS or (offset > 1 and text[offset - 2].isdigit())
    if before.isdigit() and after in _SEPARATORS:
        return offset + 1 < len(text) and text[offset + 1].isdigit()
    return False
