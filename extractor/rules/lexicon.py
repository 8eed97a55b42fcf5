"""The lexicon: the word lists and patterns in `data/`, read once."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any


@functools.cache
def read_list(file: str) -> Any:
    """Return what `data/<file>.json` holds."""
    return json.loads(resources.files(__package__).joinpath("data", f"{file}.json").read_text(encoding="utf-8"))


@functools.cache
def words_of(file: str, key: str) -> frozenset[str]:
    """Return the words of one list as a set."""
    return frozenset(read_list(file)[key])


@functools.cache
def states_by_adjective() -> dict[str, str]:
    """Return the state of each adjective of one."""
    states = read_list("states")["states"]
    return {adjective: state for state, one in states.items() for adjective in one["adjectives"]}


@functools.cache
def adjectives_of_places() -> frozenset[str]:
    """Return the adjectives of states and regions."""
    return frozenset(states_by_adjective()) | words_of("states", "regional_adjectives")


@functools.cache
def states_by_place() -> dict[str, str]:
    """Return the state or bloc of each of its names and cities, these in casefolded form."""
    lists = read_list("states")
    places = {city.casefold(): state for state, one in lists["states"].items() for city in one["cities"]}
    names = {name.casefold(): state for state, one in lists["states"].items() for name in (state, *one["names"])}
    blocs = {name.casefold(): bloc for bloc, others in lists["blocs"].items() for name in (bloc, *others)}
    return places | names | blocs
