"""Speakers: the noun phrase that says what a verb of saying says."""

from __future__ import annotations

from itertools import pairwise

from extractor.rules.claims.clause import has_verb, start_of_clause, subject_of_clause
from extractor.rules.claims.line import STOPS, Line, Phrase
from extractor.rules.claims.saying import certain_verbs, sayings_by_word

_MOST_TOKENS = 30
_MOST_BEFORE_AND = 7


def speaker_before(line: Line, verb: int) -> Phrase | None:
    """Return the subject to the left of a verb, or None where there is none or the verb is negated."""
    last = _before_auxiliaries(line, verb)
    if last is None or last < 0 or line.quoted[last] >= 0:
        return None
    word = line.words[last]
    if line.is_one_of(last, "pronouns"):
        return last, last + 1
    if word in ("who", "which", "that"):
        return _antecedent(line, last)
    if line.is_one_of(last, "coordinators"):
        return subject_of_clause(line, last)
    if word == ",":
        return _before_parenthesis(line, last)
    relative = _relative_before(line, last)
    if relative is not None:
        return _antecedent(line, relative)
    return _named_before(line, phrase_ending_at(line, last))


def _relative_before(line: Line, last: int) -> int | None:
    """Return the "who" of the relative clause that ends here: "a nurse who asked not to be named said"."""
    for index in range(last, max(last - _MOST_TOKENS, -1), -1):
        if line.words[index] == "who":
            return index
        if line.words[index] in STOPS or line.quoted[index] >= 0 or line.is_one_of(index, "subordinators"):
            return None
    return None


def _named_before(line: Line, phrase: Phrase | None) -> Phrase | None:
    """Return the name before an apposition that no comma closes: "Ida Holm, a nurse in Bergen said"."""
    if phrase is None or line.word(phrase[0] - 1) != "," or line.word(phrase[0]) not in ("a", "an", "one"):
        return phrase
    comma = first = phrase[0] - 1
    while first and line.tokens[first - 1].is_capitalized and line.quoted[first - 1] < 0:
        first -= 1
    is_apart = not first or line.words[first - 1] in STOPS or line.quoted[first - 1] >= 0
    return (first, comma) if is_apart and _is_bare_name(line, first, comma) else phrase


def speaker_after(line: Line, first: int) -> Phrase | None:
    """Return the noun phrase that begins here: the subject of "said Mrs Holm, the minister"."""
    if line.is_one_of(first, "prepositions"):
        return None
    end = first
    while end < line.end and end - first < _MOST_TOKENS and not _ends_phrase_after(line, end):
        end += 1
    if line.word(end - 1) == "the":
        end -= 1
    return (first, end) if end > first else None


def phrase_ending_at(line: Line, last: int) -> Phrase | None:
    """Return the noun phrase whose last token this is."""
    end = last + 1
    if line.words[last] == ")":
        opened = next((i for i in range(last, max(last - 8, -1), -1) if line.words[i] == "("), 0)
        last, end = opened - 1, opened
    first = _first_of_phrase(line, last)
    if first > last:
        return None
    first = _first_of_adjectives(line, _without_opening(line, first, end))
    if first < end and "and" in line.words[first:end]:
        first = _first_of_list(line, first)
    return (first, end) if first < end else None


def _first_of_adjectives(line: Line, first: int) -> int:
    """Return where "the wiry, white-haired pilot" begins, given where "white-haired pilot" does."""
    article = first - 3
    if line.word(first - 1) != "," or line.word(article) not in ("the", "a", "an"):
        return first
    return article if article == 0 or line.words[article - 1] in STOPS or line.quoted[article - 1] >= 0 else first


