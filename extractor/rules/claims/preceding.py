"""Contents that precede their verb: ‘"…," said X’ and "…, X said"."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.rules.claims.clause import has_verb
from extractor.rules.claims.content import (
    end_of_content,
    goes_on,
    place_of_quotation,
    skip_circumstances,
    start_of_statement,
)
from extractor.rules.claims.line import Line, Phrase, is_speech
from extractor.rules.claims.quotation import Quotation
from extractor.rules.claims.reading import Attribution, Place, Reading, only, place_of
from extractor.rules.claims.saying import Saying, sayings_by_word
from extractor.rules.claims.source import is_able_to_say, is_named_speaker
from extractor.rules.claims.speaker import speaker_after
from extractor.rules.claims.subject import is_able, subject_of

_LEAST_LENGTH = 25
"""Characters of a quotation that can be said by itself in the middle of a sentence."""


def read_preceding_content(reading: Reading, number: int, verb: int, saying: Saying) -> Iterator[Attribution]:
    """Read a verb that follows what is said: ‘"…," said X’, "…, X said"."""
    line = reading.lines[number]
    if not saying.is_finite or not saying.frames & {"quote", "clause", "aside"}:
        return
    for speaker, edge, tail in _settings(reading, line, verb, saying):
        quotation = _speech_before(reading, number, edge)
        is_apart = quotation is not None and (_is_whole(line, quotation) or _ends_aside(line, tail))
        if quotation is not None and is_apart and "quote" in saying.frames:
            content = _speech(reading, number, quotation, tail)
        elif line.word(edge) == "," and _ends_aside(line, tail):
            content = _clause_around(line, edge, tail)
        elif line.word(edge) == "as" and line.word(tail) == "," and is_able_to_say(line, speaker, reading.cast):
            content = only(place_of(line, tail + 1, end_of_content(line, tail + 1)))
        else:
            continue
        if content and is_able(reading, line, speaker, saying):
            yield Attribution(line, (verb, verb + 1), speaker, content, saying.modality)
            return


def _is_whole(line: Line, quotation: Quotation) -> bool:
    """Tell whether a quotation is more than the last word or two of a clause."""
    first = quotation.start <= line.tokens[0].start
    return first or quotation.last - quotation.first > _LEAST_LENGTH


def _ends_aside(line: Line, tail: int) -> bool:
    return tail >= line.end or (line.words[tail] == "," and not line.opens_quotation(tail + 1))


def _settings(reading: Reading, line: Line, verb: int, saying: Saying) -> Iterator[tuple[Phrase, int, int]]:
    """Yield the ways in which subject and verb may stand behind a content: speaker, index before them, index after."""
    has_listener = "listener" in saying.frames
    is_inverted = (
        bool(saying.forms & {"past", "third"})
        and not has_listener
        and (line.word(verb - 1) == "," or (verb > 0 and line.closes_quotation(verb - 1)))
    )
    speaker = subject_of(reading, line, verb, saying)
    after = speaker_after(line, verb + 1) if is_inverted else None
    if after is not None:
        is_last = not has_verb(line, after[1], line.end) and "," not in line.words[after[1] : line.end]
        tail = line.end if is_last else skip_circumstances(line, after[1], has_listener=False)
        # "Holm, the mayor, said the port …" or "the port, old and dark, is closed, said Holm".
        can_be_either = speaker is not None and line.word(verb - 1) == ","
        is_named = tail >= line.end and bool(saying.frames & {"clause", "aside"}) and is_named_speaker(line, after)
        if not can_be_either or is_named:
            yield after, verb - 1, tail
    if speaker is not None and speaker[0] < verb:
        end = verb + (2 if saying.particle else 1)
        yield speaker, speaker[0] - 1, skip_circumstances(line, end, has_listener=has_listener)


def _speech_before(reading: Reading, number: int, edge: int) -> Quotation | None:
    """Return the quotation that ends where the attribution begins, in this sentence or at the end of the last one."""
    line = reading.lines[number]
    if line.word(edge) == "," and line.closes_quotation(edge - 1):
        edge -= 1
    if edge < 0:
        # A question or exclamation ends a sentence although its attribution follows.
        if not number or reading.lines[number - 1].sentence.paragraph != line.sentence.paragraph:
            return None
        line = reading.lines[number - 1]
        edge = len(line.words) - 1
        if line.closes_quotation(edge) and line.words[edge - 1] not in ("?", "!", "…", "—", ","):
            return None
    if not line.closes_quotation(edge):
        return None
    quotation = reading.quotations[line.quoted[edge]]
    return quotation if is_speech(quotation, reading.text) else None


def _speech(reading: Reading, number: int, quotation: Quotation, tail: int) -> tuple[Place, ...]:
    line = reading.lines[number]
    places = [_opening_of_speech(reading, number, quotation)]
    following = tail + 1 if line.word(tail) in (",", ":", "-", "—", "–") else tail
    if line.opens_quotation(following):
        second = reading.quotations[line.quoted[following]]
        places.append(place_of_quotation(reading, line, following, second))
    return tuple(places)


def _opening_of_speech(reading: Reading, number: int, quotation: Quotation) -> Place:
    """Return the quotation's place, with what leads into it where the sentence does not begin with it."""
    while number and reading.lines[number].sentence.start > quotation.first:
        number -= 1
    line = reading.lines[number]
    index = next((i for i, token in enumerate(line.tokens) if token.start >= quotation.start), 0)
    lead = range(index)
    is_attributed = any(line.words[i] in sayings_by_word() or line.words[i] == ":" for i in lead if line.quoted[i] < 0)
    if not index or is_attributed or line.word(0) == "of":
        return quotation.first, quotation.last
    return line.tokens[0].start, quotation.end


def _clause_around(line: Line, edge: int, tail: int) -> tuple[Place, ...]:
    before = place_of(line, start_of_statement(line, edge), edge)
    after = place_of(line, tail + 1, end_of_content(line, tail + 1)) if goes_on(line, tail) else None
    if before is None or (after is None and edge < 3):
        return ()
    return (before, after) if after else (before,)
