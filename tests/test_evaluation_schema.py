"""The scores of a schema of one's own: properties of any scorer of this kind, and what each value is worth."""

import copy
from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import ConfigurationError
from extractor.evaluation import GoldArticle, SchemaGold, evaluate
from extractor.models import Article
from tests.schemas import Q, schema_extraction
from tests.written import extraction

WORDS = "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima".split()
SENTENCES = [f"Sentence number {number} tells of {word} sanctions." for number, word in enumerate(WORDS)]
TEXT = " ".join(SENTENCES)
END_TO_END = {"all records", "records in part", "all values", "whole records", "sanctions"}


def spelled(value):
    """A value as something that is equal in whatever order it lists what it holds."""
    if isinstance(value, dict):
        return frozenset((name, spelled(held)) for name, held in value.items())
    return tuple(sorted(map(spelled, value), key=repr)) if isinstance(value, list) else value


names = st.sampled_from(["European Union", "the European Union", "Council of the EU", "United States", "Kenya", "OFAC"])
quotes = st.lists(
    st.sampled_from([*SENTENCES, f"{SENTENCES[0]} {SENTENCES[1]}", "tells of alpha"]), min_size=1, max_size=2
)
targets = st.fixed_dictionaries({"name": names, "kind": st.sampled_from(["person", "company"])})
sanctions = st.fixed_dictionaries(
    {
        "authority": names,
        "measure": st.sampled_from(["asset_freeze", "travel_ban", "embargo"]),
        "amount": st.integers() | st.floats(allow_nan=False, allow_infinity=False),
        "since": st.sampled_from(["2022-03-01", "2022-03", "2022", "2021-02-01/2021-03-01"]),
        "is_new": st.booleans(),
        "targets": st.lists(targets, min_size=1, max_size=3, unique_by=spelled),
        "aliases": st.lists(names, min_size=1, max_size=3, unique=True),
        "evidence": quotes.map(lambda found: list(dict.fromkeys(found))),
    }
)
protests = st.fixed_dictionaries({"place": names, "people": st.integers(0, 3), "evidence": quotes})
full = st.fixed_dictionaries(
    {
        "sanctions": st.lists(sanctions, max_size=4, unique_by=spelled),
        "protests": st.lists(protests, max_size=2, unique_by=spelled),
        "summary": names,
        "topics": st.lists(names, min_size=1, max_size=3, unique=True),
        "period": st.fixed_dictionaries({"start": st.sampled_from(["2020", "2021-01"])}),
    }
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)
loose = st.dictionaries(st.sampled_from(["sanctions", "b", "c"]), anything, max_size=3)


def marked(value, is_quote=False):
    """The value with what its evidence says marked as quotes."""
    if isinstance(value, dict):
        return {name: marked(held, is_quote or name == "evidence") for name, held in value.items()}
    if isinstance(value, list):
        return [marked(item, is_quote) for item in value]
    return Q(value) if is_quote and isinstance(value, str) else value


def found(data, text=TEXT, *, id="a1", task="Sanctions", lists=("sanctions", "protests")):
    return schema_extraction(data and marked(data), article=Article(id=id, text=text), task=task, lists=lists)


def gold_of(data, **fields):
    return SchemaGold(article="a1", schema="Sanctions", data=data, **fields)


def score(gold, predicted, text=TEXT, **fields):
    return evaluate([gold_of(gold, **fields)], {"a1": found(predicted, text)})


def f1(gold, predicted, metric, text=TEXT):
    return score(gold, predicted, text).micro(metric).f1


def all_f1(scores):
    return {metric: scores.micro(metric).f1 for metric in scores.metrics}


def shuffled(value, random):
    if isinstance(value, dict):
        return {name: shuffled(held, random) for name, held in random.sample(list(value.items()), len(value))}
    if isinstance(value, list):
        return [shuffled(item, random) for item in random.sample(value, len(value))]
    return value


@given(full | loose)
def test_data_against_itself_is_right_everywhere(data):
    scores = score(data, data)
    assert all_f1(scores) == dict.fromkeys(scores.metrics, 1.0)


