"""Triggers: the words of `data/meetings.json` that may tell of a meeting."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.models.reply import MeetingFormat
from extractor.rules.lexicon import read_list, words_of
from extractor.rules.meetings.row import Row
from extractor.rules.text import Sentence

_DETERMINING = frozenset(
    "a an the his her their its our this that these those first second third two three several many few any no another "
    "regular bilateral trilateral informal formal private secret annual joint of at emergency planned".split()
)


@dataclass(frozen=True)
class Trigger:
    """A way to tell of a meeting: what may stand between it and the other party, and what it says of the format."""

    forms: tuple[tuple[str, ...], ...]
    is_noun: bool
    format: MeetingFormat
    takes: tuple[str, ...]
    is_visit: bool
    is_hosting: bool
    takes_late: bool
    objects_only: bool
    followed_by: tuple[str, ...]
    """Words of which one has to come later: "called B to discuss"."""
    is_statement: bool
    """Whether it is one to a counterpart, which counts only with a day and between two states."""


@dataclass(frozen=True)
class Found:
    """A trigger in a row, by the indices of its first word and behind its last."""

    trigger: Trigger
    first: int
    last: int


def may_tell_of_meeting(sentence: Sentence) -> bool:
    """Tell whether a word with which a trigger begins stands in the sentence."""
    first_words = _by_first_word().keys()
    return any(token.lower in first_words for token in sentence.tokens)


def find_triggers(row: Row) -> Iterator[Found]:
    """Yield the triggers of a row in text order, the longest where several begin with one word."""
    table = _by_first_word()
    index = 0
    while index < len(row.words):
        entries = table.get(row.words[index].lower)
        found = next((one for one in entries if row.says(index, one[0])), None) if entries else None
        if found is None:
            index += 1
            continue
        form, verb, noun = found
        last = index + len(form)
        trigger = _sense(row, index, last, verb, noun)
        if trigger is not None:
            yield Found(trigger, index, last)
        index = last


def _sense(row: Row, first: int, last: int, verb: Trigger | None, noun: Trigger | None) -> Trigger | None:
    """Return the verb or the noun, by the words around it."""
    if noun is not None and row.lower(last) in words_of("meetings", "rooms"):
        noun = None
    if verb is None or noun is None:
        return verb or noun
    before, after = row.lower(first - 1), row.lower(last)
    if before in _DETERMINING or after in ("between", "of", "among") or row.lower(first - 1) in ("'s", "’s"):
        return noun
    if row.mention(last) is not None or before in (
        "to",
        "will",
        "would",
        "could",
        "may",
        "might",
        "is",
        "are",
        "was",
        "were",
        "by",
        "after",
        "before",
    ):
        return verb
    return noun if row.lower(first).endswith("ing") else verb


@functools.cache
def _triggers() -> tuple[Trigger, ...]:
    patterns = read_list("meetings")
    return tuple(
        Trigger(
            forms=tuple(tuple(form.split()) for form in one["forms"]),
            is_noun=is_noun,
            format=one["format"],
            takes=tuple(one.get("takes", ())),
            is_visit=one.get("visit", False),
            is_hosting=one.get("hosting", False),
            takes_late=one.get("late", False),
            objects_only=one.get("objects_only", False),
            followed_by=tuple(one.get("followed_by", ())),
            is_statement=one.get("statement", False),
        )
        for is_noun, key in ((False, "verbs"), (True, "nouns"))
        for one in patterns[key]
    )


_Entry = tuple[Sequence[str], Trigger | None, Trigger | None]


@functools.cache
def _by_first_word() -> dict[str, tuple[_Entry, ...]]:
    """Return each form, by its first word, with the verb and the noun that it may be; the longest first."""
    senses: dict[tuple[str, ...], list[Trigger | None]] = {}
    for trigger in _triggers():
        for form in trigger.forms:
            senses.setdefault(form, [None, None])[trigger.is_noun] = trigger
    table: dict[str, list[_Entry]] = {}
    for form, (verb, noun) in senses.items():
        table.setdefault(form[0], []).append((form, verb, noun))
    return {word: tuple(sorted(entries, key=lambda entry: -len(entry[0]))) for word, entries in table.items()}
