"""Merging: the runs of shards make the dataset that one run would have made."""

import asyncio
import contextlib
import json
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from extractor.articles import ArticleReader, Shard
from extractor.batch import Journal, JournalReader, Run, read_outcomes
from extractor.batch.journal import lock_folder
from extractor.batch.merging import merge_runs
from extractor.cli import app
from extractor.errors import ConfigurationError, StoreFailed
from extractor.extraction import Extractor
from extractor.llm import Exchange, Shared
from extractor.settings import Settings
from tests.fault_server import completion
from tests.replies import TEXT, reply

SETTINGS = Settings(model="openai/m", price={"input": 1, "output": 10})


class Model:
    """Answers by the article: those with "Refuse" in them are refused."""

    async def send(self, request):
        refused = "Refuse" in request.body["messages"][1]["content"]
        return Exchange(200, {}, completion(None, refusal="No.").body if refused else completion(reply()).body)


def read(folder, out, *, shard=None, model=None, most=None):
    async def run():
        reader = ArticleReader([folder], shard=shard)
        with Journal(out, SETTINGS, task="meetings", prompt="p") as journal:
            extractor = Extractor(settings=SETTINGS, client=model or Model(), shared=Shared(replies=journal.replies))
            run = Run(extractor, journal, size=1)
            taken = 0
            async for _ in run.outcomes(reader):
                taken += 1
                if taken == most:
                    run.stop()
            await journal.end("finished", inputs=reader.count())

    asyncio.run(run())


def write(folder, texts):
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts):
        (folder / f"a{number}.txt").write_text(f"{text} {TEXT}")


def facts(out):
    found = []
    for outcome in read_outcomes(out):
        told = outcome.model_dump(mode="json")
        for attempt in [*((told["extraction"] or {}).get("provenance") or told["failure"] or {}).get("attempts", ())]:
            del attempt["seconds"]
        if told["extraction"]:
            del told["extraction"]["provenance"]["extracted_at"]
        found.append(told)
    return found


def rows(out, query):
    with contextlib.closing(sqlite3.connect(out / "events.db")) as database:
        return database.execute(query).fetchall()


def ledger(out):
    query = "SELECT count(*), coalesce(sum(input_tokens), 0), round(coalesce(sum(cost), 0), 9) FROM attempts"
    return rows(out, query)[0]


@settings(max_examples=8)
@given(
    texts=st.lists(st.sampled_from(["One.", "Two.", "Three.", "Refuse four.", ""]), min_size=1, max_size=6),
    of=st.integers(1, 4),
)
def test_merged_shards_are_the_dataset_of_one_run(texts, of):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "in", texts)
        read(folder / "in", folder / "single")
        shards = [folder / f"shard{number}" for number in range(1, of + 1)]
        for number, shard in enumerate(shards, 1):
            read(folder / "in", shard, shard=Shard(number, of))
        merge_runs(shards, folder / "all")
        assert facts(folder / "all") == facts(folder / "single")
        assert ledger(folder / "all") == pytest.approx(tuple(map(sum, zip(*map(ledger, shards), strict=True))))
        with JournalReader(folder / "all") as merged, JournalReader(folder / "single") as single:
            assert merged.status().outcomes == single.status().outcomes
            assert merged.status().inputs == single.status().inputs == len(texts)
            assert merged.status().in_doubt == 0
            shown = [extraction.article.id for extraction in merged.latest_extractions(50)]
            assert shown == [extraction.article.id for extraction in single.latest_extractions(50)]


@pytest.fixture
def shards(tmp_path):
    write(tmp_path / "in", ["One.", "Two.", "Three.", "Refuse four."])
    for number in (1, 2):
        read(tmp_path / "in", tmp_path / f"out{number}", shard=Shard(number, 2))
    return [tmp_path / "out1", tmp_path / "out2"]


def contents(out):
    tables = ["runs", "articles", "replies", "attempts", "batches"]
    return [rows(out, f"SELECT * FROM {table} ORDER BY 1") for table in tables]


def test_merging_again_changes_nothing_and_further_folders_can_be_added(shards, tmp_path):
    merge_runs(shards, tmp_path / "all")
    before = contents(tmp_path / "all")
    merge_runs(shards, tmp_path / "all")
    assert contents(tmp_path / "all") == before
    write(tmp_path / "more", ["Five."])
    read(tmp_path / "more", tmp_path / "out3")
    merge_runs([*shards, tmp_path / "out3"], tmp_path / "all")
    assert len(list(read_outcomes(tmp_path / "all"))) == 5


