"""Significance: how far a score and a difference of scores can be trusted, from counts per document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Counts = NDArray[np.float64]
Score = Callable[[Counts], NDArray[np.float64]]
"""Turns summed counts, shape (..., k), into scores, shape (...); must be finite for any sum of documents."""

_CELLS = 2_000_000
"""Most cells (resamples times documents) in memory at once: 16 MB in each of at most three arrays."""


@dataclass(frozen=True)
class Interval:
    """The score of all documents, and the bounds of its confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """The first system's score less the second's, the bounds of its confidence interval, and its two-sided p."""

    value: float
    low: float
    high: float
    p: float


def precision(counts: Counts) -> NDArray[np.float64]:
    """Divide matched by predicted; columns and zeros as for `f1`."""
    matched, gold, predicted = _columns(counts)
    return _ratio(matched, predicted, is_empty=gold + predicted == 0)


def recall(counts: Counts) -> NDArray[np.float64]:
    """Divide matched by gold; columns and zeros as for `f1`."""
    matched, gold, predicted = _columns(counts)
    return _ratio(matched, gold, is_empty=gold + predicted == 0)


def f1(counts: Counts) -> NDArray[np.float64]:
    """Divide twice the matched by gold and predicted together.

    The columns are matched, gold and predicted, shape (..., 3); scores lie from 0 to 1, shape (...). Where there was
    nothing to find and nothing was found the score is 1, elsewhere a score without a denominator is 0. Raises
    ValueError for any other number of columns.
    """
    matched, gold, predicted = _columns(counts)
    return _ratio(2 * matched, gold + predicted, is_empty=gold + predicted == 0)


def interval(
    counts: ArrayLike, score: Score, *, resamples: int = 10_000, seed: int = 0, level: float = 0.95
) -> Interval:
    """Score all documents and bound the score by the percentile bootstrap over documents.

    `counts` has shape (documents, k). Raises ValueError for an empty array, counts or scores that are not finite, and
    a `level` outside 0 to 1. Source: Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 13.
    """
    return intervals({"": counts}, score, resamples=resamples, seed=seed, level=level)[""]


def intervals(
    counts: Mapping[str, ArrayLike], score: Score, *, resamples: int = 10_000, seed: int = 0, level: float = 0.95
) -> dict[str, Interval]:
    """Bound the scores of several counts as `interval` bounds one, drawing once where the documents are as many."""
    tables = {name: _table(one) for name, one in counts.items()}
    _check_settings(resamples, level)
    found = {}
    for documents in {len(table) for table in tables.values()}:
        alike = {name: table for name, table in tables.items() if len(table) == documents}
        drawn = _bootstrapped(np.hstack(list(alike.values())), resamples, np.random.default_rng(seed))
        behind = np.cumsum([table.shape[1] for table in alike.values()])
        for (name, table), sums in zip(alike.items(), np.split(drawn, behind[:-1], axis=1), strict=True):
            low, high = _bounds(_scores(score, sums), level)
            found[name] = Interval(float(_scores(score, table.sum(axis=0, keepdims=True))[0]), low, high)
    return found


