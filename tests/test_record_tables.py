"""The tables and views of a run with a schema of one's own."""

import contextlib
import json
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.batch.merging import merge_runs
from extractor.errors import ConfigurationError
from extractor.linking import link_run, read_dataset
from extractor.models import Article, Failure, Outcome, Problem
from extractor.models.columns import MOST_COLUMNS, columns_of
from extractor.tables import fill_tables
from tests.schemas import ARTICLE, BAN, FREEZE, TEXT, Q, done, schema_extraction, store


def records(kind, *contents):
    return schema_extraction({kind: list(contents)})


def filled(tmp_path, *extractions):
    path = store(tmp_path, *(done(one, f"in/{number}.txt") for number, one in enumerate(extractions)))
    fill_tables(path)
    return path


def ask(path, query, *parameters):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(query, parameters).fetchall()


def columns(path, view):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return [column for column, *_ in connection.execute(f'SELECT * FROM "{view}"').description]


def views(path):
    return dict(ask(path, "SELECT name, kind FROM record_views"))


def test_an_analyst_asks_for_records_by_the_name_of_their_list(tmp_path):
    path = filled(tmp_path, records("sanctions", FREEZE, BAN))
    found = ask(path, "SELECT id, article, measure, is_new FROM sanctions WHERE imposed_by = 'Norway' ORDER BY id")
    assert found == [
        ("in/0.txt#sanctions1", "in/0.txt", "asset_freeze", 1),
        ("in/0.txt#sanctions2", "in/0.txt", "travel_ban", 0),
    ]
    assert ask(
        path, "SELECT since, law_name, law_year, law_articles, targets, tags FROM sanctions WHERE NOT is_new"
    ) == [("2024-03-04", None, None, None, '[{"name":"Ola Nordmann","kind":"person"}]', "[]")]
    assert ask(path, "SELECT law_name, law_year, law_articles FROM sanctions WHERE is_new") == [
        ("Act 12", 1998, '["§ 1","§ 2"]')
    ]


def test_a_list_of_objects_is_taken_apart_by_the_query_of_the_docs(tmp_path):
    path = filled(tmp_path, records("sanctions", FREEZE, BAN))
    assert ask(path, "SELECT measure, value ->> 'name' FROM sanctions, json_each(targets) ORDER BY 2") == [
        ("asset_freeze", "Acme Ltd."),
        ("asset_freeze", "Beta Ltd."),
        ("travel_ban", "Ola Nordmann"),
    ]


def test_records_stand_in_their_table_with_their_fields_as_json(tmp_path):
    path = filled(tmp_path, schema_extraction({"summary": "Norway acts.", "sanctions": [BAN]}))
    found = ask(path, "SELECT id, article, record, kind, position, data FROM records ORDER BY position")
    assert [row[:-1] for row in found] == [
        ("in/0.txt#sanctions1", "in/0.txt", "sanctions1", "sanctions", 0),
        ("in/0.txt#reply", "in/0.txt", "reply", "reply", 1),
    ]
    assert [json.loads(row[-1]) for row in found] == [BAN, {"summary": "Norway acts."}]


def test_every_quote_of_every_record_stands_with_its_article_where_the_tables_say(tmp_path):
    path = filled(tmp_path, records("sanctions", FREEZE, BAN))
    found = ask(path, "SELECT kind, record, title, field, text, start_char, end_char FROM record_evidence")
    assert all(TEXT[start:end] == text for *_, text, start, end in found)
    assert [row[:5] for row in found[:4]] == [
        ("sanctions", "in/0.txt#sanctions1", "Norway acts", "imposed_by", "Norway"),
        ("sanctions", "in/0.txt#sanctions1", "Norway acts", "targets[0].name", "Acme Ltd."),
        ("sanctions", "in/0.txt#sanctions1", "Norway acts", "targets[1].name", "Beta Ltd."),
        ("sanctions", "in/0.txt#sanctions1", "Norway acts", "evidence[0]", FREEZE["evidence"][0]),
    ]
    assert ask(path, "SELECT position, match FROM record_quotes WHERE record = 'in/0.txt#sanctions2'") == [
        (0, "exact"),
        (1, "exact"),
        (2, "exact"),
    ]


