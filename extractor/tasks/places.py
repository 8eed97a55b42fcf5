"""Places: which of many records stand where others do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from extractor.models import Span

ItemT = TypeVar("ItemT")

_CELL = 500
"""Characters; about as long as what a record quotes."""


class Places(Generic[ItemT]):
    """Items by the spans that they have in the text."""

    def __init__(self) -> None:
        self._cells: dict[int, list[tuple[Span, ItemT]]] = defaultdict(list)

    def add(self, item: ItemT, spans: Iterable[Span]) -> None:
        """Put an item where its spans are."""
        for span in spans:
            for cell in _cells_of(span):
                self._cells[cell].append((span, item))

    def overlapping(self, spans: Iterable[Span]) -> list[tuple[int, ItemT]]:
        """Return how many code points of the spans each item shares, and the item, in the order of their adding."""
        shared: dict[int, tuple[int, ItemT]] = {}
        for span in spans:
            seen: set[tuple[int, int, int]] = set()
            for cell in _cells_of(span):
                for other, item in self._cells.get(cell, ()):
                    place = (id(item), other.start, other.end)
                    if place not in seen and (common := span.overlap(other)):
                        seen.add(place)
                        shared[id(item)] = (shared.get(id(item), (0, item))[0] + common, item)
        return list(shared.values())


def _cells_of(span: Span) -> Iterator[int]:
    yield from range(span.start // _CELL, span.end // _CELL + 1)
