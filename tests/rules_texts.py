"""Texts of news for hypothesis: every sentence can be read with its neighbours alone, in any number and order.

Persons are called by their surnames wherever it pleases, but each says something under the full name once. Meetings of
two parties are told once and again: with their day where the two meet on several, else with it or without. A sentence
has a number of its own, so that none stands twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from hypothesis import strategies as st


@dataclass(frozen=True)
class Person:
    office: str
    given: str
    surname: str
    noun: str
    """What the office is called for short."""
    pronoun: str
    state: str

    @property
    def introduced(self) -> str:
        return f"{self.office} {self.full}"

    @property
    def full(self) -> str:
        return f"{self.given} {self.surname}"


PERSONS = (
    Person("Peruvian Foreign Minister", "Ana", "Rojas", "minister", "She", "Peru"),
    Person("Norwegian ambassador", "Lars", "Hegge", "ambassador", "He", "Norway"),
    Person("Kenyan President", "Wanjiru", "Odhiambo", "president", "She", "Kenya"),
    Person("Austrian Chancellor", "Peter", "Brandt", "chancellor", "He", "Austria"),
)
PLACES = ("Oslo", "Nairobi", "Lima", "Vienna")
BREAKS = ("\n\n", "\n", "\r\n\r\n", "\n \n", "\n\n\n")
DAYS = {
    "held": ("on May 2", "on May 3", "on May 5"),
    "planned": ("on June 2", "on June 3", "on June 5"),
    "cancelled": ("on April 2", "on April 3"),
}
NOISE = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")),
        st.sampled_from("👩🏽‍🚀🇳🇴é̈अक्षשלוםمرحبا\u200f\u202e\u0301。！"),
    ),
    max_size=60,
)


@dataclass(frozen=True)
class Meeting:
    """An occasion, and whether every sentence that tells of it says when."""

    one: Person
    other: Person
    status: str
    day: str
    place: str
    is_one_of_many: bool


@st.composite
def meetings(draw: st.DrawFn) -> list[Meeting]:
    found = []
    for one, other in combinations(draw(st.permutations(PERSONS)), 2):
        for status, days in DAYS.items():
            told = draw(st.lists(st.sampled_from(days), max_size=2, unique=True))
            found += [Meeting(one, other, status, day, draw(st.sampled_from(PLACES)), len(told) > 1) for day in told]
    return found


@st.composite
def paragraphs(draw: st.DrawFn, known: list[Meeting], number: int) -> str:
    kinds = ["said", "said", "officials", "noise", *(["met"] * 3 if known else ())]
    kind = draw(st.sampled_from(kinds))
    if kind == "noise":
        # A small letter would go on with the paragraph before.
        return f"• {draw(NOISE)}"
    if kind == "officials":
        return f"Kenyan officials said that harbour {number} was closed, adding that ice {number} was near."
    if kind == "met":
        return draw(told_of(draw(st.sampled_from(known)), number))
    speaker = draw(st.sampled_from(PERSONS))
    name = draw(st.sampled_from((speaker.introduced, speaker.full, speaker.surname)))
    return draw(said_by(speaker, name, number))


@st.composite
def told_of(draw: st.DrawFn, one: Meeting, number: int) -> str:
    when = f" {one.day}" if one.is_one_of_many or draw(st.booleans()) else ""
    where = f" in {one.place}" if draw(st.booleans()) else ""
    if one.status == "cancelled":
        return (
            f"The meeting between {one.one.full} and {one.other.introduced}{when} was called off over quota {number}."
        )
    if draw(st.booleans()):
        # By itself "Rojas will" is no person for the rules.
        names = [draw(st.sampled_from((each.introduced, each.full, each.surname))) for each in (one.one, one.other)]
        names[0] = names[0] if one.status == "held" else draw(st.sampled_from((one.one.introduced, one.one.full)))
    else:
        names = [one.one.state, one.other.state]
    first, second = names
    if one.status == "held" and first != one.one.state and draw(st.integers(0, 5)) == 0:
        # By their surnames alone they are not known to act for the states of which the next sentence may tell.
        return f"{one.one.introduced} held a second meeting with {one.other.introduced} to discuss quota {number}."
    verb = draw(
        st.sampled_from(
            ("met", "held talks with") if one.status == "held" else ("will meet with", "will hold talks with")
        )
    )
    sentence = f"{first} {verb} {second}{where}{when} to discuss quota {number}."
    if first == one.one.introduced and draw(st.booleans()):
        sentence += f" The {one.one.noun} said that quota {number} was too low."
    elif first != one.one.state and draw(st.booleans()):
        sentence += f" {one.one.pronoun} said that quota {number} would rise."
    return sentence


@st.composite
def said_by(draw: st.DrawFn, speaker: Person, name: str, number: int) -> str:
    first = draw(
        st.sampled_from(
            (
                f"{name} said that harbour {number} was closed.",
                f"“Harbour {number} is closed,” {name} said.",
                f'"Harbour {number} is closed," said {name}. "It will stay closed until spring {number}."',
                f"According to {speaker.full}, harbour {number} was closed.",
                f"{name} denied that harbour {number} was closed.",
                f"{name} told the Lund Gazette that harbour {number} was closed.",
                f"{speaker.full} offered to close harbour {number}.",
                f"“Harbour {number} is closed.\n\n“It will stay closed until spring {number},” {name} said.",
            )
        )
    )
    more = draw(
        st.sampled_from(
            (
                "",
                f" {speaker.pronoun} warned that ice {number} could come.",
                f" Analysts said that ice {number} was rare.",
            )
        )
    )
    return first + more


@st.composite
def texts(draw: st.DrawFn, *, most: int = 25) -> str:
    known = draw(meetings())
    told = [draw(paragraphs(known, number)) for number in range(draw(st.integers(1, most)))]
    told += [f"{one.introduced} said that budget {number} was sound." for number, one in enumerate(PERSONS)]
    ordered = draw(st.permutations(told))
    return "".join(f"{paragraph}{draw(st.sampled_from(BREAKS))}" for paragraph in ordered)
