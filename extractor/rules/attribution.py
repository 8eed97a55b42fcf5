"""Attributions: who is said to say what, word by word, before it is asked which party that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.models.reply import Modality
from extractor.rules.content import begins_clause, end_of_content, skip_circumstances
from extractor.rules.line import STOPS, Line, is_speech
from extractor.rules.parties import Cast
from extractor.rules.quotation import Quotation
from extractor.rules.saying import Saying, certain_verbs, nouns_of_saying, sayings_by_word
from extractor.rules.source import is_able_to_say, is_somebody
from extractor.rules.speaker import Phrase, has_verb, phrase_ending_at, speaker_after, speaker_before, subject_of_clause

Place = tuple[int, int]
"""Start and end offsets in the text."""


_LEAST_LENGTH = 25
"""Characters of a quotation that can be said by itself in the middle of a sentence."""


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


def find_attributions(reading: Reading) -> Iterator[Attribution]:
    """Yield the attributions of an article in the order of their cues; headlines have none."""
    verbs, nouns = sayings_by_word(), nouns_of_saying()
    for number, line in enumerate(reading.lines):
        if line.sentence.is_headline:
            continue
        earlier: Attribution | None = None
        for index, word in enumerate(line.words):
            if line.quoted[index] >= 0 or (index and line.tokens[index].is_capitalized and not line.closes_quotation(index - 1)):
                if word != "according":
                    continue
            if word in verbs:
                for one in _read_verb(reading, number, index, verbs[word], earlier):
                    earlier = earlier if one.is_passive else one
                    yield one
            elif word == "according" and line.word(index + 1) == "to":
                yield from _read_according(reading, line, index)
            if word in nouns:
                yield from _read_noun(reading, line, index, nouns[word])


# Verbs


def _read_verb(
    reading: Reading, number: int, verb: int, sayings: Sequence[Saying], earlier: Attribution | None
) -> Iterator[Attribution]:
    """Yield what the verb attributes; `earlier` is the last attribution of the same sentence."""
    line = reading.lines[number]
    if _is_noun(line, verb) or _is_aside_in_brackets(line, verb):
        return
    if _is_passive(line, verb, sayings):
        yield from _read_passive(reading, line, verb, sayings)
        return
    for saying in sayings:
        if saying.particle and line.word(verb + 1) != saying.particle:
            continue
        found = list(_after_content(reading, number, verb, saying)) or list(
            _before_content(reading, number, verb, saying, earlier)
        )
        if found:
            yield from found
            return


def _is_noun(line: Line, verb: int) -> bool:
    """Tell whether the word is a noun here: "the claims", "his offer", "of reports"."""
    if line.is_one_of(verb - 1, "possessives") or line.word(verb - 1) in ("the", "a", "an", "no", "any", "such", "these", "those"):
        return True
    is_possessive = line.word(verb - 1) in ("'s", "’s") and not line.is_one_of(verb - 2, "pronouns")
    is_gerund = line.word(verb).endswith("ing")
    return is_possessive or (line.is_one_of(verb - 1, "prepositions") and not is_gerund and line.word(verb - 1) != "as")


def _is_aside_in_brackets(line: Line, verb: int) -> bool:
    """Tell whether the verb only names who reports another's words: "(as the Post reports)"."""
    return line.word(verb + 1) == ")" and "as" in line.words[max(0, verb - 6) : verb]


def _is_passive(line: Line, verb: int, sayings: Sequence[Saying]) -> bool:
    if not any("participle" in one.forms for one in sayings):
        return False
    index = verb - 1
    while line.is_one_of(index, "adverbs") or line.word(index).endswith("ly") or line.word(index) == "not":
        index -= 1
    is_as = line.word(verb - 1) == "as" and line.word(verb + 1) == "in"
    return is_as or line.is_one_of(index, "passives") or line.word(verb + 1) == "by"


