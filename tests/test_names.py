"""Names of predicted parties against names of gold parties."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.names import match_names, normalize_name
from tests.conftest import GOLD

KINDS = ["person", "group", "organization", "state"]
PERSONS = ["Sergei K. Shoigu", "Hulusi Akar", "Ahmed al-Shara", "Ursula von der Leyen", "Ban Ki-moon", "Recep Erdoğan"]
LATIN = st.text(st.characters(max_codepoint=0x24F, exclude_categories=["Cs"]), max_size=30)
NAMES = st.one_of(
    st.text(max_size=20),
    st.lists(
        st.sampled_from(
            "S. Sergei Sergey Shoigu Shara al- Russian Turkey's US U.N. Defense Ministry of officials head Moscow "
            "Minister President Kremlin Pentagon government BBC News".split()
        ),
        max_size=5,
    ).map(" ".join),
)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Recep Tayyip Erdoğan", "recep tayyip erdogan"),
        ("Turkey’s Defense Ministry", "turkey defense ministry"),
        ("the U.S.", "us"),
        ("Ahmed al-Shara'a", "ahmed al sharaa"),
        ("Binali Yıldırım", "binali yildirim"),
        ("“The Times”", "times"),
        ("…", ""),
    ],
)
def test_marks_case_possessives_and_punctuation_are_set_aside(name, plain):
    assert normalize_name(name) == plain


@pytest.mark.parametrize(
    ("gold", "predicted", "match"),
    [
        ("John Kerry", "Mr. Kerry", "contained"),
        ("Kerry", "Mr. Kerry", "exact"),
        ("John Kerry", "US Secretary of State John Kerry", "exact"),
        ("John Kerry", "John Kerry, the US Secretary of State", "exact"),
        ("John Kerry", "Kerry, John", "contained"),
        ("Barack Obama", "U.S. President Barack Obama", "exact"),
        ("Yunus-Bek Yevkurov", "Deputy Russian Defense Minister Yunus-bek Yevkurov", "exact"),
        ("Abdullah II", "King Abdullah", "contained"),
        ("Sergei K. Shoigu", "Sergei Shoigu", "contained"),
        ("Sergei K. Shoigu", "Shoigu", "contained"),
        ("Sergei K. Shoigu", "Sergey Kuzhugetovich Shoigu", "contained"),
        ("Sergei K. Shoigu", "S.K. Shoigu", "contained"),
        ("Sergey V. Lavrov", "Sergei V. Lavrov", "alias"),
        ("Ashton B. Carter", "Ash Carter", "contained"),
        ("Bill Clinton", "Clinton", "contained"),
        ("Hillary Clinton", "Clinton", "contained"),
        ("Bashar al-Assad", "Assad", "contained"),
        ("Michael Jordan", "Jordan", "contained"),
        ("Bill Clinton", "Hillary Clinton", None),
        ("John F. Kennedy", "John K. Kennedy", None),
        ("Sergei Lavrov", "Sergei Shoigu", None),
        ("Sergei Lavrov", "S.", None),
        ("Bashar al-Assad", "Al", None),
        ("Sergei Lavrov", "Russian foreign minister", None),
        ("Iranian foreign minister", "Iran's Foreign Minister", "alias"),
        ("Iranian foreign minister", "foreign minister", "role"),
        ("Iranian foreign minister", "Turkish foreign minister", None),
        ("head of the Syrian General Intelligence Organization", "head of Syria's intelligence", "role"),
        ("head of the Syrian General Intelligence Organization", "Syria", None),
        ("Xi Jinping", "Beijing", None),
        ("Salman Rushdie", "author Salman Rushdie", "exact"),
        ("Tim Cook", "Chief Executive Officer Tim Cook", "exact"),
        ("Dean Acheson", "David Acheson", None),
        ("Sultan al-Jaber", "Ahmed al-Jaber", None),
        ("Stephen King", "King", "contained"),
        ("Fox News chairman", "Fox News", None),
    ],
)
def test_persons(gold, predicted, match):
    assert match_names([gold], [predicted], "person") == match


@pytest.mark.parametrize(
    ("gold", "predicted", "match"),
    [
        ("EU", "European Union", "alias"),
        ("U.N.", "United Nations", "alias"),
        ("NATO", "North Atlantic Treaty Organisation", "alias"),
        ("Pentagon", "US Department of Defense", "alias"),
        ("the Pentagon", "U.S. Defense Department", "alias"),
        ("BBC News", "BBC", "alias"),
        ("TASS", "TASS news agency", "alias"),
        ("Syrian Ministry of Defense", "Syria’s defence ministry", "alias"),
        ("Russian Ministry of Foreign Affairs", "Russia's Foreign Ministry", "alias"),
        ("Russian government", "Russia", "alias"),
        ("Al Arabiya TV", "Al Arabiya", "contained"),
        ("Turkish Ministry of National Defense", "Turkey's Defense Ministry", "contained"),
        ("Israeli Prime Minister Benjamin Netanyahu's office", "Netanyahu's office", "contained"),
        ("Turkey's Defense Ministry", "Defense Ministry", None),
        ("Turkey's Defense Ministry", "Syria's Defense Ministry", None),
        ("Turkey's Defense Ministry", "Turkey", None),
        ("UN Security Council", "UN", None),
        ("European Commission", "European Union", None),
        ("Washington Post", "Washington", None),
        ("Moscow Times", "Moscow", None),
        ("Kremlin", "Russia", "metonym"),
        ("Kremlin", "Russian government", "metonym"),
        ("Kremlin", "Moscow", "metonym"),
        ("Kremlin", "Russian Defense Ministry", None),
        ("state broadcaster", "broadcaster", "role"),
    ],
)
def test_organizations(gold, predicted, match):
    assert match_names([gold], [predicted], "organization") == match


@pytest.mark.parametrize(
    ("gold", "predicted", "match"),
    [
        ("Turkey", "Türkiye", "alias"),
        ("United States", "U.S.", "alias"),
        ("United Kingdom", "Britain", "alias"),
        ("Syria", "the Syrian government", "alias"),
        ("South Korea", "Republic of Korea", "alias"),
        ("the EU", "European Union", "alias"),
        ("China", "Beijing", "metonym"),
        ("European Union", "Brussels", "metonym"),
        ("Beijing", "Beijing", "exact"),
        ("North Korea", "Korea", None),
        ("North Korea", "South Korea", None),
        ("Equatorial Guinea", "Guinea", None),
        ("Islamic State", "Islamic Republic", None),
        ("Sudan", "South Sudan", None),
        ("China", "Moscow", None),
        ("Vatican", "Holy See", "alias"),
        ("Bolivia", "Bolivian government", "alias"),
        ("Guinea", "Guinea-Bissau", None),
        ("Scotland", "United Kingdom", None),
    ],
)
def test_states(gold, predicted, match):
    assert match_names([gold], [predicted], "state") == match


@pytest.mark.parametrize(
    ("gold", "predicted", "match"),
    [
        ("US troops", "American troops", "alias"),
        ("military representatives from Turkey", "Turkish military representatives", "alias"),
        ("Hamas officials", "officials of Hamas", "alias"),
        ("Hamas delegation", "Hamas negotiating delegation", "contained"),
        ("officials", "senior US officials", "role"),
        ("Analysts", "some Western analysts", "role"),
        ("Analysts", "analyst", "role"),
        ("Russian delegation", "Russian military delegation", "role"),
        ("both sides", "the two sides", "role"),
        ("Russian delegation", "Turkish delegation", None),
        ("Russian officials", "US officials", None),
        ("Hamas officials", "Fatah officials", None),
        ("Russian troops", "Russia", None),
        ("Observers", "Analysts", None),
    ],
)
def test_groups(gold, predicted, match):
    assert match_names([gold], [predicted], "group") == match


def test_the_best_match_over_names_and_aliases_is_taken():
    assert match_names(["John Kerry", "Kerry"], ["Secretary Kerry"], "person") == "exact"
    assert match_names(["China", "Chinese side"], ["Beijing", "PRC"], "state") == "alias"
    assert match_names([], ["Beijing"], "state") is None


@given(st.one_of(NAMES, LATIN), st.sampled_from(KINDS))
def test_a_name_matches_itself_exactly_unless_nothing_is_left_of_it(name, kind):
    assert match_names([name], [name], kind) == ("exact" if normalize_name(name) else None)


@given(st.lists(NAMES, max_size=3), st.lists(NAMES, max_size=3), st.sampled_from([*KINDS, "other"]))
def test_gold_and_predicted_may_change_places(gold, predicted, kind):
    assert match_names(gold, predicted, kind) == match_names(predicted, gold, kind)


@given(LATIN)
def test_case_and_possessives_do_not_matter(name):
    assert normalize_name(name.upper()) == normalize_name(name.lower()) == normalize_name(name)
    assert normalize_name(f"{name}'s") == normalize_name(f"{name}’s") == normalize_name(name)


@given(
    st.sampled_from(PERSONS),
    st.sampled_from(PERSONS),
    st.sampled_from(["Mr.", "President", "Deputy Russian Defense Minister", "U.S. Secretary of State", "Gen."]),
)
def test_titles_do_not_matter(one, other, title):
    assert match_names([f"{title} {one}"], [other], "person") == match_names([one], [other], "person")


@pytest.mark.parametrize("path", sorted(GOLD.glob("*.json")), ids=lambda path: path.stem)
def test_no_two_gold_parties_of_an_article_are_one(path):
    parties = json.loads(path.read_text())["participants"]
    for one, other in itertools.combinations(parties, 2):
        names = [[party["name"], *party["aliases"]] for party in (one, other)]
        for kind in {one["kind"], other["kind"]}:
            assert match_names(*names, kind) not in ("exact", "alias"), names
