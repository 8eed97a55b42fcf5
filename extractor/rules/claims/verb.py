"""Verbs of saying: whether one says something in its sentence, and who its subject is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extractor.rules.claims.content import start_of_statement
from extractor.rules.claims.following import read_following_content
from extractor.rules.claims.line import Line
from extractor.rules.claims.preceding import read_preceding_content
from extractor.rules.claims.reading import Attribution, Place, Reading, place_of
from extractor.rules.claims.saying import Saying, sayings_by_word
from extractor.rules.claims.source import is_able_to_say
from extractor.rules.claims.speaker import phrase_ending_at, speaker_after

_BEFORE_NOUN = frozenset(("the", "a", "an", "no", "any", "such", "these", "those"))


def read_verb(reading: Reading, number: int, verb: int, earlier: Attribution | None) -> Iterator[Attribution]:
    """Yield what the verb attributes; `earlier` is the last attribution of the same sentence."""
    line = reading.lines[number]
    sayings = sayings_by_word()[line.words[verb]]
    if _is_noun(line, verb) or _is_aside_in_brackets(line, verb):
        return
    if _is_passive(line, verb, sayings):
        yield from _read_passive(reading, line, verb, sayings)
        return
    for saying in sayings:
        if saying.particle and line.word(verb + 1) != saying.particle:
            continue
        found = list(read_preceding_content(reading, number, verb, saying)) or list(
            read_following_content(reading, number, verb, saying, earlier)
        )
        if found:
            yield from found
            return


def _is_noun(line: Line, verb: int) -> bool:
    """Tell whether the word is a noun here: "the claims", "his offer", "of reports"."""
    if line.is_one_of(verb - 1, "possessives") or line.word(verb - 1) in _BEFORE_NOUN:
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


def _read_passive(reading: Reading, line: Line, verb: int, sayings: Sequence[Saying]) -> Iterator[Attribution]:
    """Read "…, as stated by X" and "the visit confirmed by X"."""
    is_as = line.word(verb - 1) == "as" and line.word(verb + 1) in ("by", "in") and line.word(verb - 2) == ","
    is_by = line.word(verb + 1) == "by" and any("object" in one.frames for one in sayings)
    if not (is_as or is_by):
        return
    speaker = speaker_after(line, verb + 2)
    if speaker is None or not is_able_to_say(line, speaker, reading.cast):
        return
    before = start_of_statement(line, verb - 2)
    place = place_of(line, before, verb - 2) if is_as else _object_before(line, verb)
    if place:
        yield Attribution(line, (verb, verb + 1), speaker, (place,), sayings[0].modality, is_passive=True)


def _object_before(line: Line, verb: int) -> Place | None:
    """Return the noun phrase that a participle follows at once, from its article on."""
    phrase = phrase_ending_at(line, verb - 1)
    if phrase is None:
        return None
    first = next((i for i in range(phrase[1] - 1, phrase[0] - 1, -1) if line.is_one_of(i, "determiners")), None)
    return None if first is None else place_of(line, first, phrase[1])
