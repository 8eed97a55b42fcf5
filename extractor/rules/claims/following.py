"""Contents that follow their verb: "X said that …", "X called it …", ‘X said: "…"’."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.rules.claims.content import begins_clause, end_of_content, place_of_quotation, skip_circumstances
from extractor.rules.claims.line import Line, Phrase, is_speech
from extractor.rules.claims.quotation import Quotation
from extractor.rules.claims.reading import Attribution, Place, Reading, only, place_of
from extractor.rules.claims.saying import Saying
from extractor.rules.claims.subject import is_able, subject_of

_PREPOSITIONS = frozenset(("of", "for", "on", "against", "about"))
_WITH_OBJECT = frozenset(("object", "names", "to")) | _PREPOSITIONS
_NO_CONTENT = frozenset((",", ":", "and", "but", "or", "by", "not"))
_LEADING_AWAY = frozenset(("of", "to", "with", "for", "from", "into", "about"))
_MOST_PLACES = 3
_MOST_BEFORE_NAME = 12
_MOST_BEFORE_TO = 10


def read_following_content(
    reading: Reading, number: int, verb: int, saying: Saying, earlier: Attribution | None
) -> Iterator[Attribution]:
    """Read a verb that what is said follows: "X said that …"."""
    line = reading.lines[number]
    speaker = _shared_speaker(line, verb, saying, earlier) or subject_of(reading, line, verb, saying)
    if speaker is None or not is_able(reading, line, speaker, saying):
        return
    if line.word(speaker[0] - 1) in ("which", "what", "whom") and not begins_clause(line, verb + 1):
        return  # "which she says she obtained": the content is the relative clause itself.
    cue_end = verb + (2 if saying.particle else 1)
    for frames, first in _starts(line, cue_end, saying):
        content = _content_of_frame(reading, line, first, frames) or _next_paragraph(reading, number, first, frames)
        if content:
            yield Attribution(line, (verb, cue_end), speaker, content, saying.modality)
            yield from _coordinated(line, speaker, (verb, cue_end), first, saying)
            return


def _shared_speaker(line: Line, verb: int, saying: Saying, earlier: Attribution | None) -> Phrase | None:
    """Return the speaker of the attribution before this verb in "said that …, adding that …" and "said … and added"."""
    if earlier is None or saying.forms == {"base"}:
        return None
    before = verb - 1
    while (
        line.is_one_of(before, "adverbs") or line.word(before).endswith("ly") or line.is_one_of(before, "auxiliaries")
    ):
        before -= 1
    is_further = line.word(before) in ("and", "but") or (
        "gerund" in saying.forms and line.word(before) in (",", "while", "by")
    )
    return earlier.speaker if is_further else None


def _starts(line: Line, index: int, saying: Saying) -> Iterator[tuple[frozenset[str], int]]:
    """Yield where the content may begin: at once for frames with an object, behind circumstances for the others."""
    objects = frozenset(one for one in saying.frames if one.startswith("other") or one in _WITH_OBJECT)
    if saying.frames - objects:
        yield saying.frames - objects, skip_circumstances(line, index, has_listener="listener" in saying.frames)
        if "listener" in saying.frames:
            yield saying.frames - objects, skip_circumstances(line, index, has_listener=False)
    if objects:
        yield objects, index


def _content_of_frame(reading: Reading, line: Line, first: int, frames: frozenset[str]) -> tuple[Place, ...]:
    if first >= line.end:
        return ()
    word = line.words[first]
    opening = first + 1 if word in (",", ":") else first
    if line.opens_quotation(opening) and "quote" in frames:
        quotation = reading.quotations[line.quoted[opening]]
        if is_speech(quotation, reading.text) or opening > first:
            place = place_of_quotation(reading, line, opening, quotation)
            return (place, *_further_quotations(reading, line, quotation, place[1]))[:_MOST_PLACES]
    if begins_clause(line, first):
        return _subordinate_clause(line, first) if frames & {"clause", "that"} else ()
    if word in _PREPOSITIONS and word in frames:
        if line.is_one_of(first + 1, "prepositions"):
            return ()  # "the talks called for in May"
        return only(place_of(line, first + 1, end_of_content(line, first + 1), least=1))
    if word == "to":
        return only(place_of(line, first, end_of_content(line, first))) if "to" in frames else ()
    if not _can_begin_content(line, first, frames):
        return ()
    end = end_of_content(line, first, is_that_clause="clause" in frames)
    return only(place_of(line, first, end)) if _fits(line, first, end, frames) else ()


def _subordinate_clause(line: Line, first: int) -> tuple[Place, ...]:
    if line.word(first + 1) == "to":
        return ()  # "explained how to apply"
    is_subject = line.is_one_of(first + 1, "auxiliaries") or line.word(first + 1) in ("'s", "’s")
    is_conjunction = line.words[first] == "that" and not is_subject
    start = first + 1 if is_conjunction else first
    return only(place_of(line, start, end_of_content(line, start, is_that_clause=True)))


def _can_begin_content(line: Line, first: int, frames: frozenset[str]) -> bool:
    word = line.words[first]
    if word in _NO_CONTENT or word in _LEADING_AWAY or (line.is_one_of(first, "auxiliaries") and word != "may"):
        return False
    if line.is_one_of(first, "vague words", "particles"):
        return False
    return "clause" in frames or not line.is_one_of(first, "prepositions")


def _next_paragraph(reading: Reading, number: int, first: int, frames: frozenset[str]) -> tuple[Place, ...]:
    """Return the quotation that a paragraph ending in "said that" or "said:" leads to."""
    line = reading.lines[number]
    is_open = first >= line.end - 1 and line.words[-1] in (":", "that")
    if not is_open or "quote" not in frames or number + 1 == len(reading.lines):
        return ()
    following = reading.lines[number + 1]
    if not following.opens_quotation(0):
        return ()
    quotation = reading.quotations[following.quoted[0]]
    return ((quotation.first, quotation.last),)


def _fits(line: Line, first: int, end: int, frames: frozenset[str]) -> bool:
    if end - first < 2:
        return False
    if "clause" in frames or "object" in frames:
        return True
    if any(frame.startswith("other ") and _has_after_object(line, first, end, frame[6:]) for frame in frames):
        return True
    reach = range(first + 1, min(first + _MOST_BEFORE_NAME, end))
    named = next((i for i in reach if line.opens_quotation(i) or line.words[i] == ","), first)
    return "names" in frames and not line.opens_quotation(first) and line.opens_quotation(named)


def _has_after_object(line: Line, first: int, end: int, word: str) -> bool:
    """Tell whether the word stands behind an object; "to" must lead to a verb, not to a noun phrase."""
    if word not in line.words[first + 1 : end]:
        return False
    if word != "to":
        return True
    following = line.words.index("to", first + 1) + 1
    has_clause = any(begins_clause(line, i) or line.is_one_of(i, "auxiliaries") for i in range(first, following))
    if has_clause or following - first > _MOST_BEFORE_TO:
        return False
    return following < end and not line.is_one_of(following, "determiners") and line.tokens[following].text.islower()


def _coordinated(line: Line, speaker: Phrase, cue: Phrase, first: int, saying: Saying) -> Iterator[Attribution]:
    """Yield the further claims of "said that … and that …"."""
    while line.word(first) == "that" or "clause" in saying.frames:
        first = end_of_content(line, first + 1, is_that_clause=True) + 1
        if line.word(first - 1) not in ("and", "but", ","):
            return
        if line.word(first) in ("and", "but"):
            first += 1
        if line.word(first) != "that":
            return
        place = place_of(line, first + 1, end_of_content(line, first + 1, is_that_clause=True))
        if place:
            yield Attribution(line, cue, speaker, (place,), saying.modality)


def _further_quotations(reading: Reading, line: Line, quotation: Quotation, end: int) -> Iterator[Place]:
    """Yield the quotations that "and" joins to this one in the sentence, behind the end of its place."""
    after = max(quotation.end, end)
    index = next((i for i, token in enumerate(line.tokens) if token.start >= after), line.end)
    while index < line.end:
        while line.word(index) in (",", "and", "but", "then"):
            index += 1
        if index >= line.end or not line.opens_quotation(index):
            return
        one = reading.quotations[line.quoted[index]]
        yield one.first, one.last
        while index < line.end and line.tokens[index].start < one.end:
            index += 1
