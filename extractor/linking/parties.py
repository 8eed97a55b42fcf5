"""Parties: what is kept in memory of a participant, and how its names are read for comparing."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from extractor.linking.dataset import Via
from extractor.models import Extraction, Participant
from extractor.models.reply import ParticipantKind
from extractor.names import guess_kind, normalize_name, read_name, state_of
from extractor.normalize.countries import country_named
from extractor.reference import is_bloc, is_particle

_OFFICE = re.compile(r"(?P<holder>.+?)(?:['’]s|(?<=s)['’])\s+(?:press\s+)?office", re.IGNORECASE)
_NO_STATE = frozenset[str]()
_LONG_WORD = 5
"""Letters from which on a doubled one is a matter of transcription; "Lee" and "Le" are two names."""
_DOUBLE = re.compile(r"(.)\1+")
_ENDING = re.compile(r"(?:[iy]|iy|ij|yi)$")

Form = tuple[str, ...]
"""A person's name as words in one spelling, without titles and particles."""


class Item(NamedTuple):
    """What belongs to exactly one entity: a participant, the party it acts for, or the holder of an office."""

    article: str
    record: str
    via: Via


@dataclass(frozen=True, slots=True)
class Party:
    """A party as one article has it."""

    item: Item
    kind: ParticipantKind
    name: str
    aliases: tuple[str, ...]
    role: str | None
    represents: str | None
    digest: str
    """Of the article's text: copies of an article speak of the same parties."""

    @property
    def names(self) -> tuple[str, ...]:
        """The name, then the aliases."""
        return (self.name, *self.aliases)

    @property
    def state(self) -> str | None:
        """The state for which it acts, by what the article says or its role makes plain."""
        return represented_state(self.represents, self.role, self.name if self.kind != "person" else None)


def parties_of(article: str, extraction: Extraction, digest: str) -> Iterator[Party]:
    """Yield the parties of an article: participants, and those for which they act or after which they are named."""
    for one in extraction.participants:
        yield _party(Item(article, one.id, "itself"), one, digest)
        if one.represents:
            kind: ParticipantKind = "state" if state_key(one.represents) else "organization"
            guessed = guess_kind([one.represents]) if kind == "organization" else kind
            # Nobody acts for an unnamed group; what is not told apart is taken for an organization.
            kind = "state" if guessed == "state" else kind
            yield Party(Item(article, one.id, "represents"), kind, one.represents, (), None, None, digest)
        holder = _OFFICE.fullmatch(one.name) if one.kind == "organization" else None
        if holder and len(person_form(holder["holder"]) or ()) > 1:
            name = holder["holder"]
            yield Party(Item(article, one.id, "office"), "person", name, (), None, one.represents, digest)


def _party(item: Item, one: Participant, digest: str) -> Party:
    return Party(item, one.kind, one.name, one.aliases, one.role, one.represents, digest)


@functools.lru_cache(maxsize=100_000)
def state_key(name: str) -> str | None:
    """Return what is equal for all names of one state or bloc: its ISO 3166-1 code, or its name in the table."""
    state = state_of(name)
    return country_named(state or name) or state


@functools.lru_cache(maxsize=100_000)
def represented_state(represents: str | None, role: str | None, name: str | None) -> str | None:
    """Return the one state, and no bloc, that a party acts for; None where none or several may be meant."""
    if represents and (key := state_key(represents)):
        return None if is_bloc(key) else key
    for text in (represents, name, role):
        states = _states_within(text) if text else _NO_STATE
        if len(states) == 1:
            key = state_key(next(iter(states)))
            return key if key and not is_bloc(key) else None
    return None


def _states_within(text: str) -> frozenset[str]:
    read = read_name(text, False)
    # The Pentagon is the "US Department of Defense".
    return read.named_states or (read_name(read.body, False).named_states if read.body else _NO_STATE)


@functools.lru_cache(maxsize=100_000)
def person_form(name: str) -> Form | None:
    """Return the name of a person for comparing; None where it is an office or a description, as "flight attendant"."""
    if name.islower():
        return None
    read = read_name(name, True)
    words = tuple(_transcribed(word) for word in read.letters if not is_particle(word))
    return None if read.role is not None or not any(len(word) > 1 for word in words) else words


def _transcribed(word: str) -> str:
    """Return a word in one transcription: "Zelenskyy", "Zelenskiy" and "Zelensky" are one name."""
    if len(word) < _LONG_WORD:
        return word
    return _ENDING.sub("y", _DOUBLE.sub(r"\1", word))


@functools.lru_cache(maxsize=100_000)
def role_words(role: str | None) -> frozenset[str]:
    """Return the words of a role that may tell it from others, states aside."""
    return read_name(role, False).words - read_name(role, False).states if role else frozenset()


class BodyKey(NamedTuple):
    """What is equal for all names of one organization or group, as far as a table and its words tell."""

    kind: str
    words: frozenset[str]
    state: str | None


@functools.lru_cache(maxsize=100_000)
def body_key(name: str, kind: str, state: str | None) -> BodyKey | None:
    """Return the key of an organization, a group or an unnamed holder of an office; None where the name tells nothing.

    "the ministry", "officials" and "flight attendant" tell nothing without a state.
    """
    read = read_name(name, False)
    if kind == "organization" and read.body and state in (None, state_key(read.body), _state_within(read.body)):
        return BodyKey("body", frozenset((read.body,)), None)
    blocs = frozenset(filter(is_bloc, read.named_states))
    words = read.words - read.states
    is_named = kind != "office" and bool(read.distinctive) and not name.islower()
    if not words or not (state or blocs or is_named):
        return None
    return BodyKey(kind, words | blocs, state)


@functools.lru_cache(maxsize=10_000)
def _state_within(name: str) -> str | None:
    return represented_state(None, None, name)


def distinctive_words(name: str) -> frozenset[str]:
    """Return the words of an organization's name that tell it from others of its sort."""
    read = read_name(name, False)
    return frozenset() if read.stands_for else read.distinctive


def plain(name: str) -> str:
    """Return the name without case, marks and punctuation."""
    return normalize_name(name)
