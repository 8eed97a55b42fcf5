"""Words other than verbs that attribute: "according to", nouns such as "warning", outlets in brackets."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.models.reply import Modality
from extractor.rules.claims.content import end_of_content, goes_on
from extractor.rules.claims.line import STOPS, Line, Phrase
from extractor.rules.claims.reading import Attribution, Reading, place_of
from extractor.rules.claims.saying import sayings_by_word
from extractor.rules.claims.source import is_outlet
from extractor.rules.claims.speaker import phrase_ending_at, speaker_after, speaker_before

_NO_AUTHORITY = frozenset(("plan", "plans", "schedule", "him", "her", "them", "me", "us"))
_REACH = 10
_ENDING_CONTENT = frozenset((",", ";", ":", "—", "–"))


def read_according(line: Line, index: int) -> Iterator[Attribution]:
    """Read "according to X, …", "…, according to X" and both at once."""
    speaker = _authority(line, index + 2)
    if speaker is None or line.word(speaker[0]) in _NO_AUTHORITY:
        return
    end = speaker[1]
    edge = index - 1 if line.word(index - 1) == "," else index
    lead = place_of(line, 0, edge) if edge > 2 else None
    tail = None
    if line.word(end) == ",":
        tail = place_of(line, end + 1, end_of_content(line, end + 1)) if not lead or goes_on(line, end) else None
    content = tuple(place for place in (lead, tail) if place)
    if content:
        yield Attribution(line, (index, index + 2), speaker, content, "asserted")


def read_citation(reading: Reading, line: Line, bracket: int) -> Iterator[Attribution]:
    """Read ‘it is reported that "…" (Lund Radio)’: a quotation whose outlet follows in brackets."""
    quotation = reading.quotations[line.quoted[bracket - 1]]
    end = next((i for i in range(bracket + 1, min(bracket + _REACH, len(line.words))) if line.words[i] == ")"), None)
    before = [i for i in range(bracket) if line.quoted[i] < 0 and line.words[i] in sayings_by_word()]
    if end is None or not before or not is_outlet(line, (bracket + 1, end)):
        return
    cue = before[-1], before[-1] + 1
    yield Attribution(line, cue, (bracket + 1, end), ((quotation.first, quotation.last),), "asserted", is_passive=True)


def _authority(line: Line, first: int) -> Phrase | None:
    """Return the noun phrase behind "according to": up to the comma, however long it is."""
    end = first
    while (
        end < line.end
        and line.words[end] not in STOPS
        and line.quoted[end] < 0
        and not line.is_one_of(end, "auxiliaries")
    ):
        end += 1
    if end < line.end and line.words[end] != ",":
        return speaker_after(line, first)
    return (first, end) if end > first else None


def read_noun(line: Line, noun: int, modality: Modality) -> Iterator[Attribution]:
    """Read "Oslo's warning that …", "his offer to …", "a statement by the bank that …"."""
    speaker = _possessor(line, noun) or _giver(line, noun)
    first = noun + 1
    if speaker is None and line.word(first) in ("by", "from"):
        speaker = speaker_after(line, first + 1)
        first = speaker[1] if speaker else first
    if speaker is None:
        return
    if line.word(first) == "to" and modality == "asserted":
        first = next((i for i in range(first, min(first + _REACH, line.end)) if line.words[i] == "that"), first)
    if line.word(first) == "that" and not line.is_one_of(first + 1, "auxiliaries"):
        start = first + 1
    elif line.word(first) == "to" and modality in ("intended", "demanded"):
        start = first
    else:
        return
    end = _end_of_noun_content(line, start)
    place = place_of(line, start, end)
    if place and end - start > 2:
        yield Attribution(line, (noun, noun + 1), speaker, (place,), modality)


def _giver(line: Line, noun: int) -> Phrase | None:
    """Return who gives the assurance in "she has given her word and an assurance that …"."""
    for index in range(noun - 1, max(noun - 4, -1), -1):
        if line.is_one_of(index, "giving verbs"):
            return speaker_before(line, index)
        if line.words[index] in STOPS:
            return None
    return None


def _possessor(line: Line, noun: int) -> Phrase | None:
    for index in range(noun - 1, max(noun - 4, -1), -1):
        if line.words[index] in ("his", "her", "their"):
            return index, index + 1
        if line.words[index] in ("'s", "’s") and index:
            return phrase_ending_at(line, index - 1)
        if line.words[index] in ("'", "’") and index and line.words[index - 1].endswith("s"):
            return phrase_ending_at(line, index - 1)
        if line.words[index] in (",", "the", "a"):
            return None
    return None


def _end_of_noun_content(line: Line, first: int) -> int:
    ends = (i for i in range(first, line.end) if line.words[i] in _ENDING_CONTENT and line.quoted[i] < 0)
    return next(ends, line.end)
