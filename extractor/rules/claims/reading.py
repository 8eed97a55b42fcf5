"""Readings: an article as attributions are looked for in it, and what is found."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.models.reply import Modality
from extractor.rules.cast import Cast
from extractor.rules.claims.line import Line, Phrase
from extractor.rules.claims.quotation import Quotation

Place = tuple[int, int]
"""Start and end offsets in the text."""

_EDGES = frozenset((",", ";", ":", "—", "–", "-", ".", "and", "but"))


@dataclass(frozen=True)
class Reading:
    """An article as attributions are looked for in it."""

    text: str
    lines: tuple[Line, ...]
    quotations: tuple[Quotation, ...]
    cast: Cast


@dataclass(frozen=True)
class Attribution:
    """A cue with its speaker and what is claimed."""

    line: Line
    cue: Phrase
    speaker: Phrase
    content: tuple[Place, ...]
    modality: Modality
    is_passive: bool = False


def place_of(line: Line, first: int, end: int, *, least: int = 2) -> Place | None:
    """Return the offsets of these tokens without marks at either end; None where fewer than `least` are left."""
    while first < end and line.words[first] in _EDGES:
        first += 1
    while end > first and line.words[end - 1] in _EDGES:
        end -= 1
    return (line.tokens[first].start, line.tokens[end - 1].end) if end - first >= least else None


def only(place: Place | None) -> tuple[Place, ...]:
    """Return a content of this one place, an empty one for none."""
    return (place,) if place else ()
