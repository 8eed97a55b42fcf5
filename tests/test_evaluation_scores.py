"""The scores: properties that any scorer of this kind must have, and the seeds as they are."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.evaluation.alignment import dates_agree, places_agree
from extractor.evaluation.counting import METRICS, score_document
from extractor.evaluation.documents import ClaimUnit, Document, MeetingUnit, Party
from extractor.evaluation.scores import Scores

TEXT = " ".join(f"Sentence number {number} tells of {word} talks." for number, word in enumerate("abcdefghijkl"))
PEOPLE = ["Lars Hegge", "Wanjiru Odhiambo", "Ana Rojas", "Tomas Brandt", "Leila Haddad"]

parties = st.sampled_from(PEOPLE).map(lambda name: Party((name,), "person"))
places = st.integers(0, 11).map(
    lambda n: (TEXT.index(f"Sentence number {n} "), TEXT.index(f"Sentence number {n} ") + 30)
)
meetings = st.builds(
    MeetingUnit,
    title=st.just("t"),
    parties=st.lists(parties, min_size=2, max_size=3, unique=True).map(tuple),
    date=st.sampled_from(["2019-03-12", "2019-04", "2020"]),
    place=st.sampled_from(["Oslo", "Nairobi"]),
    country=st.just("NO"),
    format=st.sampled_from(["in_person", "call"]),
    status=st.sampled_from(["held", "planned", "denied"]),
    evidence=st.lists(places, min_size=1, max_size=2, unique=True).map(tuple),
)
claims = st.builds(
    ClaimUnit,
    statement=st.just("s"),
    source=parties,
    cue=places,
    content=st.lists(places, min_size=1, max_size=2, unique=True).map(tuple),
    modality=st.sampled_from(["asserted", "denied"]),
)
documents = st.builds(
    Document,
    id=st.just("d"),
    text=st.just(TEXT),
    meetings=st.lists(meetings, max_size=4, unique=True).map(tuple),
    claims=st.lists(claims, max_size=4, unique_by=lambda claim: claim.content).map(tuple),
)


def score(gold, predicted):
    return Scores((score_document(gold, predicted),))


@given(documents)
def test_gold_against_itself_is_right_everywhere(document):
    scores = score(document, document)
    assert {name: scores.micro(name).f1 for name in scores.metrics} == dict.fromkeys(METRICS.keys() - {"timexes"}, 1.0)
    assert scores.status_macro_f1 == 1.0


@given(documents, documents)
def test_scores_lie_between_nothing_and_all(gold, predicted):
    scores = score(gold, predicted)
    for name in scores.metrics:
        counts = scores.micro(name)
        assert 0 <= counts.precision <= 1
        assert 0 <= counts.recall <= 1
        assert 0 <= counts.f1 <= 1


@given(documents, documents, st.randoms())
def test_order_does_not_matter(gold, predicted, random):
    def shuffled(document):
        return replace(
            document,
            meetings=tuple(random.sample(document.meetings, len(document.meetings))),
            claims=tuple(random.sample(document.claims, len(document.claims))),
        )

    one, other = score(gold, predicted), score(shuffled(gold), shuffled(predicted))
    assert {name: one.micro(name) for name in METRICS} == {name: other.micro(name) for name in METRICS}
    assert one.statuses == other.statuses


@given(documents, documents)
def test_a_duplicate_never_raises_a_score(gold, predicted):
    doubled = replace(predicted, meetings=predicted.meetings * 2, claims=predicted.claims * 2)
    one, other = score(gold, predicted), score(gold, doubled)
    # A share of the records found, as of "status", has no place for those that were not.
    for name in METRICS:
        if METRICS[name][0] in ("meetings", "participants", "claims", "place", "date") and "|" not in name:
            assert other.micro(name).f1 <= one.micro(name).f1 + 1e-12, name


@given(documents, documents)
def test_swapping_gold_and_prediction_swaps_precision_and_recall(gold, predicted):
    one, other = score(gold, predicted), score(predicted, gold)
    for name in ("meetings", "claims", "claims content", "claims exact", "claims tokens"):
        assert one.micro(name).precision == pytest.approx(other.micro(name).recall)


def test_what_the_gold_does_not_annotate_is_not_scored():
    document = Document("d", TEXT, (), (), annotated=frozenset({"claims"}))
    assert score(document, document).metrics == ["claims", "claims content", "claims exact", "claims tokens"]


def test_planned_taken_for_held_is_counted_apart():
    meeting = MeetingUnit("t", (Party(("Ana Rojas",), "person"),), None, None, None, "call", "planned", ((0, 5),))
    gold = Document("d", TEXT, (meeting,), ())
    scores = score(gold, replace(gold, meetings=(replace(meeting, status="held"),)))
    assert scores.planned_taken_for_held == 1
    assert scores.statuses == {("planned", "held"): 1}
    assert scores.micro("happened").f1 == 0


def test_one_prediction_does_not_serve_two_gold_meetings():
    meeting = MeetingUnit("t", (Party(("Ana Rojas",), "person"),), None, None, None, "call", "held", ((0, 5),))
    gold = Document("d", TEXT, (meeting, replace(meeting, format="in_person")), ())
    counts = score(gold, replace(gold, meetings=(meeting,))).micro("meetings")
    assert (counts.matched, counts.gold, counts.predicted) == (1, 2, 1)


@pytest.mark.parametrize(
    ("gold", "predicted", "agree"),
    [
        ("2019-03-12", "2019-03-12", True),
        ("2019-03-12", "2019-03", True),
        ("2019", "2019-03", True),
        ("2019-03-12", "2019-03-13", False),
        ("2019-03-12/2019-03-14", "2019-03-13", True),
        ("2019-03-12/2019-03-14", "2019-03-13/2019-03-20", False),
    ],
)
def test_dates_agree_where_the_coarser_holds_the_finer(gold, predicted, agree):
    assert dates_agree(gold, predicted) is agree


def test_places_agree_where_one_holds_the_words_of_the_other():
    assert places_agree("Damascus", "central Damascus")
    assert not places_agree("Damascus", "Aleppo")
