"""Grounding: from words that the model copied to their place in the article, or to nothing."""

from extractor.grounding.names import find_mentions, stand_in_article, words_stand_in_article
from extractor.grounding.passages import Passage, passage_of
from extractor.grounding.placing import QuoteGroup, place_quotes

__all__ = [
    "Passage",
    "QuoteGroup",
    "find_mentions",
    "passage_of",
    "place_quotes",
    "stand_in_article",
    "words_stand_in_article",
]
