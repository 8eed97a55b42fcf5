"""Archives of the web and feeds, made by other programs, whole and damaged."""

import gzip
import io
import warnings
from datetime import date

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extractor.articles import ArticleReader, Shard, source
from extractor.models import Article
from tests.reading import FILES, checked, read, the_article, the_error, write

MET = "Norway's trade minister Lars Hegge met Kenyan minister Wanjiru Odhiambo in Nairobi on Tuesday, officials said."
HTML = "text/html; charset=utf-8"


def page(text):
    return f"<html lang='en'><body><article><p>{text}</p></article></body></html>".encode()


def archive(*responses, compressed=True):
    """Return the archive of responses, and where each begins."""
    file, starts = io.BytesIO(), []
    writer = WARCWriter(file, gzip=compressed)
    for number, (status, kind, body, *headers) in enumerate(responses, 1):
        starts.append(file.tell())
        served = StatusAndHeaders(status, [("Content-Type", kind), *headers], protocol="HTTP/1.1")
        address = f"https://example.org/{number}"
        with warnings.catch_warnings(action="ignore", category=ResourceWarning):  # the writer leaves files open
            record = writer.create_warc_record(address, "response", payload=io.BytesIO(body), http_headers=served)
            writer.write_record(record)
            del record
    return file.getvalue(), starts


FOUR, STARTS = archive(*[("200 OK", HTML, page(f"{MET} {number}")) for number in range(1, 5)])
PLAIN, PLAIN_STARTS = archive(*[("200 OK", HTML, page(f"{MET} {n}")) for n in range(1, 5)], compressed=False)


# WARC


@pytest.mark.parametrize("compressed", [True, False])
def test_an_archive_is_an_article_for_each_page_that_was_served(tmp_path, compressed):
    content, _ = archive(
        ("200 OK", HTML, page(MET)),
        ("404 Not Found", HTML, page("There is nothing here.")),
        ("200 OK", "image/png", b"\x89PNG"),
        ("200 OK", "text/html; charset=windows-1251", page("Министр встретился в среду.").decode().encode("cp1251")),
        ("200 OK", HTML, gzip.compress(page(f"{MET} Again.")), ("Content-Encoding", "gzip")),
        compressed=compressed,
    )
    found = read(write(tmp_path / ("a.warc.gz" if compressed else "a.warc"), content))
    texts = {1: MET, 4: "Министр встретился в среду.", 5: f"{MET} Again."}
    assert [item.article for item in found] == [
        Article(id=f"a:{at}", text=text, source="example.org", url=f"https://example.org/{number}", language="en")
        for at, (number, text) in enumerate(texts.items(), 1)
    ]


def test_an_archive_that_was_compressed_as_a_whole_says_how_to_mend_it(tmp_path):
    *_, last = read(write(tmp_path / "a.warc.gz", gzip.compress(PLAIN)))
    assert "was compressed as a whole and not by record: warcio recompress mends it" in str(last.error)


@pytest.mark.parametrize(("name", "whole", "starts"), [("a.warc.gz", FOUR, STARTS), ("a.warc", PLAIN, PLAIN_STARTS)])
@pytest.mark.parametrize("damage", ["head", "all", "body"])
def test_a_damaged_record_in_the_middle_is_an_error_and_the_next_ones_are_read(tmp_path, name, whole, starts, damage):
    begin, end = {
        "head": (starts[1], starts[1] + 9),
        "all": (starts[1] + 1, starts[2] - 1),
        "body": (starts[1] + 60, starts[1] + 100),
    }[damage]
    found = read(write(tmp_path / name, whole[:begin] + b"\xff" * (end - begin) + whole[end:]))
    texts = [item.article.text[-1] for item in found if item.article]
    assert (texts[0], texts[-2:]) == ("1", ["3", "4"])
    errors = [str(item.error) for item in found if item.error]
    assert len(errors) <= 1
    assert len(found) == ArticleReader([tmp_path / name]).count()
    if damage != "body":
        assert errors == [f"'{tmp_path}/{name}#2' is damaged or cut off; what is whole behind it is read."]


@pytest.mark.parametrize(("name", "whole", "starts"), [("a.warc.gz", FOUR, STARTS), ("a.warc", PLAIN, PLAIN_STARTS)])
def test_an_archive_that_is_cut_off_gives_the_pages_before(tmp_path, name, whole, starts):
    for cut in range(starts[3] + 1, len(whole) - 16, 23):
        *_, third, last = checked(tmp_path / name, whole[:cut])
        assert third.article.text.endswith("3")
        assert str(last.error) == f"'{tmp_path}/{name}#4' is damaged or cut off; what is whole behind it is read."


