"""Contents: where what is claimed begins behind a verb of saying, and where it ends."""

from __future__ import annotations

from extractor.rules.claims.line import Line
from extractor.rules.claims.quotation import Quotation
from extractor.rules.claims.reading import Place, Reading
from extractor.rules.claims.saying import sayings_by_word

_QUESTION_WORDS = ("that", "how", "whether", "why", "what", "if", "where", "who")
_OBJECTS = ("him", "her", "them", "us", "me", "you", "it", "himself", "herself")
_BEGINNING_ANEW = frozenset("and but citing according who which as while speaking referring when".split())
_LISTENERS = frozenset(("reporters", "journalists"))
_REACH = 14


def skip_circumstances(line: Line, index: int, *, has_listener: bool) -> int:
    """Return the index behind time, occasion and listener: "told reporters in Oslo on Friday"."""
    if has_listener:
        index = _skip_listener(line, index)
    while index < line.end:
        skipped = _skip_one(line, index)
        if skipped == index:
            break
        index = skipped
    return index


def start_of_statement(line: Line, end: int) -> int:
    """Return where the statement before an attribution begins: behind a semicolon or the dateline."""
    first = next((index + 1 for index in range(end - 1, 0, -1) if line.words[index] == ";"), 0)
    if line.tokens[0].text.isupper():
        first = next((index + 1 for index in range(1, min(8, end)) if line.words[index] in ("—", "–", "-")), first)
    return first


def goes_on(line: Line, comma: int) -> bool:
    """Tell whether the content continues behind an attribution in commas, rather than a new clause begins."""
    following = comma + 1
    if comma >= line.end - 1:
        return False
    is_new = any("gerund" in one.forms for one in sayings_by_word().get(line.words[following], ()))
    return not is_new and line.words[following] not in _BEGINNING_ANEW


def place_of_quotation(reading: Reading, line: Line, first: int, quotation: Quotation) -> Place:
    """Return the place of a quotation that follows its cue, with the rest of the clause that it may begin."""
    last = first
    while last + 1 < len(line.tokens) and line.quoted[last + 1] == line.quoted[first]:
        last += 1
    is_whole = (
        quotation.end > line.sentence.end or reading.text[quotation.first : quotation.last].rstrip()[-1:] in ".!?,…"
    )
    if is_whole or last + 1 >= line.end:
        return quotation.first, quotation.last
    end = end_of_content(line, last)
    return (quotation.first, quotation.last) if end <= last + 1 else (quotation.start, line.tokens[end - 1].end)


def begins_clause(line: Line, index: int) -> bool:
    """Tell whether the word opens a subordinate clause of saying: "that", "whether"."""
    return line.word(index) in _QUESTION_WORDS


def end_of_content(line: Line, first: int, *, is_that_clause: bool = False) -> int:
    """Return the index behind the content that begins here: the sentence's end or the next attribution."""
    for index in range(first + 1, line.end):
        if line.quoted[index] >= 0:
            continue
        word = line.words[index]
        if line.closes_quotation(index - 1) and line.word(index - 2) == "," and _is_aside(line, index):
            return index
        if word == "," and _is_cut_after_comma(line, index + 1):
            return index
        if word in ("and", "but", "while") and _says_again(line, index + 1):
            return index
        if word == "while" and _is_said_soon(line, index + 1):
            return index
        if word == "according" and line.word(index + 1) == "to":
            return index
        if word == "that":
            is_that_clause = False  # "that" within "that": what follows is coordinated with the inner one.
        if is_that_clause and word in ("and", "but") and line.word(index + 1) == "that":
            return index
    return line.end


def _is_cut_after_comma(line: Line, index: int) -> bool:
    word = line.word(index)
    if word in ("although", "though", "whereas") or (word == "even" and line.word(index + 1) in ("as", "though")):
        return "," not in line.words[index : index + 9]
    if word in ("and", "but", "while"):
        return _says_again(line, index + 1) or (word == "but" and not line.is_one_of(index + 1, "negations"))
    if any("gerund" in one.forms for one in sayings_by_word().get(word, ())):
        return True
    return word == "according" or _is_aside(line, index)