@given(full | loose, full | loose)
def test_scores_lie_between_nothing_and_all(gold, predicted):
    scores = score(gold, predicted)
    for metric in scores.metrics:
        counts = scores.micro(metric)
        assert 0 <= counts.precision <= 1
        assert 0 <= counts.recall <= 1
        assert 0 <= counts.f1 <= 1
        assert 0 <= scores.macro_f1(metric) <= 1


@given(full | loose, full | loose, st.randoms())
def test_the_order_of_lists_and_fields_does_not_matter(gold, predicted, random):
    one, other = score(gold, predicted), score(shuffled(gold, random), shuffled(predicted, random))
    assert set(one.metrics) == set(other.metrics)
    for metric in one.metrics:
        assert astuple(one.micro(metric)) == pytest.approx(astuple(other.micro(metric))), metric


@given(full, full)
def test_swapping_gold_and_prediction_swaps_precision_and_recall(gold, predicted):
    one, other = score(gold, predicted), score(predicted, gold)
    # Of two pairings that are equally good either may be taken, and then other fields are right.
    for metric in ("all records", "records in part", "sanctions", "protests", "summary", "topics[]", "period.start"):
        assert one.micro(metric).precision == pytest.approx(other.micro(metric).recall), metric
        assert one.micro(metric).recall == pytest.approx(other.micro(metric).precision), metric


@given(full, full, st.data())
def test_a_duplicated_record_never_raises_a_score(gold, predicted, data):
    kind = data.draw(st.sampled_from(["sanctions", "protests"]))
    if not predicted[kind]:
        return
    doubled = predicted | {kind: [*predicted[kind], data.draw(st.sampled_from(predicted[kind]))]}
    one, other = score(gold, predicted), score(gold, doubled)
    for metric in one.metrics:
        assert other.micro(metric).f1 <= one.micro(metric).f1, metric


ALIEN = {
    "authority": "Nobody whatever",
    "measure": "no_such_measure",
    "amount": 10**30,
    "since": "1999-09-09",
    "is_new": None,
    "targets": [{"name": "Nobody whatever", "kind": "ship"}],
    "aliases": ["Nobody whatever"],
    "evidence": [SENTENCES[11]],
}
told = st.lists(sanctions.filter(lambda one: SENTENCES[11] not in one["evidence"]), max_size=4, unique_by=spelled)


@given(told.filter(bool), told.filter(bool), st.data())
def test_a_wrong_field_never_raises_how_alike_the_records_are(gold, predicted, data):
    number, field = data.draw(st.integers(0, len(predicted) - 1)), data.draw(st.sampled_from([*ALIEN]))
    wrong = [one | {field: ALIEN[field]} if index == number else one for index, one in enumerate(predicted)]
    one, other = (score({"sanctions": gold}, {"sanctions": given}) for given in (predicted, wrong))
    assert other.micro("records in part").f1 <= one.micro("records in part").f1 + 1e-9


def of_its_own(number):
    """A record that has no value in common with one of another number."""
    return {
        "authority": f"Authority{number}",
        "measure": f"measure_{number}",
        "amount": number,
        "since": f"20{number:02}-03",
        "targets": [{"name": f"Name{number}", "kind": f"kind{number}"}],
        "aliases": [f"Alias{number}"],
        "evidence": [SENTENCES[number]],
    }


@given(st.sets(st.integers(0, 6)), st.sets(st.integers(0, 6)))
def test_an_invented_record_lowers_precision_and_nothing_else(gold, predicted):
    told, given = ([of_its_own(number) for number in numbers] for numbers in (gold, predicted))
    before = score({"sanctions": told}, {"sanctions": given})
    after = score({"sanctions": told}, {"sanctions": [*given, ALIEN]})
    for metric in set(after.metrics) - {"grounded quotes"}:
        one, other = before.micro(metric), after.micro(metric)
        assert (other.matched, other.gold) == (one.matched, one.gold), metric
        assert (other.predicted > one.predicted) == (metric in END_TO_END), metric


