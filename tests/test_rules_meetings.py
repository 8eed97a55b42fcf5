"""Meetings: who meets whom in a sentence, and what is no meeting."""

import datetime as dt

import pytest

from extractor.rules.cast import read_cast
from extractor.rules.meetings import find_meetings
from extractor.rules.meetings.titles import title_of
from extractor.rules.text import read_sentences


def read(text, published=None):
    sentences = read_sentences(text)
    cast = read_cast(text, sentences)
    return cast, find_meetings(text, sentences, cast, published)


def parties(text):
    cast, meetings = read(text)
    return [[cast.parties[party].names[0] for party in one.parties] for one in meetings]


def words(text, place):
    return None if place is None else text[slice(*place)]


@pytest.mark.parametrize(
    "text",
    [
        "Ana Rojas met Lars Hegge.",
        "Ana Rojas met with Lars Hegge in Oslo on Monday.",
        "Ana Rojas met on Monday with Lars Hegge.",
        "Ana Rojas and Lars Hegge met in Oslo.",
        "Ana Rojas, the Peruvian minister, held talks with Lars Hegge.",
        "Ana Rojas will travel to Oslo to meet Lars Hegge.",
        "Ana Rojas spoke by phone with Lars Hegge.",
        "Ana Rojas hosted Lars Hegge in Lima.",
        "Ana Rojas was received by Lars Hegge.",
        "Ana Rojas sat down with Lars Hegge.",
        "Ana Rojas's meeting with Lars Hegge ended late.",
        "Talks between Ana Rojas and Lars Hegge resumed.",
        "A meeting of Ana Rojas and Lars Hegge took place.",
        "During a meeting with Lars Hegge in Oslo, Ana Rojas said no.",
        "Ana Rojas arrived in Oslo for talks with Lars Hegge.",
        "Ana Rojas was calm in the talks she had with Lars Hegge.",
        "Ana Rojas invited Lars Hegge to a summit.",
        "The conference brought together Ana Rojas with Lars Hegge.",
        "Ana Rojas visited Lars Hegge.",
        "Ana Rojas discussed the border with Lars Hegge.",
        "Ana Rojas met for two hours with Lars Hegge.",
        "Ana Rojas held talks on fishing with Lars Hegge.",
        "Ana Rojas visited the mine and met Lars Hegge.",
        "Ana Rojas called Lars Hegge on Friday to thank him.",
        "President Ana Rojas wrote to Lars Hegge before. The Rojas-Hegge summit ended early.",
        "A delegation led by Ana Rojas held talks with Lars Hegge.",
        "On May 5, Peruvian minister Ana Rojas warned Norwegian minister Lars Hegge that ships would come.",
    ],
)
def test_two_parties_that_deal_with_each_other_are_a_meeting(text):
    assert [sorted(one) for one in parties(text)] == [["Ana Rojas", "Lars Hegge"]]


