"""Phrases: the noun phrases of a text that name parties, as patterns over the letters of `units.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extractor.models.reply import ParticipantKind
from extractor.reference import names_by_seat, titles
from extractor.rules.cast.grammar import PHRASE
from extractor.rules.cast.units import Unit, read_units
from extractor.rules.lexicon import read_list, words_of
from extractor.rules.text import Sentence

_IN_PLACE = frozenset("in at near outside across inside within throughout toward towards around".split())
_DEFINITE = frozenset("the this these his her its their our".split())


class Draft(NamedTuple):
    """A noun phrase before it is known whose it is; `kind` is None where the name alone does not tell."""

    start: int
    end: int
    name: str
    kind: ParticipantKind | None
    sort: str
    """The pattern's name."""
    role: str | None
    represents: str | None
    head: str
    """The word that says what it is ("minister"), or "" for a name."""
    has_article: bool
    is_bare: bool
    """Whether it is an article and a head noun alone: "the minister"."""


def read_phrases(text: str, sentences: Sequence[Sentence]) -> list[Draft]:
    """Find the noun phrases that name parties, in text order."""
    units: list[Unit] = []
    tags: list[str] = []
    nothing = Unit("|", 0, 0, "", None)
    for unit in read_units(sentences):
        units.append(unit or nothing)
        tags.append(unit.tag if unit else "|")
    return [draft for match in PHRASE.finditer("".join(tags)) for draft in _drafts(text, units, match)]


def _drafts(text: str, units: Sequence[Unit], match: re.Match[str]) -> Iterator[Draft]:
    sort = match.lastgroup or ""
    first, last = match.span()
    if sort in ("titled", "apposed", "honoured", "called", "plural", "of_state", "possessed"):
        yield _person(text, units, match, sort)
    elif sort == "shared":
        yield from _sharing_head(text, units, match)
    elif sort == "spread":
        yield from _sharing_before(text, units, match)
    elif sort == "office":
        yield from _office(text, units, first, last)
    elif sort == "person":
        yield from _unnamed(text, units, first, last)
    elif sort in ("group", "people"):
        yield _phrase(text, units, first, last, "group", sort)
    elif sort == "holders_body":
        yield from _of_holder(text, units, first, last)
    elif sort == "body":
        yield from _body(text, units, first, last)
    elif sort == "known":
        yield _phrase(text, units, first, last, "organization", sort)
    elif sort == "state":
        yield _phrase(text, units, first, last, "state", sort)._replace(represents=units[last - 1].state)
    elif sort == "place":
        yield from _place(text, units, first, last)
    else:
        yield _phrase(text, units, first, last, None, sort)


def _person(text: str, units: Sequence[Unit], match: re.Match[str], sort: str) -> Draft:
    first, last = match.span()
    name = _text(text, units, *match.span(f"{sort}_name"))
    role = state = None
    if sort in ("plural", "of_state", "possessed"):
        state = _acts_for(text, units, first, last)
    elif sort != "honoured":
        place = match.span(f"{sort}_office")
        role, state = _text(text, units, *place), _acts_for(text, units, *place) or _acts_for(text, units, first, last)
        role = (
            role
            if any(unit.tag in "Tt" and unit.lower not in titles().honorifics for unit in units[slice(*place)])
            else None
        )
        state = state or read_list("nouns")["offices_of_one_state"].get((role or "").lower())
    return Draft(units[first].start, units[last - 1].end, name, "person", sort, role, state, "", False, False)


def _unnamed(text: str, units: Sequence[Unit], first: int, last: int) -> Iterator[Draft]:
    """Yield a person without a name, but not a noun that describes another: "a refugee camp"."""
    if (
        units[last].tag in "xkgo"
        and not units[last].lower.endswith(("ed", "s"))
        and units[last - 1].lower in words_of("nouns", "describing_too")
    ):
        return
    yield _phrase(text, units, first, last, "person", "person")


def _office(text: str, units: Sequence[Unit], first: int, last: int) -> Iterator[Draft]:
    """Yield an office without a holder's name; a bare noun without article or qualifier is none ("leader")."""
    without = first + (units[first].tag == "D")
    if last - first == 1 or (
        last - without == 1 and units[first].lower not in ("the", "this", "his", "her", "its", "their", "a", "an")
    ):
        return
    if (
        last - without == 1
        and units[first].tag == "D"
        and units[without].lower in words_of("nouns", "describing_too")
        and units[last].tag in "xkg"
    ):
        return
    draft = _phrase(text, units, first, last, "person", "office")
    state = draft.represents or read_list("nouns")["offices_of_one_state"].get(draft.name.lower())
    yield draft._replace(role=draft.name, represents=state)


def _body(text: str, units: Sequence[Unit], first: int, last: int) -> Iterator[Draft]:
    if units[last - 1].lower == "office" and units[last - 2].tag in "Dx":
        return
    if last - first == 1 and units[first].tag == "o" and units[first].lower not in words_of("nouns", "acting_alone"):
        return
    yield _phrase(text, units, first, last, "organization", "body")


