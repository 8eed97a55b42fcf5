"""Linking is scored against other people's clusters, and beside what needs no linking."""

import json

import pytest

from extractor.errors import ConfigurationError
from extractor.evaluation.linking import baselines, read_clusters, read_ecbplus, read_links, score_links
from tests.conftest import ROOT
from tests.test_cli import call

DEV = ROOT.parent / "shared" / "dev"
TEXT = "Rojas died. The death came late. A vote follows."


def mention(text, chain, **changed):
    return {"kind": "action", "text": text, "start": TEXT.index(text), "chain": chain, "evaluated": True, **changed}


def write(path, *records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture
def clusters(tmp_path):
    records = [{"id": id, "text": TEXT, "title": f"About {id}", "cluster": id[0]} for id in ("a1", "a2", "b1", "b2")]
    return write(tmp_path / "clusters.jsonl", *records)


def links(path, **labels):
    return write(path, *({"id": id, "cluster": label} for id, label in labels.items()))


def test_event_mentions_that_are_scored_are_items(tmp_path):
    mentions = [
        mention("died", "d"),
        mention("death", "d"),
        mention("vote", None),
        mention("late", "t", kind="time"),
        mention("follows", "f", evaluated=False),
    ]
    gold = read_ecbplus(write(tmp_path / "ecb.jsonl", {"id": "x", "text": TEXT, "mentions": mentions}))
    assert gold.labels == {"x@6": "d", "x@16": "d", "x@35": "x@35"}
    assert gold.words == {"x@6": "died", "x@16": "death", "x@35": "vote"}


def test_a_mention_at_a_wrong_offset_is_told(tmp_path):
    path = write(tmp_path / "ecb.jsonl", {"id": "x", "text": TEXT, "mentions": [mention("died", "d", start=1)]})
    with pytest.raises(ConfigurationError, match=r"line 1, is malformed: the offsets"):
        read_ecbplus(path)


def test_the_gold_against_itself_is_right(clusters, tmp_path):
    gold = read_clusters(clusters)
    scores = score_links(gold, read_links(links(tmp_path / "links.jsonl", a1="x", a2="x", b1="y", b2="y"), gold))
    assert [scores[name]["f1"] for name in ("muc", "b_cubed", "ceaf_e", "lea")] == [1.0] * 4
    assert scores["conll_f1"] == 1.0


def test_the_interval_holds_the_score(clusters):
    gold = read_clusters(clusters)
    cubed = score_links(gold, {"a1": "x", "a2": "x", "b1": "y", "b2": "z"})["b_cubed"]
    assert cubed["low"] <= cubed["f1"] <= cubed["high"]
    assert cubed["f1"] == pytest.approx(2 * 1.0 * 0.75 / 1.75)


@pytest.mark.parametrize(
    ("labels", "message"),
    [({"a1": "x"}, "no cluster for 3 items"), ({"a1": "x", "a2": "x", "b1": "x", "b2": "x", "c": "x"}, "'c'")],
)
def test_links_of_other_items_are_refused(clusters, tmp_path, labels, message):
    with pytest.raises(ConfigurationError, match=message):
        read_links(links(tmp_path / "links.jsonl", **labels), read_clusters(clusters))


def test_the_command_prints_links_beside_the_baselines(clusters, tmp_path):
    given = links(tmp_path / "links.jsonl", a1="x", a2="x", b1="y", b2="y")
    result = call("eval", "--adapter", "clusters", clusters, "--links", given, "--json")
    rows = json.loads(result.stdout)
    assert result.exit_code == 0
    assert list(rows) == [str(given), "baseline/alone", "baseline/together", "baseline/words"]
    assert rows[str(given)]["conll_f1"] == 1.0
    assert "baseline/alone" in call("eval", "--adapter", "clusters", clusters).stdout


def test_an_unknown_adapter_lists_all(tmp_path):
    result = call("eval", "--adapter", "ace", tmp_path / "x.jsonl", "--pred", tmp_path)
    assert result.exit_code == 2
    assert "polnear, wikievents, rams, meantime, ecbplus, clusters" in " ".join(result.stderr.split())


@pytest.mark.parametrize(("read", "name", "items"), [(read_ecbplus, "ecbplus", 197), (read_clusters, "clusters", 114)])
def test_the_real_sets_are_read_whole(read, name, items):
    path = DEV / f"linking_{name}.jsonl"
    if not path.exists():
        pytest.skip(f"other people's annotations are not part of the project: no {path}")
    gold = read(path)
    assert len(gold.labels) == items
    assert (
        score_links(gold, baselines(gold)["baseline/words"])["conll_f1"]
        > score_links(gold, baselines(gold)["baseline/alone"])["conll_f1"]
    )
