"""Files become articles, or say why they do not."""

import json
import os
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.articles import ArticleReader, decode, parse_published, source
from extractor.models import Article
from tests.reading import checked, read, the_article, the_error, write

RUSSIAN = "Министр иностранных дел встретился в среду с американской делегацией в Москве. Стороны обсудили Сирию."
FRENCH = (
    "Le chef de la diplomatie française s'est entretenu jeudi à Genève avec son homologue algérien. La rencontre, qui "
    "s'est déroulée à huis clos, a duré près de trois heures, où les deux hommes ont évoqué la situation au Sahel."
)

not_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


def ids(*paths):
    return [found.id for found in read(*paths)]


# Text


def test_a_text_file_becomes_an_article_named_by_its_stem(tmp_path):
    assert the_article(tmp_path / "geneva.txt", "They met.\n") == Article(id="geneva", text="They met.\n")


@pytest.mark.parametrize("suffix", ["txt", "md", "markdown", "text", "TXT"])
def test_text_and_markdown_are_read_as_they_are(tmp_path, suffix):
    assert the_article(tmp_path / f"a.{suffix}", "# Talks\n\nThey *met*.").text == "# Talks\n\nThey *met*."


def test_a_file_of_another_kind_that_is_named_itself_is_read_as_text(tmp_path):
    assert the_article(tmp_path / "cable.1973", "They met.") == Article(id="cable", text="They met.")


@pytest.mark.parametrize(
    "text", ["They met.\r\nThey left.\r\n", "\n\n  They met.  \n", "They\rmet.", "They met \U0001f91d."]
)
def test_the_text_is_the_content_of_the_file_to_the_letter(tmp_path, text):
    assert the_article(tmp_path / "a.txt", text).text == text


