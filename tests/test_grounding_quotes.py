"""Quotes to places: what is found, where, and what is not."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.grounding import Passage, QuoteGroup, place_quotes

TEXT = (
    "Just a day before the Damascus meeting, the two ministers agreed to reopen the border crossing near Kessab. "
    "“We have spoken frankly,” the Turkish minister said. The Syrian minister said: “We’ll see.” "
    "The talks – the first since 2011 – ended at noon, and the delegations did not sign any document."
)


def place(quote, text=TEXT):
    return place_quotes(Passage(text), [QuoteGroup([quote])])[0][0]


def test_a_verbatim_quote_is_exact():
    span = place("the two ministers agreed to reopen the border crossing")
    assert (span.text, span.match) == ("the two ministers agreed to reopen the border crossing", "exact")
    assert TEXT[span.start : span.end] == span.text


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ('"We have spoken frankly,"', "“We have spoken frankly,”"),
        ("We'll see.", "We’ll see."),
        ("The talks - the first since 2011 - ended", "The talks – the first since 2011 – ended"),
        ("the two\n   ministers  agreed", "the two ministers agreed"),
        ("THE TALKS", "The talks"),
        ("reopen the bor\u00adder crossing", "reopen the border crossing"),
    ],
)
def test_accidents_of_typing_do_not_matter_and_the_articles_words_are_given_back(quote, found):
    span = place(quote)
    assert (span.text, span.match) == (found, "normalized")
    assert TEXT[span.start : span.end] == span.text


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize(
    "text", ["Der Präsident traf Åse in Köln.", "Tổng thống gặp gỡ ở Hà Nội.", "회담이 서울에서 열렸다."]
)
def test_unicode_forms_do_not_matter(form, text):
    article = unicodedata.normalize(form, text)
    quote = text[4:-1].strip()
    span = place(unicodedata.normalize("NFC", quote), article)
    assert article[span.start : span.end] == span.text == unicodedata.normalize(form, quote)


def test_a_name_in_nfd_is_not_cut_within_a_letter():
    assert place("Jose", "Jose\u0301 Mujica arrived.") is None


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("王毅在北京会见了俄罗斯外长拉夫罗夫。", "会见了俄罗斯外长"),
        ("岸田首相はソウルで尹大統領と会談した。", "ソウルで尹大統領"),
        ("ผู้นำทั้งสองพบกันที่กรุงเทพฯ", "พบกันที่กรุงเทพ"),
        ("التقى الوزير نظيره في القاهرة يوم الأحد", "نظيره في القاهرة"),
    ],
)
def test_scripts_without_spaces_and_from_right_to_left_are_found(text, quote):
    span = place(quote, text)
    assert (span.text, span.match) == (quote, "exact")


def test_a_few_changed_words_find_the_passage_meant():
    span = place("the two ministers have agreed to reopen the border crossing near Kessab")
    assert (span.text, span.match) == (
        "the two ministers agreed to reopen the border crossing near Kessab",
        "fuzzy",
    )


def test_a_mended_typing_error_finds_the_passage_meant():
    article = "This meeting comes at a critical juncecture, as the region changes."
    span = place("This meeting comes at a critical juncture, as the region changes", article)
    assert span.text == "This meeting comes at a critical juncecture, as the region changes"


@pytest.mark.parametrize(
    "quote",
    [
        "The",
        "Th",
        "meet",
        "The president resigned",
        "the two ministers agreed to",
        "the two ministers agreed … near Kessab",
        "the two ministers agreed to close every embassy in the region at once",
        "the delegations did sign any document",
        "The talks – the first since 2012 – ended at noon",
        "the two generals agreed to reopen the border bridge near Aleppo",
        "",
        "…",
        "“”",
        " ",
    ],
)
def test_what_the_article_does_not_say_is_not_placed(quote):
    span = place(quote)
    if quote in ("The", "the two ministers agreed to"):
        assert span.text == quote
        return
    assert span is None


FACTS = (
    "On Monday the foreign minister of Iran met three envoys of Austria in Oslo for 3 hours, and they did not agree."
)


@pytest.mark.parametrize(
    "change",
    [
        ("Iran", "Iraq"),
        ("Austria", "Australia"),
        ("Monday", "Sunday"),
        ("3 hours", "5 hours"),
        ("three", "five"),
        ("did not agree", "did agree"),
        ("Oslo", "Bergen"),
        ("agree", "disagree"),
        ("envoys", "enemies"),
        ("met", "will meet"),
    ],
)
def test_a_changed_fact_is_another_fact(change):
    quote = FACTS.rstrip(".").replace(*change)
    assert place(quote, FACTS) is None
    assert place(quote.replace(change[1], change[0]).replace("and they", "and then they"), FACTS).match == "fuzzy"


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("They are unlikely to sign the agreement on Friday.", "likely to sign the agreement on Friday"),
        ("He disagreed with the Turkish minister.", "agreed with the Turkish minister"),
        ("About 1,200 soldiers were killed in the raid.", "200 soldiers were killed in the raid"),
        ("It fell by 3.5 percent, to -5 degrees.", "5 percent"),
        ("It fell by 3.5 percent, to -5 degrees.", "5 degrees"),
        ("It fell by 3.5 percent.", "It fell by 3"),
        ("An area of 10² metres.", "An area of 102 metres"),
        ("It cost $5 million for each of the two new ships.", "It cost €5 million for each of the two new ships"),
        ("He agreed to withdraw all the troops at once.", "Putin agreed to withdraw all the troops at once"),
        ("Er hat dem Abkommen in Genf nicht zugestimmt.", "Er hat dem Abkommen in Genf zugestimmt"),
        ("双方不同意在北京举行第二轮正式会谈的安排。", "双方同意在北京举行第二轮正式会谈的安排"),
        ("التقى سيرغي لافروف نظيره هاكان فيدان في موسكو اليوم", "التقى سيرغي شويغو نظيره هاكان فيدان في موسكو اليوم"),
        ("A. B.", "."),
    ],
)
def test_what_only_looks_like_the_quote_is_not_it(text, quote):
    assert place(quote, text) is None


def test_a_word_that_stands_in_a_thousand_others_is_found_where_it_stands_alone():
    text = "because " * 600 + "us. " + "He said it. " * 900 + "She said no."
    assert place("us", text).start == text.index(" us.") + 1
    placed = place_quotes(Passage(text), [QuoteGroup(["She", "said"])])[0]
    assert placed[1].start == text.rindex("said")


def test_repeated_passages_go_to_the_place_beside_the_other_quotes_of_their_record():
    text = "A said the talks were useful. B left. C said the talks were useful."
    groups = [
        QuoteGroup(["said the talks were useful", "C"]),
        QuoteGroup(["said the talks were useful", "A"]),
    ]
    placed = place_quotes(Passage(text), groups)
    assert [quotes[0].start for quotes in placed] == [text.rindex("said"), text.index("said")]


def test_repeated_passages_go_to_the_place_beside_the_party_of_their_record():
    text = "Hegge spoke at length. He said it went well. Odhiambo agreed at last. She said it went well."
    groups = [
        QuoteGroup(["said it went well"], near=[[text.index("Odhiambo")]]),
        QuoteGroup(["said it went well"], near=[[text.index("Hegge")]]),
    ]
    first, second = (quotes[0].start for quotes in place_quotes(Passage(text), groups))
    assert (first, second) == (text.rindex("said"), text.index("said"))


def test_the_same_quote_in_two_records_takes_two_places_where_there_are_two():
    text = "It was agreed. Later, again: It was agreed."
    placed = place_quotes(Passage(text), [QuoteGroup(["It was agreed"]), QuoteGroup(["It was agreed"])])
    assert [quotes[0].start for quotes in placed] == [0, text.rindex("It was agreed")]


def test_a_quote_within_another_is_exact_too():
    placed = place_quotes(Passage(TEXT), [QuoteGroup(["the two ministers agreed", "ministers"])])[0]
    assert [span.match for span in placed] == ["exact", "exact"]
    assert placed[0].start < placed[1].start < placed[0].end


words = st.sampled_from(["the", "a", "minister", "met", "said", "that", "talks", "in", "Oslo", "were", "good", "and"])
sentences = st.lists(words, min_size=3, max_size=12).map(lambda found: " ".join(found) + ".")
articles = st.lists(sentences, min_size=1, max_size=12).map(" ".join)


@given(articles, st.data())
def test_any_run_of_words_of_the_article_is_exact_whatever_the_order(article, data):
    starts = [0] + [index + 1 for index, character in enumerate(article) if character == " "]
    quotes = []
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.sampled_from(starts))
        length = data.draw(st.integers(1, 10))
        quotes.append(" ".join(article[start:].split()[:length]))
    random.Random(1).shuffle(quotes)
    for spans in place_quotes(Passage(article), [QuoteGroup([quote]) for quote in quotes]):
        assert spans[0].match == "exact"
    placed = place_quotes(Passage(article), [QuoteGroup(quotes)])[0]
    assert [span.text for span in placed] == quotes


@given(st.text(max_size=300), st.text(max_size=60))
def test_whatever_is_placed_is_the_articles_own_words(article, quote):
    span = place(quote, article)
    if span is not None:
        assert article[span.start : span.end] == span.text
        assert span.text.strip()


@given(st.text(alphabet="aAée\u0301ß ſİıﬁ“”\"'–-\u00a0\u200b\u00ad漢字\n", min_size=1, max_size=80), st.data())
def test_folding_keeps_offsets_for_any_text(article, data):
    start = data.draw(st.integers(0, len(article) - 1))
    end = data.draw(st.integers(start + 1, len(article)))
    quote = article[start:end]
    for found in Passage(article).find_normalized(quote):
        assert 0 <= found[0] < found[1] <= len(article)
