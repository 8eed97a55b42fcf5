"""Near matches: a quote in which the model changed a word or two finds the passage it meant, and nothing else does."""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from extractor.grounding.folding import fold_quote

_UNSPACED_LETTERS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
UNSPACED = re.compile(f"[{_UNSPACED_LETTERS}]")
"""Letters of scripts without spaces (Thai, Lao, Burmese, Khmer, Chinese, Japanese); each is a word here."""
_WORD = re.compile(rf"{UNSPACED.pattern}|[^\W_{_UNSPACED_LETTERS}]+")
_SEED = 3
"""Words in a row that quote and passage must share for the passage to be looked at."""
_FEWEST_WORDS = 6
"""Below this, one changed word changes the quote."""
_CHANGED_SHARE = 0.1
"""Of the quote's words; one may always differ."""
_MOST_DIAGONALS = 5
_MOST_SEEDS = 50
"""Places of one seed; a text that repeats itself endlessly must not cost time without end."""
_SPELLING = 75
"""Least similarity (0 to 100) at which two words count as spellings of one."""
_NEGATIONS = frozenset(
    [
        "no",
        "not",
        "never",
        "none",
        "nobody",
        "nothing",
        "neither",
        "nor",
        "cannot",
        "without",
        "denied",
        "denies",
        "deny",
        "refused",
        "refuses",
        "failed",
        "fails",
        "t",
    ]
)


@dataclass(frozen=True)
class Words:
    """The words of a text: as they stand, folded, and where."""

    originals: list[str]
    folded: list[str]
    places: list[tuple[int, int]]

    @functools.cached_property
    def seeds(self) -> dict[tuple[str, ...], list[int]]:
        """Where each run of `_SEED` folded words begins."""
        found: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for index in range(len(self.folded) - _SEED + 1):
            found[tuple(self.folded[index : index + _SEED])].append(index)
        return found


def vocabulary_of(text: str) -> frozenset[str]:
    """Return the folded words of a text, each once."""
    return frozenset(word if word.isascii() else fold_quote(word) for word in set(_WORD.findall(text.lower())))


def words_of(text: str) -> Words:
    """Split a text into words, leaving white space and punctuation aside."""
    matches = list(_WORD.finditer(text))
    originals = [match.group() for match in matches]
    folded = [word.lower() if word.isascii() else fold_quote(word) for word in originals]
    return Words(originals, folded, [match.span() for match in matches])


def find_near(passage: Words, quote: Words) -> list[tuple[int, int]]:
    """Return the offsets of the nearest passages, each only if nearly all its words are the quote's.

    At most a tenth of the quote's words (or one) may be changed, added or missing; numbers, negations and capitalised
    words may not, since they make another fact of it. Empty where there is no such passage.
    """
    length = len(quote.folded)
    # A Chinese or Thai word is about two characters.
    words = length - sum(map(bool, map(UNSPACED.match, quote.originals))) // 2
    if words < _FEWEST_WORDS:
        return []
    allowed = max(1, int(words * _CHANGED_SHARE))
    best: list[tuple[int, int]] = []
    for diagonal in _diagonals(passage, quote):
        window_start = max(0, diagonal - allowed)
        window_end = min(len(passage.folded), diagonal + length + allowed)
        aligned = _align(passage, quote, window_start, window_end, allowed)
        if aligned is None:
            continue
        changes, first, last = aligned
        place = (passage.places[first][0], passage.places[last][1])
        if changes < allowed:
            best, allowed = [], changes
        if place not in best:
            best.append(place)
    return sorted(best)


def _diagonals(passage: Words, quote: Words) -> list[int]:
    """Return where in the passage the quote would begin, by the votes of the seeds they share."""
    votes: Counter[int] = Counter()
    for index in range(len(quote.folded) - _SEED + 1):
        for start in passage.seeds.get(tuple(quote.folded[index : index + _SEED]), ())[:_MOST_SEEDS]:
            votes[start - index] += 1
    return [diagonal for diagonal, _ in votes.most_common(_MOST_DIAGONALS)]


def _align(
    passage: Words, quote: Words, window_start: int, window_end: int, allowed: int
) -> tuple[int, int, int] | None:
    """Return (changed words, first word, last word) of the passage that the quote stands for, or None."""
    # Imported where needed: most quotes are exact, and `import extractor` stays light.
    from rapidfuzz.distance import Levenshtein

    window = passage.folded[window_start:window_end]
    operations = list(Levenshtein.opcodes(quote.folded, window))
    # What the window has before and behind the quote is not part of it.
    while operations and operations[0].tag == "insert":
        operations.pop(0)
    while operations and operations[-1].tag == "insert":
        operations.pop()
    if not operations:
        return None
    changes = 0
    for operation in operations:
        if operation.tag == "equal":
            continue
        ours = range(operation.src_start, operation.src_end)
        theirs = range(window_start + operation.dest_start, window_start + operation.dest_end)
        changes += max(len(ours), len(theirs))
        if changes > allowed:
            return None
        if not _is_harmless([(quote, index) for index in ours], [(passage, index) for index in theirs]):
            return None
    return changes, window_start + operations[0].dest_start, window_start + operations[-1].dest_end - 1


def _is_harmless(ours: list[tuple[Words, int]], theirs: list[tuple[Words, int]]) -> bool:
    if len(ours) == len(theirs) and all(
        _is_spelling(one[0].folded[one[1]], other[0].folded[other[1]]) for one, other in zip(ours, theirs, strict=True)
    ):
        return True
    return not any(_carries_fact(words, index) for words, index in (*ours, *theirs))


def _is_spelling(one: str, other: str) -> bool:
    from rapidfuzz.fuzz import ratio

    return (
        not any(map(str.isdigit, one + other))
        and one not in _NEGATIONS
        and other not in _NEGATIONS
        and ratio(one, other) >= _SPELLING
    )


def _carries_fact(words: Words, index: int) -> bool:
    word = words.originals[index]
    if words.folded[index] in _NEGATIONS or any(map(str.isdigit, word)):
        return True
    # The first word of a quote is capitalised by its place as often as by its meaning.
    return index > 0 and word[0].isupper()