def test_a_record_that_expands_without_end_is_an_error_and_the_next_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "MOST_BYTES", 100_000)
    bomb = gzip.compress(bytes(10_000_000))
    content, _ = archive(("200 OK", HTML, bomb, ("Content-Encoding", "gzip")), ("200 OK", HTML, page(MET)))
    first, second = read(write(tmp_path / "a.warc.gz", content))
    assert "is larger than" in str(first.error)
    assert second.article.text == MET


@pytest.mark.parametrize("content", [b"", b"WARC/1.0\r\n", b"They met.", gzip.compress(b"They met."), bytes(500)])
def test_what_is_no_archive_is_one_error(tmp_path, content):
    error = the_error(tmp_path / "a.warc.gz", content)
    assert error == f"'{tmp_path}/a.warc.gz' is no WARC archive, or damaged from its beginning."


def test_the_shards_of_an_archive_are_all_of_it(tmp_path):
    path = write(tmp_path / "a.warc.gz", FOUR)
    readers = [ArticleReader([path], shard=Shard(number, 3)) for number in (1, 2, 3)]
    parts = [[found.path for found in reader] for reader in readers]
    assert sorted(path for part in parts for path in part) == [found.path for found in read(path)]
    assert [reader.count() for reader in readers] == [len(part) for part in parts]


# Feeds


def test_an_rss_feed_is_an_article_for_each_entry_whole_where_it_is_given_whole():
    first, second = read(FILES / "feedgen.rss")
    assert first.article == Article(
        id="https://example.org/1",
        text="Lars Hegge met Wanjiru Odhiambo in Nairobi.\n\nThey spoke of fish & fertiliser.",
        title="Talks in Nairobi",
        published=date(2019, 3, 14),
        source="Example News",
        url="https://example.org/talks",
        language="en",
    )
    assert (second.article.text, second.article.notes) == (
        "Fees did not change.",
        ("the feed has a summary of it, and not its whole text",),
    )


def test_an_atom_feed_is_an_article_for_each_entry():
    (found,) = read(FILES / "feedgen.atom")
    assert found.article == Article(
        id="https://example.org/1",
        text="Lars Hegge met Wanjiru Odhiambo.",
        title="Talks in Nairobi",
        published=date(2019, 3, 14),
        source="Example News",
        url="https://example.org/talks",
        language="en",
    )


@pytest.mark.parametrize(
    "entity", ['<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">', '<!ENTITY b SYSTEM "file:///etc/passwd">']
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_feed_that_declares_entities_is_an_error(tmp_path, entity, encoding):
    feed = f'<?xml version="1.0"?><!DOCTYPE rss [{entity}]><rss version="2.0"><channel><item>&b;</item></channel></rss>'
    assert the_error(tmp_path / "a.xml", feed.encode(encoding)) == (
        f"'{tmp_path}/a.xml' declares entities of its own, which no feed needs and an attack does."
    )


def test_a_feed_that_is_not_well_formed_is_read_as_far_as_it_is_one(tmp_path):
    feed = (
        (FILES / "feedgen.rss").read_text().replace("</item>", "", 1).replace("Fees did not", "Fees & levies did not")
    )
    found = checked(tmp_path / "a.rss", feed)
    assert any("Hegge" in item.article.text for item in found if item.article)


@pytest.mark.parametrize(
    "content", [b"", b"<a/>", b"They met.", bytes(100), b"<?xml version='1.0'?><html><p>x</p></html>"]
)
def test_what_is_no_feed_is_one_error(tmp_path, content):
    assert the_error(tmp_path / "a.xml", content) == f"'{tmp_path}/a.xml' is neither RSS nor Atom."


def test_a_feed_is_never_taken_for_an_address(tmp_path):
    assert the_error(tmp_path / "a.xml", b"http://example.org/feed").endswith("is neither RSS nor Atom.")


def test_the_markup_of_an_entry_becomes_paragraphs_without_scripts(tmp_path):
    markup = "<h2>Talks</h2><p>They&nbsp;met<br>in Oslo.<script>x()</script></p><ul><li>One<li>Two</ul>"
    markup += "<table><tr><td>a</td><td>b</td></table>"
    feed = f"<rss version='2.0'><channel><item><description><![CDATA[{markup}]]></description></item></channel></rss>"
    assert the_article(tmp_path / "a.rss", feed).text == "Talks\n\nThey met\nin Oslo.\n\nOne\n\nTwo\n\na b"
