"""Subjects of verbs of saying: whether a verb's form and the noun phrase before it make somebody who says."""

from __future__ import annotations

from extractor.rules.claims.clause import subject_of_clause
from extractor.rules.claims.line import STOPS, Line, Phrase
from extractor.rules.claims.reading import Reading
from extractor.rules.claims.saying import Saying, certain_verbs
from extractor.rules.claims.source import is_able_to_say, is_somebody
from extractor.rules.claims.speaker import speaker_before

_REACH = 8
_PLURAL = frozenset(("and", "people", "many", "some", "most", "both", "police", "others", "media"))


def subject_of(reading: Reading, line: Line, verb: int, saying: Saying) -> Phrase | None:
    """Return who says what the verb says, None where the word is no verb here or nobody says it."""
    if line.word(verb - 1) == "as" and "quoted" in line.words[max(0, verb - _REACH) : verb]:
        return _quoted_speaker(line, verb)
    if "gerund" in saying.forms and _is_participle_clause(line, verb):
        return subject_of_clause(line, verb - 1) if verb > 2 else None
    phrase = speaker_before(line, verb)
    if phrase and "gerund" in saying.forms and phrase[1] == verb:
        phrase = _issuer(line, phrase) or phrase
    if phrase is None or not _agrees(reading, line, phrase, verb, saying):
        return None
    return phrase


def _quoted_speaker(line: Line, verb: int) -> Phrase | None:
    """Return who is quoted in "Holm was quoted as saying" and "Lund Radio quoted Holm as saying"."""
    quoted = next(index for index in range(verb - 1, -1, -1) if line.words[index] == "quoted")
    return (quoted + 1, verb - 1) if quoted + 1 < verb - 1 else speaker_before(line, quoted)


def _issuer(line: Line, document: Phrase) -> Phrase | None:
    """Return who issued the document in "the union issued a statement saying …"."""
    before = document[0] - 1
    if line.is_one_of(before, "giving verbs"):
        return speaker_before(line, before)
    for index in range(document[0], document[1]):
        if line.is_one_of(index, "giving verbs"):
            return speaker_before(line, index)
    return None


def _agrees(reading: Reading, line: Line, phrase: Phrase, verb: int, saying: Saying) -> bool:
    is_adjacent = phrase[1] == verb
    if "gerund" in saying.forms:
        return not is_adjacent or is_somebody(line, phrase, reading.cast)
    is_quantity = line.is_one_of(verb - 1, "determiners") or line.word(verb - 1) == "few"
    if not saying.is_finite or (is_adjacent and is_quantity and phrase[1] - phrase[0] > 1):
        return False  # "a few added songs"
    if "past" in saying.forms:
        return True
    if saying.forms == {"base"} and (not _is_plural(line, phrase) or line.is_one_of(verb - 1, "coordinators")):
        return False
    if line.words[verb] in certain_verbs():
        return True
    # "claims", "state": a verb only behind somebody and before what it says.
    if not _can_follow_verb(line, verb + 1):
        return False
    if not is_adjacent or line.tokens[verb - 1].is_capitalized:
        return True
    return not line.is_one_of(verb - 1, "determiners") and is_able_to_say(line, (verb - 1, verb), reading.cast)


def _can_follow_verb(line: Line, index: int) -> bool:
    word = line.word(index)
    if not word or word in STOPS or word in ("that", "how", "to", "for", "on", "of", "it") or line.quoted[index] >= 0:
        return True
    kinds = ("determiners", "possessives", "pronouns", "days")
    return line.tokens[index].is_capitalized or any(line.is_one_of(index, kind) for kind in kinds)


def _is_participle_clause(line: Line, verb: int) -> bool:
    before = verb - 1
    while line.word(before).endswith("ly") or line.word(before) in ("also", "while", "then"):
        before -= 1
    return before < 0 or line.word(before) in (",", "—", "–", "-") or line.is_one_of(before, "prepositions")


def _is_plural(line: Line, phrase: Phrase) -> bool:
    first, end = phrase
    if end - first == 1 and line.is_one_of(first, "pronouns"):
        return line.words[first] in ("they", "we", "i")
    is_name = line.tokens[end - 1].is_capitalized  # "Boeing say"
    return is_name or any(word.endswith("s") or word in _PLURAL for word in line.words[first:end])


def is_able(reading: Reading, line: Line, speaker: Phrase, saying: Saying) -> bool:
    """Tell whether the speaker can do what the verb says: things show and underline, but state nothing."""
    return "evidence" not in saying.frames or is_able_to_say(line, speaker, reading.cast)
