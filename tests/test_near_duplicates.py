"""Copies of an article are found by their words, whatever the order in which they are finished."""

import json
import random
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from extractor.batch import read_outcomes
from extractor.batch.estimate import estimate
from extractor.batch.execution import Plan, Silent, execute
from extractor.batch.merging import merge_runs
from extractor.batch.near import NearIndex
from extractor.cli import app
from extractor.cli.measuring import _predictions
from extractor.models import Outcome
from extractor.settings import Settings

CHANCE = random.Random(7)
WORDS = ["".join(CHANCE.choices("abcdefghijklmnop", k=5)) for _ in range(2_000)]


def article(seed, words=400):
    return random.Random(seed).choices(WORDS, k=words)


def edited(words, share, seed=0):
    """Return a copy of which one word in so many is another."""
    chance = random.Random(seed)
    return [chance.choice(WORDS) if chance.random() < share else word for word in words]


def found_in(texts, threshold=0.8):
    with NearIndex(threshold) as index:
        return [index.find_or_add(" ".join(text), path=str(n), key=f"k{n}") for n, text in enumerate(texts)]


def jaccard(one, other):
    first, second = ({tuple(text[at : at + 3]) for at in range(len(text) - 2)} for text in (one, other))
    return len(first & second) / len(first | second)


def test_a_copy_with_a_few_words_changed_is_found_and_another_article_is_not():
    first = article(1)
    other, copy, cut = found_in([first, article(2), edited(first, 0.02), first[:-40]])[1:]
    assert other is None
    assert (copy.path, copy.key, cut.path) == ("0", "k0", "0")


@pytest.mark.parametrize("share", [0.0, 0.02, 0.05, 0.1, 0.2])
def test_the_similarity_is_the_share_of_triples_in_common(share):
    estimates = []
    for seed in range(20):
        first = article(seed)
        copy = edited(first, share, seed)
        (_, near) = found_in([first, copy], threshold=0.01)
        estimates.append(near.similarity - jaccard(first, copy))
    assert abs(sum(estimates) / len(estimates)) < 0.03
    assert max(map(abs, estimates)) < 0.15


def test_case_punctuation_and_line_breaks_make_no_difference():
    words = article(1)
    shouted = [f"{word.upper()},\n" for word in words]
    assert found_in([words, shouted])[1].similarity == 1.0


def test_a_copy_of_a_copy_is_told_by_the_article_that_is_read():
    first = article(1)
    assert [near and near.path for near in found_in([first, edited(first, 0.02), edited(first, 0.02, 1)])] == [
        None,
        "0",
        "0",
    ]


def test_short_texts_are_never_copies():
    assert found_in([["Fees", "did", "not", "change"]] * 3) == [None] * 3


def test_a_formula_that_all_articles_have_makes_them_no_copies_and_costs_little():
    formula = article(0, 30)
    assert found_in([article(seed, 200) + formula for seed in range(1, 200)]) == [None] * 199


# In a run

SENTENCES = (
    "Norway's trade minister Lars Hegge met Kenyan minister Wanjiru Odhiambo in Nairobi on Tuesday. They spoke of "
    "fish, fertiliser and the port of Mombasa, officials of both countries said after the talks, which took hours. "
    "A second meeting is planned for the autumn, in Oslo or Bergen, and the ports of both countries will send people. "
    "The two had last met in 2016, when an agreement about fish was signed; it runs out at the end of the year."
)
COPY = SENTENCES.replace("officials of both countries said", "officials from both countries said")


def run(folder, *options):
    command = [
        "run",
        str(folder / "in"),
        "--out",
        str(folder / "out"),
        "--model",
        "rules",
        "--json",
        *map(str, options),
    ]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    return [json.loads(line)["outcome"] for line in result.stdout.splitlines() if '"outcome"' in line]


@pytest.fixture
def wire(tmp_path):
    (tmp_path / "in").mkdir()
    for name, text in {"a": SENTENCES, "b": COPY, "c": "Peru and Chile held talks in Lima.", "d": SENTENCES}.items():
        (tmp_path / "in" / f"{name}.txt").write_text(text)
    return tmp_path