def test_a_flat_schema_is_a_view_of_replies(tmp_path):
    path = filled(
        tmp_path, schema_extraction({"who": Q("Norway"), "what": None, "reply": "yes"}), records("x", {"a": 1})
    )
    assert ask(path, "SELECT id, who, what, reply FROM reply") == [("in/0.txt#reply", "Norway", None, "yes")]


def test_lists_without_a_record_are_no_column_of_what_stands_beside_them(tmp_path):
    path = filled(
        tmp_path,
        schema_extraction({"summary": "Nothing.", "topics": [], "sanctions": []}),
        schema_extraction({"summary": "Norway.", "topics": ["a"], "sanctions": [BAN]}),
    )
    assert columns(path, "reply") == ["id", "article", "summary", "topics"]


@pytest.mark.parametrize(
    ("kind", "view"),
    [
        ("meetings", "meetings_records"),
        ("Claims", "Claims_records"),
        ("who_met_whom", "who_met_whom_records"),
        ("records", "records_records"),
        ("order", "order_records"),
        ("Select", "Select_records"),
        ("plan", "plan"),
        ("sqlite_x", "records2_sqlite_x"),
        ('a"b; DROP TABLE runs', 'a"b; DROP TABLE runs'),
        ("it's", "it's"),
        ("größe", "größe"),
    ],
)
def test_a_view_whose_name_is_taken_or_a_keyword_is_called_otherwise(tmp_path, kind, view):
    path = filled(tmp_path, records(kind, {"a": 1}, {"a": 2}))
    quoted = view.replace('"', '""')
    assert views(path) == {view: kind}
    assert ask(path, f'SELECT a FROM "{quoted}" ORDER BY id') == [(1,), (2,)]
    assert ask(path, "SELECT count(*) FROM runs") == [(1,)]
    assert ask(path, "SELECT count(*) FROM claims") == [(0,)]


def test_kinds_that_differ_only_in_case_have_a_view_each(tmp_path):
    path = filled(tmp_path, schema_extraction({"Acts": [{"a": 1}], "acts": [{"b": 2}], "ACTS": [{"c": 3}]}))
    assert views(path) == {"Acts": "Acts", "acts_records": "acts", "records2_ACTS": "ACTS"}
    assert ask(path, "SELECT b FROM acts_records") == [(2,)]


def test_a_view_that_an_analyst_has_made_is_left_alone(tmp_path):
    path = filled(tmp_path, records("acts", {"a": 1}))
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP VIEW acts")
        connection.execute("CREATE TABLE acts (mine)")
        connection.execute("CREATE VIEW other AS SELECT a FROM acts_records")
    fill_tables(path)
    assert ask(path, "SELECT a FROM other") == [(1,)]
    assert columns(path, "acts") == ["mine"]


@pytest.mark.parametrize("name", ["select", 'a"b', "a.b", "it's", "a\\b", "$", "größe", "a b\n", "rowid", "data", ""])
def test_a_field_of_any_name_is_a_column(tmp_path, name):
    path = filled(tmp_path, records("acts", {name: "x", "n": 1}))
    assert ask(path, "SELECT * FROM acts") == [("in/0.txt#acts1", "in/0.txt", "x", 1)]


def test_fields_that_take_the_name_of_another_column_get_a_number(tmp_path):
    content = {"id": 1, "Article": 2, "article_title": 3, "law": {"name": 4}, "law_name": 5, "LAW_NAME": 6}
    path = filled(tmp_path, records("acts", content))
    assert columns(path, "acts") == [
        "id",
        "article",
        "id_2",
        "Article_2",
        "article_title_2",
        "law_name",
        "law_name_2",
        "LAW_NAME_3",
    ]
    assert ask(path, "SELECT * FROM acts") == [("in/0.txt#acts1", "in/0.txt", 1, 2, 3, 4, 5, 6)]


