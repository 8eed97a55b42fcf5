"""Tables and databases: CSV, Parquet and SQLite, made by their own libraries."""

import csv
import io
import random
import sqlite3
from datetime import date, datetime

import pyarrow as pa
import pytest
from pyarrow import parquet

from extractor.articles import ArticleReader, Shard
from extractor.models import Article
from tests.reading import checked, read, the_error, write

GERMAN = "Die Gespräche der beiden Minister in Genf waren kürzer als üblich, wie es aus Kreisen der Behörden hieß."
TEXTS = ["They met 🤝 in Oslo.", "التقى الوزيران.", 'The cafe\u0301, "they" said,\nwas closed; it\'s shut.']


# CSV


def table(rows, **options):
    file = io.StringIO()
    csv.writer(file, **options).writerows(rows)
    return file.getvalue()


@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ","), ("a.tsv", "\t"), ("a.csv", ";"), ("a.csv", "|")])
def test_a_table_is_an_article_a_row(tmp_path, name, delimiter):
    content = table(
        [["id", "body", "Date", "other"], *[[n, text, "2019-03-14", 1] for n, text in enumerate(TEXTS)]],
        delimiter=delimiter,
    )
    found = read(write(tmp_path / name, content))
    assert [item.article.text for item in found] == TEXTS
    assert found[0].article.model_copy(update={"notes": ()}) == Article(
        id="0", text=TEXTS[0], published=date(2019, 3, 14)
    )
    assert [item.path for item in found] == [f"{tmp_path}/{name}#{number}" for number in (1, 2, 3)]


def test_a_column_of_a_table_can_be_named(tmp_path):
    path = write(tmp_path / "a.csv", "\ufeffStory,text\r\nThey met.,No.\r\n")
    assert [found.article for found in read(path, fields={"text": "story"})] == [Article(id="a:1", text="They met.")]


def test_a_table_without_a_text_names_its_columns(tmp_path):
    error = the_error(tmp_path / "a.csv", "nr,story\n1,They met.\n")
    assert error == f"'{tmp_path}/a.csv#1' has no text; its fields are: nr, story. Name one with --field text=NAME."


def test_uneven_rows_are_errors_of_those_rows_only(tmp_path):
    one, two, three, four = read(write(tmp_path / "a.csv", "id,text\n1,One.\n2,Two.,3\n3\n\n4,Four.\n"))
    assert (one.article.text, four.article.text) == ("One.", "Four.")
    assert str(two.error) == f"'{tmp_path}/a.csv#2' has 3 cells where the first row has 2 names."
    assert str(three.error) == f"'{tmp_path}/a.csv#3' has 1 cells where the first row has 2 names."


def test_nuls_and_bytes_that_are_not_utf_8_concern_their_row_alone(tmp_path):
    found = read(
        write(
            tmp_path / "a.csv",
            b"text\nOne\0.\nDie Gespr\xe4che in Gen\xe8ve waren kurz.\n\xe2\x80\x9cThree.\xe2\x80\x9d\n",
        )
    )
    assert [item.article.text for item in found] == ["One.", "Die Gespräche in Genève waren kurz.", "“Three.”"]
    assert [len(item.article.notes) for item in found] == [1, 1, 0]


def test_a_huge_cell_is_read_and_one_that_is_never_closed_is_an_error(tmp_path, monkeypatch):
    (found,) = read(write(tmp_path / "a.csv", f'text\n"{"They met. " * 50_000}"\n'))
    assert len(found.article.text) == 500_000
    monkeypatch.setattr("extractor.articles.table._LONGEST_CELL", 1_000)
    before = csv.field_size_limit(1_000)
    first, *rest = read(write(tmp_path / "b.csv", 'text\n"' + "They met.\n" * 110))
    csv.field_size_limit(before)
    assert "is a quotation mark not closed?" in str(first.error)
    assert rest[-1].article.text == "They met."


def test_a_table_in_utf_16_says_what_to_do(tmp_path):
    assert "is in UTF-16; save it as UTF-8" in the_error(tmp_path / "a.csv", "text\nOne.\n".encode("utf-16"))


def test_an_empty_table_has_no_articles(tmp_path):
    assert read(write(tmp_path / "a.csv", ""), write(tmp_path / "b.csv", "text\n")) == []


# Parquet


def columns(path, rows=3, **options):
    values = {
        "id": pa.array(range(rows)),
        "body": pa.array([TEXTS[n % 3] for n in range(rows)]),
        "date": pa.array([datetime(2019, 3, 14)] * rows),  # noqa: DTZ001 - Parquet has no zone here
        "embedding": pa.array([[0.5] * 4] * rows),
    }
    parquet.write_table(pa.table(values), path, **options)
    return path


def test_a_parquet_file_is_an_article_a_row(tmp_path):
    found = read(columns(tmp_path / "a.parquet"))
    assert [item.article for item in found] == [
        Article(id=str(number), text=text, published=date(2019, 3, 14)) for number, text in enumerate(TEXTS)
    ]


def test_a_parquet_file_of_many_row_groups_is_read_by_shards(tmp_path):
    path = columns(tmp_path / "a.parquet", 500, row_group_size=70)
    shards = [list(ArticleReader([path], shard=Shard(number, 3))) for number in (1, 2, 3)]
    assert sorted(int(found.id) for part in shards for found in part) == list(range(500))
    assert all(found.article.text == TEXTS[int(found.id) % 3] for part in shards for found in part)