def _first_of_list(line: Line, first: int) -> int:
    """Return where "Oslo, Bergen and Lund" begins, given where "Bergen and Lund" does."""
    while line.word(first - 1) == ",":
        earlier = first - 1
        while earlier and line.tokens[earlier - 1].is_capitalized and line.quoted[earlier - 1] < 0:
            earlier -= 1
        is_start = not earlier or line.word(earlier - 1) in (",", "the") or line.is_one_of(earlier - 1, "leading")
        if not is_start or not 0 < first - 1 - earlier < 5 or line.is_one_of(earlier, "prepositions"):
            break
        first = earlier - 1 if line.word(earlier - 1) == "the" else earlier
    return first


def _before_auxiliaries(line: Line, verb: int) -> int | None:
    """Return the index before the verb's auxiliaries and adverbs, None where they negate or defer the saying."""
    index = verb - 1
    while index >= 0:
        word = line.words[index]
        if line.is_one_of(index, "negations", "modals"):
            return _before_continuing(line, index) if word == "to" else None
        is_adverb = line.is_one_of(index, "adverbs") or (word.endswith("ly") and not line.tokens[index].is_capitalized)
        is_contraction = word in ("’s", "'s") and line.is_one_of(index - 1, "pronouns")
        if not (is_adverb or is_contraction or line.is_one_of(index, "auxiliaries")):
            break
        index -= 1
    if line.is_one_of(index, "times") and line.word(index - 1) in ("last", "this", "late", "early", "earlier"):
        index -= 2
    if line.is_one_of(index, "days"):
        index -= 2 if line.word(index - 1) == "on" else 1
    if line.word(index) == "," and line.is_one_of(index - 1, "leading") and line.word(index - 2) == ",":
        index -= 3
    return index


def _before_continuing(line: Line, to: int) -> int | None:
    """Return the index before "went on to" and "continued to", which defer nothing."""
    if line.words[max(to - 2, 0) : to] in (("went", "on"), ("goes", "on")):
        return _before_auxiliaries(line, to - 2)
    return _before_auxiliaries(line, to - 1) if line.word(to - 1) in ("continued", "continues", "sought") else None


def _antecedent(line: Line, relative: int) -> Phrase | None:
    last = relative - 1
    if line.word(last) == ",":
        return _before_apposition(line, last)
    return phrase_ending_at(line, last) if last >= 0 and line.words[last] not in STOPS - {")"} else None


def _before_apposition(line: Line, comma: int) -> Phrase | None:
    """Return the noun phrase that the appositions before this comma belong to: "Ida Holm, a nurse from Bergen, who"."""
    first = comma
    while (
        first and comma - first < _MOST_TOKENS and (line.words[first - 1] == "," or not _bounds_phrase(line, first - 1))
    ):
        if line.words[first - 1] in sayings_by_word() and not line.tokens[first - 1].is_capitalized:
            break
        first -= 1
    while first < comma and (line.words[first] == "," or line.is_one_of(first, "leading")):
        first += 1
    end = next((index for index in range(first, comma) if line.words[index] == ","), comma)
    return phrase_ending_at(line, end - 1) if end > first else None


def _before_parenthesis(line: Line, comma: int) -> Phrase | None:
    """Return the noun phrase before the apposition or relative clause that this comma closes."""
    parts = _parts_before(line, comma)
    if parts and line.is_one_of(parts[0][0], "pronouns"):
        return parts[0][0], parts[0][0] + 1
    for (first, end), (following, following_end) in pairwise(parts):
        head = next((i for i in range(first + 1, end) if line.is_one_of(i, "phrase prepositions")), end) - 1
        is_name = line.tokens[head].is_capitalized
        if is_name and not line.tokens[following].is_capitalized and not has_verb(line, first, end):
            return phrase_ending_at(line, end - 1)
        if not is_name and _is_bare_name(line, following, following_end) and not has_verb(line, first, end):
            return following, following_end  # "The group's leader, Ida Holm, said"
    if len(parts) > 1 and not has_verb(line, *parts[0]):
        return phrase_ending_at(line, parts[0][1] - 1)
    return None


