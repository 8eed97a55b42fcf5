"""The tables that analysts read: filled once an article, described, and answering the questions of the docs."""

import asyncio
import contextlib
import json
import shutil
import sqlite3

import pytest
from typer.testing import CliRunner

from extractor.batch import Journal, read_outcomes
from extractor.cli import app
from extractor.database import Database, open_for_reading
from extractor.errors import ConfigurationError
from extractor.linking import link_run
from extractor.models import Outcome
from extractor.settings import Settings
from extractor.tables import fill_tables, write_metadata
from extractor.tables.describing import described_tables, example_queries, questions_in_markdown, schema_in_markdown
from tests.conftest import CASSETTES, ROOT, SEEDS
from tests.written import claim, extraction, meeting, person


def run_seeds(out, *options):
    arguments = ["run", SEEDS, "--out", out, "--model", "openai/desk-llm", "--replay", CASSETTES, *options]
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run of the seeds; tests only copy it."""
    out = tmp_path_factory.mktemp("finished")
    run_seeds(out)
    return out


@pytest.fixture(scope="module")
def linked(finished, tmp_path_factory):
    """A run of the seeds, linked; tests only read it."""
    out = shutil.copytree(finished, tmp_path_factory.mktemp("linked") / "out")
    link_run(out)
    return out


@pytest.fixture
def run(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "out")


def rows(out, query, *parameters):
    with contextlib.closing(sqlite3.connect(out / "events.db")) as connection:
        return connection.execute(query, parameters).fetchall()


def dump(out):
    """Return everything in the derived tables, but for the time of linking."""
    with contextlib.closing(sqlite3.connect(out / "events.db")) as connection:
        connection.execute("UPDATE linkings SET linked = ''")
        names = [
            f'INSERT INTO "{name}"'
            for name, table in described_tables().items()
            if "columns" in table and name != "articles"
        ]
        return [line for line in connection.iterdump() if line.startswith(tuple(names))]


def test_every_article_is_filled_once(run):
    fill_tables(run / "events.db")
    assert fill_tables(run / "events.db") == 0
    assert rows(run, "SELECT count(*) FROM filled") == [(5,)]
    counts = {
        table: rows(run, f"SELECT count(*) FROM {table}")[0][0] for table in ("participants", "meetings", "claims")
    }
    assert counts == {"participants": 36, "meetings": 10, "claims": 23}


def test_an_article_that_is_read_again_has_its_rows_once(run):
    link_run(run)
    before = dump(run)
    run_seeds(run, "--retry", "all")
    link_run(run)
    assert dump(run) == before


def test_rows_of_an_older_version_are_filled_anew(run):
    fill_tables(run / "events.db")
    with contextlib.closing(sqlite3.connect(run / "events.db")) as connection, connection:
        connection.execute("UPDATE filled SET version = 0")
        connection.execute("UPDATE participants SET name = 'somebody'")
    assert fill_tables(run / "events.db") == 5
    assert rows(run, "SELECT count(*) FROM participants WHERE name = 'somebody'") == [(0,)]


def test_a_run_of_an_older_version_is_brought_up_to_date(finished, tmp_path, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr("extractor.database._MIGRATIONS", ("0001.sql",))
        Database(tmp_path / "events.db").close()
    with contextlib.closing(sqlite3.connect(tmp_path / "events.db")) as connection, connection:
        connection.execute("ATTACH ? AS finished", (str(finished / "events.db"),))
        for table in ("runs", "articles", "inputs"):
            columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info ({table})"))
            connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM finished.{table}")
    link_run(tmp_path)
    assert rows(tmp_path, "SELECT articles FROM linkings") == [(5,)]


def test_a_running_run_is_not_linked(run):
    with (
        Journal(run, Settings(model="openai/m"), task="meetings", prompt="0"),
        pytest.raises(ConfigurationError, match="Another run is writing"),
    ):
        link_run(run)


def test_tables_are_filled_while_the_run_still_holds_its_journal(run):
    with Journal(run, Settings(model="openai/m"), task="meetings", prompt="0") as journal:
        asyncio.run(journal.add(next(iter(read_outcomes(run)))))
        assert fill_tables(journal.path) == 1


def test_every_quote_stands_in_its_article_where_the_tables_say(linked):
    query = """
    SELECT
        count(*),
        sum(substr(json_extract(extraction, '$.article.text'), start_char + 1, end_char - start_char) = text)
    FROM (
        SELECT article, start_char, end_char, text FROM spans
        UNION ALL SELECT article, start_char, end_char, text FROM mentions
        JOIN participants ON participants.id = participant
    ) JOIN articles ON path = article
    """
    ((quotes, found),) = rows(linked, query)
    assert quotes == found > 100


def test_no_row_points_nowhere(linked):
    assert rows(linked, "PRAGMA foreign_key_check") == []
    assert rows(linked, "PRAGMA integrity_check") == [("ok",)]


def test_linking_twice_writes_the_same(run):
    link_run(run)
    first = dump(run)
    link_run(run)
    assert dump(run) == first


def test_people_and_states_of_the_seeds_are_linked_across_articles(linked):
    query = """
    SELECT entities.name, group_concat(DISTINCT substr(articles.article_id, 1, 3)) FROM entities
    JOIN entity_members ON entity_members.entity = entities.id
    JOIN participants ON participants.id = entity_members.participant
    JOIN articles ON articles.path = participants.article
    GROUP BY entities.id HAVING count(DISTINCT articles.path) > 1 ORDER BY 1
    """
    assert rows(linked, query) == [
        ("Benjamin Netanyahu", "000,003"),
        ("Israel", "000,003"),
        ("Russia", "000,001,002,004"),
        ("Sergei K. Shoigu", "001,004"),
        ("Syria", "000,001,003"),
        ("Turkey", "000,001,003"),
        ("United States", "000,002,004"),
    ]


def test_every_table_view_and_column_is_described(linked):
    described = {name: list(table["columns"]) for name, table in described_tables().items() if "columns" in table}
    bookkeeping = {"runs", "inputs", "replies", "attempts", "batches", "merged"}
    names = [name for (name,) in rows(linked, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    found = {
        name: [column[1] for column in rows(linked, f"PRAGMA table_xinfo({name})")]
        for name in names
        if name not in bookkeeping and not name.startswith("sqlite_")
    }
    assert described == found


def test_the_docs_have_the_schema_and_the_questions():
    page = (ROOT / "docs" / "dataset.md").read_text(encoding="utf-8")
    assert schema_in_markdown().rstrip() in page
    assert questions_in_markdown().rstrip() in page


@pytest.mark.parametrize("name", example_queries())
def test_an_example_question_runs_and_has_an_answer_where_the_seeds_have_one(linked, name):
    found = rows(linked, example_queries()[name]["sql"])
    assert bool(found) == (name not in ("all_contradictions", "corroborated_meetings"))


def test_the_descriptions_stand_beside_the_database(tmp_path):
    described = json.loads(write_metadata(tmp_path).read_text(encoding="utf-8"))
    assert "who_met_whom" in described["databases"]["events"]["tables"]


def store(out, *extractions):
    """Put extractions into a run's database, as a run does."""
    with Journal(out, Settings(model="openai/m"), task="meetings", prompt="0") as journal:
        for one in extractions:
            outcome = Outcome(
                article_id=one.article.id, path=one.article.id, key=one.article.id, kind="done", extraction=one
            )
            asyncio.run(journal.add(outcome))


