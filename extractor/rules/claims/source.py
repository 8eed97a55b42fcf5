"""Sources: which party of the article, or which unnamed one, a speaker is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractor.models.reply import ParticipantKind
from extractor.rules.cast import Cast, Mention
from extractor.rules.claims.line import Line, Phrase
from extractor.rules.lexicon import words_of

_LEADING_TO_OUTLET = frozenset(("told", "tell", "telling", "with", "to", "by", "as", "on"))
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


def kind_of_source(source: Source, cast: Cast) -> ParticipantKind:
    """Return the kind of a source."""
    return cast.parties[source].kind if isinstance(source, int) else source.kind


def identify_source(text: str, line: Line, phrase: Phrase, cast: Cast) -> Source | None:
    """Return the party that the noun phrase means, a new one where the cast has none."""
    first, end = phrase
    while first < end and line.words[first] in _ARTICLES:
        first += 1
    if first == end or not any(character.isalnum() for index in range(first, end) for character in line.words[index]):
        return None
    core = _end_of_core(line, first, end)
    start, head_end = line.tokens[first].start, line.tokens[core - 1].end
    if (issuer := _issuer_of(line, first, core, end)) is not None:
        return identify_source(text, line, issuer, cast)
    mentions = cast.mentions_in(line.tokens[phrase[0]].start, head_end)
    if mentions and mentions[-1].end >= head_end and not _is_joined(line, first, core, mentions):
        return mentions[-1].party
    return SourcePhrase(
        " ".join(text[start : line.tokens[end - 1].end].split()),
        _kind_of(line, first, core, has_article=line.word(first - 1) == "the"),
        start,
        line.tokens[end - 1].end,
    )


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


def is_somebody(line: Line, phrase: Phrase, cast: Cast) -> bool:
    """Tell whether the noun phrase is a person or a body, by its head noun, a capital or the cast."""
    first, end = phrase
    if line.is_one_of(first, "pronouns"):
        return line.words[first] != "it"
    core = _end_of_core(line, first, end)
    head = line.words[core - 1]
    return (
        _is_person_or_body(head)
        or any(line.tokens[index].is_capitalized for index in range(max(first, 1), core))
        or bool(cast.mentions_in(line.tokens[first].start, line.tokens[core - 1].end))
    )


def is_named_speaker(line: Line, phrase: Phrase) -> bool:
    """Tell whether the head noun is a name, a person or a body: "the KCTV", "the police chief"."""
    core = _end_of_core(line, *phrase)
    head = line.words[core - 1]
    return _is_person_or_body(head) or line.tokens[core - 1].is_capitalized


def _is_person_or_body(head: str) -> bool:
    return any(word in words_of("saying", kind) for word in (head, _singular(head)) for kind in ("people", "bodies"))


def is_able_to_say(line: Line, phrase: Phrase, cast: Cast) -> bool:
    """Tell whether the noun phrase is a person, a body or a document rather than a thing that shows something."""
    head = line.words[_end_of_core(line, *phrase) - 1]
    if head in ("reports", "rumors", "rumours") and not any(
        line.tokens[index].is_capitalized for index in range(phrase[0] + 1, phrase[1])
    ):
        return False
    is_document = head in words_of("saying", "documents") or _singular(head) in words_of("saying", "documents")
    return is_document or is_somebody(line, phrase, cast)


def is_outlet(line: Line, phrase: Phrase) -> bool:
    """Tell whether the words are the name of a newspaper, an agency or a station."""
    indexes = range(*phrase)
    is_name = all(line.tokens[index].is_capitalized or line.words[index] in ("the", "of") for index in indexes)
    return is_name and any(line.words[index] in words_of("saying", "outlets") for index in indexes)


def find_outlet(line: Line, first: int, end: int) -> str | None:
    """Return the newspaper, agency or station that passes a statement on: "told Reuters", "as the Post reports"."""
    index = first
    while index < end:
        if line.words[index] not in _LEADING_TO_OUTLET:
            index += 1
            continue
        start = index + 1
        if line.word(start) == "the":
            start += 1
        index = start
        while index < end and (line.tokens[index].is_capitalized or line.words[index] in ("of", "and")):
            index += 1
        if any(line.words[i] in words_of("saying", "outlets") for i in range(start, index)):
            return " ".join(token.text for token in line.tokens[start:index])
        index = max(index, start)
    return None


def _is_joined(line: Line, first: int, core: int, mentions: Sequence[Mention]) -> bool:
    """Tell whether the last mention is only the second of two parties ("Lund and Holm"), not of two titles."""
    last = mentions[-1].start
    joint = next((i for i in range(first, core) if line.words[i] in ("and", "&") and line.tokens[i].start < last), None)
    return joint is not None and (mentions[0].start < line.tokens[joint].start or line.tokens[joint + 1].start == last)


def _end_of_core(line: Line, first: int, end: int) -> int:
    """Return the index behind the head noun: before the first preposition, relative pronoun or comma."""
    for index in range(first + 1, end):
        word = line.words[index]
        is_participle = word.endswith("ed") and not line.tokens[index].is_capitalized and index + 1 < end
        if word == "," or is_participle or line.is_one_of(index, "phrase prepositions"):
            return index
    return end


def _kind_of(line: Line, first: int, core: int, *, has_article: bool) -> ParticipantKind:
    head = line.words[core - 1]
    single = _singular(head)
    if "and" in line.words[first:core]:
        return "group"
    if head in words_of("saying", "documents") or single in words_of("saying", "documents"):
        return "organization"
    if has_article and all(line.tokens[index].is_capitalized for index in range(first, core)):
        return "organization"
    is_human = single in words_of("saying", "people") and single not in words_of("saying", "bodies")
    is_body = any(
        line.words[i] in words_of("saying", kind) for i in range(first, core) for kind in ("bodies", "outlets")
    )
    if is_body and not is_human:
        return "organization"
    if (single != head and head not in words_of("saying", "bodies")) or head in (
        "people",
        "police",
        "many",
        "some",
        "others",
        "few",
        "both",
        "several",
        "men",
        "women",
    ):
        return "group"
    return "person"


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