def _parts_before(line: Line, comma: int) -> list[Phrase]:
    """Return what commas part in the clause before this one, from its subject on."""
    parts: list[Phrase] = []
    first = end = start_of_clause(line, comma)
    while end <= comma:
        if line.words[end] == ",":
            if end > first:
                parts.append((first, end))
            first = end + 1
        elif line.words[end] in STOPS and line.words[end] not in ("(", ")", "-"):
            first, parts = end + 1, []
        end += 1
    return parts


def _is_bare_name(line: Line, first: int, end: int) -> bool:
    return 1 < end - first < 5 and all(line.tokens[index].is_capitalized for index in range(first, end))


def _first_of_phrase(line: Line, last: int) -> int:
    """Walk left from the last token of a noun phrase to its first."""
    index, least = last, max(last - _MOST_TOKENS, 0)
    while index >= least and not _bounds_phrase(line, index):
        if line.words[index] in ("and", "or") and not _joins_phrases(line, index):
            break
        index -= 1
    return index + 1


def _bounds_phrase(line: Line, index: int) -> bool:
    if line.words[index] == "-" and 0 < index < len(line.words) - 1:
        before, mark, after = line.tokens[index - 1 : index + 2]
        return before.end != mark.start or mark.end != after.start  # "34-year-old" is a word in three tokens
    return (
        line.words[index] in STOPS
        or line.quoted[index] >= 0
        or line.is_one_of(index, "auxiliaries", "common verbs")
        or (line.is_one_of(index, "subordinators") and line.words[index] != "or")
        or line.is_one_of(index, "adverbial prepositions")
        or (line.words[index] in certain_verbs() and not line.tokens[index].is_capitalized)
        or (line.words[index].endswith("ed") and line.is_one_of(index + 1, "determiners"))
        or line.is_one_of(index, "pronouns")
    )


def _joins_phrases(line: Line, conjunction: int) -> bool:
    """Tell whether "and" stands within a subject: what is left of it begins the clause, short and without a verb."""
    index = conjunction - 1
    while index >= 0 and not _bounds_phrase(line, index):
        index -= 1
        if conjunction - index > _MOST_BEFORE_AND:
            return False
    is_alike = (
        line.tokens[conjunction - 1].is_capitalized
        == line.tokens[min(conjunction + 1, len(line.words) - 1)].is_capitalized
    )
    return (
        is_alike
        and conjunction - index > 1
        and (index < 0 or line.words[index] in (",", "that", "while", "as", "but", ";"))
    )


def _without_opening(line: Line, first: int, end: int) -> int:
    """Return where the noun phrase begins behind a conjunction or an introductory phrase without a comma."""
    while first < end and (line.is_one_of(first, "leading") or line.words[first] == "."):
        first += 1
    if first >= end or not (line.is_one_of(first, "prepositions", "times", "days")):
        return first
    for index in range(end - 1, first + 1, -1):
        before = line.tokens[index - 1]
        if line.is_one_of(index - 1, "prepositions"):
            continue
        is_determined = line.is_one_of(index, "determiners")
        is_name = (
            line.tokens[index].is_capitalized
            and not (before.is_capitalized and not _is_time(line, index - 1))
            and before.text != "."
        )
        if is_determined or (is_name and not line.is_one_of(index - 1, "determiners")):
            return index
    return end


def _is_time(line: Line, index: int) -> bool:
    return line.is_one_of(index, "days", "months") or line.words[index].isdigit()


def _ends_phrase_after(line: Line, index: int) -> bool:
    word = line.words[index]
    return (
        word in STOPS
        or line.quoted[index] >= 0
        or line.is_one_of(index, "days", "auxiliaries", "common verbs")
        or (word in certain_verbs() and not line.tokens[index].is_capitalized)
        or line.is_one_of(index, "subordinators")
        or (line.is_one_of(index, "prepositions") and word not in ("of", "for", "at", "from", "with"))
    )