def _subject_of(reading: Reading, line: Line, verb: int, saying: Saying) -> Phrase | None:
    if "gerund" in saying.forms and _is_participle_clause(line, verb):
        return subject_of_clause(line, verb - 1) if verb > 2 else None
    phrase = speaker_before(line, verb)
    if phrase and phrase[1] == verb and "gerund" in saying.forms and not is_somebody(line, phrase, reading.cast):
        return None
    if phrase is None or not saying.is_finite and "gerund" not in saying.forms:
        return None
    if phrase[1] - phrase[0] > 1 and phrase[1] == verb and (line.is_one_of(verb - 1, "determiners") or line.word(verb - 1) == "few"):
        return None  # "a few added songs"
    if "past" in saying.forms:
        return phrase
    if saying.forms == {"base"} and not _is_plural(line, phrase):
        return None
    is_clear = line.words[verb] in certain_verbs() or phrase[1] != verb or (
        is_somebody(line, (phrase[1] - 1, phrase[1]), reading.cast) and not line.is_one_of(verb - 1, "determiners")
    )
    return phrase if is_clear or line.tokens[verb - 1].is_capitalized else None


def _is_participle_clause(line: Line, verb: int) -> bool:
    before = verb - 1
    while line.word(before).endswith("ly") or line.word(before) in ("also", "while", "then"):
        before -= 1
    return before < 0 or line.word(before) in (",", "—", "–", "-") or line.is_one_of(before, "prepositions")


def _is_plural(line: Line, phrase: Phrase) -> bool:
    first, end = phrase
    if end - first == 1 and line.is_one_of(first, "pronouns"):
        return line.words[first] in ("they", "we", "i")
    return any(word == "and" or word.endswith("s") or word in ("people", "many", "some", "most", "both", "police", "others") for word in line.words[first:end])


def _after_content(reading: Reading, number: int, verb: int, saying: Saying) -> Iterator[Attribution]:
    """Read a verb that follows what is said: ‘"…," said X’, "…, X said"."""
    line = reading.lines[number]
    if not saying.frames & {"quote", "clause"}:
        return
    for speaker, edge, tail in _settings(reading, line, verb, saying):
        quotation = _speech_before(reading, number, edge)
        is_apart = quotation is not None and (_is_whole(line, quotation) or _ends_aside(line, tail))
        if quotation is not None and is_apart and "quote" in saying.frames:
            content = _speech(reading, number, edge, quotation, tail)
        elif line.word(edge) == "," and _ends_aside(line, tail):
            content = _clause_around(line, edge, tail)
        elif line.word(edge) == "as" and line.word(tail) == "," and is_able_to_say(line, speaker, reading.cast):
            content = _only(_place(line, tail + 1, end_of_content(line, tail + 1)))
        else:
            continue
        if content and _is_able(reading, line, speaker, saying):
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
    is_inverted = bool(saying.forms & {"past", "third"}) and not has_listener and (
        line.word(verb - 1) == "," or (verb > 0 and line.closes_quotation(verb - 1))
    )
    if is_inverted:
        after = speaker_after(line, verb + 1)
        if after is not None:
            is_last = not has_verb(line, after[1], line.end) and "," not in line.words[after[1] : line.end]
            tail = line.end if is_last else skip_circumstances(line, after[1], has_listener=False)
            yield after, verb - 1, tail
    speaker = _subject_of(reading, line, verb, saying)
    if speaker is not None and speaker[0] < verb:
        yield speaker, speaker[0] - 1, skip_circumstances(line, verb + 1, has_listener=has_listener)


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


def _speech(reading: Reading, number: int, edge: int, quotation: Quotation, tail: int) -> tuple[Place, ...]:
    line = reading.lines[number]
    places = [_opening_of_speech(reading, number, quotation)]
    following = tail + 1 if line.word(tail) in (",", ":", "-", "—", "–") else tail
    if line.opens_quotation(following):
        second = reading.quotations[line.quoted[following]]
        places.append(_from_quotation(reading, line, following, second))
    return tuple(places)


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