def _of_holder(text: str, units: Sequence[Unit], first: int, last: int) -> Iterator[Draft]:
    head = units[last - 1]
    kind: ParticipantKind = {"O": "organization", "G": "group"}.get(head.tag.upper(), "person")  # type: ignore[assignment]
    if head.lower in ("family", "lawyers"):
        kind = "group"
    draft = _phrase(text, units, first, last, kind, "holders_body")
    yield draft._replace(role=draft.name if head.tag in "Tt" else None)


def _place(text: str, units: Sequence[Unit], first: int, last: int) -> Iterator[Draft]:
    """Yield a capital that stands for its government and no other, but not where it is a place."""
    unit, before = units[first], units[first - 1] if first else None
    if unit.state is None or (before is not None and before.lower in _IN_PLACE | {"to", "from", ","}):
        return
    if names_by_seat().get(unit.lower) == frozenset((unit.state,)):
        yield _phrase(text, units, first, last, "state", "place")._replace(represents=unit.state)


def _sharing_head(text: str, units: Sequence[Unit], match: re.Match[str]) -> Iterator[Draft]:
    """Yield a phrase for each of "Russian, American and Turkish delegations"."""
    first, last = match.span()
    head_first, head_last = match.span("head")
    head = units[head_last - 1]
    plain = _text(text, units, head_first, head_last)
    singular = read_list("nouns")["heads_in_singular"].get(head.lower)
    if singular:
        plain = (text[units[head_first].start : head.start] + singular).strip()
    owners = [index for index in range(first, head_first) if units[index].tag in "JUSQ"]
    kind: ParticipantKind = "organization" if head.tag in "Oo" else "group"
    if singular and singular.split()[-1] in titles().offices:
        kind = "person"
    for index in owners:
        owner = units[index]
        end = units[last - 1].end if index == owners[-1] else owner.end
        name = f"{text[owner.start : owner.end]} {plain}"
        yield Draft(
            owner.start,
            end,
            name,
            kind,
            "shared",
            name if kind == "person" else None,
            owner.state,
            singular or head.lower,
            False,
            False,
        )


def _sharing_before(text: str, units: Sequence[Unit], match: re.Match[str]) -> Iterator[Draft]:
    """Yield a phrase for each of "representatives from Turkey and Israel"."""
    first, last = match.span()
    first += units[first].tag == "D"
    states = [
        index
        for index in range(first, last)
        if units[index].tag in "SUL" and any(one.tag in "er" for one in units[first:index])
    ]
    head = next(index for index in range(first, last) if units[index].tag in "Gg" and units[index + 1].tag in "er")
    singular = read_list("nouns")["heads_in_singular"].get(units[head].lower)
    before = text[units[first].start : units[head].start] + (singular or text[units[head].start : units[head].end])
    kind: ParticipantKind = "person" if singular in titles().offices else "group"
    for index in states:
        owner = units[index]
        start = units[first].start if index == states[0] else owner.start
        name = f"{before} {units[head + 1].lower} {text[owner.start : owner.end]}"
        yield Draft(
            start,
            owner.end,
            name,
            kind,
            "spread",
            name if kind == "person" else None,
            owner.state,
            singular or units[head].lower,
            False,
            False,
        )


def _phrase(text: str, units: Sequence[Unit], first: int, last: int, kind: ParticipantKind | None, sort: str) -> Draft:
    without = first
    while without < last - 1 and units[without].tag in "Dn" and units[without].lower not in ("both", "all"):
        without += 1
    head = _head_of(units, without, last)
    before = units[first - 1] if first else None
    return Draft(
        units[first].start,
        units[last - 1].end,
        _text(text, units, without, last),
        kind,
        sort,
        None,
        _acts_for(text, units, without, last) if sort != "named" else None,
        head,
        without > first or (before is not None and (before.lower == "the" or before.tag == "L")),
        last - without == 1 and without > first and units[first].lower in _DEFINITE and units[last - 1].tag in "tgow",
    )


def _head_of(units: Sequence[Unit], first: int, last: int) -> str:
    """Return the last noun before a preposition."""
    for index in range(first, last):
        if units[index].tag in "er" and index > first:
            return units[index - 1].lower
    return units[last - 1].lower


def _acts_for(text: str, units: Sequence[Unit], first: int, last: int) -> str | None:
    """Return the state, or else the known body, that the words name: "Hamas leader"."""
    state = next((unit.state for unit in units[first:last] if unit.state and unit.tag in "SJURQ"), None)
    if state is not None or last - first == 1:
        return state
    bodies = (text[unit.start : unit.end] for unit in units[first:last] if unit.tag == "Q")
    return next((body for body in bodies if body not in words_of("nouns", "outlets")), None)


def _text(text: str, units: Sequence[Unit], first: int, last: int) -> str:
    return " ".join(text[units[first].start : units[last - 1].end].split())
