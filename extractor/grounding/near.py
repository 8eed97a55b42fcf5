"""Near matches: a quote in which the model changed a word or two finds the passage it meant, and nothing else does."""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from extractor.grounding.characters import INVISIBLE_WITHIN_WORDS, is_mark
from extractor.grounding.folding import fold_quote

_UNSPACED_LETTERS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
UNSPACED = re.compile(f"[{_UNSPACED_LETTERS}]")
"""Letters of scripts without spaces (Thai, Lao, Burmese, Khmer, Chinese, Japanese); each is a word here."""
_NUMBER = r"(?:(?<!\w)[-−+])?\d+(?:[.,'’٫٬]\d+)*(?![^\W_])"
_LETTERS = rf"[^\W_{_UNSPACED_LETTERS}]"
_WITHIN = INVISIBLE_WITHIN_WORDS + "".join(
    filter(is_mark, map(chr, (*range(0x0300, 0x0E00), *range(0x1AB0, 0x1B00), *range(0x1DC0, 0x1E00))))
)
"""Marks of the scripts with spaces, which are no letters to `re`, and what is invisible: a word goes on behind them."""
_WORD = re.compile(rf"{_NUMBER}|{UNSPACED.pattern}|[$€£¥₽₺₹%]|{_LETTERS}+(?:[{_WITHIN}]+{_LETTERS}*)*")
_SEED = 3
"""Words in a row that quote and passage must share for the passage to be looked at."""
_FEWEST_WORDS = 6
"""Below this, one changed word changes the quote."""
_CHANGED_SHARE = 0.1
"""Of the quote's words; one may always differ."""
_WORDS_PER_CONTENT_WORD = 30
"""In a quote of so many words one word of substance may differ; in a shorter one it is too much of what is said."""
_MOST_DIAGONALS = 5
_MOST_SEEDS = 50
"""Places of one seed; a text that repeats itself endlessly must not cost time without end."""

_FUNCTION_WORDS = frozenset(
    "a an the that which who whom has have had been also then just very quite so of and its his her their this".split()
)
"""Words that models add and leave out, and that change nothing of what is said."""
_FACT_WORDS = frozenset(
    (
        # Negations, in the languages most read here: without one a sentence says the opposite.
        "no not never none nobody nothing neither nor cannot without denied denies deny refused refuses failed fails t"
        " nicht kein keine keinen nie ne pas jamais aucun aucune sans nunca sin ni ningún non nessun mai senza não sem"
        " niet geen ikke ingen inte nej nie nigdy bez не нет ни без никогда"
        # Numbers in words.
        " one two three four five six seven eight nine ten eleven twelve dozen twenty thirty forty fifty hundred"
        " thousand million billion trillion first second third half quarter double"
        # What turns a report into a plan or a guess, and an event about in time.
        " will would may might could should can must before after until since against for with"
    ).split()
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

    Function words may be added, missing or exchanged and long words misspelt, in a tenth of the quote's words. Of a
    long quote one word of substance in thirty may differ too, but never a name, a number, a negation or a word that
    makes another fact of it; nor anything in scripts that do not show by capitals what is a name. Empty where there is
    no such passage.
    """
    length = len(quote.folded)
    if length < _FEWEST_WORDS:
        return []
    allowed = max(1, int(length * _CHANGED_SHARE))
    best: list[tuple[int, int]] = []
    for diagonal in _diagonals(passage, quote):
        # The exact window first: in a wider one the quote's first word may be taken for an equal one before it.
        aligned = _align(passage, quote, diagonal, 0, allowed) or _align(passage, quote, diagonal, allowed, allowed)
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


def _align(passage: Words, quote: Words, diagonal: int, slack: int, allowed: int) -> tuple[int, int, int] | None:
    """Return (changed words, first word, last word) of the passage that the quote stands for, or None."""
    # Imported where needed: most quotes are exact, and `import extractor` stays light.
    from rapidfuzz.distance import Levenshtein

    window_start = max(0, diagonal - slack)
    window = passage.folded[window_start : max(0, diagonal + len(quote.folded) + slack)]
    operations = list(Levenshtein.opcodes(quote.folded, window))
    # What the window has before and behind the quote is not part of it.
    while operations and operations[0].tag == "insert":
        operations.pop(0)
    while operations and operations[-1].tag == "insert":
        operations.pop()
    if not operations:
        return None
    changes = 0
    content_words = len(quote.folded) // _WORDS_PER_CONTENT_WORD
    for operation in operations:
        if operation.tag == "equal":
            continue
        ours = [quote.originals[index] for index in range(operation.src_start, operation.src_end)]
        theirs = range(window_start + operation.dest_start, window_start + operation.dest_end)
        changes += max(len(ours), len(theirs))
        content_words -= _content_words_changed(ours, [passage.originals[index] for index in theirs])
        if changes > allowed or content_words < 0:
            return None
    return changes, window_start + operations[0].dest_start, window_start + operations[-1].dest_end - 1


_TOO_MANY = 1_000_000


def _content_words_changed(ours: list[str], theirs: list[str]) -> int:
    """Return how many words of substance differ; too many where one of them carries a fact."""
    if len(ours) == len(theirs):
        pairs = [(one, other) for one, other in zip(ours, theirs, strict=True) if not _is_spelling(one, other)]
        ours, theirs = [one for one, _ in pairs], [other for _, other in pairs]
    if any(map(_carries_fact, (*ours, *theirs))):
        return _TOO_MANY
    return max(sum(word.lower() not in _FUNCTION_WORDS for word in words) for words in (ours, theirs))


def _is_spelling(one: str, other: str) -> bool:
    """Tell whether two words are one, misspelt: long, in lower case, and not each other's opposite."""
    from rapidfuzz.distance import Levenshtein

    shorter, longer = sorted((one, other), key=len)
    return (
        len(shorter) >= 6
        and not _carries_fact(one)
        and not _carries_fact(other)
        and not longer.endswith(shorter)  # as "unlikely" does with "likely"
        and Levenshtein.distance(one, other, score_cutoff=2) <= 2
    )


def _carries_fact(word: str) -> bool:
    # Function words may begin a sentence with a capital. Letters without case may be anybody's name.
    lower = word.lower()
    return lower not in _FUNCTION_WORDS and (
        lower in _FACT_WORDS or not word.isalpha() or word != lower or not _has_case(word)
    )


def _has_case(word: str) -> bool:
    return word.lower() != word.upper()