@pytest.mark.parametrize(
    "text",
    [
        "Ana Rojas met the deadline.",
        "Ana Rojas met with criticism.",
        "Ana Rojas met her husband at school.",
        "The meeting rooms of Ana Rojas were empty.",
        "Ana Rojas and Lars Hegge met in the semifinal.",
        "Ana Rojas refused to meet Lars Hegge.",
        "Ana Rojas never met Lars Hegge.",
        "Analysts hope for talks between Kenya and Peru.",
        "Kenya and Peru hold regular talks.",
        "Ana Rojas should meet Lars Hegge.",
        "Ana Rojas spoke to reporters.",
        "Ana Rojas called Lars Hegge a liar.",
        "On May 5, Ana Rojas told Lars Hegge that ships would come.",
        "Ana Rojas received a letter from Lars Hegge.",
        "Ana Rojas welcomed the decision of Lars Hegge.",
    ],
)
def test_words_of_meeting_without_an_occasion_of_two_parties_are_none(text):
    assert parties(text) == []


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Ana Rojas met Lars Hegge.", "held"),
        ("Ana Rojas is holding talks with Lars Hegge.", "ongoing"),
        ("Talks between Ana Rojas and Lars Hegge are under way.", "ongoing"),
        ("Ana Rojas will meet Lars Hegge.", "planned"),
        ("A meeting between Ana Rojas and Lars Hegge is scheduled for Friday.", "planned"),
        ("Ana Rojas agreed to hold talks with Lars Hegge.", "planned"),
        ("Ana Rojas is due in Oslo for talks with Lars Hegge.", "planned"),
        ("Ana Rojas could meet Lars Hegge.", "proposed"),
        ("Ana Rojas proposed a summit with Lars Hegge.", "proposed"),
        ("Ana Rojas may have met Lars Hegge.", "unconfirmed"),
        ("Ana Rojas is scheduled to visit Lars Hegge.", "planned"),
        ("Ana Rojas offered to meet Lars Hegge.", "proposed"),
        ("Ana Rojas reportedly met Lars Hegge.", "unconfirmed"),
        ("The meeting between Ana Rojas and Lars Hegge was called off.", "cancelled"),
        ("Norway denied that Ana Rojas had met Lars Hegge.", "denied"),
    ],
)
def test_tense_and_hedges_tell_the_status(text, status):
    assert [one.status for one in read(text)[1]] == [status]


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("Ana Rojas met Lars Hegge.", "in_person"),
        ("Ana Rojas had a telephone conversation with Lars Hegge.", "call"),
        ("Ana Rojas held talks with Lars Hegge.", "unspecified"),
        ("Ana Rojas held talks with Lars Hegge in Oslo.", "in_person"),
        ("The meeting between Kenyan and US troops was calm.", "encounter"),
    ],
)
def test_trigger_parties_and_place_tell_the_format(text, format):
    assert [one.format for one in read(text)[1]] == [format]


def test_date_place_topics_and_evidence_are_words_of_the_sentence():
    text = (
        "The Times said that Ana Rojas met Lars Hegge in northern Norway on Monday to discuss fishing rights and trade."
    )
    (one,) = read(text)[1]
    assert (words(text, one.date), words(text, one.place), one.topics) == (
        "on Monday",
        "northern Norway",
        ("fishing rights", "trade"),
    )
    assert words(text, one.evidence[0]) == text[text.index("Ana") : -1]


def test_a_point_within_a_topic_does_not_end_it():
    text = "Ana Rojas met Lars Hegge to discuss U.S. sanctions."
    assert read(text)[1][0].topics == ("U.S. sanctions",)


def test_the_date_of_the_report_is_not_the_meetings():
    text = "Norway said on Tuesday that Ana Rojas would meet Lars Hegge on Friday."
    assert words(text, read(text)[1][0].date) == "on Friday"


def test_the_place_of_a_topic_is_not_the_meetings():
    text = "Ana Rojas held talks with Lars Hegge to avert clashes in Kenya."
    assert words(text, read(text)[1][0].place) is None


def test_the_date_of_an_announcement_before_it_is_not_the_meetings():
    text = "On Friday Norway announced that Ana Rojas had met Lars Hegge."
    assert words(text, read(text)[1][0].date) is None


def test_one_occasion_told_twice_is_one_meeting():
    text = (
        "Ana Rojas met Lars Hegge in Oslo.\n\nThe meeting focused on trade.\n\n"
        "Rojas told reporters after her talks with Hegge that all was well."
    )
    _, meetings = read(text)
    assert len(meetings) == 1
    assert meetings[0].topics == ("trade",)


def test_another_day_is_another_meeting():
    assert len(read("Ana Rojas met Lars Hegge on Monday. Rojas met Hegge on Friday.")[1]) == 2


def test_one_day_in_other_words_is_one_meeting():
    text = "Ana Rojas met Lars Hegge on Monday. Rojas met Hegge on May 6."
    assert len(read(text, dt.date(2024, 5, 8))[1]) == 1
    assert len(read(text, dt.date(2024, 5, 15))[1]) == 2