def test_what_analysts_want_of_an_article_is_a_column(tmp_path):
    known = {"title": "A headline", "source": "s", "url": "u", "language": "en"}
    told = extraction("a", published="2022-12-29")
    store(tmp_path, told.model_copy(update={"article": told.article.model_copy(update=known)}))
    found = rows(tmp_path, "SELECT title, published, source, url, language FROM articles")
    assert found == [("A headline", "2022-12-29", "s", "u", "en")]


def test_what_articles_disagree_on_and_sources_deny_stands_in_a_view(tmp_path):
    parties = person("p1", "Sergei Shoigu", represents="Russia"), person("p2", "Hulusi Akar", represents="Turkey")
    days = meeting("m1", "p1", "p2", day="2022-12-28"), meeting("m1", "p1", "p2", day="2022-12-29", status="denied")
    said = claim("c1", "p1", "The ministers agreed on a withdrawal.", meeting="m1")
    denied = claim("c1", "p2", "The ministers agreed on no withdrawal.", modality="denied", meeting="m1")
    store(
        tmp_path,
        extraction("a", *parties, meetings=days[:1], claims=[said], published="2022-12-29"),
        extraction("b", *parties, meetings=days[1:], claims=[denied], published="2022-12-30"),
    )
    link_run(tmp_path)
    assert rows(tmp_path, "SELECT about, value, words, article FROM contradictions ORDER BY 1, 2") == [
        ("claim", "Hulusi Akar denies", "The ministers agreed on no withdrawal.", "b"),
        ("claim", "Sergei Shoigu says", "The ministers agreed on a withdrawal.", "a"),
        ("date", "2022-12-28", "on that day", "a"),
        ("date", "2022-12-29", "on that day", "b"),
        ("status", "denied", "They met.", "b"),
        ("status", "held", "They met.", "a"),
    ]


