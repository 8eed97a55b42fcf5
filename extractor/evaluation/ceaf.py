"""CEAF-RME, the score of MUC-4 templates: of the templates' fillers, how many are found in the right template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Entity: TypeAlias = Sequence[str]
"""All mentions of one filler. They are compared as they stand: normalise them before."""
Variant: TypeAlias = Literal["subset", "phi3_entity"]
"""Whether several predicted entities may count for one gold entity (subset) or only one (phi3_entity)."""


@dataclass(frozen=True)
class Template:
    """A record of a document; a type such as "attack / bombing" leaves open which of the two it is."""

    type: str
    slots: Mapping[str, Sequence[Entity]]


@dataclass(frozen=True)
class Counts:
    """Entities, over one document or, added up, over many; a ratio without a denominator is 0.0."""

    matched_gold: int = 0
    matched_predicted: int = 0
    gold: int = 0
    predicted: int = 0

    @property
    def precision(self) -> float:
        """Matched share of the predicted entities, 0 to 1."""
        return self.matched_predicted / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Matched share of the gold entities, 0 to 1."""
        return self.matched_gold / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 to 1."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.matched_gold + other.matched_gold,
            self.matched_predicted + other.matched_predicted,
            self.gold + other.gold,
            self.predicted + other.predicted,
        )


def ceaf_rme(gold: Sequence[Template], predicted: Sequence[Template], *, variant: Variant) -> Counts:
    """Count the matched entities of one document under the best one-to-one alignment of its templates.

    Templates align where their types agree. In "subset" every predicted entity that shares a mention with a gold
    entity of its role is matched, so that saying a right filler twice raises precision; in "phi3_entity" each gold
    entity takes at most one. Recall is by one-to-one pairs of entities in both. Sum the counts to score a corpus.

    Source: Chen et al. 2023, Iterative Document-level Information Extraction via Imitation Learning (IterX), and the
    scores published with it. Its code since counts phi3 by mentions; this is phi3 by entities.
    """
    everything = Counts(gold=_entities(gold), predicted=_entities(predicted))
    pairs = [[_matches(one, other, variant) for other in predicted] for one in gold]
    # The alignment maximises matched predictions, as published; among equals matched gold, or order would decide.
    weight = everything.gold + 1
    best = _align([[pair.matched_predicted * weight + pair.matched_gold for pair in row] for row in pairs])
    return sum((pairs[row][column] for row, column in best), start=everything)


def _entities(templates: Sequence[Template]) -> int:
    return sum(len(entities) for template in templates for entities in template.slots.values())


def _matches(gold: Template, predicted: Template, variant: Variant) -> Counts:
    if _types(gold).isdisjoint(_types(predicted)):
        return Counts()
    roles = gold.slots.keys() & predicted.slots.keys()
    return sum((_matches_of_role(gold.slots[role], predicted.slots[role], variant) for role in roles), start=Counts())


def _types(template: Template) -> set[str]:
    return {part.strip() for part in template.type.split("/")}


def _matches_of_role(gold: Sequence[Entity], predicted: Sequence[Entity], variant: Variant) -> Counts:
    shares = [[int(not set(one).isdisjoint(other)) for other in predicted] for one in gold]
    one_to_one = sum(shares[row][column] for row, column in _align(shares))
    any_shared = sum(map(any, zip(*shares, strict=True)))
    return Counts(one_to_one, any_shared if variant == "subset" else one_to_one)


def _align(weights: list[list[int]]) -> list[tuple[int, int]]:
    """Pair rows with columns one to one so that the pairs' weights sum to the most."""
    from scipy.optimize import linear_sum_assignment

    if not weights or not weights[0]:
        return []
    rows, columns = linear_sum_assignment(weights, maximize=True)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))