@pytest.mark.parametrize("reverse", [False, True])
def test_of_several_outcomes_the_last_that_is_done_wins(tmp_path, reverse):
    class Refusing:
        async def send(self, request):
            return Exchange(200, {}, completion(None, refusal="No.").body)

    class Different:
        async def send(self, request):
            return Exchange(200, {}, completion(reply(claims=[])).body)

    write(tmp_path / "in", ["One."])
    folders = [tmp_path / f"out{number}" for number in range(3)]
    for folder, model in zip(folders, [Model(), Different(), Refusing()], strict=True):
        read(tmp_path / "in", folder, model=model)
    merge_runs(folders[::-1] if reverse else folders, tmp_path / "all")
    (outcome,) = read_outcomes(tmp_path / "all")
    assert (outcome.kind, outcome.extraction.claims) == ("done", ())
    assert ledger(tmp_path / "all")[0] == 3
    assert rows(tmp_path / "all", "SELECT count(*) FROM runs") == [(4,)]


def test_a_merge_is_gone_on_with_by_a_run_and_then_left_alone(shards, tmp_path):
    merge_runs(shards, tmp_path / "all")
    read(tmp_path / "in", tmp_path / "all")
    assert ledger(tmp_path / "all")[0] == 4 + 1  # what was refused is asked again
    with pytest.raises(ConfigurationError, match="other results"):
        merge_runs(shards, tmp_path / "all")


def test_a_shard_that_has_not_ended_leaves_its_articles_pending(shards, tmp_path):
    out = tmp_path / "stopped"
    write(tmp_path / "late", ["Five.", "Six.", "Seven."])
    read(tmp_path / "late", out, most=1)
    merge_runs([*shards, out], tmp_path / "all")
    with JournalReader(tmp_path / "all") as journal:
        assert (journal.status().inputs, sum(journal.status().outcomes.values())) == (7, 6)


@pytest.mark.parametrize("held", ["out2", "all"])
def test_a_folder_in_use_is_refused(shards, tmp_path, held):
    (tmp_path / held).mkdir(exist_ok=True)
    with lock_folder(tmp_path / held), pytest.raises(ConfigurationError, match="Another run is writing"):
        merge_runs(shards, tmp_path / "all")


def test_what_makes_no_sense_is_refused(shards, tmp_path):
    with pytest.raises(ConfigurationError, match="named twice"):
        merge_runs([shards[0], shards[0]], tmp_path / "all")
    with pytest.raises(ConfigurationError, match="into itself"):
        merge_runs(shards, shards[0])
    with pytest.raises(ConfigurationError, match="no run at"):
        merge_runs([tmp_path / "nowhere"], tmp_path / "all")
    read(tmp_path / "in", tmp_path / "own")
    with pytest.raises(ConfigurationError, match="other results"):
        merge_runs(shards, tmp_path / "own")
    assert len(list(read_outcomes(tmp_path / "own"))) == 4


def test_batches_under_way_are_to_be_collected_first(shards, tmp_path):
    with contextlib.closing(sqlite3.connect(shards[0] / "events.db")) as database:
        database.execute("INSERT INTO batches VALUES ('b', 1, 'submitted', 1, 0, 'f', 'b', '2030-01-01')")
        database.commit()
    with pytest.raises(ConfigurationError, match="collect them first"):
        merge_runs(shards, tmp_path / "all")


def test_a_merge_that_fails_leaves_what_was_there(shards, tmp_path):
    merge_runs(shards, tmp_path / "all")
    before = contents(tmp_path / "all")
    for shard in shards:  # one of them may have no article
        with contextlib.closing(sqlite3.connect(shard / "events.db")) as database:
            database.execute("UPDATE runs SET id = 7")
            database.commit()
    with pytest.raises(StoreFailed, match="What was there is kept"):
        merge_runs(shards, tmp_path / "all")
    assert contents(tmp_path / "all") == before


def test_the_commands_work_on_a_merge(shards, tmp_path):
    def call(*arguments):
        return CliRunner(env={"COLUMNS": "140"}).invoke(app, [str(one) for one in arguments])

    merged = call("merge", *shards, "--out", tmp_path / "all")
    assert merged.exit_code == 0
    assert "3 done, 0 failed, 1 refused; 4 requests, $0.0012" in merged.stderr
    assert json.loads(call("status", tmp_path / "all", "--json").stdout)["inputs"] == 4
    assert len(call("export", tmp_path / "all").stdout.splitlines()) == 4
    assert "Lars Hegge" in call("show", "a1", "--out", tmp_path / "all").stdout
    assert call("merge", *shards, "--out", shards[0]).exit_code == 2
