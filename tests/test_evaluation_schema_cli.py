"""`extractor eval` and `extractor gold` on runs by a schema of one's own."""

import json

import pytest

from extractor.evaluation import read_gold
from extractor.models import Article, Outcome
from tests.conftest import GOLD
from tests.fault_server import completion
from tests.schemas import Q, schema_extraction
from tests.test_cli import call
from tests.test_evaluation_page import Page
from tests.written import extraction

TEXT = "The European Union froze the assets of Ana Rojas on 1 March 2022. Kenya banned travel for Lars Hegge."
HOSTILE = "\x1b[31m</script><img src=x onerror=alert(1)> {{ 7*7 }}"


def sanction(by, target, quote, **fields):
    return {
        "authority": by,
        "targets": [{"name": target}],
        "since": None,
        "note": None,
        "evidence": [Q(quote)],
        **fields,
    }


EU = sanction("European Union", "Ana Rojas", "The European Union froze the assets of Ana Rojas", since="2022-03-01")
KENYA = sanction("Kenya", "Lars Hegge", "Kenya banned travel for Lars Hegge")
MODEL = """
from pydantic import BaseModel
from extractor import Quote

class Target(BaseModel):
    name: str

class Sanction(BaseModel):
    authority: str
    targets: list[Target]
    since: str | None
    note: str | None
    evidence: list[Quote]

class Sanctions(BaseModel):
    'Every sanction.'
    sanctions: list[Sanction]
    summary: str | None

class Protests(BaseModel):
    'Every protest.'
    protests: list[Sanction]
"""
DATA = {"sanctions": [EU, KENYA], "summary": "Two bans."}


def found(data, text=TEXT, id="a1"):
    return schema_extraction(data, article=Article(id=id, text=text))


def write_run(path, *extractions):
    outcomes = [
        Outcome(article_id=one.article.id, path=one.article.id, key="", kind="done", extraction=one)
        for one in extractions
    ]
    path.write_text("".join(one.model_dump_json() + "\n" for one in outcomes))
    return path


@pytest.fixture
def right(tmp_path):
    return write_run(
        tmp_path / "right.jsonl",
        found(DATA),
        found({"sanctions": [], "summary": None}, "Nothing.", "a2"),
    )


@pytest.fixture
def wrong(tmp_path):
    data = {"sanctions": [EU | {"since": "2023", "authority": HOSTILE}], "summary": "Two bans."}
    invented = {"sanctions": [sanction(HOSTILE, HOSTILE, "Nothing")], "summary": None}
    return write_run(tmp_path / "wrong.jsonl", found(data), found(invented, "Nothing.", "a2"))


@pytest.fixture
def gold(tmp_path, right):
    folder = tmp_path / "gold"
    folder.mkdir()
    for id in ("a1", "a2"):
        (folder / f"{id}.json").write_text(call("gold", "from", right, "--article", id).stdout)
    return folder


def change(path, **fields):
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_a_draft_made_of_an_extraction_is_gold_that_scores_it_as_right(gold, right):
    draft = json.loads((gold / "a1.json").read_text())
    assert (draft["article"], draft["schema"], draft["data"]) == ("a1", "Sanctions", DATA)
    scores = json.loads(call("eval", "--gold", gold, "--pred", right, "--json").stdout)
    assert {name: row["f1"] for name, row in scores["metrics"].items()} == dict.fromkeys(scores["metrics"], 1.0)
    assert scores["missed"] == scores["false"] == scores["wrong"] == []


def test_sound_gold_is_counted(gold):
    assert call("gold", "check", gold).stdout.startswith("2 articles, 2 sanctions; digest ")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"data": []}, "a1.json: data: Input should be an object"),
        ({"colour": 1}, "a1.json: colour: Extra inputs are not permitted"),
        ({"annotated": ["sanctions.target"]}, "a1.json: annotated: there is no field 'sanctions.target'"),
        ({"annotated": []}, "a1.json: annotated: Frozenset should have at least 1 item"),
        ({"article": "a2"}, "two files are about the article 'a2'"),
        (
            {"schema": "Protests"},
            "the files are of different tasks, which belong in folders of their own: Protests, Sanctions",
        ),
    ],
)
def test_faults_of_gold_name_file_and_field(gold, fields, message):
    change(gold / "a1.json", **fields)
    result = call("gold", "check", gold)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    "field", ["sanctions", "sanctions.targets", "sanctions.targets[].name", "sanctions.note.day", "summary"]
)
def test_fields_that_are_there_or_may_be_there_can_be_annotated(gold, field):
    change(gold / "a1.json", annotated=[field])
    assert call("gold", "check", gold).exit_code == 0