def _says_again(line: Line, index: int) -> bool:
    """Tell whether a second verb of saying with the same subject stands here: "and added"."""
    while line.is_one_of(index, "adverbs", "auxiliaries") or line.word(index).endswith("ly"):
        index += 1
    if line.word(index) in ("declined", "refused"):
        return True
    return any(one.forms & {"past", "gerund"} for one in sayings_by_word().get(line.word(index), ()))


def _is_said_soon(line: Line, first: int) -> bool:
    """Tell whether somebody else says something behind "while"."""
    words = line.words[first : min(first + _REACH // 2, line.end)]
    return any("past" in one.forms for word in words for one in sayings_by_word().get(word, ()))


def _is_aside(line: Line, index: int) -> bool:
    """Tell whether a short attribution stands between commas here: ", she said,"."""
    for end in range(index + 1, min(index + 7, line.end)):
        if line.words[end] in (",", "that"):
            return False
        if any(one.is_finite for one in sayings_by_word().get(line.words[end], ())):
            return end + 1 == line.end or line.words[end + 1] == ","
    return False


def _skip_listener(line: Line, index: int) -> int:
    if line.word(index) in _OBJECTS:
        return index + 1
    first = index
    while index < line.end:
        word = line.words[index]
        if word in (",", ":", "to", "of") or line.quoted[index] >= 0 or begins_clause(line, index):
            break
        if index > first and (line.is_one_of(index, "prepositions", "days")):
            break
        if index > first and line.is_one_of(index, "pronouns"):
            break
        before = line.tokens[index - 1]
        is_new = line.is_one_of(index, "determiners") or (line.tokens[index].is_capitalized and before.text.islower())
        if (
            index > first
            and is_new
            and not line.is_one_of(index - 1, "determiners")
            and before.lower not in ("and", "'s", "’s")
        ):
            break
        index += 1
    return index


def _skip_one(line: Line, index: int) -> int:
    word = line.words[index]
    if line.quoted[index] >= 0:
        return index
    if line.is_one_of(index, "days") or _is_time_of_past(line, index):
        return index + 1
    if word.endswith("ly") and not line.tokens[index].is_capitalized:
        return index + 1
    if word == "on" and (line.is_one_of(index + 1, "days", "months")):
        return index + (2 if line.is_one_of(index + 1, "days") else 3)
    is_infinitive = word == "to" and line.word(index + 1) not in _LISTENERS and not _begins_noun_phrase(line, index + 1)
    if line.is_one_of(index, "prepositions") and word != "of" and not is_infinitive:
        return _skip_phrase(line, index)
    return index


def _begins_noun_phrase(line: Line, index: int) -> bool:
    return line.is_one_of(index, "determiners") or (index < line.end and line.tokens[index].is_capitalized)


def _is_time_of_past(line: Line, index: int) -> bool:
    word = line.words[index]
    if word in ("last", "this", "earlier", "late", "early"):
        return line.is_one_of(index + 1, "times", "days", "months")
    return line.is_one_of(index, "times") and index > 0


def _skip_phrase(line: Line, preposition: int) -> int:
    """Skip "in a statement on the talks", "to reporters": to the content's mark, or behind the occasion's noun."""
    occasion = None
    for index in range(preposition + 1, min(preposition + _REACH, line.end)):
        word = line.words[index]
        if occasion and (line.is_one_of(index, "auxiliaries", "pronouns")):
            break
        if line.quoted[index] >= 0:
            return index if occasion else preposition
        if word == "that" or word == ":" or word == ",":
            return index
        if occasion is None and line.is_one_of(index, "occasions"):
            occasion = index
    if occasion is None:
        is_listener = line.words[preposition] in ("to", "with") and line.word(preposition + 1) in _LISTENERS
        return preposition + 2 if is_listener else preposition
    if line.end - preposition < _REACH and not _has_clause(line, occasion + 1):
        return line.end
    return occasion + 1


def _has_clause(line: Line, first: int) -> bool:
    return any(line.is_one_of(index, "auxiliaries", "common verbs", "pronouns") for index in range(first, line.end))