@given(st.integers(1, 5), st.lists(st.tuples(st.integers(0, 4), st.sampled_from([*ALIEN])), max_size=20))
def test_every_further_wrong_field_lowers_what_is_scored_end_to_end(number, faults):
    gold = [of_its_own(index) for index in range(number)]
    found = copy.deepcopy(gold)
    before = score({"sanctions": gold}, {"sanctions": found})
    for index, field in faults:
        record = found[index % number]
        record[field] = ALIEN[field]
        after = score({"sanctions": gold}, {"sanctions": found})
        for metric in END_TO_END & set(after.metrics):
            assert after.micro(metric).f1 <= before.micro(metric).f1 + 1e-12, metric
        # A field is scored in the records found; one that is lost takes its other faults along.
        if after.micro("sanctions") == before.micro("sanctions"):
            assert all(after.micro(one).f1 <= before.micro(one).f1 + 1e-12 for one in after.metrics)
        before = after


# What a value is worth


def value_f1(gold, predicted):
    """What one field of a record scores that is found by its other fields."""
    known = {"authority": "OFAC", "evidence": [SENTENCES[0]]}
    scores = score({"sanctions": [known | {"value": gold}]}, {"sanctions": [known | {"value": predicted}]})
    assert scores.micro("sanctions").f1 == 1
    return scores.micro("all values").f1


@pytest.mark.parametrize(
    ("gold", "predicted"),
    [
        ("Asset freeze", "asset-freeze"),
        ("U.S.", "US"),
        ("Barack Obama", "President Barack Obama"),
        ("the European Union", "European Union"),
        ("欧洲联盟", "欧洲联盟理事会"),
        ("2022-03-01", "2022-03"),
        ("2022-03-01/2022-03-05", "2022-03-02"),
        (5, 5.0),
        (0.1 + 0.2, 0.3),
        (True, True),
        ("!!!", "!!!"),
    ],
)
def test_values_that_are_the_same_but_for_their_spelling_are_right(gold, predicted):
    assert value_f1(gold, predicted) == value_f1(predicted, gold) == 1


@pytest.mark.parametrize(
    ("gold", "predicted"),
    [
        ("asset_freeze", "asset_ban"),
        ("in-person", "in-absentia"),
        ("AA+", "AA-"),
        ("12.50", "1250"),
        ("-5", "5"),
        ("1-2", "12"),
        ("2022-03-01", "2022-03-02"),
        ("2022-03-01", "1 March 2022"),
        ("North Korea", "South Korea"),
        ("Barack Obama", "Michelle Robinson Obama"),
        ("!!!", "???"),
        (5, 5.01),
        (10**400, 0.5),
        (1, True),
        (5, "5"),
        ("a", ["a"]),
        ({"a": 1}, [1]),
    ],
)
def test_values_that_differ_are_wrong(gold, predicted):
    assert value_f1(gold, predicted) < 1
    assert value_f1(predicted, gold) < 1


@pytest.mark.parametrize("nothing", [None, "", " ", [], {}, [None]])
def test_nothing_is_nothing_however_it_is_written(nothing):
    assert value_f1(nothing, None) == value_f1(None, nothing) == 1
    missed, invented = score({"a": "x"}, {"a": nothing}).micro("a"), score({"a": nothing}, {"a": "x"}).micro("a")
    assert (missed.gold, missed.predicted, missed.matched) == (1, 0, 0)
    assert (invented.gold, invented.predicted, invented.matched) == (0, 1, 0)


def test_a_quote_is_right_from_half_of_its_words_and_where_it_stands():
    text = "The council met. It was said so. Much later it was said so again."
    pair = {"evidence": "It was said so"}
    assert f1({"sanctions": [pair]}, {"sanctions": [{"evidence": "said so"}]}, "all values", text) == 1
    assert f1({"sanctions": [pair]}, {"sanctions": [{"evidence": "so"}]}, "all values", text) == 0
    elsewhere = {"evidence": "it was said so again"}
    assert f1({"sanctions": [pair]}, {"sanctions": [elsewhere]}, "all values", text) == 0