@pytest.fixture
def check(gold, tmp_path):
    (tmp_path / "forms.py").write_text(MODEL)
    return lambda model="Sanctions": call("gold", "check", gold, "--schema", f"{tmp_path / 'forms.py'}:{model}")


def test_gold_can_be_checked_against_its_model(check, gold):
    assert (check().exit_code, check("Sanctions").stderr) == (0, "")
    assert "schema: it is 'Sanctions', and the model is 'Protests'" in check("Protests").stderr
    assert "has no Pydantic model 'Nothing'" in check("Nothing").stderr


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"since": 5}, "a1.json: data.sanctions[0].since: Input should be a valid string"),
        ({"targets": [{}]}, "a1.json: data.sanctions[0].targets[0].name: Field required"),
    ],
)
def test_what_the_model_does_not_allow_is_told_where_it_is_annotated(check, gold, changed, message):
    change(gold / "a1.json", data=DATA | {"sanctions": [EU | changed]})
    result = check()
    assert (result.exit_code, message in result.stderr) == (2, True)
    change(gold / "a1.json", annotated=["sanctions.authority"])
    assert check().exit_code == 0


@pytest.mark.parametrize("annotated", [None, ["sanctions.authority", "sanctions.colour"]])
def test_a_field_that_the_model_does_not_know_is_told_whatever_is_annotated(check, gold, annotated):
    change(gold / "a1.json", data=DATA | {"sanctions": [EU | {"colour": 1, "since": 5}]}, annotated=annotated)
    result = check()
    assert result.exit_code == 2
    assert "a1.json: data.sanctions[0].colour: the model has no such field" in result.stderr


def test_gold_of_meetings_fits_no_model(tmp_path):
    (tmp_path / "forms.py").write_text(MODEL)
    result = call("gold", "check", GOLD, "--schema", f"{tmp_path / 'forms.py'}:Sanctions")
    assert "the files are gold of meetings, and no Sanctions" in result.stderr


def test_gold_of_both_forms_does_not_mix(gold):
    (gold / "m.json").write_text(json.dumps({"article": "m", "participants": [], "meetings": [], "claims": []}))
    assert (
        "the files are of different tasks, which belong in folders of their own: Sanctions, meetings"
        in call("gold", "check", gold).stderr
    )


def test_a_run_is_scored_in_a_table_by_records_and_fields(gold, wrong):
    result = call("eval", "--gold", gold, "--pred", wrong)
    assert result.exit_code == 0
    for shown in ("records found", "values, end to end", "sanctions.targets[].name", "missed in a1: sanctions: Kenya"):
        assert shown in result.stdout
    assert "not in the gold of a2: sanctions: " in result.stdout
    assert "baseline" not in result.stdout
    assert "\x1b" not in result.stdout


def test_what_is_wrong_is_printed_as_json(gold, wrong):
    scores = json.loads(call("eval", "--gold", gold, "--pred", wrong, "--json").stdout)
    assert scores["wrong"] == [
        {"article": "a1", "field": "sanctions.authority", "gold": "European Union", "predicted": HOSTILE},
        {"article": "a1", "field": "sanctions.since", "gold": "2022-03-01", "predicted": "2023"},
    ]
    assert scores["metrics"]["all records"]["f1"] == 0.5


def test_two_runs_are_compared_and_several_make_a_leaderboard(gold, right, wrong):
    compared = call("eval", "--gold", gold, "--pred", right, "--against", wrong).stdout
    assert "a1: all records 67 → 100" in compared
    assert compared.count("noise") == 3
    board = call("eval", "--gold", gold, "--pred", wrong, "--pred", right).stdout
    assert "all records F1" in board
    assert board.index("100.0") < board.index("50.0")