def test_a_field_that_is_an_object_in_some_records_only_is_taken_apart_all_the_same(tmp_path):
    contents = {"law": None}, {"law": {"name": "Act"}}, {"law": "Act 2"}, {"law": {"year": 1998}}
    path = filled(tmp_path, records("acts", *contents))
    assert columns(path, "acts") == ["id", "article", "law", "law_name", "law_year"]
    assert ask(path, "SELECT law, law_name, law_year FROM acts ORDER BY id") == [
        (None, None, None),
        ('{"name":"Act"}', "Act", None),
        ("Act 2", None, None),
        ('{"year":1998}', None, 1998),
    ]


def test_a_dictionary_stays_json(tmp_path):
    counts = {f"k{number}": number for number in range(100)}
    path = filled(tmp_path, records("acts", {"counts": counts, "names": {"Acme Ltd.": 1}, "none": {}}))
    assert columns(path, "acts") == ["id", "article", "counts", "names", "none"]
    assert ask(path, "SELECT counts ->> 'k7', names, none FROM acts") == [(7, '{"Acme Ltd.":1}', "{}")]


def test_of_too_many_fields_the_first_have_columns(tmp_path):
    path = filled(tmp_path, records("acts", {f"f{number}": number for number in range(3_000)}))
    assert len(columns(path, "acts")) == MOST_COLUMNS + 2
    assert ask(path, "SELECT f0, data ->> 'f2999' FROM acts JOIN records USING (id)") == [(0, 2999)]


def test_a_text_with_a_nul_is_whole(tmp_path):
    content = {"a\0b": "one\0two", "c": "back\\u0000slash\\\0", "d": ["\0"]}
    path = filled(tmp_path, records("acts", content))
    found = ask(path, 'SELECT "a\ufffdb", c, d FROM acts')
    assert found == [("one\ufffdtwo", "back\\u0000slash\\\ufffd", '["\ufffd"]')]


scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.sampled_from([0.5, -2.25, 1e10])
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
names = st.sampled_from(["a", "A", "b", "a_b", "id", "select", "é", "_"]) | st.text("ab\"'\\.$ \n[]é", max_size=3)
values = st.recursive(
    scalars | texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=6
)
contents = st.lists(st.dictionaries(names, values, max_size=5), min_size=1, max_size=4)


@settings(max_examples=40)  # each writes a database
@given(contents)
def test_a_view_has_what_the_records_have(tmp_path_factory, contents):
    path = filled(tmp_path_factory.mktemp("run"), schema_extraction({"acts": contents}))
    (fields,) = columns_of(("acts", content) for content in contents).values()
    assert columns(path, "acts") == ["id", "article", *(field.name for field in fields)]
    assert len({field.name.casefold() for field in fields}) == len(fields)
    found = ask(path, "SELECT acts.* FROM acts JOIN records USING (id) ORDER BY position")
    for content, (_, _, *row) in zip(contents, found, strict=True):
        for field, value in zip(fields, row, strict=True):
            assert as_json(value) == as_json(part(content, field.path)), field
            is_told = part(content, field.path) is not None
            assert (field.cell(content) is not None) == is_told
    assert {path[0] for path in (field.path for field in fields)} == {name for content in contents for name in content}


def part(content, path):
    for step in path:
        content = content.get(step) if isinstance(content, dict) else None
    return content