def test_a_state_did_not_meet_its_own_minister(tmp_path):
    shoigu, akar = person("p1", "Sergei Shoigu", represents="Russia"), person("p2", "Hulusi Akar", represents="Turkey")
    turkey = person("p2", "Turkey", kind="state")
    held = meeting("m1", "p1", "p2", day="2022-12-28", place="Moscow")
    store(
        tmp_path,
        extraction("a", shoigu, akar, meetings=[held], published="2022-12-29"),
        extraction("b", shoigu, turkey, meetings=[held], published="2022-12-29"),
        extraction("c", shoigu, akar, meetings=[held], published="2022-12-29"),
    )
    link_run(tmp_path)
    assert rows(tmp_path, "SELECT name, other_name, meetings FROM who_met_whom ORDER BY 1") == [
        ("Hulusi Akar", "Sergei Shoigu", 1),
        ("Sergei Shoigu", "Turkey", 1),
    ]


def test_link_says_what_it_found(run):
    result = CliRunner().invoke(app, ["link", str(run)])
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:3] == [
        "38 entities, 7 of them in several articles",
        "10 occasions from 10 meetings, 0 of them in several articles",
        "0 conflicts between articles, 0 claims denied by another source",
    ]
    assert "  Sergei K. Shoigu (person) in 2 articles" in result.stdout


def test_link_gives_the_same_as_json(run):
    result = CliRunner().invoke(app, ["link", str(run), "--json"])
    found = json.loads(result.stdout)
    assert (found["entities"], found["occasions"]) == (38, 10)
    assert found["examples"]["entities"][0]["name"] == "Benjamin Netanyahu (person) in 2 articles"


def test_link_refuses_a_folder_without_a_run(tmp_path):
    result = CliRunner().invoke(app, ["link", str(tmp_path)])
    assert result.exit_code == 2
    assert "There is no run" in result.output


def test_link_has_an_example_in_its_help():
    assert "Example: extractor link out" in CliRunner().invoke(app, ["link", "--help"]).stdout


def test_the_tables_of_a_run_can_be_read_while_it_is_linked(run):
    with contextlib.closing(open_for_reading(run / "events.db")) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM entities").fetchone() == (0,)
        link_run(run)
        assert reader.execute("SELECT count(*) FROM entities").fetchone() == (0,)