@pytest.mark.parametrize("content", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xff\xfe", b"\0\0"])
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_file_without_words_is_an_error(tmp_path, name, content):
    assert the_error(tmp_path / name, content) == f"'{tmp_path}/{name}' is empty."


def test_nul_characters_are_removed_and_noted(tmp_path):
    article = the_article(tmp_path / "a.txt", "They\0 met.\0")
    assert article == Article(id="a", text="They met.", notes=("NUL characters were removed",))


def test_binary_data_is_an_error(tmp_path):
    error = the_error(tmp_path / "a.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert error == f"'{tmp_path}/a.txt' is not a text but binary data."


def test_a_file_larger_than_any_article_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "MOST_BYTES", 1_000_000)
    assert the_article(tmp_path / "full.txt", "x" * 1_000_000).id == "full"
    error = the_error(tmp_path / "over.txt", "x" * 1_000_001)
    assert error == f"'{tmp_path}/over.txt' is larger than 1 MB, which no article is."


def test_a_missing_file_is_an_error(tmp_path):
    (found,) = read(tmp_path / "a.txt")
    assert (found.id, found.path, found.article) == ("a", f"{tmp_path}/a.txt", None)
    assert str(found.error) == f"'{tmp_path}/a.txt' cannot be read: No such file or directory."


def test_a_name_too_long_for_a_file_is_an_error(tmp_path):
    (found,) = read(tmp_path / ("x" * 5000))
    assert str(found.error).endswith("cannot be read: File name too long.")


@not_root
def test_an_unreadable_file_is_an_error(tmp_path):
    write(tmp_path / "a.txt", "They met.").chmod(0)
    (found,) = read(tmp_path / "a.txt")
    assert str(found.error) == f"'{tmp_path}/a.txt' cannot be read: Permission denied."


# Encodings


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("order", ["le", "be"])
def test_a_byte_order_mark_tells_the_encoding_and_is_no_text(tmp_path, encoding, order):
    article = the_article(tmp_path / "a.txt", f"\ufeff{RUSSIAN}".encode(f"{encoding}-{order}"))
    assert article == Article(id="a", text=RUSSIAN, notes=(f"read as {encoding}, by its mark",))


def test_the_mark_of_utf_8_is_dropped_without_a_note(tmp_path):
    assert the_article(tmp_path / "a.txt", RUSSIAN.encode("utf-8-sig")) == Article(id="a", text=RUSSIAN)


def test_bytes_that_contradict_their_mark_are_an_error(tmp_path):
    error = the_error(tmp_path / "a.txt", "They met.".encode("utf-16") + b"!")
    assert error == f"'{tmp_path}/a.txt' is marked as utf-16 but is not: truncated data."


@pytest.mark.parametrize(
    ("text", "encoding"), [(RUSSIAN, "cp1251"), (FRENCH, "latin-1"), (f"« {FRENCH} »\r\n– 3 €", "cp1252")]
)
def test_other_encodings_are_guessed_and_noted(tmp_path, text, encoding):
    article = the_article(tmp_path / "a.txt", text.encode(encoding))
    assert article.text == text
    (note,) = article.notes
    assert re.fullmatch(r"read as [\w-]+, which is a guess from its bytes: it is not UTF-8", note)


def test_decoding_utf_8_has_nothing_to_note():
    assert decode(RUSSIAN.encode()) == (RUSSIAN, [])


# Front matter


def test_front_matter_tells_of_the_article_and_is_no_part_of_its_text(tmp_path):
    article = the_article(
        tmp_path / "a.md",
        "---\nid: geneva-1\nheadline: 'Talks: day one'\ndate: 2019-03-14\noutlet: AFP\nurl: https://example.org/1\n"
        "lang: no\nauthor: N. N.\n---\n\nThey met.\n",
    )
    assert article == Article(
        id="geneva-1",
        text="They met.\n",
        title="Talks: day one",
        published=date(2019, 3, 14),
        source="AFP",
        url="https://example.org/1",
        language="no",
    )


def test_front_matter_may_have_windows_line_ends(tmp_path):
    article = the_article(tmp_path / "a.md", "---\r\ntitle: Talks\r\n---\r\n\r\nThey met.\r\nThey left.\r\n")
    assert article == Article(id="a", title="Talks", text="They met.\r\nThey left.\r\n")


@pytest.mark.parametrize("value", ["2019-03-14 10:00:00 +0000", "2019-03-14T10:00:00Z", "'14 March 2019'", "20190314"])
def test_front_matter_may_have_a_time_or_words_for_its_date(tmp_path, value):
    article = the_article(tmp_path / "a.md", f"---\ndate: {value}\n---\nThey met.")
    assert article == Article(id="a", text="They met.", published=date(2019, 3, 14))


def test_values_of_front_matter_stay_as_they_are_written(tmp_path):
    article = the_article(tmp_path / "a.md", "---\nid: 0012\ntitle: Yes\nsource: 1_000\nlanguage: no\n---\nThey met.")
    assert article == Article(id="0012", title="Yes", source="1_000", language="no", text="They met.")


@pytest.mark.parametrize("value", ["", " ~", " null", " ''", " [a, b]", " {a: b}"])
def test_a_value_of_front_matter_that_says_nothing_is_left_out(tmp_path, value):
    assert the_article(tmp_path / "a.md", f"---\ntitle:{value}\n---\nThey met.") == Article(id="a", text="They met.")


def test_an_impossible_date_in_front_matter_is_noted(tmp_path):
    article = the_article(tmp_path / "a.md", "---\ndate: 2019-13-45\n---\nThey met.")
    note = "the publication date '2019-13-45' is not understood"
    assert article == Article(id="a", text="They met.", notes=(note,))


def test_the_text_is_never_taken_from_front_matter(tmp_path):
    assert the_article(tmp_path / "a.md", "---\ntitle: Talks\ntext: No.\n---\nThey met.").text == "They met."


@pytest.mark.parametrize(
    "block",
    [
        "They had met before.",
        "- title\n- date",
        "Speaker: They met.",
        "text: They met.",
        "42",
        "",
        "title: [unclosed",
        "title: a: b",
        "[list]: title",
        "title: *unknown",
        "title: \x07",
        'title: "\\Uffffffff"',
        "title: " + "[" * 2000,
    ],
)
def test_what_only_looks_like_front_matter_stays_text(tmp_path, block):
    text = f"---\n{block}\n---\nThey met."
    assert the_article(tmp_path / "a.md", text) == Article(id="a", text=text)


@pytest.mark.parametrize("text", ["---\ntitle: Talks\n", "\n---\ntitle: Talks\n---\n", "----\ntitle: Talks\n----\n"])
def test_front_matter_opens_the_file_and_is_closed(tmp_path, text):
    assert the_article(tmp_path / "a.md", text).text == text


def test_front_matter_without_a_text_is_an_empty_article(tmp_path):
    assert the_error(tmp_path / "a.md", "---\ntitle: Talks\n---\n\n").endswith("is empty.")


@pytest.mark.parametrize("value", ["!!int ''", "!!bool x", "!!timestamp x", "!!python/object/apply:os.abort []"])
def test_tags_in_front_matter_build_nothing(tmp_path, value):
    assert the_article(tmp_path / "a.md", f"---\nurl: u\nauthor: {value}\n---\nThey met.").url == "u"


def test_aliases_in_front_matter_do_not_unfold(tmp_path):
    levels = "".join(f"l{n + 1}: &l{n + 1} [{f'*l{n}, ' * 9}]\n" for n in range(7))
    article = the_article(tmp_path / "a.md", f"---\nl0: &l0 x\n{levels}title: *l7\ndate: *l7\n---\nThey met.")
    assert article.notes == ("the publication date 'list' is not understood",)


# JSON


def test_a_json_object_is_one_article(tmp_path):
    record = {
        "id": 17,
        "text": "They met.",
        "title": "Talks",
        "published": "2019-03-14",
        "source": "AFP",
        "url": "https://example.org/1",
        "language": "en",
        "other": [1],
    }
    assert the_article(tmp_path / "a.json", json.dumps(record)) == Article(
        id="17",
        text="They met.",
        title="Talks",
        published=date(2019, 3, 14),
        source="AFP",
        url="https://example.org/1",
        language="en",
    )


def test_an_object_without_an_id_is_named_by_its_file(tmp_path):
    assert the_article(tmp_path / "a.json", '{"text": "They met."}') == Article(id="a", text="They met.")


def test_a_json_array_is_an_article_for_each_of_its_objects(tmp_path):
    found = read(write(tmp_path / "a.json", '[{"text": "One."}, {"text": "Two.", "id": "second"}, {"text": "Three."}]'))
    assert [item.article for item in found] == [
        Article(id="a:1", text="One."),
        Article(id="second", text="Two."),
        Article(id="a:3", text="Three."),
    ]
    assert [item.path for item in found] == [f"{tmp_path}/a.json#{number}" for number in (1, 2, 3)]


@pytest.mark.parametrize("suffix", ["jsonl", "ndjson"])
def test_json_lines_are_an_article_a_line(tmp_path, suffix):
    path = write(tmp_path / f"a.{suffix}", '{"text": "One."}\r\n\r\n  \n{"text": "Four.", "id": "last"}')
    found = read(path)
    assert [item.article for item in found] == [Article(id="a:1", text="One."), Article(id="last", text="Four.")]
    assert [item.path for item in found] == [f"{path}#1", f"{path}#4"]


@pytest.mark.parametrize("name", ["text", "body", "content", "article", "maintext", "full_text", "Body", "TEXT"])
def test_the_text_is_found_under_its_usual_names(tmp_path, name):
    assert the_article(tmp_path / "a.json", json.dumps({name: "They met."})).text == "They met."


def test_the_other_fields_are_found_under_their_usual_names(tmp_path):
    record = {
        "Article_ID": "g1",
        "body": "They met.",
        "headline": "Talks",
        "pubDate": "Thu, 14 Mar 2019 10:00:00 GMT",
        "source_domain": "example.org",
        "link": "https://example.org/1",
        "lang": "en",
    }
    assert the_article(tmp_path / "a.jsonl", json.dumps(record)) == Article(
        id="g1",
        text="They met.",
        title="Talks",
        published=date(2019, 3, 14),
        source="example.org",
        url="https://example.org/1",
        language="en",
    )


def test_the_first_usual_name_that_has_a_value_wins(tmp_path):
    record = {"content": "No.", "body": "They met.", "text": None, "headline": "Talks", "title": None}
    assert the_article(tmp_path / "a.json", json.dumps(record)) == Article(id="a", text="They met.", title="Talks")


def test_named_fields_replace_the_usual_names(tmp_path):
    record = {"Story": "They met.", "text": "No.", "nr": 7, "id": "no", "title": "Talks"}
    article = the_article(tmp_path / "a.json", json.dumps(record), fields={"text": "story", "id": "nr"})
    assert article == Article(id="7", text="They met.", title="Talks")


def test_a_key_is_preferred_as_it_is_written(tmp_path):
    assert the_article(tmp_path / "a.json", '{"text": "They met.", "TEXT": "No."}').text == "They met."


def test_a_record_without_text_names_the_fields_there_are(tmp_path):
    assert the_error(tmp_path / "a.json", '{"story": "They met.", "nr\\n\\ud800": 7}') == (
        f"'{tmp_path}/a.json#1' has no text; its fields are: story, nr\\n\\ud800. Name one with --field text=NAME."
    )


@pytest.mark.parametrize("text", ["null", "5", '["They met."]', '{"en": "They met."}'])
def test_a_text_that_is_no_string_is_no_text(tmp_path, text):
    assert "has no text; its fields are: text." in the_error(tmp_path / "a.json", f'{{"text": {text}}}')


def test_an_empty_text_in_a_record_is_an_error(tmp_path):
    assert the_error(tmp_path / "a.json", '{"text": " \\n"}') == f"'{tmp_path}/a.json#1' is empty."


def test_a_broken_line_is_an_error_of_that_line_only(tmp_path):
    path = write(tmp_path / "a.jsonl", '{"text": "One."}\n{"text": "Two\n[3]\n{"text": "Four."}\n')
    one, two, three, four = read(path)
    assert (one.article, four.article) == (Article(id="a:1", text="One."), Article(id="a:4", text="Four."))
    assert (two.id, three.id) == ("a:2", "a:3")
    assert str(two.error).startswith(f"'{path}#2' is not JSON: ")
    assert str(three.error) == f"'{path}#3' is not a JSON object."


def test_a_binary_line_is_an_error_of_that_line_only(tmp_path):
    path = write(tmp_path / "a.jsonl", b"\0" * 40 + b'\n{"text": "Two."}')
    one, two = read(path)
    assert (str(one.error), two.article) == (
        f"'{path}#1' is not a text but binary data.",
        Article(id="a:2", text="Two."),
    )


def test_an_element_that_is_no_object_is_an_error_of_that_element_only(tmp_path):
    one, two = read(write(tmp_path / "a.json", '["They met.", {"text": "Two."}]'))
    assert (one.id, str(one.error)) == ("a:1", f"'{tmp_path}/a.json#1' is not a JSON object.")
    assert two.article == Article(id="a:2", text="Two.")


@pytest.mark.parametrize(
    "content", ["", "  ", "{", "They met.", "[" * 100_000, '{"text": "a"}\n{"text": "b"}', "9" * 5000]
)
def test_a_file_that_is_not_json_is_one_error(tmp_path, content):
    assert the_error(tmp_path / "a.json", content).startswith(f"'{tmp_path}/a.json' is not JSON: ")


def test_an_empty_array_has_no_articles(tmp_path):
    assert read(write(tmp_path / "a.json", "[]"), write(tmp_path / "a.jsonl", "\n\n")) == []


def test_a_line_longer_than_any_article_is_an_error_and_the_next_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "MOST_BYTES", 100)
    *pieces, last = read(write(tmp_path / "a.jsonl", json.dumps({"text": "x" * 150}) + '\n{"text": "They met."}\n'))
    assert pieces
    assert all("is not JSON" in str(piece.error) for piece in pieces)
    assert last.article.text == "They met."


