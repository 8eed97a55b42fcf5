"""Coreference metrics: how well clusters of the same items agree, as mentions of one event or articles about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

ItemT = TypeVar("ItemT", bound=Hashable)
Clusters = Sequence[frozenset[ItemT]]
"""Disjoint sets of items."""


@dataclass(frozen=True)
class Agreement:
    """Precision and recall of a clustering by one metric, each from 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean; 0 where both are 0."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def clusters_of(labels: Mapping[ItemT, Hashable]) -> list[frozenset[ItemT]]:
    """Return the sets of items that have one label, in the order of their first items."""
    found: dict[Hashable, set[ItemT]] = {}
    for item, label in labels.items():
        found.setdefault(label, set()).add(item)
    return [frozenset(items) for items in found.values()]


def muc(gold: Clusters[ItemT], predicted: Clusters[ItemT]) -> Agreement:
    """Count links (Vilain et al. 1995). Clusters of one have no links, so singletons are not scored."""
    return _both_ways(_muc_recall, gold, predicted)


def b_cubed(gold: Clusters[ItemT], predicted: Clusters[ItemT]) -> Agreement:
    """Average over items the share of their cluster that is right (Bagga & Baldwin 1998)."""
    return _both_ways(_b_cubed_recall, gold, predicted)


def ceaf_e(gold: Clusters[ItemT], predicted: Clusters[ItemT]) -> Agreement:
    """Pair clusters one to one and add up how alike they are, the Dice coefficient (Luo 2005, phi 4)."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    if not gold or not predicted:
        return Agreement(0.0, 0.0)
    alike = np.zeros((len(gold), len(predicted)))
    column_of = {item: column for column, cluster in enumerate(predicted) for item in cluster}
    for row, cluster in enumerate(gold):
        for column, shared in Counter(column_of[item] for item in cluster if item in column_of).items():
            alike[row, column] = 2 * shared / (len(cluster) + len(predicted[column]))
    best = float(alike[linear_sum_assignment(alike, maximize=True)].sum())
    return Agreement(best / len(predicted), best / len(gold))


def lea(gold: Clusters[ItemT], predicted: Clusters[ItemT]) -> Agreement:
    """Weigh each cluster by its size and count its links that are kept (Moosavi & Strube 2016).

    A singleton is its own link: it is kept where it is a singleton on both sides.
    """
    return _both_ways(_lea_recall, gold, predicted)


def conll_f1(gold: Clusters[ItemT], predicted: Clusters[ItemT]) -> float:
    """Return the mean F1 of MUC, B-cubed and CEAF-e (Pradhan et al. 2012)."""
    return sum(metric(gold, predicted).f1 for metric in (muc, b_cubed, ceaf_e)) / 3


def b_cubed_counts(gold: Clusters[ItemT], predicted: Clusters[ItemT]) -> list[tuple[float, float, int]]:
    """Return (precision, recall, items) of each gold cluster, summed over its items, for resampling clusters.

    Both sides have the same items.
    """
    given = _homes(predicted)
    return [
        (
            sum(len(cluster & given[item]) / len(given[item]) for item in cluster),
            sum(len(cluster & given[item]) / len(cluster) for item in cluster),
            len(cluster),
        )
        for cluster in gold
    ]


def _both_ways(
    recall: Callable[[Clusters[ItemT], Clusters[ItemT]], float], gold: Clusters[ItemT], predicted: Clusters[ItemT]
) -> Agreement:
    return Agreement(precision=recall(predicted, gold), recall=recall(gold, predicted))


def _muc_recall(key: Clusters[ItemT], response: Clusters[ItemT]) -> float:
    homes = _homes(response)
    parts = sum(len({homes.get(item, frozenset((item,))) for item in cluster}) for cluster in key)
    items = sum(map(len, key))
    return _ratio(items - parts, items - len(key))


def _b_cubed_recall(key: Clusters[ItemT], response: Clusters[ItemT]) -> float:
    homes = _homes(response)
    right = sum(
        times**2 / len(cluster)
        for cluster in key
        for times in Counter(homes[item] for item in cluster if item in homes).values()
    )
    return _ratio(right, sum(map(len, key)))


def _lea_recall(key: Clusters[ItemT], response: Clusters[ItemT]) -> float:
    homes = _homes(response)
    kept = 0.0
    for cluster in key:
        if len(cluster) == 1:
            kept += sum(homes.get(item) == cluster for item in cluster)
        else:
            links = sum(_pairs(times) for times in Counter(homes[i] for i in cluster if i in homes).values())
            kept += len(cluster) * links / _pairs(len(cluster))
    return _ratio(kept, sum(map(len, key)))


def _homes(clusters: Iterable[frozenset[ItemT]]) -> dict[ItemT, frozenset[ItemT]]:
    return {item: cluster for cluster in clusters for item in cluster}


def _pairs(items: int) -> int:
    return items * (items - 1) // 2


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
