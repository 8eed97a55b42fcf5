"""The same party across articles, and the namesakes that are not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import ConfigurationError
from extractor.linking import link
from tests.written import extraction, party, person


def together(*extractions):
    """Return the participants that are one entity, by article, alone ones left out."""
    linked = link(extractions)
    found = [
        {one.article for one in entity.members if one.via == "itself"}
        for entity in linked.entities
        if len({one.article for one in entity.members if one.via == "itself"}) > 1
    ]
    return sorted(found, key=sorted)


def named(**names):
    """Return an article for each name, with one person in it."""
    return [extraction(id, person("p1", name)) for id, name in names.items()]


def test_a_person_is_one_under_every_spelling_initial_and_title():
    articles = named(a="Sergei Shoigu", b="Sergei K. Shoigu", c="Sergey Shoigu", d="Defense Minister Sergei Shoigu")
    assert together(*articles) == [{"a", "b", "c", "d"}]


def test_a_person_is_one_in_every_transcription():
    articles = named(a="Volodymyr Zelensky", b="Volodymyr Zelenskyy", c="Volodymyr Zelenskiy")
    assert together(*articles) == [{"a", "b", "c"}]
    assert together(*named(a="Ahmed al-Shara", b="Ahmed al-Sharaa")) == [{"a", "b"}]
    assert together(*named(a="Anna Lee", b="Anna Le")) == []


def test_the_ministry_for_which_a_person_acts_tells_the_state():
    assert (
        together(
            extraction("a", person("p1", "John Smith", represents="US State Department")),
            extraction("b", person("p1", "John Smith", represents="United Kingdom")),
        )
        == []
    )
    assert together(
        extraction("a", person("p1", "Ashton Carter", represents="Pentagon")),
        extraction("b", person("p1", "Carter", represents="United States")),
    ) == [{"a", "b"}]


def test_a_surname_goes_to_the_full_name_for_the_same_state():
    assert together(
        extraction("a", person("p1", "Sergei Shoigu", represents="Russia")),
        extraction("b", person("p1", "Shoigu", represents="Russia")),
    ) == [{"a", "b"}]


def test_a_surname_alone_stays_alone():
    assert together(*named(a="Sergei Shoigu", b="Shoigu")) == []


def test_a_surname_goes_to_the_full_name_that_is_in_the_same_company():
    assert together(
        extraction("a", person("p1", "John Smith"), person("p2", "Hulusi Akar")),
        extraction("b", person("p1", "Smith"), person("p2", "Hulusi Akar")),
        extraction("c", person("p1", "Anna Smith")),
    ) == [{"a", "b"}, {"a", "b"}]


def test_a_surname_that_fits_two_people_goes_to_the_one_of_its_role():
    articles = [
        extraction("a", person("p1", "Bill Clinton", role="President", represents="United States")),
        extraction("b", person("p1", "Hillary Clinton", role="Secretary of State", represents="United States")),
        extraction("c", person("p1", "Clinton", role="Secretary of State", represents="United States")),
        extraction("d", person("p1", "Clinton", represents="United States")),
    ]
    assert together(*articles) == [{"b", "c"}]


def test_different_given_names_are_different_people():
    assert together(*named(a="Bill Clinton", b="Hillary Clinton")) == []


def test_an_initial_that_fits_two_people_stays_alone():
    assert together(*named(a="Sergei Shoigu", b="Svetlana Shoigu", c="S. Shoigu")) == []
    assert together(*named(a="Sergei Shoigu", c="S. Shoigu")) == [{"a", "c"}]


def test_namesakes_for_different_states_are_different_people():
    assert (
        together(
            extraction("a", person("p1", "John Smith", represents="United States")),
            extraction("b", person("p1", "John Smith", represents="United Kingdom")),
            extraction("c", person("p1", "John Smith")),
        )
        == []
    )


def test_namesakes_of_whom_nothing_but_different_roles_is_known_are_different_people():
    assert (
        together(
            extraction("a", person("p1", "John Smith", role="football coach")),
            extraction("b", person("p1", "John Smith", role="foreign minister")),
        )
        == []
    )


def test_a_role_may_change_where_the_state_stays():
    assert together(
        extraction("a", person("p1", "Sergei Shoigu", role="Defense Minister", represents="Russia")),
        extraction("b", person("p1", "Sergei Shoigu", role="Secretary of the Security Council", represents="Russia")),
    ) == [{"a", "b"}]


def test_an_alias_that_an_article_gives_links_two_names():
    assert together(
        extraction("a", person("p1", "Ahmed al-Shara", aliases=["Abu Mohammed al-Jolani"])),
        extraction("b", person("p1", "Abu Mohammed al-Jolani")),
        extraction("c", person("p1", "Ahmed al-Shara")),
    ) == [{"a", "b", "c"}]


def test_a_state_is_one_by_its_names_its_capital_and_those_who_act_for_it():
    linked = link(
        [
            extraction("a", party("p1", "Turkey", kind="state")),
            extraction("b", party("p1", "Türkiye", kind="state")),
            extraction("c", party("p1", "Ankara", kind="state")),
            extraction("d", person("p1", "Hulusi Akar", represents="Turkey")),
        ]
    )
    (turkey,) = [entity for entity in linked.entities if entity.kind == "state"]
    assert turkey.name == "Turkey"
    assert [(one.article, one.via, one.score) for one in turkey.members] == [
        ("a", "itself", 1.0),
        ("b", "itself", 0.95),
        ("c", "itself", 0.8),
        ("d", "represents", 1.0),
    ]


def test_a_capital_of_several_governments_is_none_of_them():
    states = [extraction(id, party("p1", name, kind="state")) for id, name in (("a", "EU"), ("b", "Brussels"))]
    assert together(*states) == []


def test_a_ministry_is_one_by_its_words_and_its_state():
    bodies = [
        extraction("a", party("p1", "Turkey's Defense Ministry")),
        extraction("b", party("p1", "Ministry of Defence", represents="Turkey")),
        extraction("c", party("p1", "Ministry of Defence", represents="Russia")),
        extraction("d", party("p1", "Turkish Foreign Ministry")),
        extraction("e", party("p1", "the ministry")),
        extraction("f", party("p1", "the ministry")),
    ]
    assert together(*bodies) == [{"a", "b"}]


def test_bodies_of_different_blocs_are_different():
    bodies = [
        extraction(id, party("p1", name))
        for id, name in (
            ("a", "UN Human Rights Commission"),
            ("b", "EU Human Rights Commission"),
            ("c", "UN Secretariat"),
        )
    ]
    assert together(*bodies) == []


def test_unnamed_groups_of_different_articles_are_different():
    groups = [extraction(id, party("p1", "Analysts", kind="group")) for id in "ab"]
    assert together(*groups) == []


def test_descriptions_and_offices_are_nobodys_name():
    unnamed = [
        extraction("a", person("p1", "flight attendant"), party("p2", "firm"), person("p3", "CEO", role="former CEO")),
        extraction("b", person("p1", "flight attendant"), party("p2", "firm"), person("p3", "CEO", role="CEO")),
    ]
    assert together(*unnamed) == []


def test_the_office_that_bears_a_name_belongs_to_its_holder_too():
    linked = link(
        [
            extraction("a", person("p1", "Benjamin Netanyahu", represents="Israel")),
            extraction("b", party("p1", "Prime Minister Benjamin Netanyahu's office", represents="Israel")),
        ]
    )
    (person_,) = [entity for entity in linked.entities if entity.kind == "person"]
    assert [(one.article, one.via) for one in person_.members] == [("a", "itself"), ("b", "office")]


def test_every_link_says_why():
    linked = link(named(a="Sergei Shoigu", b="Sergei K. Shoigu"))
    (entity,) = linked.entities
    assert {one.article: one.reasons for one in entity.members} == {
        "a": ("'Sergei Shoigu' is a shorter form of 'Sergei K. Shoigu'; no other longer name fits",),
        "b": ("the same name",),
    }


def test_two_articles_of_one_name_are_refused():
    with pytest.raises(ConfigurationError, match="Two articles have the name 'a'"):
        link([*named(a="Sergei Shoigu"), *named(a="Hulusi Akar")])


NAMES = st.sampled_from(
    "Shoigu, Sergei Shoigu, S. Shoigu, Sergei K. Shoigu, Svetlana Shoigu, Akar, Hulusi Akar, Turkey, Ankara, "
    "Defense Ministry, Turkey's Defense Ministry, BBC, BBC News, officials, minister".split(", ")
)
PARTIES = st.builds(
    person,
    st.just("p"),
    NAMES,
    role=st.sampled_from([None, "Defense Minister", "coach"]),
    represents=st.sampled_from([None, "Russia", "Turkey", "NATO"]),
    aliases=st.lists(NAMES, max_size=1),
    kind=st.sampled_from(["person", "organization", "state", "group"]),
)
ARTICLES = st.lists(st.lists(PARTIES, max_size=3), max_size=6).map(
    lambda articles: [
        extraction(f"a{place}", *(one.model_copy(update={"id": f"p{n}"}) for n, one in enumerate(parties)))
        for place, parties in enumerate(articles)
    ]
)


@settings(max_examples=50, deadline=None)
@given(ARTICLES, st.randoms(use_true_random=False))
def test_the_order_of_articles_never_matters(articles, random):
    shuffled = random.sample(articles, len(articles))
    assert link(shuffled).entities == link(articles).entities


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.text(min_size=1), st.none() | st.text()), max_size=4))
def test_names_of_any_letters_and_marks_are_taken(named):
    everybody = [
        extraction(f"{kind}{place}", person("p1", name, represents=state, kind=kind))
        for place, (name, state) in enumerate(named)
        for kind in ("person", "organization", "state", "group")
    ]
    assert sum(len(entity.members) for entity in link(everybody).entities) >= len(everybody)


@settings(max_examples=50, deadline=None)
@given(ARTICLES)
def test_every_party_is_itself_in_exactly_one_entity(articles):
    members = [
        (one.article, one.record) for entity in link(articles).entities for one in entity.members if one.via == "itself"
    ]
    assert sorted(members) == sorted((one.article.id, party.id) for one in articles for party in one.participants)


@settings(max_examples=50, deadline=None)
@given(ARTICLES)
def test_an_article_twice_links_to_itself(articles):
    copies = [
        one.model_copy(update={"article": one.article.model_copy(update={"id": f"{one.article.id}~2"})})
        for one in articles
    ]
    entities = link([*articles, *copies]).entities
    entity_of = {(one.article, one.record, one.via): entity.id for entity in entities for one in entity.members}
    assert all(
        entity_of[f"{article}~2", *rest] == id for (article, *rest), id in entity_of.items() if "~" not in article
    )