def test_json_may_have_a_byte_order_mark(tmp_path):
    article = the_article(tmp_path / "a.json", '{"text": "They met."}'.encode("utf-16"))
    assert article == Article(id="a", text="They met.", notes=("read as utf-16, by its mark",))
    assert the_article(tmp_path / "b.jsonl", b'\xef\xbb\xbf{"text": "They met."}') == Article(
        id="b:1", text="They met."
    )


def test_half_surrogate_pairs_in_a_text_are_replaced_and_noted(tmp_path):
    article = the_article(tmp_path / "a.json", '{"text": "They \\ud83e met \\ud83e\\udd1d \\udd1d"}')
    note = "half surrogate pairs were replaced by U+FFFD"
    assert article == Article(id="a", text="They \ufffd met \U0001f91d \ufffd", notes=(note,))


def test_no_field_keeps_what_cannot_be_written(tmp_path):
    article = the_article(tmp_path / "a.json", '{"id": "\\ud800", "title": "T\\u0000\\udc00", "text": "They met."}')
    assert article == Article(id="\ufffd", title="T\ufffd", text="They met.")


@pytest.mark.parametrize("value", [None, "", "  ", [1], {"$oid": "1"}])
def test_an_id_that_is_no_name_is_not_used(tmp_path, value):
    assert the_article(tmp_path / "a.json", json.dumps({"id": value, "text": "They met."})).id == "a"


