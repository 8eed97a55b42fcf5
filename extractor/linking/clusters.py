"""Clusters: disjoint sets that grow link by link, unless a link would join what must stay apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

TraitsT = TypeVar("TraitsT")


class Clusters(Generic[TraitsT]):
    """Disjoint sets of numbers, each with what its members have in common."""

    def __init__(self, merge: Callable[[TraitsT, TraitsT], TraitsT | None]) -> None:
        """Begin without members; `merge` returns what two sets have together, or None where they must stay apart."""
        self._merge = merge
        self._parents: list[int] = []
        self._traits: list[TraitsT] = []

    def add(self, traits: TraitsT) -> int:
        """Return the number of a new member, which is alone."""
        self._parents.append(len(self._parents))
        self._traits.append(traits)
        return len(self._parents) - 1

    def find(self, member: int) -> int:
        """Return the member that stands for the whole set."""
        parents = self._parents
        while parents[member] != member:
            parents[member] = member = parents[parents[member]]
        return member

    def traits(self, member: int) -> TraitsT:
        """Return what the set of a member has in common."""
        return self._traits[self.find(member)]

    def change(self, member: int, traits: TraitsT) -> None:
        """Set what the set of a member has in common."""
        self._traits[self.find(member)] = traits

    def join(self, one: int, other: int) -> bool:
        """Join the sets of two members; tell whether they are together now."""
        first, second = sorted((self.find(one), self.find(other)))
        if first == second:
            return True
        merged = self._merge(self._traits[first], self._traits[second])
        if merged is None:
            return False
        self._parents[second] = first
        self._traits[first] = merged
        return True

    def sets(self) -> Iterator[list[int]]:
        """Yield every set, its members in order, by the first of them."""
        found: dict[int, list[int]] = {}
        for member in range(len(self._parents)):
            found.setdefault(self.find(member), []).append(member)
        yield from found.values()