def _opening_of_speech(reading: Reading, number: int, quotation: Quotation) -> Place:
    """Return the quotation's place, with what leads into it where the sentence does not begin with it."""
    while number and reading.lines[number].sentence.start > quotation.start:
        number -= 1
    line = reading.lines[number]
    index = next((i for i, token in enumerate(line.tokens) if token.start >= quotation.start), 0)
    lead = range(index)
    is_attributed = any(line.words[i] in sayings_by_word() or line.words[i] == ":" for i in lead if line.quoted[i] < 0)
    if not index or is_attributed or line.word(0) == "of":
        return quotation.first, quotation.last
    return line.tokens[0].start, quotation.end


def _from_quotation(reading: Reading, line: Line, first: int, quotation: Quotation) -> Place:
    """Return the place of a quotation that follows its cue, with the rest of the clause that it may begin."""
    last = first
    while last + 1 < len(line.tokens) and line.quoted[last + 1] == line.quoted[first]:
        last += 1
    is_whole = quotation.end > line.sentence.end or reading.text[quotation.first : quotation.last].rstrip()[-1:] in ".!?,…"
    if is_whole or last + 1 >= line.end:
        return quotation.first, quotation.last
    end = end_of_content(line, last)
    return (quotation.first, quotation.last) if end <= last + 1 else (quotation.start, line.tokens[end - 1].end)


def _clause_around(line: Line, edge: int, tail: int) -> tuple[Place, ...]:
    before = _place(line, _start_of_statement(line, edge), edge)
    after = _place(line, tail + 1, end_of_content(line, tail + 1)) if _goes_on(line, tail) else None
    if before is None or (after is None and edge < 3):
        return ()
    return (before, after) if after else (before,)


def _goes_on(line: Line, comma: int) -> bool:
    """Tell whether the content continues behind an attribution in commas, rather than a new clause begins."""
    following = comma + 1
    if comma >= line.end - 1:
        return False
    is_new = any("gerund" in one.forms for one in sayings_by_word().get(line.words[following], ()))
    return not is_new and line.words[following] not in ("and", "but", "citing", "according", "who", "which", "as", "while", "speaking", "referring", "when")


def _start_of_statement(line: Line, end: int) -> int:
    """Return where the statement before an attribution begins: behind a semicolon or the dateline."""
    first = next((index + 1 for index in range(end - 1, 0, -1) if line.words[index] == ";"), 0)
    if line.tokens[0].text.isupper():
        first = next((index + 1 for index in range(1, min(8, end)) if line.words[index] in ("—", "–", "-")), first)
    return first


def _before_content(
    reading: Reading, number: int, verb: int, saying: Saying, earlier: Attribution | None
) -> Iterator[Attribution]:
    """Read a verb that what is said follows: "X said that …"."""
    line = reading.lines[number]
    speaker = _shared_speaker(line, verb, saying, earlier) or _subject_of(reading, line, verb, saying)
    if speaker is None or not _is_able(reading, line, speaker, saying):
        return
    if line.word(speaker[0] - 1) in ("which", "what", "whom") and not begins_clause(line, verb + 1):
        return  # "which she says she obtained": the content is the relative clause itself.
    cue_end = verb + (2 if saying.particle else 1)
    for frames, first in _starts(line, cue_end, saying):
        content = _content_of_frame(reading, line, first, saying, frames) or _next_paragraph(reading, number, first, frames)
        if content:
            yield Attribution(line, (verb, cue_end), speaker, content, saying.modality)
            yield from _coordinated(line, speaker, (verb, cue_end), first, saying)
            return


def _shared_speaker(line: Line, verb: int, saying: Saying, earlier: Attribution | None) -> Phrase | None:
    """Return the speaker of the attribution before this verb in "said that …, adding that …" and "said … and added"."""
    if earlier is None:
        return None
    before = verb - 1
    while line.is_one_of(before, "adverbs") or line.word(before).endswith("ly") or line.is_one_of(before, "auxiliaries"):
        before -= 1
    is_further = line.word(before) in ("and", "but") or ("gerund" in saying.forms and line.word(before) in (",", "while", "by"))
    return earlier.speaker if is_further else None