# Folders


def test_a_folder_is_read_in_a_fixed_order_and_names_articles_by_their_path(tmp_path):
    for name in ["b/z.md", "b/a.txt", "c.txt", "a/deep/er/x.txt", "B.txt", "b.txt"]:
        write(tmp_path / name, "They met.")
    assert ids(tmp_path) == ["B", "b", "c", "a/deep/er/x", "b/a", "b/z"]


def test_records_in_a_folder_are_named_by_path_and_number(tmp_path):
    write(tmp_path / "2019" / "march.jsonl", '{"text": "One."}\n{"text": "Two."}\n')
    assert ids(tmp_path) == ["2019/march:1", "2019/march:2"]


def test_hidden_files_and_files_of_other_kinds_are_counted_and_not_read(tmp_path):
    for name in ["a.txt", ".hidden.txt", "photo.jpg", "README", "sub/.DS_Store", "sub/b.TXT", ".git/c.txt"]:
        write(tmp_path / name, "They met.")
    reader = ArticleReader([tmp_path])
    assert [found.id for found in reader] == ["a", "sub/b"]
    assert reader.ignored == 4


def test_reading_twice_gives_the_same(tmp_path):
    write(tmp_path / "a.txt", "They met.")
    write(tmp_path / "b.jpg", "")
    reader = ArticleReader([tmp_path])
    assert list(reader) == list(reader)
    assert reader.ignored == 1


