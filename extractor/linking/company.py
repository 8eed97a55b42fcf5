"""Company: in whose company a person is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from extractor.linking.nodes import Node


class Company:
    """The other people whose full names the articles about a person have, by the numbers of sets of nodes."""

    def __init__(self, nodes: Sequence[Node], find: Callable[[int], int]) -> None:
        self._articles: dict[int, set[str]] = defaultdict(set)
        self._roles: dict[int, set[str]] = defaultdict(set)
        self._people: dict[str, set[int]] = defaultdict(set)
        self._of: dict[int, frozenset[int]] = {}
        for number, node in enumerate(nodes):
            if node.name.space not in ("person", "surname"):
                continue
            root = find(number)
            articles = {party.item.article for party in node.parties}
            self._articles[root] |= articles
            self._roles[root] |= node.roles
            if node.name.space == "person":
                for article in articles:
                    self._people[article].add(root)

    def articles(self, root: int) -> set[str]:
        """Return the articles that name the person."""
        return self._articles[root]

    def roles(self, root: int) -> set[str]:
        """Return the words of the roles that they give."""
        return self._roles[root]

    def of(self, root: int) -> frozenset[int]:
        """Return the people whose full names those articles have."""
        if root not in self._of:
            self._of[root] = frozenset().union(*(self._people[article] for article in self._articles[root]))
        return self._of[root]
