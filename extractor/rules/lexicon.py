"""The lexicon: the word lists and patterns in `data/`, and the states by their words, read once."""

from __future__ import annotations

import functools
import itertools
from typing import Any

from extractor.reference import blocs, states
from extractor.reference.tables import read_table


def read_list(file: str) -> Any:
    """Return what `data/<file>.json` holds."""
    return read_table(__package__, file)


@functools.cache
def words_of(file: str, key: str) -> frozenset[str]:
    """Return the words of one list as a set."""
    return frozenset(read_list(file)[key])


@functools.cache
def states_by_adjective() -> dict[str, str]:
    """Return the state of each adjective of one or of its parts."""
    return {
        adjective: state.name
        for state in states()
        for adjective in itertools.chain(state.adjectives, *state.parts.values())
    }


@functools.cache
def adjectives_of_places() -> frozenset[str]:
    """Return the adjectives of states and regions."""
    return frozenset(states_by_adjective()) | words_of("regions", "adjectives")


@functools.cache
def states_by_place() -> dict[str, str]:
    """Return the state or bloc of each of its names, parts and cities, these in casefolded form."""
    cities = {city.casefold(): one.name for one in states() for city in (*one.capitals, *one.cities)}
    names = {name.casefold(): one.name for one in (*states(), *blocs()) for name in (one.name, *one.names, *one.parts)}
    return cities | names
