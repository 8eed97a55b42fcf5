"""A passage that can be searched for quotes: as it stands, folded, and by words."""

from __future__ import annotations

import functools

from extractor.grounding.folding import Folded, fold, fold_quote, is_mark
from extractor.grounding.near import UNSPACED, Words, find_near, vocabulary_of, words_of

Place = tuple[int, int]
"""Start and end offsets in the text."""

_SIGNS = "-−+"
_SEPARATORS = ".,'’" + _SIGNS


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
        return [place for place in map(self._trimmed, places) if place[0] < place[1]]

    def find_near(self, quote: str) -> list[Place]:
        """Return the places that differ from the quote in so few words that it can mean no other passage."""
        return find_near(self.words, words_of(quote))

    def _trimmed(self, place: Place) -> Place:
        start, end = place
        while start < end and self.text[start].isspace():
            start += 1
        while start < end and self.text[end - 1].isspace():
            end -= 1
        return start, end


def _occurrences(text: str, quote: str) -> list[Place]:
    """Return every place of the quote that begins and ends with a word, in text order.

    Not "announce" in "announced", "likely" in "unlikely", or "200" in "1,200".
    """
    if not any(map(str.isalnum, quote)):
        return []
    places: list[Place] = []
    start = text.find(quote)
    while start >= 0:
        end = start + len(quote)
        if _at_border(text, start) and _at_border(text, end):
            places.append((start, end))
        start = text.find(quote, start + 1)
    return places


def _at_border(text: str, offset: int) -> bool:
    if offset in (0, len(text)):
        return True
    before, after = text[offset - 1], text[offset]
    if is_mark(after):
        return False
    if UNSPACED.match(before) or UNSPACED.match(after):
        return True
    if (before.isalnum() or is_mark(before)) and after.isalnum():
        return False
    return not _within_number(text, offset)


def _within_number(text: str, offset: int) -> bool:
    """Tell whether the offset parts a number at its separator or from its sign: 1,200 or 3.5 or -5."""
    before, after = text[offset - 1], text[offset]
    if after.isdigit() and before in _SEPARATORS:
        return before in _SIGNS or (offset > 1 and text[offset - 2].isdigit())
    if before.isdigit() and after in _SEPARATORS:
        return offset + 1 < len(text) and text[offset + 1].isdigit()
    return False
