"""The same meeting across articles, what they disagree on, and what one source denies of another."""

from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.linking import link
from tests.written import claim, extraction, meeting, party, person

SHOIGU = person("p1", "Sergei Shoigu", represents="Russia")
AKAR = person("p2", "Hulusi Akar", represents="Turkey")
ABBAS = person("p3", "Ali Abbas", represents="Syria")


def report(id, *parties, published="2022-12-29", claims=(), **fields):
    """Return an article about one meeting of all its parties."""
    parties = parties or (SHOIGU, AKAR)
    met = meeting("m1", *(one.id for one in parties), **fields)
    return extraction(id, *parties, meetings=[met], claims=claims, published=published)


def occasions(*articles):
    return [sorted(one.article for one in found.members) for found in link(articles).occasions]


def are_one(*articles):
    return len(occasions(*articles)) == 1


def only_occasion(*articles):
    (found,) = link(articles).occasions
    return found


def test_a_meeting_of_the_same_people_on_the_same_day_is_one():
    assert are_one(report("a", day="2022-12-28"), report("b", day="2022-12-28", published="2023-06-01"))


def test_the_day_of_publication_stands_in_for_a_missing_date():
    assert are_one(report("a", day="2022-12-28"), report("b"))
    assert not are_one(report("a", day="2022-12-28"), report("b", published="2023-02-01"))


def test_words_for_a_time_that_cannot_be_read_may_mean_any():
    told = extraction("b", SHOIGU, AKAR, meetings=[meeting("m1", "p1", "p2", said="earlier")], published="2022-12-29")
    assert not are_one(report("a", day="2022-12-28"), told)


def test_the_same_people_a_week_later_meet_anew():
    assert not are_one(report("a", day="2022-12-20"), report("b", day="2022-12-28"))


def test_a_series_of_meetings_does_not_become_one():
    weeks = [report(f"w{n}", published=f"2022-12-{day:02}") for n, day in enumerate((2, 7, 12, 17, 22, 27))]
    assert len(occasions(*weeks)) == 6


def test_a_state_stands_for_its_minister():
    turkey = party("p2", "Turkey", kind="state")
    assert are_one(
        report("a", day="2022-12-28", place="Moscow"), report("b", SHOIGU, turkey, day="2022-12-28", place="Moscow")
    )


def test_two_ministers_of_one_state_have_two_meetings():
    lavrov = person("p1", "Sergei Lavrov", represents="Russia")
    assert not are_one(
        report("a", day="2022-12-28", place="Moscow"), report("b", lavrov, AKAR, day="2022-12-28", place="Moscow")
    )


def test_a_visit_does_not_join_the_talks_with_two_hosts_into_one():
    gallant = person("p2", "Yoav Gallant", represents="Israel")
    netanyahu = person("p2", "Benjamin Netanyahu", represents="Israel")
    israel = party("p2", "Israel", kind="state")
    talks = {"day": "2024-06-10", "country": "IL", "published": "2024-06-10"}
    found = occasions(
        report("a", SHOIGU, netanyahu, **talks),
        report("b", SHOIGU, gallant, **talks),
        report("c", SHOIGU, israel, **talks),
    )
    assert sorted(map(len, found)) == [1, 2]


def test_one_party_in_common_is_not_enough():
    assert not are_one(
        report("a", SHOIGU, AKAR, day="2022-12-28", place="Moscow"),
        report("b", SHOIGU, ABBAS, day="2022-12-28", place="Moscow"),
    )


def test_a_report_that_leaves_out_one_of_three_is_of_the_same_meeting():
    assert are_one(report("a", SHOIGU, AKAR, ABBAS, day="2022-12-28"), report("b", day="2022-12-28"))


def test_without_any_time_two_people_may_have_met_at_any_time():
    assert not are_one(report("a", published=None, place="Moscow"), report("b", published=None, place="Moscow"))


def test_without_any_time_three_people_in_one_place_are_one_meeting():
    three = (SHOIGU, AKAR, ABBAS)
    assert are_one(
        report("a", *three, published=None, place="Moscow"), report("b", *three, published=None, place="Moscow")
    )


def test_copied_words_are_one_report():
    words = "Shoigu and Akar met behind closed doors"
    assert are_one(report("a", published=None, evidence=words), report("b", published=None, evidence=words))


def test_meetings_that_one_article_sets_apart_stay_apart():
    both = [meeting("m1", "p1", "p2", day="2022-12-28"), meeting("m2", "p1", "p2", day="2022-12-28")]
    assert len(occasions(extraction("a", SHOIGU, AKAR, meetings=both), report("b", day="2022-12-28"))) == 2


def test_a_planned_meeting_becomes_the_one_that_was_held():
    found = only_occasion(
        report("a", status="planned", day="2022-12-28", published="2022-12-20"), report("b", day="2022-12-28")
    )
    assert (found.status, found.conflicts) == ("held", ())


def test_a_planned_meeting_may_be_cancelled():
    found = only_occasion(
        report("a", status="planned", day="2022-12-28", published="2022-12-20"),
        report("b", status="cancelled", day="2022-12-28", published="2022-12-27"),
    )
    assert (found.status, found.conflicts) == ("cancelled", ())


def test_every_link_says_why_and_how_sure_it_is():
    found = only_occasion(report("a", day="2022-12-28", country="RU"), report("b", day="2022-12-28", country="RU"))
    assert [(one.article, one.score, one.reasons) for one in found.members] == [
        (
            "a",
            0.985,
            (
                "like m1 of b",
                "2 parties of 2 and 2 take part in both",
                "the date is the same, 2022-12-28",
                "the country is the same, RU",
            ),
        ),
        (
            "b",
            0.985,
            (
                "like m1 of a",
                "2 parties of 2 and 2 take part in both",
                "the date is the same, 2022-12-28",
                "the country is the same, RU",
            ),
        ),
    ]


