"""States: the states of the world and their blocs, each under one name, with all by which news call them."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from extractor.reference.tables import read_table


@dataclass(frozen=True, slots=True)
class State:
    """A state or a bloc of states."""

    name: str
    code: str | None = None
    """ISO 3166-1 alpha-2, XK for Kosovo; a bloc has none."""
    names: Sequence[str] = ()
    """Its other names."""
    adjectives: Sequence[str] = ()
    people: Sequence[str] = ()
    capitals: Sequence[str] = ()
    """The cities that news write for its government."""
    seats: Sequence[str] = ()
    """The buildings that news write for its government."""
    cities: Sequence[str] = ()
    """Other cities that news name without their country."""
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The countries of which it consists, which are not the whole, with their adjectives."""


@functools.cache
def states() -> tuple[State, ...]:
    """Return the states by name."""
    return tuple(State(name, **row) for name, row in read_table(__package__, "states")["states"].items())


@functools.cache
def blocs() -> tuple[State, ...]:
    """Return the blocs by name."""
    return tuple(State(name, **row) for name, row in read_table(__package__, "blocs")["blocs"].items())


def is_bloc(name: str) -> bool:
    """Tell whether a name is the one under which the table has a bloc."""
    return any(bloc.name == name for bloc in blocs())


@functools.cache
def states_by_name() -> Mapping[str, State]:
    """Return the state of each of its names and of those of its parts, in casefolded form."""
    return {name.casefold(): state for state in states() for name in (state.name, *state.names, *state.parts)}


@functools.cache
def names_by_seat() -> Mapping[str, frozenset[str]]:
    """Return the states and blocs for which each capital or seat stands, by its casefolded name.

    Brussels stands for three.
    """
    found: dict[str, frozenset[str]] = {}
    for one in (*states(), *blocs()):
        for seat in (*one.capitals, *one.seats):
            found[seat.casefold()] = found.get(seat.casefold(), frozenset()) | {one.name}
    return found
