"""The text as sentences of tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.rules.text import read_sentences


def sentences(text):
    return [text[one.start : one.end] for one in read_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. delegation left on Monday.",
        "Mr. Hegge and Sen. A. B. Rojas spoke at 5 p.m. on Monday.",
        "It is No. 5 of the list.",
        "Brandt, Haddad & Co. signed it.",
        "It rose by 3.5 percent.",
        "“Is it true?” he asked.",
        "Dr. Wanjiru Odhiambo Jr. came from Lima, Peru.",
        "Gov. Ana Rojas visited St. Olaf.",
    ],
)
def test_a_point_within_a_sentence_does_not_end_it(text):
    assert sentences(text) == [text]


def test_sentences_end_at_their_marks():
    assert sentences("Hegge left. Did she? She did!") == ["Hegge left.", "Did she?", "She did!"]


def test_closing_quotation_marks_belong_to_their_sentence():
    assert sentences("“We met.” Rojas left. (So did Hegge.) All is well.") == [
        "“We met.”",
        "Rojas left.",
        "(So did Hegge.)",
        "All is well.",
    ]


def test_an_abbreviation_of_a_state_may_end_a_sentence():
    assert sentences("Hegge flew to the U.S. The talks went on.") == ["Hegge flew to the U.S.", "The talks went on."]


def test_a_missing_space_does_not_join_two_sentences():
    assert sentences("They met recently.On Monday they left.") == ["They met recently.", "On Monday they left."]


def test_paragraphs_end_sentences_and_are_counted():
    found = read_sentences("Talks begin in Oslo\n\nHegge came. Rojas came.\nBrandt did not.")
    assert [(one.paragraph, one.is_headline) for one in found] == [(0, True), (1, False), (1, False), (2, False)]


def test_wrapped_lines_are_one_paragraph():
    text = "Hegge came to the talks\nwith a delegation that had\nbeen named by her government\nthe week before."
    assert sentences(text) == [text]


def test_spaces_before_marks_change_nothing():
    assert sentences("The U . S . envoy left . She ' s gone .") == ["The U . S . envoy left .", "She ' s gone ."]


def test_the_possessive_is_a_token():
    (sentence,) = read_sentences("Kenya's minister")
    assert [token.lower for token in sentence.tokens] == ["kenya", "'s", "minister"]


@given(st.text(max_size=300))
def test_tokens_of_any_text_are_its_words_in_order(text):
    behind = 0
    for sentence in read_sentences(text):
        assert sentence.start == sentence.tokens[0].start
        assert sentence.end == sentence.tokens[-1].end
        for token in sentence.tokens:
            assert text[token.start : token.end] == token.text
            assert behind <= token.start < token.end
            behind = token.end


@given(st.text(max_size=300))
def test_no_word_of_any_text_is_lost(text):
    kept = "".join(token.text for one in read_sentences(text) for token in one.tokens)
    assert "".join(kept.split()) == "".join(text.split())
