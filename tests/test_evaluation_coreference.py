"""Coreference metrics equal the values that their authors published, and behave as metrics of agreement do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.evaluation.coreference import (
    Agreement,
    b_cubed,
    ceaf_e,
    clusters_of,
    conll_f1,
    lea,
    muc,
)

METRICS = (muc, b_cubed, ceaf_e, lea)
# The example of Luo 2005: twelve mentions of three entities, and four ways to get them wrong.
TRUTH = ["12345", "67", "89ABC"]
RESPONSES = {
    "two entities joined": ["12345", "6789ABC"],
    "two others joined": ["1234589ABC", "67"],
    "all joined": ["123456789ABC"],
    "none joined": list("123456789ABC"),
}
LUO = {
    "two entities joined": (0.947, 0.865, 0.733),
    "two others joined": (0.947, 0.737, 0.667),
    "all joined": (0.900, 0.545, 0.294),
    "none joined": (0.0, 0.400, 0.178),
}


def clusters(words):
    return [frozenset(word) for word in words]


@pytest.mark.parametrize("name", RESPONSES)
def test_muc_b_cubed_and_ceaf_equal_the_table_of_luo_2005(name):
    found = tuple(metric(clusters(TRUTH), clusters(RESPONSES[name])).f1 for metric in (muc, b_cubed, ceaf_e))
    assert found == pytest.approx(LUO[name], abs=0.001)


def test_lea_equals_the_example_of_moosavi_and_strube_2016():
    found = lea(clusters(["abc", "defg"]), clusters(["ab", "cd", "fghi"]))
    assert (found.recall, found.precision) == pytest.approx(((3 / 3 + 4 / 6) / 7, (2 + 0 + 4 / 6) / 8))


def test_conll_is_the_mean_of_three():
    gold, predicted = clusters(TRUTH), clusters(RESPONSES["two entities joined"])
    assert conll_f1(gold, predicted) == pytest.approx(
        (muc(gold, predicted).f1 + b_cubed(gold, predicted).f1 + ceaf_e(gold, predicted).f1) / 3
    )


labels = st.dictionaries(st.integers(0, 15), st.integers(0, 5), min_size=1)
two_clusterings = labels.flatmap(
    lambda one: st.tuples(
        st.just(one),
        st.lists(st.integers(0, 5), min_size=len(one), max_size=len(one)).map(lambda v: dict(zip(one, v, strict=True))),
    )
)


@given(two_clusterings)
def test_scores_lie_between_0_and_1_and_swapping_the_sides_swaps_precision_and_recall(pair):
    gold, predicted = map(clusters_of, pair)
    for metric in METRICS:
        found = metric(gold, predicted)
        assert 0 <= found.precision <= 1 + 1e-9
        assert 0 <= found.recall <= 1 + 1e-9
        other = metric(predicted, gold)
        assert (found.precision, found.recall) == pytest.approx((other.recall, other.precision))


@given(labels)
def test_a_clustering_agrees_with_itself(one):
    gold = clusters_of(one)
    assert b_cubed(gold, gold) == ceaf_e(gold, gold) == lea(gold, gold) == Agreement(1.0, 1.0)


@given(two_clusterings)
def test_the_names_of_the_clusters_do_not_matter(pair):
    gold, predicted = map(clusters_of, pair)
    renamed = clusters_of({item: f"cluster {label}" for item, label in pair[1].items()})
    assert all(metric(gold, predicted) == metric(gold, renamed) for metric in METRICS)