def _starts(line: Line, index: int, saying: Saying) -> Iterator[tuple[frozenset[str], int]]:
    """Yield where the content may begin: at once for frames with an object, behind circumstances for the others."""
    objects = frozenset(one for one in saying.frames if one.startswith("other") or one in ("object", "names", "to") or one in _PREPOSITIONS)
    if saying.frames - objects:
        yield saying.frames - objects, skip_circumstances(line, index, has_listener="listener" in saying.frames)
        if "listener" in saying.frames:
            yield saying.frames - objects, skip_circumstances(line, index, has_listener=False)
    if objects:
        yield objects, index


_PREPOSITIONS = frozenset(("of", "for", "on", "against", "about"))


def _content_of_frame(reading: Reading, line: Line, first: int, saying: Saying, frames: frozenset[str]) -> tuple[Place, ...]:
    if first >= line.end:
        return ()
    word = line.words[first]
    opening = first + 1 if word in (",", ":") else first
    if line.opens_quotation(opening) and "quote" in frames:
        quotation = reading.quotations[line.quoted[opening]]
        if is_speech(quotation, reading.text) or opening > first:
            place = _from_quotation(reading, line, opening, quotation)
            return (place, *_further_quotations(reading, line, quotation, place[1]))[:3]
    if begins_clause(line, first):
        if not frames & {"clause", "that"}:
            return ()
        if line.word(first + 1) == "to":
            return ()
        start = first + 1 if word == "that" and not line.is_one_of(first + 1, "auxiliaries") else first
        return _only(_place(line, start, end_of_content(line, start, is_that_clause=True)))
    if word in _PREPOSITIONS and word in frames:
        return _only(_place(line, first + 1, end_of_content(line, first + 1)))
    if word == "to":
        return _only(_place(line, first, end_of_content(line, first))) if "to" in frames else ()
    if word in (",", ":", "and", "but", "or", "by", "not") or (line.is_one_of(first, "prepositions") and not "clause" in frames):
        return ()
    if line.is_one_of(first, "vague words") or (line.is_one_of(first, "auxiliaries") and word != "may") or line.is_one_of(first, "particles") or line.is_one_of(first, "prepositions") and word in ("of", "to", "with", "for", "from", "into", "about"):
        return ()
    end = end_of_content(line, first, is_that_clause="clause" in frames)
    if not _fits(line, first, end, frames):
        return ()
    return _only(_place(line, first, end))


def _next_paragraph(reading: Reading, number: int, first: int, frames: frozenset[str]) -> tuple[Place, ...]:
    """Return the quotation that a paragraph ending in "said that" or "said:" leads to."""
    line = reading.lines[number]
    if first < line.end - 1 or line.words[-1] not in (":", "that") or "quote" not in frames or number + 1 == len(reading.lines):
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
    return "names" in frames and not line.opens_quotation(first) and any(line.opens_quotation(index) for index in range(first, min(first + 12, end)))


def _has_after_object(line: Line, first: int, end: int, word: str) -> bool:
    """Tell whether the word stands behind an object; "to" must lead to a verb, not to a noun phrase."""
    if word not in line.words[first + 1 : end]:
        return False
    if word != "to":
        return True
    following = line.words.index("to", first + 1) + 1
    return following < end and not line.is_one_of(following, "determiners") and line.tokens[following].text.islower()


def _coordinated(line: Line, speaker: Phrase, cue: Phrase, first: int, saying: Saying) -> Iterator[Attribution]:
    """Yield the further claims of "said that … and that …"."""
    while line.word(first) == "that" or "clause" in saying.frames:
        first = end_of_content(line, first + 1, is_that_clause=True) + 1
        if line.word(first - 1) not in ("and", "but", ",") :
            return
        if line.word(first) in ("and", "but"):
            first += 1
        if line.word(first) != "that":
            return
        place = _place(line, first + 1, end_of_content(line, first + 1, is_that_clause=True))
        if place:
            yield Attribution(line, cue, speaker, (place,), saying.modality)


def _is_able(reading: Reading, line: Line, speaker: Phrase, saying: Saying) -> bool:
    return "evidence" not in saying.frames or is_able_to_say(line, speaker, reading.cast)


