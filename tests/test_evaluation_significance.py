"""Intervals, comparisons and Holm's correction behave as their sources say."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.evaluation import significance
from extractor.evaluation.significance import Difference, Interval, compare, f1, holm, interval, precision, recall


def documents(number, *, recalled, seed=1):
    """Counts of a system that finds this share of the gold and invents one fact in a document."""
    rng = np.random.default_rng(seed)
    gold = rng.integers(1, 8, number)
    matched = rng.binomial(gold, recalled)
    return np.column_stack([matched, gold, matched + 1])


def share(counts):
    return counts[..., 0] / counts[..., 1]


def test_scores_of_known_counts():
    counts = np.array([[3.0, 4, 6], [0, 5, 0], [0, 0, 5]])
    assert precision(counts).tolist() == [0.5, 0, 0]
    assert recall(counts).tolist() == [0.75, 0, 0]
    assert f1(counts).tolist() == [0.6, 0, 0]
    assert f1(counts[0]).item() == 0.6


@pytest.mark.parametrize("score", [precision, recall, f1])
def test_nothing_to_find_and_nothing_found_is_right(score):
    assert score(np.zeros(3)).item() == 1
    assert interval(np.zeros((5, 3)), score, resamples=50) == Interval(1, 1, 1)


counted = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)).map(
    lambda t: (t[0], t[0] + t[1], t[0] + t[2])
)


@given(st.lists(counted, min_size=1, max_size=12), st.sampled_from([precision, recall, f1]))
def test_scores_and_bounds_lie_from_zero_to_one(rows, score):
    counts = np.array(rows, dtype=np.float64)
    scores = score(counts)
    assert ((scores >= 0) & (scores <= 1)).all()
    found = interval(counts, score, resamples=40)
    assert 0 <= found.low <= found.high <= 1
    assert 0 <= found.value <= 1


def test_the_same_seed_gives_the_same_numbers():
    one, other = documents(40, recalled=0.8), documents(40, recalled=0.7)
    assert interval(one, f1, resamples=500, seed=3) == interval(one, f1, resamples=500, seed=3)
    assert interval(one, f1, resamples=500, seed=3) != interval(one, f1, resamples=500, seed=4)
    assert compare(one, other, f1, resamples=500, seed=3) == compare(one, other, f1, resamples=500, seed=3)


def test_the_value_is_the_score_of_all_documents_and_lies_within():
    counts = documents(60, recalled=0.8)
    found = interval(counts, f1, resamples=1000)
    assert found.value == f1(counts.sum(axis=0).astype(float)).item()
    assert found.low < found.value < found.high


def test_a_document_alone_leaves_nothing_to_vary():
    assert interval([[1, 2, 2]], f1, resamples=20) == Interval(0.5, 0.5, 0.5)


def test_more_documents_make_a_narrower_interval():
    few, many = (interval(documents(n, recalled=0.7), f1, resamples=1000) for n in (30, 480))
    assert many.high - many.low < 0.5 * (few.high - few.low)


def test_a_higher_level_makes_a_wider_interval():
    counts = documents(60, recalled=0.7)
    narrow, wide = (interval(counts, f1, resamples=1000, level=level) for level in (0.8, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    covered = 0
    for seed in range(200):
        trials = rng.integers(1, 6, 100)
        found = interval(np.column_stack([rng.binomial(trials, 0.7), trials]), share, resamples=500, seed=seed)
        covered += found.low <= 0.7 <= found.high
    assert 0.88 <= covered / 200 <= 0.99


def test_equal_systems_do_not_differ():
    counts = documents(60, recalled=0.8)
    assert compare(counts, counts, f1, resamples=500) == Difference(0, 0, 0, 1)


def test_a_clearly_better_system_is_told_from_chance():
    better, worse = documents(60, recalled=0.9), documents(60, recalled=0.5)
    found = compare(better, worse, f1, resamples=2000)
    assert found.value > found.low > 0
    assert found.p < 0.01


def test_the_order_of_the_systems_changes_the_sign_alone():
    one, other = documents(60, recalled=0.75), documents(60, recalled=0.7)
    there, back = compare(one, other, f1, resamples=500), compare(other, one, f1, resamples=500)
    assert (back.value, back.low, back.high) == pytest.approx((-there.value, -there.high, -there.low))
    assert back.p == there.p


def test_p_agrees_with_all_swaps_counted():
    # One point in each of five documents: only 2 of the 32 swaps, none and all, are as far apart.
    one, other = np.tile([1, 1], (5, 1)), np.tile([0, 1], (5, 1))
    assert compare(one, other, share, resamples=10_000).p == pytest.approx(2 / 32, abs=0.01)


def test_systems_of_one_quality_rarely_seem_to_differ():
    ps = []
    for seed in range(200):
        one, other = (documents(30, recalled=0.7, seed=(seed, system)) for system in (1, 2))
        one[:, 1] = other[:, 1] = np.maximum(one[:, 1], other[:, 1])
        ps.append(compare(one, other, f1, resamples=200, seed=seed).p)
    assert np.mean(np.array(ps) < 0.05) < 0.1


def test_chunks_change_no_number(monkeypatch):
    one, other = documents(40, recalled=0.8), documents(40, recalled=0.7)
    whole = compare(one, other, f1, resamples=101)
    monkeypatch.setattr(significance, "_CELLS", 400)
    assert compare(one, other, f1, resamples=101) == whole


def test_memory_stays_small_for_many_documents():
    counts = documents(10_000, recalled=0.8)
    tracemalloc.start()
    try:
        compare(counts, counts, f1, resamples=450)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100e6


def test_holm_agrees_with_an_example_by_hand():
    # In order 0.005 * 4, 0.01 * 3, 0.03 * 2, 0.04 * 1; the last is raised to the one before it.
    found = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert list(found) == ["a", "b", "c", "d"]
    assert found == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})


def test_holm_never_exceeds_one_and_takes_no_tests():
    assert holm({"a": 0.7, "b": 0.9}) == {"a": 1, "b": 1}
    assert holm({}) == {}


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_holm_refuses_what_is_no_probability(p):
    with pytest.raises(ValueError, match="p-value of 'a'"):
        holm({"a": p})


@pytest.mark.parametrize("counts", [[], np.zeros((0, 3)), np.zeros((3, 0)), [1, 2, 3]])
def test_counts_that_are_empty_or_no_table_are_refused(counts):
    with pytest.raises(ValueError, match="shape"):
        interval(counts, f1)
    with pytest.raises(ValueError, match="shape"):
        compare(counts, counts, f1)


def test_systems_on_different_documents_are_refused():
    with pytest.raises(ValueError, match="differ in shape"):
        compare(np.ones((4, 3)), np.ones((5, 3)), f1)


def test_counts_and_scores_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="counts are not finite"):
        interval([[1, np.nan, 1]], f1)
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match="score is not finite"):
        interval([[0, 0]], share, resamples=10)


def test_a_score_of_other_columns_or_another_shape_is_refused():
    with pytest.raises(ValueError, match="matched, gold and predicted"):
        interval(np.ones((4, 2)), f1)
    with pytest.raises(ValueError, match="the score made shape"):
        interval(np.ones((4, 2)), lambda counts: counts, resamples=10)


@pytest.mark.parametrize(("setting", "value"), [("resamples", 0), ("level", 0), ("level", 1)])
def test_settings_out_of_range_are_refused(setting, value):
    with pytest.raises(ValueError, match=setting):
        interval(np.ones((4, 3)), f1, **{setting: value})