def test_a_country_and_a_city_in_it_are_one_place_and_two_cities_are_two():
    assert len(read("Ana Rojas met Lars Hegge in Norway. Rojas met Hegge in Oslo.")[1]) == 1
    assert len(read("Ana Rojas met Lars Hegge in Bergen. Rojas met Hegge in Oslo.")[1]) == 2


def test_what_is_called_off_is_not_what_is_planned_or_held():
    text = (
        "Ana Rojas will meet Lars Hegge. Talks between Ana Rojas and Lars Hegge were called off. "
        "Norway denied that Ana Rojas had met Lars Hegge. Rojas met Hegge."
    )
    assert [one.status for one in read(text)[1]] == ["planned", "cancelled", "denied", "held"]


def test_a_second_meeting_is_another():
    assert len(read("Ana Rojas met Lars Hegge. Rojas held a second meeting with Hegge.")[1]) == 2
    assert len(read("Ana Rojas met Lars Hegge. Rojas met Hegge last week.")[1]) == 1


def test_a_proposal_that_led_to_talks_is_one_meeting_with_them_on_their_day():
    text = "On Monday Ana Rojas offered to meet Lars Hegge. Rojas met Hegge on Friday."
    _, (meeting,) = read(text)
    assert (meeting.status, words(text, meeting.date)) == ("held", "on Friday")


def test_the_talks_are_those_last_told_of():
    text = (
        "Ana Rojas met Lars Hegge. Peter Brandt met Hanna Holm. Rojas met Hegge in Oslo.\n\nThe talks focused on trade."
    )
    assert [one.topics for one in read(text)[1]] == [("trade",), ()]


def test_a_headline_that_says_to_meet_tells_of_what_the_article_tells_in_the_past():
    text = "Ana Rojas to meet Lars Hegge\n\nAna Rojas met Lars Hegge in Oslo on Monday."
    assert [one.status for one in read(text)[1]] == ["held"]


def test_the_minister_counts_and_not_the_delegation_of_her_state():
    text = (
        "A Peruvian delegation met Norwegian minister Lars Hegge. Peruvian minister Ana Rojas met Lars Hegge in Oslo."
    )
    assert parties(text) == [["Ana Rojas", "Lars Hegge"]]


def test_the_two_leaders_are_those_named_before():
    text = "Ana Rojas wrote to Lars Hegge on Sunday. Hanna Brandt said that the two leaders met in Oslo."
    assert [sorted(one) for one in parties(text)] == [["Ana Rojas", "Lars Hegge"]]


def test_officials_of_any_sort_are_not_those_named_before():
    text = "Ana Rojas wrote to Lars Hegge on Sunday. Hanna Brandt met with officials."
    assert parties(text) == [["Hanna Brandt", "officials"]]


def test_the_minister_counts_and_not_the_state():
    text = (
        "Talks between Peru and Norway began. Peruvian minister Ana Rojas and Norwegian minister Lars Hegge held talks."
    )
    assert parties(text) == [["Ana Rojas", "Lars Hegge"]]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Ana Rojas met Lars Hegge in Oslo.", "Rojas and Hegge meet in Oslo"),
        ("Ana Rojas will meet Lars Hegge.", "Rojas and Hegge to meet"),
        ("Ana Rojas reportedly met Lars Hegge.", "Reported meeting of Rojas and Hegge"),
        ("Peruvian minister Ana Rojas is scheduled to visit Kenya on Friday.", "Rojas to visit Kenya"),
        ("Ana Rojas had a phone call with Lars Hegge.", "Rojas and Hegge speak by telephone"),
    ],
)
def test_a_title_is_a_short_headline(text, title):
    cast, (meeting,) = read(text)
    assert title_of(meeting, cast, words(text, meeting.place)) == title