def compare(
    one: ArrayLike, other: ArrayLike, score: Score, *, resamples: int = 10_000, seed: int = 0, level: float = 0.95
) -> Difference:
    """Score two systems on the same documents, bound the difference and test it against chance.

    `one` and `other` have shape (documents, k), row for row the same documents. The bounds are those of the paired
    percentile bootstrap (Efron & Tibshirani 1993). p is by approximate randomisation (Noreen 1989; Yeh 2000): each
    document's counts are swapped with probability 1/2, and p is (r + 1) / (n + 1) for r of n shuffles with a difference
    at least as large in either direction. Raises ValueError as `interval` does, and for arrays of different shapes.
    """
    first, second = _table(one), _table(other)
    if first.shape != second.shape:
        raise ValueError(f"the systems' counts differ in shape: {first.shape} and {second.shape}")
    _check_settings(resamples, level)
    rng = np.random.default_rng(seed)
    ours, theirs = np.split(_bootstrapped(np.hstack([first, second]), resamples, rng), 2, axis=1)
    low, high = _bounds(_scores(score, ours) - _scores(score, theirs), level)

    total, total_other = first.sum(axis=0, keepdims=True), second.sum(axis=0, keepdims=True)
    value = float((_scores(score, total) - _scores(score, total_other))[0])
    moved = _swapped(second - first, resamples, rng)
    shuffled = _scores(score, total + moved) - _scores(score, total_other - moved)
    # A shuffle that ties with the observed difference must count, also where the last bits of the two differ.
    extreme = int(np.count_nonzero(np.abs(shuffled) >= abs(value) - 1e-12))
    return Difference(value, low, high, (extreme + 1) / (resamples + 1))


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Adjust the p-values of one family of tests by Holm's step-down method, in the order given.

    Raises ValueError for a p-value outside 0 to 1. Source: Holm 1979, Scandinavian Journal of Statistics 6.
    """
    for name, p in p_values.items():
        if not 0 <= p <= 1:
            raise ValueError(f"the p-value of {name!r} is not within 0 to 1: {p}")
    adjusted, largest = {}, 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[name]))
        adjusted[name] = largest
    return {name: adjusted[name] for name in p_values}


def _columns(counts: Counts) -> tuple[Counts, Counts, Counts]:
    if counts.ndim == 0 or counts.shape[-1] != 3:
        raise ValueError(f"expected the columns matched, gold and predicted, not counts of shape {counts.shape}")
    return counts[..., 0], counts[..., 1], counts[..., 2]


def _ratio(part: Counts, whole: Counts, *, is_empty: NDArray[np.bool_]) -> NDArray[np.float64]:
    filled = np.where(is_empty, 1.0, 0.0)
    return np.divide(part, whole, out=filled, where=whole > 0)


def _table(counts: ArrayLike) -> Counts:
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or not table.size:
        raise ValueError(f"expected counts of shape (documents, k), neither of them 0, not {table.shape}")
    if not np.isfinite(table).all():
        raise ValueError("some counts are not finite")
    return table


def _check_settings(resamples: int, level: float) -> None:
    if resamples < 1:
        raise ValueError(f"resamples must be at least 1, not {resamples}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")


def _scores(score: Score, sums: Counts) -> NDArray[np.float64]:
    scores = score(sums)
    if np.shape(scores) != sums.shape[:-1]:
        raise ValueError(f"the score made shape {np.shape(scores)} of counts of shape {sums.shape}")
    # NaN compares as false, so that it would pass for a shuffle below the observed difference and make p too small.
    if not np.isfinite(scores).all():
        raise ValueError("the score is not finite for some sum of documents")
    return scores


def _bootstrapped(table: Counts, resamples: int, rng: np.random.Generator) -> Counts:
    """Sum as many documents as there are, drawn with replacement; shape (resamples, k)."""
    documents = len(table)
    even = np.full(documents, 1 / documents)
    sizes = _chunks(resamples, documents)
    return np.concatenate([rng.multinomial(documents, even, size).astype(np.float64) @ table for size in sizes])


def _swapped(gains: Counts, resamples: int, rng: np.random.Generator) -> Counts:
    """Sum the gains of documents, each taken with probability 1/2; shape (resamples, k)."""
    sizes = _chunks(resamples, len(gains))
    return np.concatenate([(rng.random((size, len(gains))) < 0.5).astype(np.float64) @ gains for size in sizes])


def _chunks(resamples: int, documents: int) -> Iterator[int]:
    most = max(1, _CELLS // documents)
    full, rest = divmod(resamples, most)
    yield from [most] * full + [rest] * (rest > 0)


def _bounds(scores: NDArray[np.float64], level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    low, high = np.quantile(scores, [tail, 1 - tail])
    return float(low), float(high)
