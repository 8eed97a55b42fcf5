"""Quotations: what stands between quotation marks of every kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.rules.claims.quotation import find_quotations
from extractor.rules.text import read_sentences


def quoted(text):
    return [text[one.first : one.last] for one in find_quotations(text, read_sentences(text))]


@pytest.mark.parametrize(
    "text",
    [
        'She said: "We sail at dawn."',
        "She said: “We sail at dawn.”",
        "She said: ``We sail at dawn.''",
        "She said: ''We sail at dawn.''",
        "Sie sagte: „We sail at dawn.“",
        "Elle a dit : «We sail at dawn.»",
        "She said: »We sail at dawn.«",
        "She said: ‘We sail at dawn.’",
        "She said: 'We sail at dawn.'",
        'She said: "We sail at dawn.”',
    ],
)
def test_every_kind_of_mark_is_read(text):
    assert quoted(text) == ["We sail at dawn."]


@pytest.mark.parametrize(
    "text",
    [
        "The captain's crew didn't mind the sailors' songs.",
        "The crews' hours and the dockers' pay were cut in the '90s.",
        "Rock 'n' roll was played at the port’s gates.",
        "A mast of 5' 11\" was lost.",
    ],
)
def test_apostrophes_are_no_quotation_marks(text):
    assert quoted(text) == []


def test_an_apostrophe_within_single_marks_closes_nothing():
    assert quoted("'The sailors' union won't sign,' she said.") == ["The sailors' union won't sign,"]


def test_a_quotation_within_a_quotation_is_part_of_it():
    assert quoted("“He told me ‘never again’ and left,” she said.") == ["He told me ‘never again’ and left,"]


def test_double_marks_may_stand_within_single_ones():
    assert quoted("'He told me \"never again\" and left,' she said.") == ['He told me "never again" and left,']


def test_a_mark_without_its_counterpart_opens_nothing():
    assert quoted("She said: “We sail at dawn.\nThe crew slept. “Now,” she said.") == ["Now,"]


def test_a_quotation_of_several_paragraphs_is_one_for_each():
    text = "“We sail at dawn.\n\n“The wind is fair,” she said."
    first, second = find_quotations(text, read_sentences(text))
    assert (first.is_continued, second.is_continued) == (True, False)
    assert quoted(text) == ["We sail at dawn.", "The wind is fair,"]


@given(st.text(alphabet="ab '\"“”‘’„«»`.,\n", max_size=80))
def test_quotations_lie_in_the_text_and_do_not_overlap(text):
    found = find_quotations(text, read_sentences(text))
    ends = [0]
    for one in found:
        assert ends[-1] <= one.start < one.first <= one.last <= one.end <= len(text)
        ends.append(one.end)