def _read_passive(reading: Reading, line: Line, verb: int, sayings: Sequence[Saying]) -> Iterator[Attribution]:
    """Read "…, as stated by X" and "the visit confirmed by X"."""
    is_as = line.word(verb - 1) == "as" and line.word(verb + 1) in ("by", "in") and line.word(verb - 2) == ","
    is_by = line.word(verb + 1) == "by" and any("object" in one.frames for one in sayings)
    if not (is_as or is_by):
        return
    speaker = speaker_after(line, verb + 2)
    if speaker is None or not is_able_to_say(line, speaker, reading.cast):
        return
    if is_as:
        place = _place(line, _start_of_statement(line, verb - 2), verb - 2)
    else:
        place = _object_before(line, verb)
    if place:
        yield Attribution(line, (verb, verb + 1), speaker, (place,), sayings[0].modality, is_passive=True)


def _object_before(line: Line, verb: int) -> Place | None:
    """Return the noun phrase that a participle follows at once, from its article on."""
    phrase = phrase_ending_at(line, verb - 1)
    if phrase is None:
        return None
    first = next((i for i in range(phrase[1] - 1, phrase[0] - 1, -1) if line.is_one_of(i, "determiners")), None)
    return None if first is None else _place(line, first, phrase[1])


# "According to" and nouns


def _read_according(reading: Reading, line: Line, index: int) -> Iterator[Attribution]:
    speaker = _authority(line, index + 2)
    if speaker is None or line.word(speaker[0]) in ("plan", "plans", "schedule", "him", "her", "them", "me", "us"):
        return
    end = speaker[1]
    edge = index - 1 if line.word(index - 1) == "," else index
    lead = _place(line, 0, edge) if edge > 2 else None
    tail = None
    if line.word(end) == ",":
        tail = _place(line, end + 1, end_of_content(line, end + 1)) if not lead or _goes_on(line, end) else None
    content = tuple(place for place in (lead, tail) if place)
    if content:
        yield Attribution(line, (index, index + 2), speaker, content, "asserted")


def _authority(line: Line, first: int) -> Phrase | None:
    """Return the noun phrase behind "according to": up to the comma, however long it is."""
    end = first
    while end < line.end and line.words[end] not in STOPS and line.quoted[end] < 0 and not line.is_one_of(end, "auxiliaries"):
        end += 1
    if end < line.end and line.words[end] != ",":
        return speaker_after(line, first)
    return (first, end) if end > first else None


def _read_noun(reading: Reading, line: Line, noun: int, modality: Modality) -> Iterator[Attribution]:
    """Read "Oslo's warning that …", "his offer to …", "a statement by the bank that …"."""
    speaker = _possessor(line, noun)
    first = noun + 1
    if speaker is None and line.word(first) in ("by", "from"):
        speaker = speaker_after(line, first + 1)
        first = speaker[1] if speaker else first
    if speaker is None:
        return
    if line.word(first) == "that":
        start = first + 1
    elif line.word(first) == "to" and modality in ("intended", "demanded"):
        start = first
    else:
        return
    end = _end_of_noun_content(line, start)
    place = _place(line, start, end)
    if place and end - start > 2:
        yield Attribution(line, (noun, noun + 1), speaker, (place,), modality)


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
    return next((index for index in range(first, line.end) if line.words[index] in (",", ";", ":", "—", "–") and line.quoted[index] < 0), line.end)


# Places


def _place(line: Line, first: int, end: int) -> Place | None:
    """Return the offsets of these tokens without marks at either end; None where fewer than two words are left."""
    while first < end and line.words[first] in (",", ";", ":", "and", "but", "—", "–", "-", "."):
        first += 1
    while end > first and line.words[end - 1] in (",", ";", ":", "—", "–", "-", ".", "and", "but"):
        end -= 1
    return (line.tokens[first].start, line.tokens[end - 1].end) if end - first > 1 else None


def _only(place: Place | None) -> tuple[Place, ...]:
    return (place,) if place else ()
