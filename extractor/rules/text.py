"""The text as sentences of tokens, with their offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from extractor.rules.lexicon import words_of

_TOKEN = re.compile(
    r"""
    [A-Za-z][a-z]+(?![\w'’&‐‑-])                # most words; the first alternative for speed
    | [A-Za-z]\ ?\.(?:\ ?[A-Za-z]\ ?\.)+(?!\w)     # U.S., a.m., and "U . S ." of tokenised texts
    | ['’]\ ?s\b                                # the possessive is a token of its own
    | \d+(?:[.,:]\d+)*\w*
    | \w+(?:(?:[-‐‑&]|['’](?!\ ?s\b))\w+)*
    | \.{2,} | `` | '' | \S
    """,
    re.VERBOSE,
)
_TERMINAL = frozenset((".", "!", "?", "…", "..", "...", "。", "！", "？"))
_CLOSING = frozenset("\"'”’»)]") | {"''"}
_NEWLINES = re.compile(r"[^\S\n]*\n\s*")
_MOST_WORDS_OF_HEADLINE = 25
_LEAST_WRAPPED_LINES = 3


class Token(NamedTuple):
    """A word, number or mark; offsets count code points of the article's text."""

    text: str
    start: int
    end: int
    lower: str

    @property
    def is_capitalized(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()


@dataclass(frozen=True)
class Sentence:
    """A sentence of a paragraph: `tokens` in text order, none of them empty."""

    start: int
    end: int
    tokens: tuple[Token, ...]
    paragraph: int
    is_headline: bool


def read_sentences(text: str) -> tuple[Sentence, ...]:
    """Cut a text into sentences; a break of paragraphs always ends one."""
    sentences: list[Sentence] = []
    for paragraph, (start, end) in enumerate(_paragraphs(text)):
        tokens = read_tokens(text, start, end)
        cuts = list(_cut(tokens))
        for first, last in cuts:
            part = tuple(tokens[first:last])
            sentences.append(
                Sentence(part[0].start, part[-1].end, part, paragraph, len(cuts) == 1 and _is_headline(part))
            )
    return tuple(sentences)


def read_tokens(text: str, start: int, end: int) -> list[Token]:
    """Cut a stretch of text into words, numbers and marks."""
    # A named tuple's own constructor is a Python function; on hundreds of words an article it shows.
    make = tuple.__new__
    return [
        make(Token, (word := found[0], found.start(), found.end(), word.lower()))
        for found in _TOKEN.finditer(text, start, end)
    ]


def has_words(text: str) -> bool:
    """Tell whether a text has a letter or a digit, and is no marks alone."""
    return any(map(str.isalnum, text))


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of the paragraphs: lines, or, where lines are wrapped, what blank lines part."""
    breaks = [(found.start(), found.end()) for found in _NEWLINES.finditer(text)]
    is_wrapped = sum(text[end : end + 1].islower() for _, end in breaks) >= _LEAST_WRAPPED_LINES
    start = 0
    for first, last in breaks:
        if text[last : last + 1].islower() or (is_wrapped and text.count("\n", first, last) == 1):
            continue
        if start < first:
            yield start, first
        start = last
    if start < len(text):
        yield start, len(text)


def _cut(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    first = index = 0
    is_quoting = False
    while index < len(tokens):
        text = tokens[index].text
        index += 1
        if text == '"':
            is_quoting = not is_quoting
        elif text[-1] in _TERMINAL or text in _TERMINAL:
            end = _end_of_closing(tokens, index, is_quoting)
            if _ends_sentence(tokens, index - 1, end):
                is_quoting = is_quoting and not any(one.text == '"' for one in tokens[index:end])
                yield first, end
                first = end
            if end > index:
                index = end
    if first < len(tokens):
        yield first, len(tokens)


def _end_of_closing(tokens: list[Token], index: int, is_quoting: bool) -> int:
    """Return the index behind the quotation marks and brackets that close here."""
    while index < len(tokens) and tokens[index].text in _CLOSING:
        touches = tokens[index].start == tokens[index - 1].end
        if not touches and tokens[index].text in ("'", '"') and not is_quoting:
            break
        index += 1
    return index


def _ends_sentence(tokens: list[Token], index: int, end: int) -> bool:
    if end == len(tokens):
        return True
    mark, following = tokens[index], tokens[end]
    if following.text[0].islower() or following.text[0] in ",;:)":
        return False
    if mark.text[0].isalpha():  # "U.S.", "a.m."
        return end > index + 1 or following.lower in words_of("abbreviations", "beginning")
    if mark.text != "." or index == 0:
        return True
    before = tokens[index - 1]
    if following.start == mark.end:
        # "recently.On" is two sentences, "example.Com" and ".5" are none.
        return following.text[0].isupper() and before.text.islower() and len(before.text) > 1
    if len(before.text) == 1 and before.text.isalpha() and before.text != "I":
        return False
    if before.lower in words_of("abbreviations", "never_ending") and before.end == mark.start:
        return before.lower == "no" and not following.text[0].isdigit()
    if before.lower in words_of("abbreviations", "ending") and before.end == mark.start:
        return end > index + 1 or following.lower in words_of("abbreviations", "beginning")
    return True


def _is_headline(tokens: tuple[Token, ...]) -> bool:
    return tokens[-1].text[-1] not in ".!?…\"”’'):;," and 1 < len(tokens) <= _MOST_WORDS_OF_HEADLINE