def kinds(folder):
    return {outcome.article_id: (outcome.kind, outcome.reason) for outcome in read_outcomes(folder / "out")}


def test_a_run_reads_copies_unless_it_is_asked_not_to(wire):
    run(wire)
    assert [kind for kind, _ in kinds(wire).values()] == ["done", "done", "done", "duplicate"]


@pytest.mark.parametrize("concurrency", [1, 8])
def test_a_copy_is_a_duplicate_with_the_earlier_path_and_the_similarity(wire, concurrency):
    run(wire, "--near-duplicates", "--concurrency", concurrency)
    first = str(wire / "in" / "a.txt")
    assert kinds(wire) == {
        "a": ("done", None),
        "b": ("duplicate", first),
        "c": ("done", None),
        "d": ("duplicate", first),
    }
    similarities = {one.article_id: one.similarity for one in read_outcomes(wire / "out")}
    assert similarities == {"a": None, "b": pytest.approx(0.94, abs=0.01), "c": None, "d": None}


def test_an_estimate_counts_copies_as_the_run_does(wire):
    plan = Plan((wire / "in",), wire / "out", Settings(model="rules"), near_duplicates=0.8)
    before = estimate(plan)
    assert (before.to_read, before.duplicates, before.known) == (2, 2, 0)
    execute(plan, Silent())
    after = estimate(plan)
    assert (after.to_read, after.duplicates, after.known) == (0, 2, 2)


def test_a_copy_is_no_prediction_since_its_words_stand_elsewhere(wire):
    run(wire, "--near-duplicates")
    assert [*_predictions(wire / "out")] == ["a", "c", "d"]


def test_a_copy_in_a_merged_run_is_of_the_article_that_is_read(wire):
    write = Plan((wire / "in",), wire / "out", Settings(model="rules"), near_duplicates=0.8)
    (wire / "first").mkdir()
    (wire / "first" / "a.txt").write_text(SENTENCES)
    execute(replace(write, paths=(wire / "first",), out=wire / "one"), Silent())
    execute(write, Silent())
    merge_runs([wire / "one", wire / "out"], wire / "all")
    earlier = str(wire / "first" / "a.txt")
    found = {one.path: (one.kind, one.reason) for one in read_outcomes(wire / "all")}
    assert found == {
        earlier: ("done", None),
        str(wire / "in" / "a.txt"): ("duplicate", earlier),
        str(wire / "in" / "b.txt"): ("duplicate", earlier),
        str(wire / "in" / "c.txt"): ("done", None),
        str(wire / "in" / "d.txt"): ("duplicate", earlier),
    }
    again = execute(replace(write, paths=(wire / "first", wire / "in"), out=wire / "all"), Silent())
    assert (again.known, again.outcomes) == (2, {"duplicate": 3})


def test_only_a_duplicate_has_a_similarity():
    with pytest.raises(ValueError, match="has no similarity"):
        Outcome(article_id="a", path="a", key="", kind="failed", failure={"kind": "X", "message": "x"}, similarity=0.9)


def test_the_threshold_can_be_set(wire):
    run(wire, "--near-duplicates", "--similarity", 0.99)
    assert kinds(wire)["b"] == ("done", None)


def test_a_copy_keeps_its_outcome_when_the_run_goes_on(wire):
    run(wire, "--near-duplicates")
    before = kinds(wire)
    assert {outcome["kind"] for outcome in run(wire, "--near-duplicates")} == {"duplicate"}
    assert kinds(wire) == before


def test_a_copy_is_read_once_its_original_has_changed_or_copies_are_to_be_read(wire):
    run(wire, "--near-duplicates")
    assert {one["article_id"]: one["kind"] for one in run(wire)} == {"b": "done", "d": "duplicate"}
    run(wire, "--near-duplicates", "--retry", "all")
    assert kinds(wire)["b"][0] == "duplicate"
    (wire / "in" / "a.txt").write_text("Peru and Chile held no talks in Lima.")
    (wire / "in" / "d.txt").unlink()
    assert {one["article_id"]: one["kind"] for one in run(wire, "--near-duplicates")} == {"a": "done", "b": "done"}
