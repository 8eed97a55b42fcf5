"""What is the same for all formats: compression, standard input, bounds, and any bytes under any name."""

import bz2
import gzip
import io
import json
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor import Extractor
from extractor.articles import ArticleReader, Found, detect_languages, source
from extractor.articles.formats import FORMATS
from extractor.articles.ids import Ids
from extractor.errors import ConfigurationError
from extractor.models import Article
from tests.reading import FILES, checked, read, the_article, the_error, write

LINES = b"".join(json.dumps({"text": f"They met {number} times."}).encode() + b"\n" for number in range(5))


# Compression


@pytest.mark.parametrize(("suffix", "compress"), [("gz", gzip.compress), ("bz2", bz2.compress), ("GZ", gzip.compress)])
def test_compressed_files_are_read_as_what_they_hold(tmp_path, suffix, compress):
    found = read(write(tmp_path / "in" / f"a.jsonl.{suffix}", compress(LINES)).parent)
    assert [item.id for item in found] == [f"a:{number}" for number in range(1, 6)]
    assert the_article(tmp_path / f"b.txt.{suffix}", compress(b"They met.")) == Article(id="b", text="They met.")


@pytest.mark.parametrize("name", ["a.tar.gz", "a.gz", "a.xyz.gz"])
def test_a_compressed_file_of_another_kind_is_left_aside(tmp_path, name):
    write(tmp_path / name, gzip.compress(b"They met."))
    reader = ArticleReader([tmp_path])
    assert (list(reader), reader.ignored) == ([], 1)


def test_a_gzip_bomb_is_an_error_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "MOST_BYTES", 1_000_000)
    bomb = gzip.compress(b" " * 3_000_000)
    assert "expands to more than 200 times its size" in the_error(tmp_path / "a.txt.gz", bomb)
    assert "expands to more than 200 times its size" in the_error(tmp_path / "a.jsonl.gz", bomb)
    assert "expands to more than 200 times its size" in the_error(tmp_path / "a.csv.gz", bomb)


def test_a_truncated_file_gives_the_records_before(tmp_path):
    *records, last = read(write(tmp_path / "a.jsonl.gz", gzip.compress(LINES * 1_000)[:-200]))
    assert len(records) > 1_000
    assert "is damaged or cut off where it is compressed" in str(last.error)


@pytest.mark.parametrize("content", [b"", b"They met.", gzip.compress(b"They met.")[:12], b"\x1f\x8b" + bytes(50)])
def test_what_is_not_compressed_is_one_outcome(tmp_path, content):
    assert len(checked(tmp_path / "a.txt.gz", content)) == 1


# Standard input


def piped(monkeypatch, content, **options):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    return list(ArticleReader([Path("-")], **options))


def test_standard_input_is_json_lines_where_its_first_line_is_an_object(monkeypatch):
    found = piped(monkeypatch, b"\n" + LINES + b"nonsense\n")
    assert [(item.path, item.id) for item in found[:2]] == [("-#2", "stdin:2"), ("-#3", "stdin:3")]
    assert [bool(item.error) for item in found] == [False] * 5 + [True]


@pytest.mark.parametrize("text", ["They met.\nThey left.\n", "\n\n[1]\n", "5", "{not JSON}\n"])
def test_standard_input_is_else_one_text(monkeypatch, text):
    (found,) = piped(monkeypatch, text.encode())
    assert found == Found("-", "stdin", Article(id="stdin", text=text))


def test_standard_input_may_be_empty_and_is_bounded(monkeypatch):
    assert str(piped(monkeypatch, b"")[0].error) == "'-' is empty."
    monkeypatch.setattr(source, "MOST_BYTES", 1_000)
    monkeypatch.setattr("extractor.articles.stream.MOST_BYTES", 1_000)
    assert "is larger than" in str(piped(monkeypatch, b"They met.\n" * 200)[0].error)


def test_standard_input_counts_as_one_and_is_left_for_reading(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(LINES)))
    assert ArticleReader([Path("-")]).count() == 1
    assert len(list(ArticleReader([Path("-")]))) == 5


