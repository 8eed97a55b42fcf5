"""`extractor eval` and `extractor gold` as people use them."""

import json
import shutil

import pytest

from extractor.batch import read_outcomes
from extractor.evaluation import evaluate
from extractor.evaluation.gold import GoldArticle, digest_of_gold, read_gold
from tests.conftest import CASSETTES, GOLD, SEEDS
from tests.fault_server import completion
from tests.replies import TEXT, reply
from tests.test_cli import call


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("run")
    assert call("run", SEEDS, "--out", out, "--model", "openai/desk-llm", "--replay", CASSETTES).exit_code == 0
    return out


@pytest.fixture
def gold(tmp_path):
    return shutil.copytree(GOLD, tmp_path / "gold")


def change(path, **fields):
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_the_seeds_are_scored_in_a_table(run):
    result = call("eval", "--gold", GOLD, "--pred", run)
    assert result.exit_code == 0
    assert "meetings found" in result.stdout
    assert "missed in 001_e2fb2b38faedd416: claim" in result.stdout
    assert "baseline/words" in result.stdout


def test_the_scores_are_printed_as_json(run):
    scores = json.loads(call("eval", "--gold", GOLD, "--pred", run, "--json").stdout)
    assert scores["metrics"]["meetings"]["f1"] == 1.0
    assert scores["metrics"]["claims"]["gold"] == 23
    assert set(scores["ceaf_rme"]) == {"subset", "phi3_entity"}
    assert scores["effort"]["requests"] == 5


def test_a_run_against_itself_is_noise(run):
    result = call("eval", "--gold", GOLD, "--pred", run, "--against", run)
    assert result.stdout.count("noise") == 3
    assert "no article differs" in result.stdout


def test_several_runs_make_a_leaderboard(run, tmp_path):
    worse = tmp_path / "worse.jsonl"
    lines = call("export", run).stdout.splitlines()
    for index, line in enumerate(lines):
        outcome = json.loads(line)
        outcome["extraction"]["meetings"] = outcome["extraction"]["meetings"][:1]
        for claim in outcome["extraction"]["claims"]:
            claim["meeting"] = None
        lines[index] = json.dumps(outcome)
    worse.write_text("\n".join(lines) + "\n")
    board = call("eval", "--gold", GOLD, "--pred", worse, "--pred", run).stdout
    assert board.index("100.0") < board.index("66.7")
    page = tmp_path / "page.html"
    assert call("eval", "--gold", GOLD, "--pred", worse, "--pred", run, "--html", page).exit_code == 0
    assert "Cost against F1" in page.read_text()
    assert page.read_text().count("<circle") == 2
    against = call("eval", "--gold", GOLD, "--pred", worse, "--against", run).stdout
    assert "000_3beed4abfc655dab: meetings 100 → 50" in against


def test_a_gate_holds_scores_above_their_floors(run, tmp_path, gold):
    gate = tmp_path / "floors.json"
    arguments = ["eval", "--gold", gold, "--pred", run, "--gate", gate]
    assert call(*arguments, "--store-gate").exit_code == 0
    assert call(*arguments).exit_code == 0
    floors = json.loads(gate.read_text())
    gate.write_text(json.dumps(floors | {"f1": floors["f1"] | {"claims": 0.99}}))
    result = call(*arguments)
    assert result.exit_code == 1
    assert "F1 95.7 is below its floor 99.0" in result.stderr
    change(gold / "002_49aba1b3c093ad87.json", published="2024-01-01")
    result = call(*arguments)
    assert result.exit_code == 2
    assert "stored for other gold" in result.stderr


def test_gold_without_a_prediction_and_a_prediction_without_gold_are_told(run, gold, tmp_path):
    (gold / "002_49aba1b3c093ad87.json").unlink()
    result = call("eval", "--gold", gold, "--pred", run)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "an extraction, but no gold, for: 002_49aba1b3c093ad87" in result.stderr
    change(gold / "001_e2fb2b38faedd416.json", article="elsewhere")
    assert "gold, but no extraction, for: elsewhere" in call("eval", "--gold", gold, "--pred", run).stderr


def test_another_text_than_the_annotated_is_told(run, gold):
    change(gold / "002_49aba1b3c093ad87.json", digest="0" * 64)
    assert "annotated on another text" in call("eval", "--gold", gold, "--pred", run).stderr


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"claims": [{"id": "c1"}]}, "002_49aba1b3c093ad87.json: claims[0].source: Field required"),
        ({"participants": []}, "m1.participants: there is no participant 'p1'"),
        ({"colour": 1}, "colour: Extra inputs are not permitted"),
    ],
)
def test_faults_of_gold_name_file_record_and_field(gold, fields, message):
    change(gold / "002_49aba1b3c093ad87.json", **fields)
    result = call("gold", "check", gold)
    assert result.exit_code == 2
    assert message in result.stderr