def test_a_text_column_of_bytes_is_decoded(tmp_path):
    parquet.write_table(pa.table({"text": [b"They met.", GERMAN.encode("cp1252"), bytes(99)]}), tmp_path / "a.parquet")
    one, two, three = read(tmp_path / "a.parquet")
    assert (one.article.text, two.article.text) == ("They met.", GERMAN)
    assert "is not a text but binary data" in str(three.error)


def test_a_text_that_is_not_utf_8_concerns_its_row_alone(tmp_path):
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"text": ["One.", "Two.", "Three."]}), path, use_dictionary=False, compression="none")
    one, two, three = read(write(path, path.read_bytes().replace(b"Two.", b"Tw\xff.")))
    assert (one.article.text, three.article.text) == ("One.", "Three.")
    assert "is damaged: 'utf-8' codec can't decode" in str(two.error)


def test_a_parquet_file_without_a_text_is_one_error_that_names_its_columns(tmp_path):
    parquet.write_table(pa.table({"nr": range(1000), "story": ["They met."] * 1000}), tmp_path / "a.parquet")
    (found,) = read(tmp_path / "a.parquet")
    assert str(found.error).endswith("has no text; its fields are: nr, story. Name one with --field text=NAME.")
    assert len(read(tmp_path / "a.parquet", fields={"text": "Story"})) == 1000


def test_a_parquet_file_that_is_damaged_has_an_outcome_for_each_row(tmp_path):
    whole = columns(tmp_path / "whole.parquet", 300, row_group_size=100, compression="snappy").read_bytes()
    chance = random.Random(7)
    for _ in range(20):
        garbled = bytearray(whole)
        for at in range(place := chance.randrange(4, len(whole) // 2), place + 40):
            garbled[at] = chance.randrange(256)
        found = checked(tmp_path / "a.parquet", bytes(garbled))
        assert len(found) in (1, 300)
        assert len(found) == ArticleReader([tmp_path / "a.parquet"]).count()


def test_a_damaged_row_group_costs_no_other(tmp_path):
    whole = bytearray(columns(tmp_path / "a.parquet", 300, row_group_size=100, compression="snappy").read_bytes())
    group = parquet.ParquetFile(tmp_path / "a.parquet").metadata.row_group(1)
    start = group.column(1).dictionary_page_offset
    whole[start : start + 60] = b"\xff" * 60
    found = read(write(tmp_path / "a.parquet", bytes(whole)))
    assert [bool(item.article) for item in found] == [True] * 100 + [False] * 100 + [True] * 100


def test_what_is_no_parquet_file_is_one_error(tmp_path):
    for content in (b"", b"PAR1", b"They met.", b"PAR1" + bytes(100) + b"PAR1"):
        assert the_error(tmp_path / "a.parquet", content)


# SQLite


def database(path, rows):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE articles (id, body, day)")
        connection.executemany("INSERT INTO articles VALUES (?, ?, ?)", rows)
    connection.close()
    return path


QUERY = "SELECT id, body AS text, day AS published FROM articles ORDER BY id"


def asked(path, query=QUERY):
    return list(ArticleReader([path], query=query))


def test_a_query_is_an_article_a_row(tmp_path):
    path = database(tmp_path / "a.db", [(n, text, "2019-03-14") for n, text in enumerate(TEXTS)])
    assert [found.article for found in asked(path)] == [
        Article(id=str(number), text=text, published=date(2019, 3, 14)) for number, text in enumerate(TEXTS)
    ]


def test_a_row_that_has_no_text_or_is_not_utf_8_concerns_itself_alone(tmp_path):
    path = database(
        tmp_path / "a.db", [(1, None, None), (2, GERMAN.encode("cp1252"), None), (3, 5, None), (4, "Four.", None)]
    )
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE articles SET body = CAST(body AS TEXT) WHERE id = 2")
    connection.close()
    one, two, three, four = asked(path)
    assert "has no text" in str(one.error)
    assert two.article.text == GERMAN
    assert "has no text" in str(three.error)
    assert four.article.text == "Four."


def test_a_database_cannot_be_written_by_a_query(tmp_path):
    path = database(tmp_path / "a.db", [(1, "One.", None)])
    (found,) = asked(path, "DELETE FROM articles RETURNING body AS text")
    assert "attempt to write a readonly database" in str(found.error)
    assert len(asked(path)) == 1


@pytest.mark.parametrize("query", ["SELECT x FROM articles", "nonsense", "", "SELECT 1; SELECT 2"])
def test_a_query_that_fails_is_one_error(tmp_path, query):
    (found,) = asked(database(tmp_path / "a.db", [(1, "One.", None)]), query) or [None]
    assert found is None or found.error


def test_a_database_without_a_query_is_an_error_where_it_is_named_and_else_left_aside(tmp_path):
    path = database(tmp_path / "a.db", [(1, "One.", None)])
    (found,) = read(path)
    assert "say what to read with --query" in str(found.error)
    reader = ArticleReader([tmp_path])
    assert (list(reader), reader.ignored) == ([], 1)
    assert [found.path for found in ArticleReader([tmp_path], query=QUERY)] == [f"{path}#1"]


@pytest.mark.parametrize("content", [b"They met. " * 200, b"SQLite format 3\0" + bytes(5000)])
def test_what_is_no_database_is_one_error(tmp_path, content):
    (found,) = asked(write(tmp_path / "a.db", content))
    assert "cannot be queried" in str(found.error)


def test_a_missing_database_is_an_error_and_is_not_made(tmp_path):
    (found,) = asked(tmp_path / "a.db")
    assert str(found.error) == f"'{tmp_path}/a.db' cannot be read: No such file or directory."
    assert not (tmp_path / "a.db").exists()