def test_the_same_words_are_the_same_quote_wherever_they_are_placed():
    text = "Peru agreed. Peru and Chile met. Chile agreed."
    gold = {"sanctions": [{"who": "Peru", "evidence": "Peru agreed"}]}
    predicted = {"sanctions": [{"who": "Peru", "evidence": "Peru and Chile met"}]}
    assert f1(gold, predicted, "sanctions.who", text) == 1


def test_records_are_paired_so_that_they_are_most_alike_and_a_pair_needs_three_tenths():
    gold = [{"a": "x", "b": "y", "c": "z", "d": "u"}, {"a": "x", "b": "q", "c": "r", "d": "s"}]
    predicted = [{"a": "x", "b": "q", "c": "r", "d": "no"}, {"a": "x", "b": "no", "c": "no", "d": "no"}]
    scores = score({"sanctions": gold}, {"sanctions": predicted})
    assert scores.micro("sanctions").matched == 1
    assert scores.micro("sanctions.b").f1 == 1
    assert scores.micro("records in part").matched == 0.75
    assert [(one.what, one.title) for one in scores.unmatched("gold")] == [("sanctions", "x, y, z")]
    assert [(one.what, one.title) for one in scores.unmatched("predicted")] == [("sanctions", "x, no, no")]


def test_fields_are_called_by_their_paths_and_objects_in_lists_are_scored_as_such():
    gold = {
        "sanctions": [{"by": "EU", "targets": [{"name": "A", "year": 1}, {"name": "B", "year": 2}]}],
        "summary": "s",
    }
    predicted = {"sanctions": [{"by": "EU", "targets": [{"name": "A", "year": 3}]}], "summary": "t"}
    scores = score(gold, predicted)
    found = {metric: scores.micro(metric) for metric in scores.metrics}
    assert list(found)[-7:] == [
        "sanctions",
        "sanctions.by",
        "sanctions.targets[]",
        "sanctions.targets[].name",
        "sanctions.targets[].year",
        "protests",
        "summary",
    ]
    assert [astuple(found[one]) for one in ("sanctions.targets[]", "sanctions.targets[].name")] == [(1, 2, 1)] * 2
    assert astuple(found["sanctions.targets[].year"]) == (0, 2, 1)
    assert astuple(found["all values"]) == (2, 6, 4)
    assert astuple(found["whole records"]) == (0, 2, 2)


def test_fields_are_scored_in_the_records_found_and_values_in_all():
    gold = {"sanctions": [{"a": "x", "b": "y"}, {"a": "p", "b": "q"}]}
    scores = score(gold, {"sanctions": [{"a": "x", "b": "no"}]})
    assert astuple(scores.micro("sanctions.a")) == (1, 1, 1)
    assert astuple(scores.micro("all values")) == (1, 4, 2)


def test_a_prediction_that_repeats_another_is_false_unless_the_gold_repeats_it_too():
    one, other = {"a": "x", "b": "y"}, {"a": "x", "b": "z"}
    assert astuple(score({"sanctions": [one, other]}, {"sanctions": [one, one]}).micro("sanctions")) == (1, 2, 2)
    assert astuple(score({"sanctions": [one, one]}, {"sanctions": [one, one]}).micro("sanctions")) == (2, 2, 2)


def test_a_form_without_lists_of_records_is_scored_by_its_fields():
    given = found({"country": "Kenya", "year": 2021}, lists=())
    scores = evaluate([gold_of({"country": "Kenya", "year": 2020})], {"a1": given})
    assert scores.headlines == ["all values", "whole records"]
    assert scores.micro("all values").f1 == 0.5
    assert scores.details()["wrong"] == [{"article": "a1", "field": "year", "gold": 2020, "predicted": 2021}]


