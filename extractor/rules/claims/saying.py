"""Words of saying: the verbs and nouns that make a claim, with what may follow them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from extractor.models.reply import Modality
from extractor.rules.lexicon import read_list, words_of

VerbForm = Literal["base", "third", "past", "participle", "gerund"]


@dataclass(frozen=True)
class Saying:
    """One reading of a word of saying: its modality, and the frames that `data/saying.json` explains."""

    verb: str
    forms: frozenset[VerbForm]
    modality: Modality
    frames: frozenset[str]
    particle: str | None
    """The word that must follow for the verb to be one of saying: "out" of "point out"."""

    @property
    def is_finite(self) -> bool:
        """Whether the form can have a subject of its own without an auxiliary."""
        return bool(self.forms & {"base", "third", "past"})


@functools.cache
def sayings_by_word() -> Mapping[str, tuple[Saying, ...]]:
    """Return the readings of every form of every verb of saying."""
    readings: dict[str, list[Saying]] = {}
    for group in read_list("saying")["verbs"]:
        for phrase in group["verbs"]:
            verb, _, particle = phrase.partition(" ")
            for form, names in _forms(verb).items():
                one = Saying(verb, frozenset(names), group["modality"], frozenset(group["frames"]), particle or None)
                readings.setdefault(form, []).append(one)
    return {word: tuple(ones) for word, ones in readings.items()}


@functools.cache
def certain_verbs() -> frozenset[str]:
    """Return the forms that are hardly ever anything but a verb, so that no noun phrase runs across them."""
    return frozenset(sayings_by_word()) - words_of("saying", "also nouns and adjectives")


@functools.cache
def nouns_of_saying() -> Mapping[str, Modality]:
    """Return the modality of each noun of saying, in singular and plural."""
    groups: Mapping[Modality, Sequence[str]] = read_list("saying")["nouns"]
    return {
        form: modality
        for modality, nouns in groups.items()
        for noun in nouns
        for form in (noun, noun[:-1] + "ies" if noun.endswith("y") else noun + "s")
    }


def _forms(verb: str) -> dict[str, list[VerbForm]]:
    names: tuple[VerbForm, ...] = ("base", "third", "past", "participle", "gerund")
    forms: dict[str, list[VerbForm]] = {}
    for name, form in zip(names, (verb, *_inflect(verb)), strict=True):
        forms.setdefault(form, []).append(name)
    return forms


def _inflect(verb: str) -> Iterator[str]:
    irregular = read_list("saying")["irregular"].get(verb)
    if irregular:
        yield from irregular
        return
    ends_in_y = verb.endswith("y") and verb[-2] not in "aeou"
    stem = verb.removesuffix("e")
    yield verb[:-1] + "ies" if ends_in_y else verb + ("es" if verb.endswith(("s", "x", "ch", "sh")) else "s")
    past = verb[:-1] + "ied" if ends_in_y else stem + "ed"
    yield past
    yield past
    yield (verb if verb.endswith("ee") else stem) + "ing"