def conflicts(*articles):
    found = only_occasion(*articles)
    return {
        one.field: {side.value: [member.article for member in side.members] for side in one.sides}
        for one in found.conflicts
    }


def test_articles_that_give_different_days_are_in_conflict():
    articles = report("a", day="2022-12-28"), report("b", day="2022-12-29"), report("c", day="2022-12")
    assert conflicts(*articles) == {"date": {"2022-12": ["c"], "2022-12-28": ["a"], "2022-12-29": ["b"]}}


def test_a_month_does_not_contradict_its_day():
    assert conflicts(report("a", day="2022-12-28"), report("b", day="2022-12")) == {}


def test_articles_that_give_different_countries_are_in_conflict_with_their_words():
    found = only_occasion(
        report("a", day="2022-12-28", place="Moscow", country="RU"),
        report("b", day="2022-12-28", place="Ankara", country="TR"),
    )
    (conflict,) = found.conflicts
    assert conflict.field == "country"
    assert [(side.value, [quote.span.text for quote in side.quotes]) for side in conflict.sides] == [
        ("RU", ["Moscow"]),
        ("TR", ["Ankara"]),
    ]


def test_held_and_denied_are_in_conflict():
    assert conflicts(report("a", day="2022-12-28"), report("b", day="2022-12-28", status="denied")) == {
        "status": {"held": ["a"], "denied": ["b"]}
    }


def test_different_people_for_one_state_are_in_conflict():
    lavrov = person("p1", "Sergei Lavrov", represents="Russia")
    assert conflicts(
        report("a", SHOIGU, AKAR, ABBAS, day="2022-12-28", country="RU"),
        report("b", lavrov, AKAR, ABBAS, day="2022-12-28", country="RU"),
    ) == {"participants": {"Sergei Lavrov": ["b"], "Sergei Shoigu": ["a"]}}


def test_what_one_source_says_and_another_denies_is_a_denial():
    said = claim("c1", "p1", "The ministers agreed on a withdrawal of troops.", meeting="m1")
    denied = claim("c1", "p2", "There was no agreement on the withdrawal of troops.", modality="denied", meeting="m1")
    linked = link([report("a", day="2022-12-28", claims=[said]), report("b", day="2022-12-28", claims=[denied])])
    (denial,) = linked.denials
    assert (denial.claim.article, denial.denied_by.article) == ("a", "b")
    assert denial.occasion == linked.occasions[0].id
    assert denial.claim.reasons == ("both are about the same meeting and share the words troop, withdrawal",)


def test_a_source_does_not_deny_itself():
    said = claim("c1", "p1", "The ministers agreed on a withdrawal of troops.", meeting="m1")
    denied = claim("c2", "p1", "The ministers agreed on a withdrawal of troops.", modality="denied", meeting="m1")
    assert link([report("a", claims=[said, denied])]).denials == ()


PEOPLE = (SHOIGU, AKAR, ABBAS, party("p4", "Turkey", kind="state"))
MEETINGS = st.builds(
    lambda parties, **fields: meeting("m", *sorted(one.id for one in parties), **fields),
    st.lists(st.sampled_from(PEOPLE), min_size=2, max_size=4, unique_by=lambda one: one.id),
    status=st.sampled_from(["held", "planned", "denied"]),
    day=st.sampled_from([None, "2022-12-28", "2022-12-29", "2022-12", "2022-12-20"]),
    place=st.sampled_from([None, "Moscow", "Damascus"]),
    evidence=st.sampled_from(["They met.", "The ministers met for five hours that day"]),
)
ARTICLES = st.lists(
    st.tuples(st.lists(MEETINGS, max_size=3), st.sampled_from([None, "2022-12-29", "2023-01-03"])), max_size=6
).map(
    lambda articles: [
        extraction(
            f"a{place}",
            *PEOPLE,
            meetings=[one.model_copy(update={"id": f"m{n}"}) for n, one in enumerate(meetings)],
            published=published,
        )
        for place, (meetings, published) in enumerate(articles)
    ]
)


@settings(max_examples=50, deadline=None)
@given(ARTICLES, st.randoms(use_true_random=False))
def test_the_order_of_articles_never_matters(articles, random):
    shuffled = random.sample(articles, len(articles))
    assert link(shuffled).occasions == link(articles).occasions


@settings(max_examples=50, deadline=None)
@given(ARTICLES)
def test_every_meeting_belongs_to_exactly_one_occasion_and_no_two_of_an_article_to_the_same(articles):
    found = link(articles).occasions
    members = [(one.article, one.record) for occasion in found for one in occasion.members]
    assert sorted(members) == sorted((one.article.id, met.id) for one in articles for met in one.meetings)
    assert all(len({one.article for one in occasion.members}) == len(occasion.members) for occasion in found)


@settings(max_examples=50, deadline=None)
@given(ARTICLES)
def test_an_article_twice_links_to_itself(articles):
    articles = articles[:1]
    copies = [
        one.model_copy(update={"article": one.article.model_copy(update={"id": f"{one.article.id}~2"})})
        for one in articles
    ]
    for occasion in link([*articles, *copies]).occasions:
        assert [one.record for one in occasion.members] == [occasion.members[0].record] * 2
