"""Lines: a sentence's words as the rules for claims look at them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from extractor.rules.claims.quotation import Quotation
from extractor.rules.lexicon import words_of
from extractor.rules.text import Sentence, Token

Phrase = tuple[int, int]
"""First token and the one behind the last."""
MARKS = frozenset(("“", "”", "„", "«", "»", "``", "''", '"', "‘", "’", "'"))
STOPS = frozenset((",", ";", ":", "—", "–", "-", "(", ")", "[", "]", "!", "?", "…", "...")) | MARKS
"""Tokens that no noun phrase runs across."""
_LEAST_WORDS_OF_SPEECH = 5
_MOST_TOKENS = 250
"""Longer sentences are lists; rules that look along a whole sentence need a bound."""


@dataclass(frozen=True)
class Line:
    """A sentence with its words in small letters and, for each, the number of the quotation around it or -1."""

    sentence: Sentence
    tokens: tuple[Token, ...]
    words: tuple[str, ...]
    quoted: tuple[int, ...]
    speech: frozenset[int]
    """Numbers of the quotations that are somebody's words at length rather than a word or two set apart."""
    end: int
    """Index behind the last token that is not the full stop."""

    def word(self, index: int) -> str:
        """Return the word, empty beyond either end."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def is_one_of(self, index: int, *kinds: str) -> bool:
        """Tell whether the word belongs to one of these classes of `data/function_words.json`."""
        return self.word(index) in _words_of_kinds(kinds)

    def closes_quotation(self, index: int) -> bool:
        """Tell whether the token is the last of a quotation."""
        return (
            0 <= index < len(self.quoted)
            and self.quoted[index] >= 0
            and self._quoted_at(index + 1) != self.quoted[index]
        )

    def opens_quotation(self, index: int) -> bool:
        """Tell whether the token is the first of a quotation."""
        return (
            0 <= index < len(self.quoted)
            and self.quoted[index] >= 0
            and self._quoted_at(index - 1) != self.quoted[index]
        )

    def is_speech_at(self, index: int) -> bool:
        """Tell whether the token is within somebody's words at length."""
        return self.quoted[index] in self.speech

    def _quoted_at(self, index: int) -> int:
        return self.quoted[index] if 0 <= index < len(self.quoted) else -1


@functools.cache
def _words_of_kinds(kinds: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*(words_of("function_words", kind) for kind in kinds))


def read_lines(text: str, sentences: Sequence[Sentence], quotations: Sequence[Quotation]) -> tuple[Line, ...]:
    """Return a line for each sentence, several for one that goes on and on."""
    speech = frozenset(number for number, one in enumerate(quotations) if is_speech(one, text))
    return tuple(
        Line(
            sentence,
            sentence.tokens,
            tuple(token.lower for token in sentence.tokens),
            quoted,
            speech,
            _end_of(sentence),
        )
        for sentence, quoted in _quoted_tokens(_cut_long(sentences), quotations)
    )


def _cut_long(sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    for sentence in sentences:
        if len(sentence.tokens) <= _MOST_TOKENS:
            yield sentence
            continue
        for first in range(0, len(sentence.tokens), _MOST_TOKENS):
            tokens = sentence.tokens[first : first + _MOST_TOKENS]
            yield replace(sentence, start=tokens[0].start, end=tokens[-1].end, tokens=tokens)


def _quoted_tokens(
    sentences: Iterable[Sentence], quotations: Sequence[Quotation]
) -> Iterator[tuple[Sentence, tuple[int, ...]]]:
    number = 0
    for sentence in sentences:
        while number < len(quotations) and quotations[number].end <= sentence.start:
            number += 1
        if number == len(quotations) or quotations[number].start >= sentence.end:
            yield sentence, (-1,) * len(sentence.tokens)
            continue
        quoted = []
        current = number
        for token in sentence.tokens:
            while current < len(quotations) and quotations[current].end <= token.start:
                current += 1
            is_within = current < len(quotations) and quotations[current].start <= token.start
            quoted.append(current if is_within else -1)
        yield sentence, tuple(quoted)


def _end_of(sentence: Sentence) -> int:
    last = len(sentence.tokens)
    return last - 1 if sentence.tokens[-1].text in (".", "!", "?", "…", "...") else last


def is_speech(quotation: Quotation, text: str) -> bool:
    """Tell whether a quotation is somebody's words at length rather than a word or two set apart."""
    words = text[quotation.first : quotation.last]
    return words.rstrip()[-1:] in (".", ",", "!", "?", "…", "—", "-") or len(words.split()) >= _LEAST_WORDS_OF_SPEECH
