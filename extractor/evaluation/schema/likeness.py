"""Likeness: how alike two values are, from 0 to 1, and which items of two lists are the same."""

from __future__ import annotations

import math

from extractor.evaluation.alignment import Pair, align, intervals_agree
from extractor.evaluation.schema.values import Fields, Item, Items, Quoted, Text, Value, read_text

SAME_RECORD = 0.3
"""Likeness from which two objects of a list may be a pair, as with meetings; fixed before anything was scored."""
SAME_VALUE = 0.5
"""Likeness from which a quote is right and above which a string is: North Korea is not South Korea; fixed before
anything was scored."""
_MOST_ALIKE = 1e-6
"""How much one pair that is alike counts beyond two that are half so, which settles ties alone."""

_STRINGS = (Text, Quoted)
_NUMBERS = (int, float)
_HOLDING = (dict, Items)


def likeness(gold: Value, predicted: Value) -> float:
    """Return how alike two values are.

    Quotes: 1 where the words are the same, else the share of the words of both that both have, by where they stand in
    the article. Strings: 1 where they
    are equal but for case, white space and punctuation; ISO dates where they are compatible, and single words, are
    either the same or not; other strings are as alike as the F1 of their words. Numbers and booleans are equal or not.
    Lists: the F1 of their items under the best pairing, each pair counted by how alike it is. Objects: the mean over
    the fields that the gold has.
    """
    if isinstance(gold, Text) and isinstance(predicted, Text):
        return _of_texts(gold, predicted)
    if isinstance(gold, dict) and isinstance(predicted, dict):
        return _of_objects(gold, predicted)
    if isinstance(gold, Items) and isinstance(predicted, Items):
        return _of_lists(gold, predicted)
    if isinstance(gold, Quoted) and isinstance(predicted, Quoted):
        return _of_quotes(gold, predicted)
    if isinstance(gold, _NUMBERS) and isinstance(predicted, _NUMBERS):
        return float(isinstance(gold, bool) == isinstance(predicted, bool) and _are_equal(gold, predicted))
    if isinstance(gold, _STRINGS) and isinstance(predicted, _STRINGS):
        return _of_texts(read_text(gold.shown), read_text(predicted.shown))
    return 0.0


def are_same(gold: Value, alike: float) -> bool:
    """Tell whether what is so much alike a value of the gold is taken for it."""
    if isinstance(gold, _HOLDING):
        return alike >= SAME_RECORD
    return alike >= SAME_VALUE if isinstance(gold, Quoted) else alike > SAME_VALUE


def pair_items(gold: Items, predicted: Items) -> list[Pair]:
    """Pair the items of two lists one to one, so that the pairs are as alike as can be; in gold order.

    Of equal sums the one with the pairs that are most alike is taken. An item that repeats another of its list is none
    of the gold's, unless the gold repeats one too: a copy must not find what the first did not.
    """
    # Ties are settled by order, and the order in which items are given must not matter.
    ones, others = gold.in_one_order, predicted.in_one_order
    alike = [[_weight(gold.items[one], predicted.items[other]) for other in others] for one in ones]
    pairs = align([[weight + _MOST_ALIKE * weight**2 for weight in line] for line in alike])
    found = [Pair(ones[one.gold], others[one.predicted], alike[one.gold][one.predicted]) for one in pairs]
    return sorted(found, key=lambda pair: pair.gold)


def _weight(gold: Item, predicted: Item) -> float:
    if predicted.is_copy and not gold.is_copy:
        return 0.0
    alike = likeness(gold.value, predicted.value)
    return alike if are_same(gold.value, alike) else 0.0


def _of_objects(gold: Fields, predicted: Fields) -> float:
    if not gold:
        return float(not predicted)
    return math.fsum(likeness(value, predicted.get(name)) for name, value in gold.items()) / len(gold)


def _of_lists(gold: Items, predicted: Items) -> float:
    shared = math.fsum(pair.weight for pair in pair_items(gold, predicted))
    return 2 * shared / ((len(gold.items) + len(predicted.items)) or 1)


def _of_quotes(gold: Quoted, predicted: Quoted) -> float:
    # Gold has words and no places: which of several "Peru" is meant cannot be told.
    if gold.place == predicted.place or gold.shown.split() == predicted.shown.split():
        return 1.0
    (first, behind), (start, end) = gold.words, predicted.words
    shared = max(0, min(behind, end) - max(first, start))
    return shared / (behind - first + end - start - shared) if shared else 0.0


def _of_texts(gold: Text, predicted: Text) -> float:
    if gold.key == predicted.key:
        return 1.0
    if gold.dates and predicted.dates:
        return float(intervals_agree(gold.dates, predicted.dates))
    if gold.dates or predicted.dates or (gold.is_word and predicted.is_word):
        return 0.0
    return 2 * len(gold.bag & predicted.bag) / (len(gold.bag) + len(predicted.bag))


def _are_equal(gold: float, predicted: float) -> bool:
    try:
        return gold == predicted or math.isclose(gold, predicted, rel_tol=1e-9)
    except OverflowError:  # an integer beyond the floats
        return False
