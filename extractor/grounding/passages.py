"""A passage that can be searched for quotes: as it stands, folded, and by words."""

from __future__ import annotations

import functools

from extractor.grounding.folding import Folded, fold, fold_quote, is_mark
from extractor.grounding.near import UNSPACED, Words, find_near, vocabulary_of, words_of

Place = tuple[int, int]
"""Start and end offsets in the text."""

_MOST_PLACES = 500
"""Of one quote; a word that stands more often than that says nothing about where."""

_LONG_ENOUGH = 20
"""Characters from which on a quote that begins or ends within a word cannot be a coincidence."""


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

    def has_word(self, word: str) -> bool:
        """Tell whether the word is among the article's, in any case."""
        lower = word.lower()
        return bool(_whole_words(self._lower, lower, _occurrences(self._lower, lower)))

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
            self._exact[quote] = _whole_words(self.text, quote, _occurrences(self.text, quote)) if quote else []
        return self._exact[quote]

    def find_normalized(self, quote: str) -> list[Place]:
        """Return every place that equals the quote but for case, white space, marks, dashes and Unicode form."""
        folded = self._folded
        wanted = fold_quote(quote)
        if not any(character.isalnum() for character in wanted):
            return []
        places = [
            (folded.starts[start], folded.ends[end - 1])
            for start, end in _whole_words(folded.text, wanted, _occurrences(folded.text, wanted))
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
    places: list[Place] = []
    start = text.find(quote)
    while start >= 0 and len(places) < _MOST_PLACES:
        places.append((start, start + len(quote)))
        start = text.find(quote, start + 1)
    return places


def _whole_words(text: str, quote: str, places: list[Place]) -> list[Place]:
    """Keep the places that begin and end with a word; a long quote may do otherwise where no place does."""
    whole = [place for place in places if _at_border(text, place[0]) and _at_border(text, place[1])]
    return whole or (places if len(quote) >= _LONG_ENOUGH else [])


def _at_border(text: str, offset: int) -> bool:
    if offset in (0, len(text)):
        return True
    before, after = text[offset - 1], text[offset]
    if is_mark(after):
        return False
    inside = (before.isalnum() or is_mark(before)) and after.isalnum()
    return not inside or bool(UNSPACED.match(before) or UNSPACED.match(after))
