"""The estimate of a run, before anything is sent."""

import json
import re

import pytest
from typer.testing import CliRunner

from extractor.articles import ArticleReader
from extractor.batch.estimate import OUTPUT_A_BYTE, estimate
from extractor.batch.execution import Plan
from extractor.cli import app
from extractor.errors import ConfigurationError
from extractor.settings import Settings
from tests.conftest import CASSETTES, SEEDS
from tests.replies import TEXT
from tests.test_merging import SETTINGS, read, write


def plan_for(folder, out, **plan):
    return Plan((folder,), out, **{"settings": SETTINGS, **plan})


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "in", ["One.", "Two.", "Two.", "Three."])
    (tmp_path / "in" / "empty.txt").write_text("")
    (tmp_path / "in" / "long.txt").write_text("x" * 2_000_001)
    return tmp_path / "in"


def call(*arguments):
    return CliRunner(env={"COLUMNS": "140"}).invoke(app, [str(one) for one in arguments])


def test_the_assumed_output_is_that_of_the_recorded_replies():
    recorded = [
        json.loads(path.read_text())["interactions"][0]["response"]["body"] for path in CASSETTES.glob("*.json")
    ]
    tokens = sum(body["usage"]["completion_tokens"] for body in recorded)
    size = sum(len(found.article.text.encode()) for found in ArticleReader([SEEDS]))
    assert pytest.approx(tokens / size, rel=0.1) == OUTPUT_A_BYTE


def test_every_article_is_counted_once_and_nothing_is_written(folder, tmp_path):
    found = estimate(plan_for(folder, tmp_path / "out"))
    assert (found.to_read, found.known, found.duplicates, found.unreadable, found.inputs) == (3, 0, 1, 2, 6)
    assert not (tmp_path / "out").exists()
    assert estimate(plan_for(folder, tmp_path / "out", limit=2)).inputs == 2


def test_without_earlier_replies_it_says_what_it_assumes(folder, tmp_path):
    found = estimate(plan_for(folder, tmp_path / "out"))
    texts = sum(len(f"{text} {TEXT}".encode()) for text in ("One.", "Two.", "Three."))
    assert found.basis.startswith("assumed: one request an article or piece of one, 4 bytes a token")
    assert found.output_tokens == pytest.approx(texts * OUTPUT_A_BYTE, abs=1)
    assert found.cost == pytest.approx((found.input_tokens + 10 * found.output_tokens) / 1e6, rel=0.01)
    assert estimate(plan_for(folder, tmp_path / "out", via="batch")).cost == pytest.approx(found.cost / 2)


def test_with_earlier_replies_it_is_what_they_took(folder, tmp_path):
    read(folder, tmp_path / "out", most=1)
    before = estimate(plan_for(folder, tmp_path / "out"))
    assert (before.known, before.to_read, before.duplicates, before.unreadable) == (2, 1, 1, 2)
    assert before.output_tokens == 20
    assert before.input_tokens == pytest.approx(100, rel=0.01)
    assert before.basis == "what 2 articles of earlier runs took, 1.00 requests each"
    read(folder, tmp_path / "out")
    after = estimate(plan_for(folder, tmp_path / "out"))
    assert (after.known, after.to_read, after.duplicates, after.cost) == (3, 0, 1, 0.0)


def test_replies_of_another_model_say_nothing(folder, tmp_path):
    read(folder, tmp_path / "out")
    other = SETTINGS.model_copy(update={"model": "openai/other"})
    found = estimate(plan_for(folder, tmp_path / "out", settings=other))
    assert (found.to_read, found.basis[:8]) == (3, "assumed:")


def test_a_provider_without_batches_is_told_at_once(folder, tmp_path):
    ollama = Settings(model="ollama/qwen3")
    with pytest.raises(ConfigurationError, match="no batch service"):
        estimate(plan_for(folder, tmp_path / "out", settings=ollama, via="batch"))


def test_the_command_needs_no_key_and_prints_the_estimate(folder, tmp_path):
    arguments = ["run", folder, "--out", tmp_path / "out", "--dry-run", "--model", "openai/gpt-5-mini"]
    result = call(*arguments)
    assert result.exit_code == 0
    assert "3 articles to read, 0 done before, 1 duplicates, 2 unreadable" in result.stdout
    assert re.search(r"cost with openai/gpt-5-mini: \$0\.0\d+", result.stdout)
    assert "in batches: $0.0" in call(*arguments, "--via", "batch").stdout
    told = json.loads(call(*arguments, "--json", "--set", 'price={"input": 100, "output": 100}').stdout)
    assert told["cost"] == pytest.approx((told["input_tokens"] + told["output_tokens"]) / 1e4, rel=0.01)
    unknown = call("run", folder, "--dry-run", "--model", "openai/unheard-of")
    assert "unknown; give --set price=" in unknown.stdout
    assert call("run", folder, "--dry-run", "--via", "batch").exit_code == 2


def test_the_rules_cost_nothing(folder, tmp_path):
    found = estimate(plan_for(folder, tmp_path / "out", settings=Settings()))
    assert (found.to_read, found.input_tokens, found.cost) == (3, 0, 0.0)
    assert found.basis.startswith("the built-in rules read")


def test_articles_that_the_rules_find_unlikely_are_told_apart(folder, tmp_path):
    (folder / "recipe.txt").write_text("Stir the soup slowly. Add salt.")
    found = estimate(plan_for(folder, tmp_path / "out", only_likely=True))
    assert (found.to_read, found.unlikely, found.inputs) == (3, 1, 7)
