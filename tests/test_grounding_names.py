"""Names and mentions."""

import pytest

from extractor.grounding import Passage, find_mentions, stand_in_article, words_stand_in_article
from extractor.models import Participant


def party(id, name, kind="person", aliases=()):
    return Participant(id=id, name=name, aliases=tuple(aliases), kind=kind, role=None, represents=None, mentions=())


def mentions(text, *parties):
    found = find_mentions(Passage(text), parties)
    for spans in found.values():
        assert all(text[span.start : span.end] == span.text for span in spans)
    return {id: [span.text for span in spans] for id, spans in found.items()}


def test_a_person_is_found_by_name_alias_and_last_name_in_text_order():
    text = "Mr. Kerry left. John Kerry had met Lavrov; Kerry smiled. Kerryman is no mention."
    found = mentions(text, party("p1", "John Kerry", aliases=["Mr. Kerry"]), party("p2", "Lavrov"))
    assert found == {"p1": ["Mr. Kerry", "John Kerry", "Kerry"], "p2": ["Lavrov"]}


def test_a_last_name_that_two_share_is_nobodys_alone():
    text = "Bill Clinton met Hillary Clinton. Clinton spoke."
    assert mentions(text, party("p1", "Bill Clinton"), party("p2", "Hillary Clinton")) == {
        "p1": ["Bill Clinton"],
        "p2": ["Hillary Clinton"],
    }


def test_the_unnamed_holder_of_an_office_is_not_found_by_the_offices_last_word():
    text = "The head of the Coast Guard met officials. The Guard is large."
    assert mentions(text, party("p1", "head of the Coast Guard")) == {"p1": ["head of the Coast Guard"]}


def test_a_state_within_its_ministrys_name_is_the_ministry():
    text = "Turkey's defense ministry said so. Turkey agreed."
    found = mentions(text, party("p1", "Turkey", "state"), party("p2", "Turkey's defense ministry", "organization"))
    assert found == {"p1": ["Turkey"], "p2": ["Turkey's defense ministry"]}


def test_parties_that_share_a_head_noun_are_found_in_the_coordination():
    text = "Talks of Russian, American, and Turkish delegations in Damascus. Syria was absent."
    found = mentions(text, party("p1", "Russian delegation", "group"), party("p2", "Turkish delegation", "group"))
    assert found == {
        "p1": ["Russian, American, and Turkish delegations"],
        "p2": ["Turkish delegations"],
    }


@pytest.mark.parametrize(
    ("name", "stands"),
    [
        ("Hulusi Akar", True),
        ("hulusi akar", True),
        ("Sergei Akar", False),
        ("Sergei Lavrov", False),
        ("representatives from Israel", True),
        ("Israeli troops", False),
        ("US troops", True),
        ("Russian troops", True),
        ("Chinese troops", False),
        ("Turkish Defense Ministry", True),
        ("U.S. and Turkish officials", True),
        ("", False),
    ],
)
def test_a_name_stands_in_the_article_or_not(name, stands):
    text = (
        "Sergei Shoigu and Hulusi Akar met. Representatives from Turkey and Israel came, and Russian and US troops. "
        "The Turkish and Syrian Defense Ministries agreed, said U.S. and Turkish officials."
    )
    assert stand_in_article(Passage(text), name) is stands


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Khalid bin Mohammed met Mohammed bin Salman.", "Khalid bin Salman"),
        ("The minister Sergei Shoigu met Hulusi Akar.", "minister Sergei Akar"),
        ("王毅说明了情况。", "王明"),
        ("التقى سيرغي لافروف هولوسي أكار", "سيرغي أكار"),
    ],
)
def test_proper_names_are_never_taken_apart(text, name):
    assert not stand_in_article(Passage(text), name)


def test_words_of_a_role_may_stand_anywhere_but_must_stand():
    passage = Passage("Turkey’s ministers of defense met. Deputy Foreign Minister Ali spoke.")
    assert words_stand_in_article(passage, "deputy minister of defense")
    assert not words_stand_in_article(passage, "president of Turkey")
