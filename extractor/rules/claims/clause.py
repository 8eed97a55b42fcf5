"""Clauses: where the one around a word begins, what its subject is, and whether a stretch has a verb."""

from __future__ import annotations

from extractor.rules.claims.line import STOPS, Line, Phrase
from extractor.rules.claims.saying import certain_verbs, sayings_by_word

_OPENING_CLAUSE = frozenset(("when", "because", "before", "after", "until", "if"))
"""Conjunctions behind which the subject of "… and said" stands, if a verb is there too."""


def subject_of_clause(line: Line, position: int) -> Phrase | None:
    """Return the noun phrase with which the clause around this place begins."""
    first = start_of_clause(line, position)
    if first >= position:
        return None
    if line.is_one_of(first, "pronouns"):
        return first, first + 1
    if line.words[first] in certain_verbs() or line.is_one_of(first, "common verbs"):
        return None
    end = first
    while end < position and not _ends_subject(line, end, first):
        end += 1
    return (first, end) if end > first else None


def start_of_clause(line: Line, position: int) -> int:
    """Return where the clause around this place begins, without conjunctions and introductory phrases."""
    first = 0
    for index in range(position - 1, -1, -1):
        is_mark = line.words[index] in (";", ":", "—", "–") or line.is_speech_at(index)
        if is_mark or (line.words[index] in _OPENING_CLAUSE and has_verb(line, index, position)):
            first = index + 1
            break
    while first < position:
        if line.is_one_of(first, "leading") or line.words[first] in STOPS:
            first += 1
        elif _is_introduction(line, first):
            comma = next((index for index in range(first, position) if line.words[index] == ","), None)
            if comma is None or comma + 1 >= position:
                return first
            first = comma + 1
        else:
            break
    return first


def _is_introduction(line: Line, index: int) -> bool:
    word = line.words[index]
    return line.is_one_of(index, "prepositions", "subordinators", "times", "days") or (
        word.endswith(("ly", "ing"))
        and not line.is_one_of(index + 1, "common verbs")
        and line.word(index + 1) not in sayings_by_word()
    )


def _ends_subject(line: Line, index: int, first: int) -> bool:
    word = line.words[index]
    return (
        word in STOPS
        or line.quoted[index] >= 0
        or line.is_one_of(index, "auxiliaries", "common verbs", "subordinators")
        or (index > first and line.is_one_of(index, "prepositions") and word not in ("of", "for"))
        or (index > first and not line.tokens[index].is_capitalized and word.endswith("ed"))
        or (index > first and word in sayings_by_word())
    )


def has_verb(line: Line, first: int, end: int) -> bool:
    """Tell whether a verb can be told between these tokens."""
    return any(
        line.is_one_of(index, "auxiliaries", "common verbs") or line.words[index] in certain_verbs()
        for index in range(first, end)
    )
