"""Grounding: from words that the model copied to their place in the article, or to nothing."""

from extractor.grounding.names import find_mentions, stand_in_article, words_stand_in_article
from extractor.grounding.passages import Passage
from extractor.grounding.placing import QuoteGroup, place_quotes

__all__ = ["Passage", "QuoteGroup", "find_mentions", "place_quotes", "stand_in_article", "words_stand_in_article"]
