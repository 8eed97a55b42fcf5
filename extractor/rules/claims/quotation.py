"""Quotations: where a text sets words between quotation marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from extractor.rules.text import Sentence, Token

_CLOSED_BY = {
    "“": ("”", '"', "''"),
    "”": ("”",),
    "„": ("“", "”", '"'),
    "«": ("»",),
    "»": ("«",),
    "``": ("''", '"'),
    "''": ("''",),
    '"': ('"', "”"),
}
"""Which marks close a quotation; real articles mix them."""
_MARKS = frozenset(_CLOSED_BY)
_ALWAYS_OPENING = frozenset(("“", "„", "«", "``"))
_SINGLE_MARKS = frozenset("'‘’")
_BEFORE_OPENING = frozenset("([{—–-/‘'")
_ELIDED = frozenset(("em", "til", "tis", "twas", "cause", "n"))


@dataclass(frozen=True)
class Quotation:
    """Words between quotation marks; `start` and `end` hold the marks, `first` and `last` the words alone."""

    start: int
    end: int
    first: int
    last: int
    is_continued: bool = False
    """Whether it goes on in the next paragraph, which then opens with a mark of its own."""


def find_quotations(text: str, sentences: Sequence[Sentence]) -> tuple[Quotation, ...]:
    """Return the outermost quotations in text order.

    A mark without its counterpart in the paragraph opens nothing, unless the next paragraph begins with a mark: a
    quotation of several paragraphs is closed only in the last.
    """
    paragraphs = [
        [token for sentence in group for token in sentence.tokens]
        for _, group in groupby(sentences, key=attrgetter("paragraph"))
    ]
    found: list[Quotation] = []
    for number, tokens in enumerate(paragraphs):
        following = paragraphs[number + 1][0] if number + 1 < len(paragraphs) else None
        found += _find_in_paragraph(text, tokens, following)
    return tuple(found)


def _find_in_paragraph(text: str, tokens: Sequence[Token], following: Token | None) -> list[Quotation]:
    doubles = list(_find_doubles(text, [token for token in tokens if token.text in _MARKS], following, tokens[-1].end))
    singles = list(_find_singles(text, [token for token in tokens if token.text in _SINGLE_MARKS], doubles))
    return list(_outermost(sorted([*doubles, *singles], key=attrgetter("start")))) if singles else doubles


def _outermost(quotations: Sequence[Quotation]) -> Iterator[Quotation]:
    end = 0
    for one in quotations:
        if one.start >= end:
            yield one
            end = one.end


def _find_doubles(text: str, marks: Sequence[Token], following: Token | None, end: int) -> Iterator[Quotation]:
    opened: Token | None = None
    depth = 0
    for mark in marks:
        if opened is None:
            if _opens(text, mark):
                opened, depth = mark, 1
        elif mark.text in _CLOSED_BY[opened.text] and not _reopens(text, opened, mark):
            depth -= 1
            if not depth:
                yield Quotation(opened.start, mark.end, opened.end, mark.start)
                opened = None
        elif mark.text in _ALWAYS_OPENING and opened.text in _ALWAYS_OPENING:
            depth += 1
    if opened and following and following.text in _MARKS and _opens(text, following):
        yield Quotation(opened.start, end, opened.end, end, is_continued=True)


def _opens(text: str, mark: Token) -> bool:
    before, after = text[mark.start - 1 : mark.start], text[mark.end : mark.end + 1]
    is_free = not before or before.isspace() or before in _BEFORE_OPENING
    if mark.text in _ALWAYS_OPENING:
        return True
    return bool(after) and not after.isspace() and is_free


def _reopens(text: str, opened: Token, mark: Token) -> bool:
    """Tell whether a straight mark stands before a word, as an opening one does: the closing one was forgotten."""
    return (
        mark.text == opened.text == '"' and text[mark.start - 1].isspace() and text[mark.end : mark.end + 1].isalnum()
    )


def _find_singles(text: str, marks: Sequence[Token], doubles: Sequence[Quotation]) -> Iterator[Quotation]:
    """Find quotations between single marks outside the given ones.

    The mark of a plural's possessive ("the voters' rights") closes a quotation only if no better one comes.
    """
    around = iter(doubles)
    double = next(around, None)
    opened: Token | None = None
    possessive: Token | None = None
    for mark in marks:
        while double and double.end <= mark.start:
            double = next(around, None)
        if double and double.start <= mark.start:
            continue
        before, after = text[mark.start - 1 : mark.start], text[mark.end : mark.end + 1]
        if mark.text != "’" and not before.strip() and after.strip():
            if opened and possessive:
                yield _quotation(opened, possessive)
            opened, possessive = (None if _is_elision(text, mark) else mark), None
        elif opened and mark.text != "‘" and before.strip() and not after.isalnum():
            if before in "sS":
                possessive = possessive or mark
            else:
                yield _quotation(opened, mark)
                opened = possessive = None
    if opened and possessive:
        yield _quotation(opened, possessive)


def _is_elision(text: str, mark: Token) -> bool:
    word = text[mark.end : mark.end + 6].split()[0].rstrip(".,;:!?'’").lower()
    return word[:1].isdigit() or word in _ELIDED


def _quotation(opened: Token, closed: Token) -> Quotation:
    return Quotation(opened.start, closed.end, opened.end, closed.start)
