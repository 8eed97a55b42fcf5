"""Dates and countries against what libraries read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.models import Article
from extractor.normalize import check_country, check_date, parse_iso, read_date_text

THURSDAY = date(2019, 3, 14)


def check(iso, date_text, status="held", published=THURSDAY, text="They met."):
    kept, finding = check_date(iso, date_text, status, Article(text=text, published=published))
    return kept, finding.code if finding else None


@pytest.mark.parametrize(
    ("words", "status", "iso"),
    [
        ("On Tuesday", "held", "2019-03-12"),
        ("on Tuesday", "planned", "2019-03-19"),
        ("Thursday", "held", "2019-03-14"),
        ("Thursday", "held", "2019-03-07"),
        ("next week", "planned", "2019-03-20"),
        ("last month", "held", "2019-02"),
        ("on 25 March", "planned", "2019-03-25"),
        ("yesterday", "held", "2019-03-13"),
        ("in December 2017", "held", "2017-12"),
        ("a day after the vote", "held", "2019-03-10"),
        ("recently", "held", "2019"),
    ],
)
def test_a_date_that_the_words_bear_out_is_kept(words, status, iso):
    assert check(iso, words, status) == (iso, None)


@pytest.mark.parametrize(
    ("iso", "words", "status"),
    [
        ("2019-03-19", "on Tuesday", "held"),
        ("2019-03-12", "on Tuesday", "planned"),
        ("2019-03-25", "a day after the vote", "held"),
        ("2018-03-25", "on the eve of the summit", "planned"),
    ],
)
def test_a_date_that_the_library_reads_otherwise_is_kept_and_told(iso, words, status):
    assert check(iso, words, status) == (iso, "date_disagrees")


def test_a_planned_friday_lies_ahead_and_a_held_one_behind():
    assert read_date_text("on Friday", THURSDAY, "future") == ("2019-03-15",)
    assert read_date_text("on Friday", THURSDAY, "past") == ("2019-03-08",)
    assert read_date_text("on Friday", THURSDAY, None) == ("2019-03-08", "2019-03-15")


@pytest.mark.parametrize(
    ("iso", "words", "published"),
    [
        ("2019-03-12", None, THURSDAY),
        ("2019-09-05", "On September 5", None),
        ("2015-03-12", "on Tuesday", THURSDAY),
        ("2019-03-12", "recently", THURSDAY),
    ],
)
def test_a_date_that_nothing_supports_is_left_out(iso, words, published):
    assert check(iso, words, published=published) == (None, "date_unsupported")


def test_a_year_in_the_article_supports_a_date_without_a_day_of_publication():
    text = "In 2015 much happened. On September 5, they met."
    assert check("2015-09-05", "On September 5", published=None, text=text) == ("2015-09-05", None)


@pytest.mark.parametrize("iso", ["last week", "2019-13-01", "2019-02-30", "12/03/2019", "2019-03-14/2019-03-12", ""])
def test_what_is_no_iso_date_is_left_out(iso):
    assert check(iso, "on Tuesday") == (None, "date_malformed")


def test_a_date_that_only_the_library_reads_is_filled_in_and_told():
    assert check(None, "on Tuesday") == ("2019-03-12", "date_read")
    assert check(None, "on Tuesday", "unconfirmed") == (None, None)
    assert check(None, "recently") == (None, None)


@pytest.mark.parametrize(
    ("words", "published", "direction", "read"),
    [
        ("May 3", date(2024, 5, 8), "past", "2024-05-03"),
        ("May 9", date(2024, 5, 8), "past", "2023-05-09"),
        ("on May 9", date(2024, 5, 8), "future", "2024-05-09"),
        ("May 3", date(2024, 5, 8), "future", "2025-05-03"),
        ("May 8", date(2024, 5, 8), "future", "2024-05-08"),
        ("May 3, 2019", date(2024, 5, 8), "past", "2019-05-03"),
        ("February 29", date(2023, 5, 8), "past", "2020-02-29"),
    ],
)
def test_a_month_and_a_day_are_the_nearest_in_the_direction(words, published, direction, read):
    assert read_date_text(words, published, direction) == (read,)


@given(st.text(max_size=40), st.sampled_from(["held", "planned", "denied"]))
def test_any_words_for_a_time_are_read_or_not_without_an_error(words, status):
    kept, _ = check(None, words, status)
    assert kept is None or parse_iso(kept) is not None


@given(st.dates(date(1000, 1, 1)), st.dates(date(1000, 1, 1)))
def test_an_interval_holds_its_days(one, other):
    first, last = sorted((one, other))
    interval = parse_iso(f"{first}/{last}")
    assert (interval.first, interval.last) == (first, last)
    assert interval.overlaps(parse_iso(str(first)))
    assert interval.overlaps(parse_iso(f"{last.year}"))


@pytest.mark.parametrize(
    ("code", "place", "kept", "finding"),
    [
        ("SY", "Damascus", "SY", None),
        ("tr", "Turkey", "TR", None),
        (None, "Damascus", None, None),
        ("XK", "Pristina", "XK", None),
        ("UK", "London", None, "country_invalid"),
        ("Syria", "Damascus", None, "country_invalid"),
        ("SY", None, None, "country_invalid"),
        ("SY", "Turkey", "SY", "country_disagrees"),
        ("GB", "Russia", "GB", "country_disagrees"),
    ],
)
def test_country_codes_are_validated(code, place, kept, finding):
    result, found = check_country(code, place)
    assert (result, found.code if found else None) == (kept, finding)