def test_nothing_to_find_and_nothing_found_is_right():
    scores = score({"sanctions": []}, {"sanctions": []})
    assert all_f1(scores) == dict.fromkeys(scores.metrics, 1.0)
    empty = found({}, TEXT).model_copy(update={"data": None})
    assert set(all_f1(evaluate([gold_of({"sanctions": []})], {"a1": empty})).values()) == {1.0}
    assert f1({"sanctions": [{"a": "x"}]}, {}, "all records") == 0


def test_what_was_not_annotated_is_not_scored():
    gold = {"sanctions": [{"a": "x", "b": "y"}], "protests": [{"c": 1}], "summary": "s"}
    predicted = {"sanctions": [{"a": "x", "b": "no"}], "protests": [{"c": 2}, {"c": 3}], "summary": "t"}
    scores = score(gold, predicted, annotated={"sanctions.a"})
    assert set(scores.metrics) - {"grounded quotes"} == {
        "all records",
        "records in part",
        "all values",
        "whole records",
        "sanctions",
        "sanctions.a",
    }
    assert all_f1(scores) == dict.fromkeys(scores.metrics, 1.0)


def test_predictions_that_differ_only_in_what_was_not_annotated_are_two():
    gold = {"sanctions": [{"a": "x", "b": 1}, {"a": "x", "b": 2}]}
    predicted = {"sanctions": [{"a": "x", "b": 3}, {"a": "x", "b": 4}]}
    assert score(gold, predicted, annotated={"sanctions.a"}).micro("sanctions").f1 == 1


def test_every_article_counts_in_every_field_that_is_annotated_in_it():
    extractions = {
        id: found({"sanctions": [{"a": "x"}] if id == "a1" else []}, TEXT, id=id) for id in ("a1", "a2", "a3")
    }
    gold = [
        SchemaGold(
            article=id, schema="Sanctions", data=extractions[id].data, annotated={"summary"} if id == "a3" else None
        )
        for id in extractions
    ]
    scores = evaluate(gold, extractions)
    assert ["sanctions.a" in one.counts for one in scores.documents] == [True, True, False]
    assert scores.macro_f1("sanctions.a") == 1


# What cannot be scored


def test_a_quote_of_the_gold_that_its_text_does_not_have_is_told():
    extraction = found({"sanctions": [{"evidence": SENTENCES[0]}]}, TEXT)
    with pytest.raises(
        ConfigurationError, match="The gold of 'a1' quotes what its text does not have: 'Nobody said so'"
    ):
        evaluate([gold_of({"sanctions": [{"evidence": "Nobody said so"}]})], {"a1": extraction})


def test_another_text_and_articles_on_one_side_only_are_told():
    extraction = found({"a": 1}, TEXT)
    for gold, message in (
        ([gold_of({"a": 1}, digest="0" * 64)], "annotated on another text"),
        (
            [gold_of({"a": 1}), SchemaGold(article="a2", schema="Sanctions", data={})],
            "gold, but no extraction, for: a2",
        ),
    ):
        with pytest.raises(ConfigurationError, match=message):
            evaluate(gold, {"a1": extraction})
    with pytest.raises(ConfigurationError, match="an extraction, but no gold, for: a2"):
        evaluate([gold_of({"a": 1})], {"a1": extraction, "a2": found({}, TEXT, id="a2")})


def test_predictions_of_another_task_are_told():
    other = found({"a": 1}, TEXT, task="Protests")
    with pytest.raises(
        ConfigurationError, match="gold is of the task 'Sanctions', and the extraction of 'a1' of 'Protests'"
    ):
        evaluate([gold_of({"a": 1})], {"a1": other})
    with pytest.raises(
        ConfigurationError, match="gold is of the task 'Sanctions', and the extraction of 'a1' of 'meetings'"
    ):
        evaluate([gold_of({"a": 1})], {"a1": extraction("a1")})
    with pytest.raises(
        ConfigurationError, match="gold is of the task 'meetings', and the extraction of 'a1' of 'Protests'"
    ):
        evaluate([GoldArticle(article="a1", participants=[], meetings=[], claims=[])], {"a1": other})
