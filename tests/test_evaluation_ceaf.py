"""CEAF-RME: the scores published with IterX, and what must hold of any input."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.evaluation.ceaf import Counts, Template, ceaf_rme
from tests.conftest import ROOT

pytest.importorskip("scipy", reason="the evaluation needs scipy")

PUBLISHED = ROOT.parent / "shared" / "dev" / "muc4_iterx_t5.jsonl"
COLUMNS = {"subset": "ceaf_rme_subset", "phi3_entity": "ceaf_rme_phi3_entity"}

both_variants = pytest.mark.parametrize("variant", sorted(COLUMNS))

mentions = st.sampled_from("abcdef")
entities = st.lists(mentions, min_size=1, max_size=3)
single_mentions = st.lists(mentions, min_size=1, max_size=1)
disjoint_entities = st.permutations("abcdef").map(lambda names: [list(names[:2]), list(names[2:3]), list(names[3:5])])


def templates_of(fillers):
    slots = st.dictionaries(st.sampled_from(["Victim", "Weapon"]), fillers, max_size=2)
    return st.builds(Template, st.sampled_from(["attack", "bombing", "attack / bombing"]), slots)


a_template = templates_of(st.lists(entities, max_size=4))
templates = st.lists(a_template, max_size=4)
templates_of_disjoint_entities = st.lists(templates_of(disjoint_entities), max_size=4)
templates_of_single_mentions = st.lists(templates_of(st.lists(single_mentions, max_size=4)), max_size=4)


def attack(*victims):
    return Template("attack", {"Victim": [[victim] if isinstance(victim, str) else victim for victim in victims]})


@pytest.fixture(scope="module")
def published():
    if not PUBLISHED.exists():
        pytest.skip(f"the published MUC-4 templates and scores are not part of the project: no {PUBLISHED}")
    return [json.loads(line) for line in PUBLISHED.read_text(encoding="utf-8").splitlines()]


def score(document, variant):
    gold, predicted = ([Template(**template) for template in document[side]] for side in ("gold", "pred"))
    return ceaf_rme(gold, predicted, variant=variant)


@both_variants
def test_every_document_scores_as_published(published, variant):
    assert len(published) == 200
    for document in published:
        counts = score(document, variant)
        # The published figures have four decimals.
        scores = [round(figure, 4) for figure in (counts.precision, counts.recall, counts.f1)]
        assert scores == document["expected"][COLUMNS[variant]], document["id"]


@pytest.mark.parametrize(
    ("variant", "counts", "f1"),
    [("subset", Counts(259, 304, 611, 545), 48.17), ("phi3_entity", Counts(259, 259, 611, 545), 44.81)],
)
def test_the_corpus_scores_as_published(published, variant, counts, f1):
    total = sum((score(document, variant) for document in published), start=Counts())
    assert total == counts
    assert round(100 * total.f1, 2) == f1


@both_variants
def test_nothing_against_nothing_is_zero(variant):
    counts = ceaf_rme([], [], variant=variant)
    assert (counts, counts.precision, counts.recall, counts.f1) == (Counts(), 0.0, 0.0, 0.0)


@both_variants
def test_one_shared_mention_is_enough_but_only_in_the_same_role_and_type(variant):
    gold = [attack(["eln", "army of national liberation"])]
    assert ceaf_rme(gold, [attack(["eln", "another"])], variant=variant) == Counts(1, 1, 1, 1)
    assert ceaf_rme(gold, [Template("attack", {"Target": [["eln"]]})], variant=variant) == Counts(0, 0, 1, 1)
    assert ceaf_rme(gold, [replace(gold[0], type="arson")], variant=variant) == Counts(0, 0, 1, 1)


@both_variants
def test_a_type_of_two_agrees_with_either(variant):
    gold = [replace(attack("a"), type="attack / bombing")]
    for type in ("attack", "bombing"):
        assert ceaf_rme(gold, [replace(gold[0], type=type)], variant=variant).f1 == 1.0


@both_variants
def test_a_filler_in_the_wrong_template_does_not_count(variant):
    gold, predicted = [attack("a", "b"), attack("c")], [attack("a", "b", "c")]
    assert ceaf_rme(gold, predicted, variant=variant) == Counts(2, 2, 3, 3)


def test_two_names_of_one_entity_count_twice_only_in_the_precision_of_subset():
    gold, predicted = [attack(["eln", "army of national liberation"])], [attack("eln", "army of national liberation")]
    assert ceaf_rme(gold, predicted, variant="subset") == Counts(1, 2, 1, 2)
    assert ceaf_rme(gold, predicted, variant="phi3_entity") == Counts(1, 1, 1, 2)


@both_variants
def test_one_mention_of_two_gold_entities_finds_only_one_of_them(variant):
    gold = [attack(["powerful bomb", "bomb"], ["bomb"])]
    assert ceaf_rme(gold, [attack("bomb")], variant=variant) == Counts(1, 1, 2, 1)


def test_templates_of_subset_align_by_matched_predictions_first():
    gold, predicted = [attack("d", "e"), attack(["a", "b", "c"])], [attack("a", "b", "c", "d", "e")]
    assert ceaf_rme(gold, predicted, variant="subset") == Counts(1, 3, 3, 5)
    assert ceaf_rme(gold, predicted, variant="phi3_entity") == Counts(2, 2, 3, 5)


def test_templates_of_subset_with_as_many_matched_predictions_align_by_matched_gold():
    gold, predicted = [attack(["a", "b"]), attack("a", "b")], [attack("a", "b")]
    for order in (gold, gold[::-1]):
        assert ceaf_rme(order, predicted, variant="subset") == Counts(2, 2, 3, 2)


@both_variants
@given(gold=templates)
def test_gold_against_itself_is_one_where_it_has_entities(variant, gold):
    counts = ceaf_rme(gold, gold, variant=variant)
    expected = 1.0 if counts.gold else 0.0
    assert (counts.precision, counts.recall, counts.f1) == (expected, expected, expected)


@both_variants
@given(gold=templates, predicted=templates, data=st.data())
def test_the_order_of_templates_roles_and_entities_does_not_matter(variant, gold, predicted, data):
    def shuffled(side):
        return [
            replace(template, slots={role: data.draw(st.permutations(found)) for role, found in roles})
            for template in data.draw(st.permutations(side))
            for roles in [data.draw(st.permutations(list(template.slots.items())))]
        ]

    counts = ceaf_rme(gold, predicted, variant=variant)
    assert ceaf_rme(shuffled(gold), shuffled(predicted), variant=variant) == counts


@both_variants
@given(gold=templates, predicted=templates)
def test_scores_lie_between_zero_and_one(variant, gold, predicted):
    counts = ceaf_rme(gold, predicted, variant=variant)
    assert all(0.0 <= figure <= 1.0 for figure in (counts.precision, counts.recall, counts.f1))


@given(gold=templates, predicted=templates)
def test_swapping_gold_and_prediction_swaps_precision_and_recall_of_phi3(gold, predicted):
    counts, swapped = (
        ceaf_rme(gold, predicted, variant="phi3_entity"),
        ceaf_rme(predicted, gold, variant="phi3_entity"),
    )
    assert (swapped.precision, swapped.recall) == (counts.recall, counts.precision)


@given(gold=templates, predicted=templates)
def test_subset_never_matches_fewer_predicted_nor_more_gold_entities_than_phi3(gold, predicted):
    subset, phi3 = (ceaf_rme(gold, predicted, variant=variant) for variant in ("subset", "phi3_entity"))
    assert (subset.gold, subset.predicted) == (phi3.gold, phi3.predicted)
    assert subset.matched_predicted >= phi3.matched_predicted
    assert subset.matched_gold <= phi3.matched_gold


@both_variants
@given(gold=a_template, predicted=st.lists(a_template, min_size=1, max_size=3))
def test_a_duplicate_template_never_raises_f1_where_there_is_one_to_find(variant, gold, predicted):
    once = ceaf_rme([gold], predicted, variant=variant)
    assert ceaf_rme([gold], [*predicted, predicted[0]], variant=variant).f1 <= once.f1


@given(gold=templates_of_disjoint_entities, predicted=templates_of_single_mentions)
def test_a_duplicate_entity_never_raises_f1_of_phi3_where_a_mention_has_one_gold_entity(gold, predicted):
    once = ceaf_rme(gold, predicted, variant="phi3_entity")
    for at, template in enumerate(predicted):
        for role, found in template.slots.items():
            more = replace(template, slots={**template.slots, role: [*found, *found[:1]]})
            twice = ceaf_rme(gold, [*predicted[:at], more, *predicted[at + 1 :]], variant="phi3_entity")
            assert twice.f1 <= once.f1


def test_a_duplicate_entity_raises_f1_of_subset_which_is_why_phi3_stands_beside_it():
    gold = [attack("a")]
    once, twice = (ceaf_rme(gold, [attack(*names)], variant="subset") for names in (["a", "x"], ["a", "a", "x"]))
    assert (once.precision, twice.precision) == (1 / 2, 2 / 3)
    assert twice.f1 > once.f1
