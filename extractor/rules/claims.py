"""Claims: who says what in an article."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extractor.models.reply import Modality
from extractor.rules.attribution import Attribution, Place, Reading, find_attributions
from extractor.rules.line import is_speech, read_lines
from extractor.rules.modality import modality_of
from extractor.rules.parties import Cast
from extractor.rules.quotation import Quotation, find_quotations
from extractor.rules.source import Source, identify_source
from extractor.rules.text import Sentence

_MOST_PLACES = 3


@dataclass(frozen=True)
class ClaimFound:
    """A claim with its places in the text."""

    source: Source
    reported_by: str | None
    cue: Place | None
    content: tuple[Place, ...]
    modality: Modality
    start: int


def find_claims(text: str, sentences: Sequence[Sentence], cast: Cast) -> list[ClaimFound]:
    """Return who claims what, in text order; every cue and content is a place in the text."""
    quotations = find_quotations(text, sentences)
    reading = Reading(text, read_lines(text, sentences, quotations), quotations)
    found: list[ClaimFound] = []
    for attribution in find_attributions(reading):
        claim = _claim(reading, attribution, cast, found)
        if claim and not any(one.content == claim.content for one in found[-4:]):
            found.append(claim)
    return sorted(_with_continuations(reading, found), key=lambda one: one.start)


def _claim(reading: Reading, one: Attribution, cast: Cast, earlier: Sequence[ClaimFound]) -> ClaimFound | None:
    line = one.line
    source = identify_source(reading.text, line, one.speaker, cast)
    if source is None and earlier and line.is_one_of(one.speaker[0], "pronouns"):
        source = earlier[-1].source
    if source is None:
        return None
    cue = line.tokens[one.cue[0]].start, line.tokens[one.cue[1] - 1].end
    words = reading.text[one.content[0][0] : one.content[0][1]].lower().split()
    modality = modality_of(one.modality, words)
    return ClaimFound(source, None, cue, one.content, modality, min(cue[0], one.content[0][0]))


def _with_continuations(reading: Reading, claims: Sequence[ClaimFound]) -> Iterator[ClaimFound]:
    """Give each speaker the quotations that go on after the attribution, without a cue of their own."""
    following = _continuations(reading, claims)
    for number, claim in enumerate(claims):
        places = (*claim.content, *following.get(number, ()))
        yield replace(claim, content=places[:_MOST_PLACES])
        for first in range(_MOST_PLACES, len(places), _MOST_PLACES):
            part = places[first : first + _MOST_PLACES]
            yield replace(claim, content=part, start=part[0][0])


def _continuations(reading: Reading, claims: Sequence[ClaimFound]) -> dict[int, list[Place]]:
    """Return, by claim, the quotations that follow its sentence and fill sentences of their own."""
    starts = [line.sentence.start for line in reading.lines]
    owners = {bisect_right(starts, _end_of(claim) - 1) - 1: number for number, claim in enumerate(claims)}
    used = {number for claim in claims for number in _quotations_in(reading, claim)}
    following: dict[int, list[Place]] = {}
    for number, quotation in enumerate(reading.quotations):
        # By its words: an opening mark may be taken for the closing mark of the sentence before.
        first = bisect_right(starts, quotation.first) - 1
        if number in used or first < 1 or not _fills_sentences(reading, first, quotation):
            continue
        is_next = reading.lines[first].sentence.paragraph == reading.lines[first - 1].sentence.paragraph
        if first - 1 in owners and (is_next or reading.quotations[number - 1].is_continued):
            owner = owners[first - 1]
            following.setdefault(owner, []).append((quotation.first, quotation.last))
            owners[bisect_right(starts, quotation.end - 1) - 1] = owner
    return following


def _end_of(claim: ClaimFound) -> int:
    return max(claim.content[-1][1], claim.cue[1] if claim.cue else 0)


def _quotations_in(reading: Reading, claim: ClaimFound) -> Iterator[int]:
    for start, end in claim.content:
        first = bisect_right(reading.quotations, start, key=lambda one: one.first) - 1
        for number in range(max(first, 0), len(reading.quotations)):
            if reading.quotations[number].first >= end:
                break
            if reading.quotations[number].last > start:
                yield number


def _fills_sentences(reading: Reading, first: int, quotation: Quotation) -> bool:
    line = reading.lines[first]
    after = reading.text[quotation.end : quotation.end + 2]
    is_last = not after.strip() or after[0] in ".\n" or reading.text[quotation.last - 1] in ".!?…"
    return line.sentence.start in (quotation.start, quotation.first) and is_last and is_speech(quotation, reading.text)