# Offsets

BEFORE = "\U0001f91d 👩‍👩‍👧 cafe\u0301, שלום، التقى. "
TOLD = f"{BEFORE}Norway's trade minister Lars Hegge met Kenyan minister Wanjiru Odhiambo in Nairobi on Tuesday."
HOLDING = {
    "a.txt.gz": gzip.compress(TOLD.encode()),
    "a.html": f"<html><body><article><p>{TOLD}</p></article></body></html>".encode(),
    "a.csv": f'text\n"{TOLD}"\n'.encode(),
    "a.rss": f"<rss version='2.0'><channel><item><description>{TOLD}</description></item></channel></rss>".encode(),
    "a.jsonl": json.dumps({"text": TOLD}).encode(),
}


@pytest.mark.parametrize("name", HOLDING)
def test_offsets_count_the_characters_of_the_text_that_was_read(tmp_path, name):
    with Extractor(model="rules") as extractor:
        extraction = extractor.extract(the_article(tmp_path / name, HOLDING[name]))
    (meeting,) = extraction.meetings
    for span in meeting.evidence:
        assert extraction.article.text[span.start : span.end] == span.text
    assert meeting.evidence[0].start >= len(BEFORE.replace("\u200d", ""))


# Ids and languages


def test_ids_are_given_out_once_however_often_they_come():
    ids = Ids()
    assert [ids.unique(id) for id in ["a", "a", "b", "a~2", "a", "é"]] == ["a", "a~2", "b", "a~2~2", "a~3", "é"]
    ids.close()


def test_a_language_is_detected_where_it_is_unknown_and_the_words_leave_little_doubt():
    texts = {
        "en": "The ministers met in Oslo on Wednesday and spoke about fish, trade and the weather for three hours. "
        "They agreed to meet again in the autumn, a spokesperson said, and did not take any questions.",
        "ru": "Министр иностранных дел встретился в среду с американской делегацией в Москве.",
    }
    given = [Found(one, one, Article(id=one, text=text)) for one, text in texts.items()]
    known = Found("x", "x", Article(id="x", text=texts["en"], language="de"))
    short = Found("y", "y", Article(id="y", text="Oslo"))
    en, ru, *others = detect_languages([*given, known, short])
    assert (en.article.language, ru.article.language) == ("en", "ru")
    assert en.article.notes == ("its language, en, was detected from its words",)
    assert others == [known, short]


def test_a_detector_that_is_not_installed_is_told_before_anything_is_read(monkeypatch):
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'news-event-extractor\[language\]'"):
        detect_languages([])


# Anything at all


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("anything")


def archived(*members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


BEGINNINGS = [
    b"",
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"PAR1",
    b"SQLite format 3\0",
    b"WARC/1.0\r\n",
    b"\x1f\x8b\x08\0",
    b"BZh9",
]
BEGINNINGS += [
    b"<html><body><p>",
    b"<rss version='2.0'><channel><item>",
    b"<?xml version='1.0'?>",
    b"text\n",
    b'{"text": "',
]
BEGINNINGS += [path.read_bytes()[:900] for path in sorted(FILES.iterdir())]
NAMES = [f"a{suffix}" for suffix in (*FORMATS, *(f"{suffix}.gz" for suffix in FORMATS), ".txt.bz2", ".csv.bz2")]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(NAMES),
    beginning=st.sampled_from(BEGINNINGS),
    rest=st.binary(max_size=200) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
    wrap=st.sampled_from([bytes, bytes, gzip.compress, lambda content: archived(("META-INF/container.xml", content))]),
)
def test_any_bytes_under_any_known_suffix_are_outcomes(folder, name, beginning, rest, wrap):
    path = folder / name
    checked(path, wrap(beginning + rest))
    assert ArticleReader([path], query="SELECT text FROM articles").count() == len(
        list(ArticleReader([path], query="SELECT text FROM articles"))
    )
