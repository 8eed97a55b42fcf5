"""Sources: which party of the article, or which unnamed one, a speaker is."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.models.reply import ParticipantKind
from extractor.rules.lexicon import words_of
from extractor.rules.line import Line
from extractor.rules.parties import Cast
from extractor.rules.speaker import Phrase

_ARTICLES = frozenset(("the", "a", "an", "“", '"'))


@dataclass(frozen=True)
class SourcePhrase:
    """A source that the cast does not know, under the article's words for it."""

    name: str
    kind: ParticipantKind
    start: int
    end: int


Source = int | SourcePhrase
"""A party of the cast by its position, or a new one."""


def identify_source(text: str, line: Line, phrase: Phrase, cast: Cast) -> Source | None:
    """Return the party that the noun phrase means; None for a pronoun that means no known one."""
    first, end = phrase
    if line.is_one_of(first, "pronouns") and end == first + 1:
        return _position(cast, line.tokens[first].start)
    while first < end and line.words[first] in _ARTICLES:
        first += 1
    if first == end:
        return None
    core = _end_of_core(line, first, end)
    start, head_end = line.tokens[first].start, line.tokens[core - 1].end
    if (issuer := _issuer_of(line, first, core, end)) is not None:
        return identify_source(text, line, issuer, cast)
    mentions = cast.mentions_in(line.tokens[phrase[0]].start, head_end)
    if mentions and mentions[-1].end >= head_end and not _is_joined(line, first, core, mentions[-1].start):
        return mentions[-1].party
    if line.words[phrase[0]] in ("the", "this") and core == end == first + 1:
        known = _position(cast, line.tokens[first].start)
        if known is not None:
            return known
    return SourcePhrase(" ".join(text[start : line.tokens[end - 1].end].split()), _kind_of(line, first, core), start, line.tokens[end - 1].end)


def _issuer_of(line: Line, first: int, core: int, end: int) -> Phrase | None:
    """Return who speaks through a document: "a report from the bank", "the Foreign Ministry statement"."""
    head = line.words[core - 1]
    if head not in words_of("saying", "documents") and _singular(head) not in words_of("saying", "documents"):
        return None
    if line.word(core) in ("from", "by") and core + 1 < end:
        return core + 1, end
    if line.tokens[first].is_capitalized and first + 1 < core and not line.tokens[core - 1].is_capitalized:
        last = core - 1
        while last > first and not line.tokens[last - 1].is_capitalized:
            last -= 1
        return (first, last) if last > first and line.word(last) not in ("-", "and") else None
    return None


def is_somebody(line: Line, phrase: Phrase) -> bool:
    """Tell whether the noun phrase is a person or a body, by its head noun or by a capital."""
    first, end = phrase
    if line.is_one_of(first, "pronouns"):
        return line.words[first] != "it"
    core = _end_of_core(line, first, end)
    head = line.words[core - 1]
    is_known = head in words_of("saying", "people") or _singular(head) in words_of("saying", "people")
    return is_known or any(line.tokens[index].is_capitalized for index in range(max(first, 1), core))


def is_able_to_say(line: Line, phrase: Phrase) -> bool:
    """Tell whether the noun phrase is a person, a body or a document rather than a thing that shows something."""
    head = line.words[_end_of_core(line, *phrase) - 1]
    if head in ("reports", "rumors", "rumours") and not any(line.tokens[index].is_capitalized for index in range(phrase[0] + 1, phrase[1])):
        return False
    is_document = head in words_of("saying", "documents") or _singular(head) in words_of("saying", "documents")
    return is_document or is_somebody(line, phrase)


def is_outlet(line: Line, phrase: Phrase) -> bool:
    """Tell whether the noun phrase names a newspaper, an agency or a station."""
    return any(line.words[index] in words_of("saying", "outlets") for index in range(*phrase)) and any(
        line.tokens[index].is_capitalized for index in range(*phrase)
    )


def _is_joined(line: Line, first: int, core: int, last_mention: int) -> bool:
    """Tell whether the last mention is only the second of two parties: "Lund and Holm"."""
    return any(line.words[i] in ("and", "&") and line.tokens[i].start < last_mention for i in range(first, core))


def _position(cast: Cast, offset: int) -> int | None:
    party = cast.resolve_pronoun(offset)
    return cast.parties.index(party) if party in cast.parties else None


def _end_of_core(line: Line, first: int, end: int) -> int:
    """Return the index behind the head noun: before the first preposition, relative pronoun or comma."""
    for index in range(first + 1, end):
        if line.words[index] == "," or line.is_one_of(index, "phrase prepositions"):
            return index
    return end


def _kind_of(line: Line, first: int, core: int) -> ParticipantKind:
    head = line.words[core - 1]
    single = _singular(head)
    if "and" in line.words[first:core]:
        return "group"
    if head in words_of("saying", "documents") or single in words_of("saying", "documents"):
        return "organization"
    if any(line.words[index] in words_of("saying", "outlets") for index in range(first, core)):
        return "organization"
    if single != head or head in ("people", "police", "many", "some", "others", "few", "both", "several", "men", "women"):
        return "group"
    return "person"


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
