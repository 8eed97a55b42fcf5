"""The cast: names, kinds, roles, and which names are one party's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.rules.cast import read_cast
from extractor.rules.text import read_sentences


def cast_of(text):
    return read_cast(text, read_sentences(text))


def parties(text):
    return [(one.names[0], one.kind, one.role, one.represents) for one in cast_of(text).parties]


@pytest.mark.parametrize(
    ("text", "party"),
    [
        (
            "Deputy Norwegian Defense Minister Lars Hegge left.",
            ("Lars Hegge", "person", "Deputy Norwegian Defense Minister", "Norway"),
        ),
        (
            "Kenya's foreign minister Daniel Mworia left.",
            ("Daniel Mworia", "person", "Kenya's foreign minister", "Kenya"),
        ),
        (
            "Daniel Mworia, the Kenyan foreign minister, left.",
            ("Daniel Mworia", "person", "Kenyan foreign minister", "Kenya"),
        ),
        (
            "Daniel Mworia, head of Kenya's Ministry of Defense, left.",
            ("Daniel Mworia", "person", "head of Kenya's Ministry of Defense", "Kenya"),
        ),
        ("Kenya's president, Daniel Mworia, left.", ("Daniel Mworia", "person", "Kenya's president", "Kenya")),
        ("President Ana Rojas of Peru left.", ("Ana Rojas", "person", "President", "Peru")),
        ("Ana Rojas of Peru left.", ("Ana Rojas", "person", None, "Peru")),
        ("Peru's Ana Rojas left.", ("Ana Rojas", "person", None, "Peru")),
        (
            "The Peruvian ambassador to Kenya, Ana Rojas, left.",
            ("Ana Rojas", "person", "Peruvian ambassador to Kenya", "Peru"),
        ),
        ("Hezbollah leader Ana Rojas left.", ("Ana Rojas", "person", "Hezbollah leader", "Hezbollah")),
        ("The minister was Sergei K. Petrov.", ("Sergei K. Petrov", "person", None, None)),
        (
            "The Norwegian foreign minister left.",
            ("Norwegian foreign minister", "person", "Norwegian foreign minister", "Norway"),
        ),
        (
            "It was said by the head of the Kenyan General Intelligence Organization.",
            (
                "head of the Kenyan General Intelligence Organization",
                "person",
                "head of the Kenyan General Intelligence Organization",
                "Kenya",
            ),
        ),
        ("A spokesman for the police left.", ("spokesman for the police", "person", "spokesman for the police", None)),
        ("The Kenyan Ministry of Defense denied it.", ("Kenyan Ministry of Defense", "organization", None, "Kenya")),
        ("The Pentagon denied it.", ("Pentagon", "organization", None, "United States")),
        (
            "Prime Minister Ana Rojas's office denied it.",
            ("Prime Minister Ana Rojas's office", "organization", None, None),
        ),
        ("The Oslo Police Department denied it.", ("Oslo Police Department", "organization", None, None)),
        ("Analysts doubted it.", ("Analysts", "group", None, None)),
        ("Senior election officials doubted it.", ("Senior election officials", "group", None, None)),
        ("Kenyan officials doubted it.", ("Kenyan officials", "group", None, "Kenya")),
        ("The families of the victims doubted it.", ("families of the victims", "group", None, None)),
        ("The U.S. doubted it.", ("U.S.", "state", None, None)),
        ("The EU doubted it.", ("EU", "state", None, None)),
    ],
)
def test_a_noun_phrase_names_a_party(text, party):
    assert parties(text)[0] == party


def test_parties_that_share_a_head_noun_each_get_it():
    names = [one[0] for one in parties("Kenyan, American and Peruvian delegations came with Somali and US troops.")]
    assert names == ["Kenyan delegation", "American delegation", "Peruvian delegation", "Somali troops", "US troops"]


def test_parties_that_share_what_stands_before_each_get_it():
    found = parties("Military and security representatives from Kenya and Peru came.")
    assert [(one[0], one[3]) for one in found] == [
        ("Military and security representatives from Kenya", "Kenya"),
        ("Military and security representatives from Peru", "Peru"),
    ]


def test_a_surname_and_a_title_mean_the_person_named_in_full():
    (party,) = cast_of("Ana Rojas came. Ms. Rojas spoke, and Rojas left.").parties
    assert party.names == ("Ana Rojas", "Rojas")


def test_a_person_has_the_fullest_role_and_the_state_of_any_mention():
    text = "Minister Lars Hegge came. Norwegian Foreign Minister Lars Hegge spoke."
    assert parties(text) == [("Lars Hegge", "person", "Norwegian Foreign Minister", "Norway")]


def test_an_acronym_in_brackets_is_an_alias():
    (party,) = cast_of("The Nordic Grain Council (NGC) met. The NGC left.").parties
    assert party.names == ("Nordic Grain Council", "NGC")


def test_a_state_and_its_capital_are_one_party():
    (party,) = cast_of("Norway refused. Oslo said no.").parties
    assert (party.names, party.kind) == (("Norway", "Oslo"), "state")


def test_a_capital_stands_for_its_government_alone():
    states = {"Wellington": "New Zealand", "Kiev": "Ukraine", "Tel Aviv": "Israel", "The Hague": "Netherlands"}
    for capital, state in states.items():
        assert [(one.names, one.kind) for one in cast_of(f"{state} refused. {capital} said no.").parties] == [
            ((state, capital), "state")
        ]
    assert parties("Brussels said no. Auckland said no.") == []


def test_a_city_after_in_is_a_place_and_no_party():
    assert parties("They stayed in Oslo.") == []


def test_the_office_alone_means_its_holder():
    text = "Norwegian Foreign Minister Lars Hegge came. The minister left. The Norwegian foreign minister slept."
    cast = cast_of(text)
    assert {mention.party for mention in cast.mentions} == {0}
    assert cast.parties[0].names == ("Lars Hegge",)


@pytest.mark.parametrize(
    ("text", "pronoun", "name"),
    [
        ("Ana Rojas met Lars Hegge. She left.", "She", "Ana Rojas"),
        ("Ana Rojas met Lars Hegge. He left.", "He", "Lars Hegge"),
        ("The ministry of Kenya met Lars Hegge. It denied this.", "It", "ministry of Kenya"),
        ("Protesters met Lars Hegge. They left.", "They", "Protesters"),
        ("President Ana Rojas met Lars Hegge. The president left.", "The president", "Ana Rojas"),
    ],
)
def test_a_pronoun_points_back_to_a_party_that_fits(text, pronoun, name):
    cast = cast_of(text)
    assert cast.party_of(cast.mention_behind(text.rindex(pronoun))).names[0] == name


def test_a_pronoun_without_a_fitting_party_means_nobody():
    assert cast_of("It rained. He left.").mention_behind(10) is None


def test_a_name_is_not_taken_for_a_city():
    assert parties("Prime Minister Michael Jordan left.") == [("Michael Jordan", "person", "Prime Minister", None)]


@given(
    st.text(max_size=200),
    st.sampled_from(["Ana Rojas of Peru, ", "the Kenyan minister ", "\n\n", "Mr. ", "’s ", "(NGC) "]),
)
def test_mentions_of_any_text_lie_in_order_and_do_not_overlap(text, words):
    cast = cast_of(text + words + text)
    behind = 0
    for mention in cast.mentions:
        assert behind <= mention.start < mention.end <= len(cast.text)
        assert mention.name
        behind = mention.end
