"""The engine: any article to a reply that the article bears out."""

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.meetings.checking import check_reply
from extractor.models import Article
from extractor.rules.engine import read_article
from extractor.rules.prefilter import is_likely

ARTICLE = Article(
    text=(
        "Peru and Norway talk trade\n\n"
        "Peruvian Foreign Minister Ana Rojas met her Norwegian counterpart, Lars Hegge, in Oslo on Monday to discuss "
        "fishing rights.\n\nHegge said that the talks had been useful."
    ),
    published=dt.date(2024, 5, 8),
)
WORDS = (
    "Ana Rojas|the Norwegian foreign minister|Lars Hegge|U.S.|officials|met|met with|will meet|held talks with|"
    "said that|told|,|and|.|“|”|'s|on Monday|in Oslo|\n\n|the two leaders|he|she|talks between|denied|Kenya|"
    "a meeting of|(NGC)|visited|by phone|Mr.|No. 5|according to|İstanbul|\u200b|é|\x1c|’s|troops"
).split("|")


def test_an_article_becomes_a_reply():
    reply = read_article(ARTICLE)
    (meeting,) = reply.meetings
    names = {one.id: one.name for one in reply.participants}
    assert [names[id] for id in meeting.participants] == ["Ana Rojas", "Lars Hegge"]
    assert (meeting.title, meeting.status, meeting.date_text, meeting.date, meeting.place_text, meeting.country) == (
        "Rojas and Hegge meet in Oslo",
        "held",
        "on Monday",
        "2024-05-06",
        "Oslo",
        "NO",
    )
    assert meeting.topics == ["fishing rights"]


def test_what_is_found_passes_the_check_without_a_problem():
    records, problems = check_reply(read_article(ARTICLE), ARTICLE)
    assert problems == []
    assert {span.match for one in records.meetings for span in one.evidence} == {"exact"}


def test_only_parties_that_do_something_are_listed():
    reply = read_article(ARTICLE)
    used = {id for one in reply.meetings for id in one.participants} | {one.source for one in reply.claims}
    assert {one.id for one in reply.participants} == used


def test_an_article_of_nothing_gives_empty_lists():
    reply = read_article(Article(text="It rained in the hills."))
    assert (reply.participants, reply.meetings, reply.claims) == ([], [], [])


def assert_is_borne_out(text):
    article = Article(text=text, published=dt.date(2024, 5, 8))
    reply = read_article(article)
    records, problems = check_reply(reply, article)
    assert not [one for one in problems if one.code in ("quote_not_found", "name_not_found", "evidence_lost")]
    spans = [span for one in records.meetings for span in one.evidence]
    assert all(span.match == "exact" for span in spans)
    assert read_article(article) == reply


@given(st.text(max_size=300))
def test_any_text_is_read_and_every_quote_is_the_articles(text):
    assert_is_borne_out(text)


@given(st.lists(st.sampled_from(WORDS), max_size=60), st.text(max_size=5))
def test_any_heap_of_words_of_news_is_read_and_every_quote_is_the_articles(words, odd):
    assert_is_borne_out(" ".join([*words, odd, *words[::-1]]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ana Rojas met Lars Hegge.", True),
        ("Talks in Oslo ended late.", True),
        ("Ana Rojas received Lars Hegge.", True),
        ("Ana Rojas received a prize.", False),
        ("The teams met in the semifinal.", False),
        ("It rained.", False),
    ],
)
def test_the_prefilter_passes_what_has_a_word_of_meeting(text, expected):
    assert is_likely(Article(text=text)).is_likely is expected


def test_the_prefilter_says_why():
    assert (
        is_likely(Article(text="Ana Rojas received Lars Hegge.")).reason == "'received' ties Ana Rojas and Lars Hegge"
    )


def test_what_the_prefilter_holds_back_has_no_meeting_for_the_rules():
    rng = random.Random(5)
    for _ in range(300):
        article = Article(text=" ".join(rng.choices(WORDS, k=25)))
        if not is_likely(article).is_likely:
            assert read_article(article).meetings == []
