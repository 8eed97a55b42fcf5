"""Titles: offices and honorifics, the words that stand before them, and particles within names."""

from __future__ import annotations

import functools
from dataclasses import dataclass, fields

from extractor.reference.tables import read_table


@dataclass(frozen=True)
class Titles:
    """Words in small letters."""

    honorifics: frozenset[str]
    offices: frozenset[str]
    given_names_too: frozenset[str]
    """Offices before which nothing shows that they are no given names: "Dean"."""
    surnames_too: frozenset[str]
    """Offices that end people's names as well: "King"."""
    qualifiers: frozenset[str]
    """What stands before an office: "deputy"."""
    particles: frozenset[str]
    """Words within a person's name that are none by themselves: "bin"."""
    particles_or_words: frozenset[str]
    """Particles that are other words where no name is known: "do"."""
    articles: frozenset[str]
    """Particles that a hyphen joins to a name: "al"."""


@functools.cache
def titles() -> Titles:
    """Return the lists."""
    table = read_table(__package__, "titles")
    return Titles(**{field.name: frozenset(table[field.name]) for field in fields(Titles)})


def is_particle(word: str) -> bool:
    """Tell whether a word of a person's name is no name of its own, as "bin" and "von"."""
    return word in titles().particles or word in titles().particles_or_words
