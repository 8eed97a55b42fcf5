"""The worked examples: schemas of one's own, read from the recordings beside them."""

import json

import nbformat
import pytest
from nbclient import NotebookClient
from typer.testing import CliRunner

from examples.sanctions.sanctions import Sanctions
from extractor.batch import read_outcomes
from extractor.cli import app
from extractor.evaluation import evaluate, read_gold
from tests.conftest import ROOT

EXAMPLES = ROOT / "examples"


def read_example(name, model, out):
    """Run the command as the example's own folder gives it, and return the extractions by article."""
    arguments = ["run", "articles", "--schema", f"{name}.py:{model}", "--prompt", f"{name}.md", "--out", out]
    result = CliRunner().invoke(app, [*map(str, arguments), "--model", "openai/desk-llm", "--replay", "cassettes"])
    assert result.exit_code == 0, result.output
    return {outcome.article_id: outcome.extraction for outcome in read_outcomes(out)}


@pytest.fixture(scope="module")
def sanctions(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(EXAMPLES / "sanctions")
        return read_example("sanctions", "Sanctions", tmp_path_factory.mktemp("sanctions"))


@pytest.fixture(scope="module")
def protests(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(EXAMPLES / "protests")
        return read_example("protests", "Protests", tmp_path_factory.mktemp("protests"))


def told(extraction, *fields):
    return [tuple(data[field] for field in fields) for _, data in extraction.contents()]


def test_sanctions_that_are_imposed_lifted_and_only_announced_are_told_apart(sanctions):
    found = told(sanctions["drone-engines"], "sender", "measure", "status")
    assert ("EU", "export_ban", "in_force") in found
    assert ("Britain", "travel_ban", "announced") in found
    assert ("EU", "asset_freeze", "lifted") in found
    assert {status for *_, status in told(sanctions["fisheries-budget"], "sender", "measure", "status")} == {
        "ruled_out"
    }


def test_the_targets_of_a_sanction_stand_in_the_article(sanctions):
    first = sanctions["drone-engines"].json_data["sanctions"][0]
    assert [target["name"] for target in first["targets"]][-1] == "Kestrel Marine Holdings"
    assert first["since"] == "2024-02-21"


def test_protests_in_two_cities_and_one_called_off_are_three_records(protests):
    found = told(protests["fuel-levy"], "place", "status")
    assert [status for _, status in found] == ["held", "held", "called_off"]
    assert [place for place, _ in found][:2] == ["Kisambara", "Port Nyaloro"]


def test_counts_by_police_and_by_organisers_stand_side_by_side(protests):
    first = protests["fuel-levy"].json_data["protests"][0]
    assert sorted(count["number"] for count in first["crowd_sizes"]) == [2500, 6000]


def test_a_debate_about_protests_is_none(protests):
    assert protests["assembly-bill"].records == ()


@pytest.mark.parametrize("name", ["sanctions", "protests"])
def test_every_quote_stands_in_its_article_and_nothing_is_without_one(name, request):
    for extraction in request.getfixturevalue(name).values():
        text = extraction.article.text
        assert all(text[one.span.start : one.span.end] == one.span.text for one in extraction.quotes_placed)
        quoted = {record for record, _, _ in extraction.quotes()}
        assert quoted == {record.id for record in extraction.records}


def test_the_recordings_are_a_desks():
    paths = list(EXAMPLES.glob("*/cassettes/*.json"))
    assert len(paths) == 6
    for path in paths:
        (interaction,) = json.loads(path.read_text(encoding="utf-8"))["interactions"]
        assert interaction["response"]["body"]["model"] == "desk-llm"


@pytest.mark.slow
def test_the_notebook_runs_and_shows_what_is_stored_in_it():
    stored = nbformat.read(EXAMPLES / "reading.ipynb", as_version=4)
    executed = nbformat.from_dict(stored)
    NotebookClient(executed, timeout=120, resources={"metadata": {"path": str(EXAMPLES)}}).execute()
    shown = [[output["data"] for output in cell.get("outputs", [])] for cell in executed.cells]
    assert shown == [[output["data"] for output in cell.get("outputs", [])] for cell in stored.cells]
    assert sum(map(len, shown)) == 6


def test_the_example_is_measured_against_its_gold(sanctions):
    scores = evaluate(read_gold(EXAMPLES / "sanctions" / "gold", schema=Sanctions), sanctions)
    found = scores.micro("all records")
    assert (found.gold, found.predicted, found.matched) == (20, 21, 20)
    assert scores.micro("sanctions.status").f1 == 1
