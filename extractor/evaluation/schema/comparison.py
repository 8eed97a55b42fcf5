"""Comparison: a gold value and a predicted one, judged field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extractor.evaluation.schema.likeness import are_same, likeness, pair_items
from extractor.evaluation.schema.paths import field_path
from extractor.evaluation.schema.values import Fields, Items, Leaf, Value


@dataclass(frozen=True, slots=True)
class Judged:
    """What one field has on both sides: a value, or an object of a list; None where a side has none."""

    path: str
    gold: Leaf | Fields | None
    predicted: Leaf | Fields | None
    is_right: bool

    @property
    def is_object(self) -> bool:
        """Tell whether it is an object of a list, whose fields are judged by themselves."""
        return isinstance(self.gold, dict) or isinstance(self.predicted, dict)


def judge(gold: Value, predicted: Value, path: str) -> Iterator[Judged]:
    """Yield what a value holds on both sides, in the order of its fields, the objects of its lists with their fields.

    Where one side has none, everything that the other has is missed or invented.
    """
    if isinstance(gold, dict | None) and isinstance(predicted, dict | None):
        yield from _judge_fields(gold or {}, predicted or {}, path)
    elif isinstance(gold, Items | None) and isinstance(predicted, Items | None):
        yield from _judge_items(gold or Items(), predicted or Items(), path)
    elif isinstance(gold, dict | Items) or isinstance(predicted, dict | Items):
        # One is a list or an object where the other is not.
        yield from judge(gold, None, path)
        yield from judge(None, predicted, path)
    else:
        yield Judged(path, gold, predicted, are_same(gold, likeness(gold, predicted)))


def _judge_fields(gold: Fields, predicted: Fields, path: str) -> Iterator[Judged]:
    for name in dict.fromkeys([*gold, *predicted]):
        yield from judge(gold.get(name), predicted.get(name), field_path(path, name))


def _judge_items(gold: Items, predicted: Items, path: str) -> Iterator[Judged]:
    for one, other in joined(gold, predicted):
        if isinstance(one, dict | None) and isinstance(other, dict | None):
            yield Judged(f"{path}[]", one, other, one is not None and other is not None)
        yield from judge(one, other, f"{path}[]")


def joined(gold: Items, predicted: Items) -> Iterator[tuple[Value, Value]]:
    """Yield the items of two lists: pairs and what is missed in gold order, then what is invented."""
    taken = {pair.gold: pair.predicted for pair in pair_items(gold, predicted)}
    for index, item in enumerate(gold.items):
        yield item.value, predicted.items[taken[index]].value if index in taken else None
    paired = set(taken.values())
    yield from ((None, item.value) for index, item in enumerate(predicted.items) if index not in paired)
