"""Attributions: who is said to say what, word by word, before it is asked which party that is."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.rules.claims.line import Line
from extractor.rules.claims.noun import read_according, read_citation, read_noun
from extractor.rules.claims.reading import Attribution, Reading
from extractor.rules.claims.saying import nouns_of_saying, sayings_by_word
from extractor.rules.claims.verb import read_verb


def find_attributions(reading: Reading) -> Iterator[Attribution]:
    """Yield the attributions of an article in the order of their cues; headlines have none."""
    for number, line in enumerate(reading.lines):
        if not line.sentence.is_headline:
            yield from _find_in_line(reading, number)


def _find_in_line(reading: Reading, number: int) -> Iterator[Attribution]:
    line = reading.lines[number]
    verbs, nouns = sayings_by_word(), nouns_of_saying()
    earlier: Attribution | None = None
    for index, word in enumerate(line.words):
        if word == "according" and line.word(index + 1) == "to" and line.quoted[index] < 0:
            yield from read_according(line, index)
        elif word == "(" and line.closes_quotation(index - 1):
            yield from read_citation(reading, line, index)
        elif word in verbs and _is_in_narrative(line, index):
            for one in read_verb(reading, number, index, earlier):
                earlier = earlier if one.is_passive else one
                yield one
        if word in nouns and _is_in_narrative(line, index):
            yield from read_noun(line, index, nouns[word])


def _is_in_narrative(line: Line, index: int) -> bool:
    """Tell whether the word is the article's own and not part of a name ("United States")."""
    is_name = index > 0 and line.tokens[index].is_capitalized and not line.closes_quotation(index - 1)
    return line.quoted[index] < 0 and not is_name