def test_an_empty_folder_has_no_articles(tmp_path):
    assert read(tmp_path) == []


def test_links_to_folders_are_not_followed(tmp_path):
    write(tmp_path / "in" / "a.txt", "They met.")
    write(tmp_path / "out" / "b.txt", "They met.")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "out").symlink_to(tmp_path / "out")
    assert ids(tmp_path / "in") == ["a"]


def test_a_link_that_leads_nowhere_is_an_error(tmp_path):
    (tmp_path / "circle.txt").symlink_to(tmp_path / "circle.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    circle, gone = read(tmp_path)
    assert "cannot be read: Too many levels of symbolic links" in str(circle.error)
    assert "cannot be read: No such file" in str(gone.error)


@not_root
def test_a_folder_that_cannot_be_listed_is_an_error_and_the_others_are_read(tmp_path):
    write(tmp_path / "a" / "a.txt", "They met.")
    write(tmp_path / "b" / "b.txt", "They met.")
    (tmp_path / "a").chmod(0)
    b, a = read(tmp_path)
    (tmp_path / "a").chmod(0o700)
    assert b.article.id == "b/b"
    assert (a.id, str(a.error)) == ("a", f"'{tmp_path}/a' cannot be read: Permission denied.")


def test_one_unreadable_file_does_not_cost_the_others(tmp_path):
    for name, content in {"a.txt": b"", "b.json": b"{", "c.txt": bytes(range(32)), "d.txt": b"They met."}.items():
        write(tmp_path / name, content)
    assert [found.article and found.article.id for found in read(tmp_path)] == [None, None, None, "d"]
    assert ids(tmp_path) == ["a", "b", "c", "d"]


def test_a_file_name_with_a_line_break_is_escaped(tmp_path):
    (found,) = read(write(tmp_path / "in" / "a\nb\x1b[31m.txt", "They met.").parent)
    assert (found.id, found.path) == ("a\\nb\\x1b[31m", f"{tmp_path}/in/a\\nb\\x1b[31m.txt")


def test_a_file_name_that_is_not_utf_8_is_escaped(tmp_path):
    path = write(Path(os.fsdecode(os.fsencode(tmp_path) + b"/in/Gen\xe8ve.txt")), "They met.")
    (found,) = read(path.parent)
    assert (found.id, found.path) == ("Gen\\xe8ve", f"{tmp_path}/in/Gen\\xe8ve.txt")
    assert found.article.text == "They met."


def test_ids_are_unique(tmp_path):
    write(tmp_path / "a.md", "They met.")
    write(tmp_path / "a.txt", "They met.")
    write(tmp_path / "b.jsonl", '{"text": "One.", "id": "a"}\n{"text": "Two.", "id": "a~2"}\n')
    assert ids(tmp_path, tmp_path / "a.txt") == ["a", "a~2", "a~3", "a~2~2", "a~4"]


def test_an_article_has_the_id_under_which_it_was_found(tmp_path):
    write(tmp_path / "a.jsonl", '{"text": "One.", "id": "x"}\n{"text": "Two.", "id": "x"}\n')
    assert [(found.id, found.article.id) for found in read(tmp_path)] == [("x", "x"), ("x~2", "x~2")]


# Days of publication


@pytest.mark.parametrize(
    "value",
    [
        date(2019, 3, 14),
        datetime(2019, 3, 14, 23, 59, tzinfo=UTC),
        20190314,
        "2019-03-14",
        " 2019-03-14\n",
        "20190314",
        "2019-W11-4",
        "2019-03-14T10:00",
        "2019-03-14T10:00:00.000Z",
        "2019-03-14T23:30:00-05:00",
        "2019-03-14 10:00:00 +0000",
        "2019-03-14 10:00 UTC",
        "Thu, 14 Mar 2019 10:00:00 GMT",
        "Thu, 14 Mar 2019 23:30:00 -0500",
        "14 Mar 2019 10:00:00 +0000",
        "14 March 2019",
        "14th March 2019",
        "March 14, 2019",
        "Mar. 14, 2019",
        "Thursday, March 14, 2019 10:00 AM",
        "14/Mar/2019",
    ],
)
def test_a_day_of_publication_may_be_written_in_many_ways(value):
    assert parse_published(value) == date(2019, 3, 14)


@pytest.mark.parametrize(
    "value", ["03/04/2019", "03.04.2019", "3-4-19", "Monday 03/04/2019", "03/04/2019 10:00 UTC", "03/04/2019 at noon"]
)
def test_a_day_that_means_two_days_is_none(value):
    assert parse_published(value) is None


@pytest.mark.parametrize("value", ["today", "now", "yesterday", "3 days ago", "last Monday", "Monday", "2 years ago"])
def test_a_day_told_from_the_day_of_reading_is_none(value):
    assert parse_published(value) is None


@pytest.mark.parametrize("value", ["2019", "2019-03", "March 2019", "14 March", "Wednesday 14 March"])
def test_a_day_with_a_part_missing_is_none(value):
    assert parse_published(value) is None


@pytest.mark.parametrize("value", [1552521600, 1501010100123, "1501010100123", 1552521600.5, 0, float("inf")])
def test_a_count_of_seconds_is_none(value):
    assert parse_published(value) is None


@pytest.mark.parametrize(
    "value",
    [None, "", " ", "unknown", "2019-13-45", "30 February 2019", True, [], {}, "1 Jan " + "9" * 20, "may " * 999],
)
def test_what_is_no_day_is_none(value):
    assert parse_published(value) is None


def test_a_day_that_is_not_understood_is_noted(tmp_path):
    article = the_article(tmp_path / "a.json", '{"text": "They met.", "date": "03/04/2019"}')
    note = "the publication date '03/04/2019' is not understood"
    assert article == Article(id="a", text="They met.", notes=(note,))


def test_a_day_that_is_no_text_is_noted(tmp_path):
    article = the_article(tmp_path / "a.json", '{"text": "They met.", "date": {"$date": 1552521600}}')
    assert article.notes == ("the publication date 'dict' is not understood",)


# Anything at all

YAML_PIECES = [b"title: ", b"date: ", b"text: ", b"&a ", b"*a ", b"[", b"]", b"{", b"}", b"'", b"#", b"- ", b"? ", b"|"]
YAML_PIECES += [b"\n", b"\r\n", b"!!int ", b"2019-13-45", b'"\\ud800"', b"<<: ", b"%YAML 9.9\n", b"\xff", b"\0"]
FRONT_MATTER = st.lists(st.sampled_from(YAML_PIECES), max_size=12).map(b"".join)
BYTES = (
    st.binary(max_size=200)
    | FRONT_MATTER.map(lambda block: b"---\n" + block + b"\n---\nThey met.")
    | st.builds(
        lambda text, encoding: text.encode(encoding, "replace"),
        st.text(st.characters(exclude_categories=["Cs"])),
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1251", "latin-1", "gb18030", "utf-7"]),
    )
)
KEYS = st.sampled_from(["text", "body", "Text", "id", "title", "date", "url", "language", "\ud800"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=10,
).map(lambda value: json.dumps(value).encode())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("anything")


@settings(deadline=None)
@given(content=BYTES)
def test_any_text_file_is_one_article_or_one_error(folder, content):
    assert len(checked(folder / "x.txt", content)) == 1


@settings(deadline=None)
@given(content=BYTES | st.lists(BYTES | JSON, max_size=4).map(b"\n".join))
def test_any_file_of_json_lines_is_an_article_or_an_error_for_each_line(folder, content):
    assert len(checked(folder / "x.jsonl", content)) == sum(bool(line.strip()) for line in content.split(b"\n"))


@settings(deadline=None)
@given(content=BYTES | JSON)
def test_any_json_file_is_an_article_or_an_error_unless_it_is_an_empty_array(folder, content):
    if not checked(folder / "x.json", content):
        assert json.loads(decode(content)[0]) == []


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\r\n\t"), max_size=50))
def test_any_text_is_kept_to_the_letter(folder, text):
    (found,) = checked(folder / "x.txt", f"They met.{text}")
    assert found.article.text == f"They met.{text}"


DATE_PIECES = ["2019", "03", "14", "99", "/", "-", ":", ".", " ", "T", "March", "Mon,", "UTC", "+0000", "ago"]


@settings(deadline=None)
@given(value=st.text(max_size=60) | st.lists(st.sampled_from(DATE_PIECES)).map("".join))
def test_any_day_is_a_day_or_none(value):
    assert type(parse_published(value)) in (date, type(None))
