"""Cutting: a long text into pieces that are read one by one."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.models import Article
from extractor.pieces.borders import best_border

CONTEXT = 1_500
"""Characters of the text around a piece that are shown with it: a pronoun looks back no farther, and what a paragraph
tells at a border is seen whole."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a text, and the wider one that is shown to whoever reads it."""

    start: int
    end: int
    shown_start: int
    shown_end: int

    def shown_of(self, article: Article) -> Article:
        """Return the article with no other text than what is shown."""
        return article.model_copy(update={"text": article.text[self.shown_start : self.shown_end]})


def cut(text: str, size: int, *, context: int = CONTEXT) -> tuple[Piece, ...]:
    """Cut a text into pieces of at most `size` characters, about as long as each other.

    They follow each other without a gap. Each begins with a paragraph, or where a paragraph is too long for that, with
    a line, a sentence or a word. Shown with it are up to `context` characters before and behind, in whole paragraphs
    where these are no longer than that.
    """
    starts = [0]
    while len(text) - starts[-1] > size:
        starts.append(_next_start(text, starts[-1], size))
    bodies = zip(starts, (*starts[1:], len(text)), strict=True)
    return tuple(
        Piece(start, end, _shown_from(text, start, context), _shown_until(text, end, context)) for start, end in bodies
    )


def halve(text: str, piece: Piece, *, context: int = CONTEXT) -> tuple[Piece, ...]:
    """Cut a piece of a text in two."""
    middle = _next_start(text, piece.start, max(1, 2 * (piece.end - piece.start) // 3), end=piece.end)
    first = Piece(piece.start, middle, piece.shown_start, _shown_until(text, middle, context))
    return first, Piece(middle, piece.end, _shown_from(text, middle, context), piece.shown_end)


def _next_start(text: str, start: int, size: int, *, end: int | None = None) -> int:
    left = (len(text) if end is None else end) - start
    even = left / -(-left // size)
    # A piece of a few lines would be asked about with the whole prompt, and the next would be no shorter for it.
    places = range(start + max(1, size // 4), start + size + 1)
    return best_border(text, start, places, near=round(start + even), paragraphs=places)


def _shown_from(text: str, start: int, context: int) -> int:
    first = start - context
    if first <= 0:
        return 0
    last = first + len(text[first:start].rstrip())
    if last == first:
        return start
    paragraphs = range(first, start - context // 4)
    return best_border(text, first, range(first, last), near=first, paragraphs=paragraphs)


def _shown_until(text: str, end: int, context: int) -> int:
    last = end + context
    if last >= len(text) or not context:
        return min(last, len(text))
    paragraphs = range(end + context // 4 + 1, last + 1)
    return best_border(text, end, range(end + 1, last + 1), near=last, paragraphs=paragraphs)