def test_sound_gold_is_counted(gold):
    assert call("gold", "check", gold).stdout.startswith("5 articles, 10 meetings, 23 claims; digest ")
    assert digest_of_gold(read_gold(gold)) == digest_of_gold(read_gold(GOLD))


def test_an_empty_folder_and_an_empty_run_are_told(run, tmp_path):
    assert "There is no gold" in call("eval", "--gold", tmp_path, "--pred", run).stderr
    (tmp_path / "empty.jsonl").write_text("")
    assert "There is no extraction in" in call("eval", "--gold", GOLD, "--pred", tmp_path / "empty.jsonl").stderr
    assert "There is no run at" in call("eval", "--gold", GOLD, "--pred", tmp_path).stderr
    assert "Give either --gold" in call("eval", "--pred", run).stderr


def test_a_draft_made_of_an_extraction_is_gold_that_scores_it_as_right(run, tmp_path):
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    for id in sorted(path.stem for path in GOLD.glob("*.json")):
        result = call("gold", "from", run, "--article", id)
        assert result.exit_code == 0
        (drafts / f"{id}.json").write_text(result.stdout)
        assert GoldArticle.model_validate_json(result.stdout).article == id
    predictions = {one.article_id: one.extraction for one in read_outcomes(run)}
    scores = evaluate(read_gold(drafts), predictions)
    assert {name: scores.micro(name).f1 for name in scores.metrics} == dict.fromkeys(scores.metrics, 1.0)
    assert "no extraction of 'nobody'" in call("gold", "from", run, "--article", "nobody").stderr


def test_other_peoples_annotations_are_scored_by_their_adapter(tmp_path, fault_server):
    said = {"id": "n1", "title": None, "published": None, "text": TEXT, "meetings": [], "gold": {}}
    start = TEXT.index("the talks were “")
    content = TEXT[start : start + 34]
    span = {"source": "Hegge", "source_spans": [[TEXT.index("Hegge said"), TEXT.index("Hegge said") + 5]]}
    span |= {"cue": "said", "cue_spans": [[start - 5, start - 1]]}
    span |= {"content": content, "content_spans": [[start, start + 34]]}
    file = tmp_path / "claims.jsonl"
    file.write_text(json.dumps(said | {"claims": [span]}) + "\n")
    server = fault_server(completion(reply()))
    out = tmp_path / "out"
    call("run", file, "--out", out, "--model", "openai/m", "--base-url", server.url)
    scores = json.loads(call("eval", "--adapter", "polnear", file, "--pred", out, "--json").stdout)
    assert scores["metrics"]["claims"]["f1"] == 1.0
    assert "meetings" not in scores["metrics"]
    assert "no adapter 'nobody'" in call("eval", "--adapter", "nobody", file, "--pred", out).stderr


def test_of_gold_that_is_not_complete_recall_alone_is_told(tmp_path, fault_server):
    file = tmp_path / "windows.jsonl"
    start = TEXT.index("met Kenyan")
    meeting = {"trigger": "met", "start": start, "participants": ["Lars Hegge", "Wanjiru Odhiambo"], "place": "Nairobi"}
    spans = [[TEXT.index(name), TEXT.index(name) + len(name)] for name in meeting["participants"]]
    record = {"id": "w1", "title": None, "published": None, "text": TEXT, "claims": []}
    file.write_text(json.dumps(record | {"meetings": [meeting | {"participant_spans": spans, "core": True}]}) + "\n")
    out = tmp_path / "out"
    server = fault_server(completion(reply()))
    call("run", file, "--out", out, "--model", "openai/m", "--base-url", server.url)
    scores = json.loads(call("eval", "--adapter", "rams", file, "--pred", out, "--json").stdout)
    assert scores["is_recall_only"]
    assert scores["metrics"]["meetings"] == {"recall": 1.0, "gold": 1.0}
    assert "not in the gold" not in call("eval", "--adapter", "rams", file, "--pred", out).stdout


def test_an_article_that_was_skipped_or_repeats_another_is_scored_as_any(tmp_path):
    articles, gold = tmp_path / "articles", tmp_path / "gold"
    articles.mkdir()
    gold.mkdir()
    for id, text in {"a": TEXT, "b": TEXT, "c": "Fees did not change."}.items():
        (articles / f"{id}.txt").write_text(text)
        (gold / f"{id}.json").write_text(json.dumps({"article": id, "participants": [], "meetings": [], "claims": []}))
    run = call("run", articles, "--out", tmp_path / "out", "--model", "rules", "--only-likely", "--concurrency", 1)
    assert "1 done, 0 failed, 1 skipped, 1 duplicate" in run.stderr
    scores = json.loads(call("eval", "--gold", gold, "--pred", tmp_path / "out", "--json").stdout)
    assert scores["documents"] == 3
    assert {one["article"] for one in scores["false"]} == {"a", "b"}
    assert "c: skipped: it has no word of meeting" in call("show", "c", "--out", tmp_path / "out").stdout
