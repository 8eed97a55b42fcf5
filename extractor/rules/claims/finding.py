"""Claims: who says what in an article."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extractor.models.reply import Modality
from extractor.rules.cast import Cast
from extractor.rules.claims.attribution import find_attributions
from extractor.rules.claims.line import Line, is_speech, read_lines
from extractor.rules.claims.modality import modality_of
from extractor.rules.claims.pronoun import PRONOUNS, Speakers
from extractor.rules.claims.quotation import Quotation, find_quotations
from extractor.rules.claims.reading import Attribution, Place, Reading
from extractor.rules.claims.source import Source, find_outlet, identify_source
from extractor.rules.text import Sentence, has_words

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
    reading = Reading(text, read_lines(text, sentences, quotations), quotations, cast)
    speakers = Speakers(cast, quotations, [one.start for one in sentences])
    found: list[ClaimFound] = []
    for attribution in find_attributions(reading):
        claim = _claim(reading, attribution, speakers)
        if claim and not any(one.content == claim.content for one in found[-4:]):
            found.append(claim)
    return sorted(_with_continuations(reading, found), key=lambda one: one.start)


def _claim(reading: Reading, one: Attribution, speakers: Speakers) -> ClaimFound | None:
    line = one.line
    is_pronoun = line.words[one.speaker[0]] in PRONOUNS and one.speaker[1] == one.speaker[0] + 1
    source = (
        speakers.resolve(line, one.speaker[0])
        if is_pronoun
        else identify_source(reading.text, line, one.speaker, speakers.cast)
    )
    if source is None or not all(has_words(reading.text[start:end]) for start, end in one.content):
        return None
    speakers.note(line, source)
    cue = line.tokens[one.cue[0]].start, line.tokens[one.cue[1] - 1].end
    words = reading.text[one.content[0][0] : one.content[0][1]].lower().split()
    modality = modality_of(one.modality, words)
    return ClaimFound(source, _outlet_of(line, one), cue, one.content, modality, min(cue[0], one.content[0][0]))


def _outlet_of(line: Line, one: Attribution) -> str | None:
    """Return the outlet that the attribution names outside the content: "told Reuters", "as the Post reports"."""
    start, end = one.content[0][0], one.content[-1][1]
    if find_outlet(line, one.speaker[0] - 1, one.speaker[1]):
        return None
    cue = line.tokens[one.cue[0]].start
    last = next(
        (i for i in range(one.cue[0], len(line.tokens)) if cue < start <= line.tokens[i].start), len(line.tokens)
    )
    if cue > end:
        return find_outlet(line, one.cue[0], last)
    first = next((i for i in range(one.cue[0]) if line.words[i] in ("(", "as")), one.cue[0])
    return find_outlet(line, first, last)


def _with_continuations(reading: Reading, claims: Sequence[ClaimFound]) -> Iterator[ClaimFound]:
    """Give each speaker the quotations around the attribution that have no cue of their own."""
    further = _continuations(reading, claims)
    for number, claim in enumerate(claims):
        places = sorted({*claim.content, *further.get(number, ())})
        for first in range(0, len(places), _MOST_PLACES):
            part = tuple(places[first : first + _MOST_PLACES])
            yield replace(claim, content=part, start=min(part[0][0], claim.start) if first == 0 else part[0][0])


def _continuations(reading: Reading, claims: Sequence[ClaimFound]) -> dict[int, list[Place]]:
    """Return, by claim, the quotations that fill sentences next to its own, and the paragraphs it ends or begins."""
    starts = [line.sentence.start for line in reading.lines]
    by_line = {bisect_right(starts, _end_of(claim) - 1) - 1: number for number, claim in enumerate(claims)}
    owners = {one: number for number, claim in enumerate(claims) for one in _quotations_in(reading, claim)}
    further: dict[int, list[Place]] = {}
    for number, quotation in enumerate(reading.quotations):
        # By its words: an opening mark may be taken for the closing mark of the sentence before.
        first = bisect_right(starts, quotation.first) - 1
        if number in owners or first < 1 or not _fills_sentences(reading, first, quotation):
            continue
        is_next = reading.lines[first].sentence.paragraph == reading.lines[first - 1].sentence.paragraph
        if first - 1 in by_line and (is_next or reading.quotations[number - 1].is_continued):
            owners[number] = by_line[bisect_right(starts, quotation.end - 1) - 1] = by_line[first - 1]
            further.setdefault(owners[number], []).append((quotation.first, quotation.last))
    for number in range(len(reading.quotations) - 1, -1, -1):
        quotation = reading.quotations[number]
        if number not in owners and quotation.is_continued and number + 1 in owners:
            owners[number] = owners[number + 1]
            further.setdefault(owners[number], []).append((quotation.first, quotation.last))
    return further


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