def test_a_gate_holds_scores_above_their_floors(gold, right, wrong, tmp_path):
    gate = tmp_path / "floors.json"
    assert call("eval", "--gold", gold, "--pred", right, "--gate", gate, "--store-gate").exit_code == 0
    assert call("eval", "--gold", gold, "--pred", right, "--gate", gate).exit_code == 0
    result = call("eval", "--gold", gold, "--pred", wrong, "--gate", gate)
    assert result.exit_code == 1
    assert "sanctions.authority: F1 0.0 is below its floor 100.0" in result.stderr


def test_predictions_of_another_task_than_the_gold_are_told(gold, right, tmp_path):
    meetings = write_run(tmp_path / "meetings.jsonl", extraction("a1"))
    for folder, run, words in (
        (gold, meetings, "'Sanctions', and the extraction of 'a1' of 'meetings'"),
        (GOLD, right, "'meetings', and the extraction of 'a1' of 'Sanctions'"),
    ):
        result = call("eval", "--gold", folder, "--pred", run)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"The gold is of the task {words}" in result.stderr.replace("\n", " ")


def test_the_page_shows_both_sides_of_every_article_and_a_hostile_reply_stays_text(gold, right, wrong, tmp_path):
    path = tmp_path / "page.html"
    assert call("eval", "--gold", gold, "--pred", wrong, "--pred", right, "--html", path).exit_code == 0
    page, tame = Page(path.read_text()), tmp_path / "tame.html"
    call("eval", "--gold", gold, "--pred", right, "--pred", right, "--html", tame)
    assert page.open == []
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in Page(tame.read_text()).elements} | {
        "circle",
        "text",
        "br",
    }
    for shown in ("− missed", "+ false alarm", "≠ 2 fields wrong", "targets[].name", TEXT[:30], HOSTILE):
        assert shown in page.text
    assert "49" not in page.text
    assert "Status of the meetings found" not in page.text


def test_an_item_of_a_list_that_has_no_partner_is_marked_on_the_page(gold, tmp_path):
    more = EU | {"targets": [{"name": "Ana Rojas"}, {"name": "Somebody Else"}]}
    run = write_run(
        tmp_path / "more.jsonl",
        found(DATA | {"sanctions": [more, KENYA]}),
        found({"sanctions": [], "summary": None}, "Nothing.", "a2"),
    )
    path = tmp_path / "page.html"
    call("eval", "--gold", gold, "--pred", run, "--html", path)
    text = " ".join(Page(path.read_text()).text.split())
    assert "targets[].name (wrong) Ana Rojas Ana Rojas Somebody Else (false alarm)" in text
    assert "(missed)" not in text


def test_the_gold_of_a_folder_is_read_as_what_it_is(gold):
    assert [type(one).__name__ for one in read_gold(gold)] == ["SchemaGold"] * 2
    assert {type(one).__name__ for one in read_gold(GOLD)} == {"GoldArticle"}


def test_a_run_is_measured_as_it_stands_in_its_folder(tmp_path, fault_server):
    (tmp_path / "forms.py").write_text(MODEL)
    (tmp_path / "a1.txt").write_text(TEXT)
    server = fault_server(completion(DATA | {"sanctions": [EU, KENYA | {"evidence": ["Nobody said so"]}]}))
    model = ("--schema", f"{tmp_path / 'forms.py'}:Sanctions", "--model", "openai/m", "--base-url", server.url)
    assert call("run", tmp_path / "a1.txt", "--out", tmp_path / "out", *model).exit_code == 0
    gold = tmp_path / "gold"
    gold.mkdir()
    draft = json.loads(call("gold", "from", tmp_path / "out", "--article", "a1").stdout)
    (gold / "a1.json").write_text(json.dumps(draft | {"data": DATA}))
    scores = json.loads(call("eval", "--gold", gold, "--pred", tmp_path / "out", "--json").stdout)
    assert scores["missed"] == [
        {"article": "a1", "what": "sanctions", "title": "Kenya, Lars Hegge, Kenya banned travel for Lars Hegge"}
    ]
    assert scores["metrics"]["sanctions"]["precision"] == 1
    assert scores["metrics"]["grounded quotes"]["precision"] == 0.5
    assert scores["effort"]["requests"] >= 1