def as_json(value):
    """Return a value of SQL or JSON as SQL tells it, whatever its white space."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list | dict):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return value


def test_views_follow_the_records_and_go_with_them(tmp_path):
    path = filled(tmp_path, records("sanctions", FREEZE))
    store(tmp_path, done(records("bans", {"until": 2030}), "in/1.txt"))
    assert fill_tables(path) == 1
    assert views(path) == {"sanctions": "sanctions", "bans": "bans"}
    failed = Failure(kind="ModelRefused", message="No.")
    store(tmp_path, Outcome(article_id="a", path="in/0.txt", key="k", kind="refused", failure=failed))
    assert fill_tables(path) == 0
    assert views(path) == {"bans": "bans"}
    assert ask(path, "SELECT count(*) FROM record_quotes") == [(0,)]
    assert ask(path, "SELECT name FROM sqlite_master WHERE name = 'sanctions'") == []


def test_an_article_that_is_read_again_has_its_records_once(tmp_path):
    path = filled(tmp_path, records("sanctions", FREEZE, BAN))
    store(tmp_path, done(records("sanctions", BAN), "in/0.txt"))
    fill_tables(path)
    assert ask(path, "SELECT measure FROM sanctions") == [("travel_ban",)]


def test_problems_of_records_stand_with_those_of_meetings(tmp_path):
    problem = Problem(
        code="quote_not_found",
        kind="sanctions",
        record="sanctions2",
        field="evidence[0]",
        value="no such words",
        message="They do not stand in the article.",
        consequence="left_out",
    )
    path = filled(tmp_path, schema_extraction(None, problems=(problem,)))
    assert ask(path, "SELECT article, position, code, kind, record, field, value, consequence FROM problems") == [
        ("in/0.txt", 0, "quote_not_found", "sanctions", "sanctions2", "evidence[0]", "no such words", "left_out")
    ]
    assert views(path) == {}


def test_the_views_are_described_beside_the_database(tmp_path):
    filled(tmp_path, records("sanctions", BAN))
    described = json.loads((tmp_path / "metadata.json").read_text(encoding="utf-8"))["databases"]["events"]["tables"]
    assert described["sanctions"]["title"] == "sanctions"


def test_merged_runs_have_the_records_of_all(tmp_path):
    one = schema_extraction({"sanctions": [FREEZE], "extent": "all"})
    other = schema_extraction({"sanctions": [BAN | {"extra": 1}]}, article=Article(id="b", text=TEXT))
    filled(tmp_path / "one", one)
    store(tmp_path / "other", done(other, "in/b.txt"))
    for _ in range(2):
        merge_runs([tmp_path / "one", tmp_path / "other"], tmp_path / "all")
        path = tmp_path / "all" / "events.db"
        assert ask(path, "SELECT id, measure, extra FROM sanctions ORDER BY id") == [
            ("in/0.txt#sanctions1", "asset_freeze", None),
            ("in/b.txt#sanctions1", "travel_ban", 1),
        ]
        assert ask(path, "SELECT extent FROM reply") == [("all",)]
        assert ask(path, "PRAGMA foreign_key_check") == []


def test_the_same_article_in_two_merged_runs_has_its_records_once(tmp_path):
    for name in ("one", "other"):
        outcome = done(records("sanctions", BAN), f"in/{name}.txt").model_copy(update={"key": "same"})
        store(tmp_path / name, outcome)
    merge_runs([tmp_path / "one", tmp_path / "other"], tmp_path / "all")
    assert ask(tmp_path / "all" / "events.db", "SELECT id FROM sanctions") == [("in/one.txt#sanctions1",)]


def test_an_article_that_is_found_under_another_path_has_its_records_there_alone(tmp_path):
    outcome = done(records("sanctions", BAN), "in/old.txt").model_copy(update={"key": "same"})
    path = store(tmp_path, outcome)
    fill_tables(path)
    store(tmp_path, outcome.model_copy(update={"path": "in/new.txt"}))
    fill_tables(path)
    assert ask(path, "SELECT id FROM sanctions") == [("in/new.txt#sanctions1",)]


def test_records_are_not_linked(tmp_path):
    path = filled(tmp_path, records("sanctions", BAN))
    for link in (link_run, read_dataset):
        with pytest.raises(ConfigurationError, match="records of Sanctions, not meetings"):
            link(path)


def test_a_model_that_is_a_bare_value_is_a_record_with_that_value(tmp_path):
    found = records("names", {"value": "Acme"})
    path = filled(tmp_path, found.model_copy(update={"data": {"names": ["Acme"]}}))
    assert ask(path, "SELECT value FROM names") == [("Acme",)]


def test_the_title_of_an_article_is_not_the_title_of_a_record(tmp_path):
    path = filled(tmp_path, records("acts", {"title": "Act 12", "source": "law"}))
    assert ask(path, "SELECT acts.title, articles.title FROM acts JOIN articles ON path = article") == [
        ("Act 12", ARTICLE.title)
    ]
