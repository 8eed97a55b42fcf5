"""Names: whether a party's name is the article's, and every place where the article uses it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from extractor.grounding.near import Words, words_of
from extractor.grounding.passages import Passage, Place
from extractor.models import Participant, Span
from extractor.reference import is_particle

_MOST_WORDS_BETWEEN = 8
"""Within one coordination: "Russian, American, and Turkish delegations" holds the name "Russian delegation"."""
_SENTENCE_END = re.compile(r"(?<=[^\W\d_A-Z]{2})[.!?]\s|\n\s*\n")
"""Not the point of an abbreviation such as "U.S."."""


def stand_in_article(passage: Passage, name: str) -> bool:
    """Tell whether the article has the name: as one passage, or its words in order within one coordination."""
    return bool(_named(passage, name) or _in_coordination(passage, name))


def words_stand_in_article(passage: Passage, phrase: str) -> bool:
    """Tell whether every word of the phrase is among the article's words, in singular or plural."""
    if passage.find_exact(phrase):
        return True
    words = words_of(phrase)
    return all(
        passage.has_word(word) or _is_among(passage.vocabulary, folded)
        for word, folded in zip(words.originals, words.folded, strict=True)
    )


def _is_among(vocabulary: frozenset[str], word: str) -> bool:
    return word in vocabulary or any(_same_noun(word, other) for other in vocabulary if other[:2] == word[:2])


def find_mentions(passage: Passage, participants: Sequence[Participant]) -> dict[str, tuple[Span, ...]]:
    """Return where the article names each participant, by id, in text order.

    Looked for are name, aliases and, of a person, the last word of the name where no other participant shares it. A
    place belongs to the participant with the longest name there: "Israel" within "Israel's defense ministry" is the
    ministry.
    """
    last_words = Counter(word for one in participants for word in set(one.name.split()))
    named = {
        one.id: {place for form in _forms(one, last_words) for place in _named(passage, form)} for one in participants
    }
    every = sorted({place for found in named.values() for place in found}, key=lambda place: (place[0], -place[1]))
    outermost: set[Place] = set()
    reach = -1
    for place in every:
        if place[1] > reach:
            outermost.add(place)
            reach = place[1]
    places = {
        # Coordinated parties share their words, so neither is within the other's name.
        one.id: (named[one.id] & outermost) or set(_in_coordination(passage, one.name) if not named[one.id] else ())
        for one in participants
    }
    return {
        id: tuple(Span(text=passage.text[start:end], start=start, end=end) for start, end in sorted(found))
        for id, found in places.items()
    }


def _forms(participant: Participant, sharing: Mapping[str, int]) -> list[str]:
    """Return the names to look for; `sharing` tells how many participants have a word in their names."""
    forms = [participant.name, *participant.aliases]
    words = participant.name.split()
    is_full_name = participant.kind == "person" and len(words) > 1 and all(not word[0].islower() for word in words)
    return [*forms, words[-1]] if is_full_name and sharing[words[-1]] == 1 else forms


def _named(passage: Passage, name: str) -> list[Place]:
    if places := passage.find_exact(name):
        return places
    # "NATO" for "Nato" is the same name, "US" for "us" is not.
    is_safe = len(name) > 3 or name.lower() == name.upper()
    return [
        place for place in passage.find_normalized(name) if is_safe or _same_form(passage.text[slice(*place)], name)
    ]


def _same_form(one: str, other: str) -> bool:
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def _in_coordination(passage: Passage, name: str) -> list[Place]:
    """Return the stretches that hold the words of the name in order, with a head noun that others share.

    "Russian, American, and Turkish delegations" holds "Russian delegation". But proper names are never taken apart:
    "Sergei Akar" must not pass because the article has "Sergei Shoigu and Hulusi Akar".
    """
    words = words_of(name)
    if len(words.folded) < 2 or any(word.lower() == word.upper() for word in words.originals):
        return []
    shares_plural = words.originals[-1][0].isupper() and not passage.has_word(words.originals[-1])
    if not shares_plural and any(not passage.find_exact(run) for run in _proper_runs(name, words)):
        return []
    places = []
    for start in _starts(passage, words):
        end = _follow(passage.words, start, words)
        if end is not None:
            place = (passage.words.places[start][0], passage.words.places[end][1])
            if not _SENTENCE_END.search(passage.text, *place):
                places.append(place)
    return places


def _starts(passage: Passage, name: Words) -> list[int]:
    """Return where the first word of a name stands, an office also in the plural that several share."""
    first = name.folded[0]
    forms = [first, *((first + "s", first + "es") if name.originals[0][0].islower() else ())]
    return [start for form in forms for start in passage.positions.get(form, ())]


def _proper_runs(name: str, words: Words) -> list[str]:
    """Return the runs of two or more capitalised words in the name, particles such as "bin" and "von" among them."""
    runs: list[tuple[int, int]] = []
    is_running = False
    for word, place in zip(words.originals, words.places, strict=True):
        is_proper = word[0].isupper() or is_particle(word)
        if is_proper and is_running:
            runs[-1] = (runs[-1][0], place[1])
        elif is_proper:
            runs.append(place)
        is_running = is_proper
    return [run for start, end in runs if len((run := name[start:end]).split()) > 1]


def _follow(text_words: Words, start: int, name: Words) -> int | None:
    index = start
    for position, word in enumerate(name.folded[1:], 1):
        limit = min(len(text_words.folded), index + 2 + _MOST_WORDS_BETWEEN)
        # The head noun, or an office before its states: "the presidents of Chile and Peru".
        is_shared = position == len(name.folded) - 1 or name.originals[position][0].islower()
        found = (
            i
            for i in range(index + 1, limit)
            if text_words.folded[i] == word or (is_shared and _same_noun(text_words.folded[i], word))
        )
        following = next(found, None)
        if following is None:
            return None
        index = following
    return index


def _same_noun(one: str, other: str) -> bool:
    """Tell whether the words are one noun in singular and plural."""
    shorter, longer = sorted((one, other), key=len)
    return longer in (shorter + "s", shorter + "es") or (shorter[-1:] == "y" and longer == shorter[:-1] + "ies")
