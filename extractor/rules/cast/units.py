"""Units: words, or words that go together, each with a letter for what it can be in a noun phrase.

The letters are what `phrases.py` is written in; a capital letter is a capitalised word, where there are two:

    Kk qualifier (foreign)   Tt office (minister)    Gg group (officials)   Oo body (ministry)   Ww person (friend)
    S  state                 J  adjective of one     U  either ("US")       R  people (Kurds)    Q  known body
    L  other place           N  name                 I  initial             P  particle (von)    H  honorific
    D  determiner            n  number               e  of, for             r  from              a  and
    ,  comma                 '  possessive           ( )  brackets          v  function word     x  other word
    m  capitalised, and no name (Monday)             .  other mark          |  end of a sentence
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from extractor.reference import blocs, states, titles
from extractor.rules.lexicon import read_list, words_of
from extractor.rules.text import Sentence, Token, read_tokens

_MARKS = {",": ",", "(": "(", ")": ")", "&": "a", "and": "a", "of": "e", "for": "e", "from": "r"}
_SENT_TO = frozenset("ambassador ambassadors envoy adviser advisor representative emissary aide".split())
"""Whose office goes on with "to": "ambassador to Kenya"."""


class Unit(NamedTuple):
    """A word or words of one sort; `state` is the state or bloc that they name or that the body acts for."""

    tag: str
    start: int
    end: int
    lower: str
    state: str | None


class Entry(NamedTuple):
    """An entry of the lexicon: the words after the first, and what all of them are."""

    rest: tuple[str, ...]
    tag: str
    state: str | None
    is_name: bool
    """Whether it has to be capitalised."""
    is_upper: bool
    """Whether it has to be written in capitals: "US" is not "us"."""


def read_units(sentences: Sequence[Sentence]) -> Iterator[Unit | None]:
    """Yield the units of every sentence in text order, and None behind each sentence."""
    named = _capitalized_within(sentences)
    for sentence in sentences:
        yield from _units_of(sentence, named)
        yield None


def _capitalized_within(sentences: Iterable[Sentence]) -> frozenset[str]:
    """Return the words that stand capitalised within a sentence: they are names at its beginning too."""
    return frozenset(
        token.text
        for sentence in sentences
        if not sentence.is_headline
        for before, token in zip(sentence.tokens, sentence.tokens[1:], strict=False)
        if token.text[0].isupper() and (before.text[0].isalnum() or before.text in ",'’s")
    )


def _units_of(sentence: Sentence, named: frozenset[str]) -> list[Unit]:
    lexicon, plain, tokens = _lexicon(), _plain_tags(), sentence.tokens
    is_shouted = sentence.is_headline or _is_shouted(tokens)
    units: list[Unit] = []
    append, make = units.append, tuple.__new__  # as in `read_tokens`
    index, opens = 0, True
    while index < len(tokens):
        token = tokens[index]
        text, lower = token.text, token.lower
        if lower == "to" and units and units[-1].lower in _SENT_TO:
            units.append(Unit("e", token.start, token.end, lower, None))
            index += 1
            continue
        if text == lower and (tag := plain.get(lower)) is not None:
            # Most words: small letters, and of one sort whatever stands beside them.
            append(make(Unit, (tag, token.start, token.end, lower, None)))
            index += 1
            opens = False
            continue
        entry = _entry(lexicon.get(lower, ()), tokens, index)
        if entry is not None:
            last = index + len(entry.rest)
            tag = _tag_of_entry(entry, tokens, index, opens or is_shouted, named)
            if tag in "SL" and units and units[-1].tag == "N" and tokens[index - 1].text in given_names():
                tag = "N"  # "Michael Jordan"
            if tag in "HTt" and _has_point(tokens, last):
                last += 1
            words = lower if last == index else " ".join(one.lower for one in tokens[index : last + 1])
            units.append(Unit(tag, token.start, tokens[last].end, words, entry.state))
        else:
            tag, last = _tag_of_unknown(tokens, index, opens, is_shouted, named), index
            if tag == "N" and len(text) == 1 and index + 1 < len(tokens) and tokens[index + 1].text == ".":
                tag, last = "I", index + 1
            append(make(Unit, (tag, token.start, tokens[last].end, lower, None)))
        index = last + 1
        opens = not text[0].isalnum() and (opens or text in '"“‘:;``—–(•*')
    return units


def _is_shouted(tokens: Sequence[Token]) -> bool:
    """Tell whether most words are in capitals, which then mean nothing."""
    if not any(one.text.isupper() and len(one.text) > 1 for one in tokens[:2]):
        return False
    return sum(one.text.isupper() for one in tokens) * 2 > len(tokens)


def _tag_of_entry(entry: Entry, tokens: Sequence[Token], index: int, is_weak: bool, named: frozenset[str]) -> str:
    text, tag = tokens[index].text, entry.tag
    if not text[0].isupper():
        return tag if entry.is_name else tag.lower() if tag in "KTGOW" else tag
    if tag == "P":
        return "N"
    if tag == "v" and not is_weak and text in named:
        return _tag_of_function_word(tokens, index)
    return tag


def _has_point(tokens: Sequence[Token], last: int) -> bool:
    """Tell whether the point of an abbreviation follows: "Mr.", "Sen."."""
    return (
        last + 1 < len(tokens)
        and tokens[last + 1].text == "."
        and tokens[last].lower in words_of("abbreviations", "never_ending")
    )


def _tag_of_function_word(tokens: Sequence[Token], index: int) -> str:
    """Tell "Will Smith" from a capitalised "Will"."""
    following = tokens[index + 1].text if index + 1 < len(tokens) else ""
    return "N" if following[:1].isupper() and tokens[index].text not in ("I", "The") else "v"


def _tag_of_unknown(tokens: Sequence[Token], index: int, opens: bool, is_shouted: bool, named: frozenset[str]) -> str:
    text = tokens[index].text
    first = text[0]
    if first.islower() and "-" not in text:
        return "x"
    if first in "'’":
        return "'"
    if not first.isalnum():
        return "."
    if first.isdigit():
        return "n"
    article, _, name = text.partition("-")
    if article in titles().articles and name[:1].isupper():
        return "N"
    if not first.isupper():
        return "x"
    if "-" in text and text.rpartition("-")[2].islower():
        return "k"  # "London-based"
    if not (opens or is_shouted) or text in named:
        return "N"
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if is_shouted or following is None:
        return "x"
    if following.lower in ("and", "&") and index + 2 < len(tokens):
        following = tokens[index + 2]
    is_name = following.lower in words_of("nouns", "human_verbs") or following.text[:1].isupper()
    return "N" if is_name and not text.endswith(("ing", "ly", "ed")) else "x"


def _entry(entries: Sequence[Entry], tokens: Sequence[Token], index: int) -> Entry | None:
    token = tokens[index]
    for entry in entries:
        if entry.is_name and not token.text[0].isupper():
            continue
        if entry.is_upper and not token.text.isupper():
            continue
        rest = entry.rest
        if not rest:
            return entry
        if tuple(one.lower for one in tokens[index + 1 : index + 1 + len(rest)]) == rest:
            return entry
    return None


@functools.cache
def given_names() -> frozenset[str]:
    """Return the given names that the lists know."""
    return words_of("given_names", "female") | words_of("given_names", "male")


@functools.cache
def _lexicon() -> dict[str, tuple[Entry, ...]]:
    """Return every entry by its first word, the longest first; of one word's senses the last that is given here."""
    table: dict[str, dict[tuple[str, ...], Entry]] = {}

    def add(phrases: Iterable[str], tag: str, state: str | None = None, is_name: bool = False) -> None:
        for phrase in phrases:
            first, *rest = (token.lower for token in read_tokens(phrase, 0, len(phrase)))
            is_upper = is_name and phrase.replace(".", "").isupper() and len(phrase) <= 3
            table.setdefault(first, {})[tuple(rest)] = Entry(tuple(rest), tag, state, is_name, is_upper)

    nouns, regions = read_list("nouns"), read_list("regions")
    add(nouns["function_words"], "v")
    add(titles().qualifiers, "K")
    add(nouns["persons"], "W")
    add(nouns["groups"], "G")
    add(nouns["company_words"], "O", is_name=True)
    add(nouns["organizations"], "O")
    add(titles().offices, "T")
    add(titles().honorifics, "H")
    add(nouns["determiners"], "D")
    add(nouns["numbers"], "n")
    add(titles().particles, "P")
    add(nouns["not_names"], "m")
    for mark, tag in _MARKS.items():
        add([mark], tag)
    add(regions["places"], "L", is_name=True)
    add(regions["adjectives"], "J", is_name=True)
    add(regions["people"], "R", is_name=True)
    for state in states():
        add((*state.capitals, *state.cities), "L", state.name, is_name=True)
        is_either = state.name in ("United States", "United Kingdom")
        add((state.name, *state.names), "U" if is_either else "S", state.name, is_name=True)
        add(state.parts, "S", state.name, is_name=True)
        add(itertools.chain(state.adjectives, *state.parts.values()), "J", state.name, is_name=True)
        add(state.people, "R", state.name, is_name=True)
        add(state.seats, "Q", state.name, is_name=True)
    for bloc in blocs():
        add((bloc.name, *bloc.names), "U", bloc.name, is_name=True)
    add(nouns["outlets"], "Q", is_name=True)
    for acted_for, known in nouns["known"].items():
        add(known, "Q", acted_for or None, is_name=True)
    return {
        first: tuple(sorted(entries.values(), key=lambda entry: -len(entry.rest))) for first, entries in table.items()
    }


@functools.cache
def _plain_tags() -> dict[str, str]:
    """Return the letter of each word that, in small letters, is of one sort whatever stands beside it."""
    tags: dict[str, str] = {}
    for word, entries in _lexicon().items():
        common = [entry for entry in entries if not entry.is_name]
        if not common:
            tags[word] = "x"
        elif len(common) == 1 and not common[0].rest:
            tags[word] = common[0].tag.lower() if common[0].tag in "KTGOW" else common[0].tag
    return tags
