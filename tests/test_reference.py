"""The tables of what every reader of news knows, and that all who read them agree."""

import json
from collections import Counter

import pycountry
import pytest

from extractor.linking.parties import state_key
from extractor.names import state_of
from extractor.normalize import country_named
from extractor.reference import blocs, names_by_seat, states, titles
from extractor.rules.lexicon import read_list, states_by_adjective, states_by_place
from tests.conftest import ROOT

EVERYONE = (*states(), *blocs())


@pytest.mark.parametrize("path", sorted(ROOT.glob("extractor/*/data/*.json")), ids=lambda path: path.stem)
def test_each_table_says_where_it_comes_from_and_is_small(path):
    text = path.read_text(encoding="utf-8")
    assert json.loads(text)["source"]
    assert len(text.encode()) < 30_000


@pytest.mark.parametrize("one", EVERYONE, ids=lambda one: one.name)
def test_a_state_is_the_same_to_all_who_read_of_it(one):
    for name in (one.name, *one.names):
        assert (state_of(name), country_named(name), states_by_place()[name.casefold()]) == (
            one.name,
            one.code,
            one.name,
        )
        assert state_key(name) == (one.code or one.name)
    for adjective in one.adjectives:
        assert (state_of(adjective), states_by_adjective()[adjective]) == (one.name, one.name)


@pytest.mark.parametrize(
    ("kinds", "shared"),
    [(("names", "adjectives", "people", "parts"), []), (("capitals", "seats", "cities"), ["brussels"])],
)
def test_no_two_states_have_a_name_or_a_city_in_common(kinds, shared):
    words = [{one.name, *(word for kind in kinds for word in getattr(one, kind))} for one in EVERYONE]
    counted = Counter(word for one in words for word in set(map(str.casefold, one)))
    assert [word for word, count in counted.items() if count > 1] == shared


def test_only_brussels_is_the_seat_of_several():
    assert {seat: names for seat, names in names_by_seat().items() if len(names) > 1} == {
        "brussels": {"Belgium", "European Union", "NATO"}
    }
    assert state_of("Brussels") is None


def test_every_code_is_that_of_iso_and_of_one_state():
    codes = [state.code for state in states()]
    assert len(codes) == len(set(codes))
    assert {code for code in codes if pycountry.countries.get(alpha_2=code) is None} == {"XK"}
    assert all(bloc.code is None for bloc in blocs())


@pytest.mark.parametrize("one", list(pycountry.countries), ids=lambda one: one.alpha_2)
def test_a_code_belongs_to_the_state_that_iso_has_by_its_name(one):
    for name in {one.name, getattr(one, "common_name", one.name), getattr(one, "official_name", one.name)}:
        assert country_named(name) == one.alpha_2


def test_the_parts_of_a_state_lie_in_it_and_are_not_the_whole():
    assert country_named("Scotland") == "GB"
    assert states_by_place()["scotland"] == states_by_adjective()["Scottish"] == "United Kingdom"
    assert state_of("Scotland") is None
    assert state_of("Scottish") is None


def test_titles_are_in_small_letters_and_none_is_an_honorific_and_an_office():
    words = titles()
    assert all(word == word.lower() for word in words.honorifics | words.offices | words.qualifiers)
    assert not words.honorifics & words.offices
    assert words.given_names_too | words.surnames_too <= words.offices
    assert not words.particles & words.particles_or_words


def test_lists_that_name_states_name_them_as_the_table_does():
    nouns = read_list("nouns")
    named = {*nouns["known"], *nouns["offices_of_one_state"].values()} - {""}
    assert named <= {one.name for one in EVERYONE}
