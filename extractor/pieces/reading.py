"""Reading in pieces: a long article as several short ones, and one result."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from extractor.errors import (
    CassetteMiss,
    ConfigurationError,
    ExtractorError,
    NotAnswered,
    QuotaExhausted,
    ReplyTruncated,
    RunStopped,
)
from extractor.models import Article, Attempt, Problem
from extractor.pieces.cutting import Piece, cut, halve
from extractor.tasks import Part, Reading

RecordsT = TypeVar("RecordsT")
ErrorT = TypeVar("ErrorT", bound=BaseException)

_LEAST_HALVED = 6_000
"""Characters; it is not for a shorter one that a reply gets too long. A piece of 30,000 ends in quarters."""
_MOST_AT_ONCE = 8
"""Pieces of one article; more would time out while they wait for each other at a server of one's own."""
_OF_EVERY_ARTICLE = (RunStopped, ConfigurationError, QuotaExhausted, CassetteMiss)


@dataclass(frozen=True)
class Excerpt:
    """What a reader is told of the piece that is shown to it."""

    number: int
    of: int
    may_be_halved: bool
    """Whether it is read in halves where the reply about it is cut off."""


ReadPiece = Callable[[Article, Excerpt], Awaitable[Reading[RecordsT]]]
"""Reads the article that has no other text than what is shown of a piece."""
Merge = Callable[[Sequence[Part[RecordsT]], Article], tuple[RecordsT, list[Problem]]]
_Read = list[tuple[Piece, Reading[RecordsT]]]
"""A piece with its reading, or the pieces into which it was cut with theirs."""


async def read_in_pieces(
    article: Article, read: ReadPiece[RecordsT], *, size: int, merge: Merge[RecordsT]
) -> Reading[RecordsT]:
    """Read an article, one that is longer than `size` in pieces whose records are merged.

    All pieces are read, also where one of them fails, and what is then raised has the attempts of all. A piece whose
    reply was cut off is read in halves.
    """
    found = await _Pieces(article, read).read(pieces_of(article, size))
    if len(found) == 1:
        return found[0][1]
    parts = [
        Part(reading.records, reading.problems, piece.shown_start, piece.start, piece.end) for piece, reading in found
    ]
    records, problems = merge(parts, article)
    return Reading(records, tuple(problems), found[0][1].model_reported, _attempts_of(found))


def pieces_of(article: Article, size: int) -> tuple[Piece, ...]:
    """Return the pieces of which a reader is asked at first, one request each: all with anything on them."""
    pieces = cut(article.text, size)
    return tuple(piece for piece in pieces if article.text[piece.start : piece.end].strip()) or pieces[:1]


class _Pieces(Generic[RecordsT]):
    """The pieces of one article that are being read."""

    def __init__(self, article: Article, read: ReadPiece[RecordsT]) -> None:
        self._article = article
        self._read_piece = read
        self._places = asyncio.Semaphore(_MOST_AT_ONCE)

    async def read(self, pieces: Sequence[Piece], *, begin: int = 1, of: int | None = None) -> _Read[RecordsT]:
        """Read all of these, which are numbered from `begin` on among so many."""
        reading = (self._read_one(piece, number, of or len(pieces)) for number, piece in enumerate(pieces, begin))
        results = await asyncio.gather(*reading, return_exceptions=True)
        errors = [result for result in results if isinstance(result, BaseException)]
        if errors:
            raise _with_attempts(min(errors, key=_urgency), *map(_attempts_of, results))
        return [one for result in results if not isinstance(result, BaseException) for one in result]

    async def _read_one(self, piece: Piece, number: int, of: int) -> _Read[RecordsT]:
        excerpt = Excerpt(number, of, may_be_halved=piece.end - piece.start >= _LEAST_HALVED)
        try:
            async with self._places:
                return [(piece, await self._read_piece(piece.shown_of(self._article), excerpt))]
        except ReplyTruncated as error:
            if not excerpt.may_be_halved:
                raise
            cut_off = error.attempts
        try:
            halves = await self.read(halve(self._article.text, piece), begin=2 * number - 1, of=2 * of)
        except BaseException as error:
            _with_attempts(error, cut_off, _attempts_of(error))
            raise
        (first, reading), *others = halves
        return [(first, replace(reading, attempts=cut_off + reading.attempts)), *others]


def _attempts_of(result: _Read[RecordsT] | BaseException) -> tuple[Attempt, ...]:
    if isinstance(result, BaseException):
        return tuple(getattr(result, "attempts", ()))
    return tuple(attempt for _, reading in result for attempt in reading.attempts)


def _with_attempts(error: ErrorT, *made: tuple[Attempt, ...]) -> ErrorT:
    error.attempts = tuple(attempt for attempts in made for attempt in attempts)  # type: ignore[attr-defined]
    return error


def _urgency(error: BaseException) -> int:
    """Return the order in which the errors of several pieces count, the least first.

    What every article would meet comes first. An article that failed does not wait for the answers to its other pieces:
    until they are there, what it failed by would be forgotten and asked for anew, and so on in turn.
    """
    if isinstance(error, NotAnswered):
        return 2
    return 1 if isinstance(error, ExtractorError) and not isinstance(error, _OF_EVERY_ARTICLE) else 0
