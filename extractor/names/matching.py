"""Matching: whether a predicted party's name is a gold party's, and by what right."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from extractor.reference import blocs, is_particle, names_by_seat, states, titles
from extractor.reference.tables import read_table

MatchKind = Literal["exact", "contained", "alias", "role", "metonym"]

_BEST_FIRST: tuple[MatchKind, ...] = ("exact", "alias", "contained", "role", "metonym")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"} | dict.fromkeys("’‘ʼʻ`´′＇", "'")
)
"""What Unicode does not decompose as wanted."""
_INITIALISM = re.compile(r"\b[^\W\d_](?:\.[^\W\d_])+\b\.?")
_PREPOSITIONS = frozenset("at by for from in of on to with".split())
_UNSAID = _PREPOSITIONS | frozenset("affairs and the".split())
_GOVERNMENT = frozenset("government regime republic".split())
_NOTHING = frozenset[str]()


@dataclass(frozen=True)
class Name:
    """A name as it is compared; a state or bloc within `words` is one word, "=" and its name."""

    plain: str
    letters: tuple[str, ...]
    """A person's words without titles, given names in one spelling."""
    words: frozenset[str]
    states: frozenset[str]
    distinctive: frozenset[str]
    """The words, states aside, that tell this party from others of its sort."""
    role: str | None
    body: str | None
    stands_for: frozenset[str]
    """The states and blocs of which it is the capital, as words."""

    @property
    def named_states(self) -> frozenset[str]:
        """The names of its states and blocs in the table."""
        return frozenset(map(_state_in, self.states))

    @property
    def is_bare_role(self) -> bool:
        """Tell whether it is nothing but a role, such as "officials"."""
        return self.role is not None and not self.states and not self.distinctive


def match_names(gold: Sequence[str], predicted: Sequence[str], kind: str) -> MatchKind | None:
    """Return the best way in which a name of one side matches a name of the other, or None.

    Each side is a party's name followed by its aliases; `kind` is the participant's. Best first: exact, alias,
    contained, role, metonym. Role and metonym are weak and meant to be reported apart.
    """
    is_person = kind == "person"
    ones, others = ([read_name(name, is_person) for name in names] for names in (gold, predicted))
    found = {_match(one, other, kind) for one in ones for other in others if one.plain and other.plain}
    return next((match for match in _BEST_FIRST if match in found), None)


def guess_kind(names: Sequence[str]) -> str:
    """Return the kind of a party of whom only names are known, as other people's annotations give them."""
    read = [read_name(name, False) for name in names]
    if any(name.words and name.words == name.states for name in read):
        return "state"
    if not any(char.isupper() for name in names for char in name):
        return "group"
    if any(name.body or (name.role is None and name.words & _words("bodies")) for name in read):
        return "organization"
    return "person"


def is_pronoun(name: str) -> bool:
    """Tell whether a name is a pronoun, which by the guidelines is none."""
    return name.casefold() in _words("pronouns")


def state_of(name: str) -> str | None:
    """Return the name of the state or bloc that a name means, its adjective, government or capital included.

    A seat of several governments, as Brussels, means none.
    """
    read = read_name(name, False)
    said = read.words - _GOVERNMENT
    if len(said) == 1 and said == read.states:
        return _state_in(next(iter(said)))
    return _state_in(next(iter(read.stands_for))) if len(read.stands_for) == 1 else None


@functools.lru_cache(maxsize=10_000)
def normalize_name(name: str) -> str:
    """Return the name in small letters without marks, possessives, punctuation or leading article.

    "U.S." becomes "us". Titles stay, since only a person's may be dropped: see `match_names`.
    """
    text = unicodedata.normalize("NFKD", name.translate(_LETTERS)).casefold()
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    text = re.sub(r"'s(?!\w)", "", text.translate(_LETTERS)).replace("'", "")
    text = _INITIALISM.sub(lambda found: found[0].replace(".", ""), text)
    words = re.sub(r"[\W_]+", " ", text).split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)


def _match(one: Name, other: Name, kind: str) -> MatchKind | None:
    if one.plain == other.plain:
        return "exact"
    if kind == "person":
        return _match_persons(one, other)
    if _are_aliases(one, other, kind):
        return "alias"
    if kind != "state":
        if _is_contained(*sorted((one, other), key=lambda name: len(name.words))):
            return "contained"
        if _have_same_role(one, other):
            return "role"
    has_seat = one.stands_for or other.stands_for
    return "metonym" if has_seat and _states_meant(one) & _states_meant(other) else None


def _states_meant(name: Name) -> frozenset[str]:
    said = name.words - _GOVERNMENT
    return name.stands_for or (said if len(said) == 1 else _NOTHING)


def _match_persons(one: Name, other: Name) -> MatchKind | None:
    if one.role or other.role:
        # The holder of an office is nobody's namesake: "Syria" is not the "head of the Syrian intelligence".
        if one.words == other.words and not (one.is_bare_role or other.is_bare_role):
            return "alias"
        return "role" if _have_same_role(one, other) else None
    if one.letters == other.letters:
        return "alias"
    shorter, longer = sorted((one.letters, other.letters), key=len)
    return "contained" if is_shorter_form(shorter, longer) else None


def is_shorter_form(shorter: Sequence[str], longer: Sequence[str]) -> bool:
    """Tell whether every word of one has its own in the other, the same or its initial, and one is a full name."""
    left, unmatched, is_anchored = list(longer), [], False
    for word in shorter:
        if word in left:
            left.remove(word)
            is_anchored |= len(word) > 1 and not is_particle(word)
        else:
            unmatched.append(word)
    for word in unmatched:
        fitting = (full for full in left if 1 in (len(word), len(full)) and word[0] == full[0])
        match = next(fitting, None)
        if match is None:
            return False
        left.remove(match)
    return is_anchored


def _are_aliases(one: Name, other: Name, kind: str) -> bool:
    if one.body is not None and one.body == other.body:
        return True
    if one.words == other.words:
        return bool(one.words) and not (one.is_bare_role or other.is_bare_role)
    # The government of a state is the state; "interim" or "Northern" before it is another party.
    state = one.words - _GOVERNMENT
    return bool(state) and state == other.words - _GOVERNMENT and (kind == "state" or state == one.states)


def _is_contained(smaller: Name, larger: Name) -> bool:
    # A state, a bloc or a capital within a longer name is one of its bodies or its newspaper, a body another's part.
    if not smaller.words <= larger.words or smaller.words == smaller.states or smaller.stands_for:
        return False
    if smaller.body and larger.body:
        return False
    is_role = smaller.role is not None or larger.role is not None
    return bool(smaller.distinctive if is_role else smaller.distinctive | smaller.states)


def _have_same_role(one: Name, other: Name) -> bool:
    """Tell whether the head nouns are one, and nothing else tells the two apart."""
    if one.role is None or one.role != other.role:
        return False
    same_state = not one.states or not other.states or one.states == other.states
    return same_state and (one.distinctive <= other.distinctive or other.distinctive <= one.distinctive)


@functools.lru_cache(maxsize=10_000)
def read_name(name: str, is_person: bool) -> Name:
    """Return a name as it is compared."""
    plain = _plain_person(name) if is_person else normalize_name(name)
    words = _words_in_order(plain)
    role = _role_of(words)
    said = frozenset(words) - _UNSAID
    states = frozenset(word for word in said if word.startswith("="))
    telling_nothing = _roles() | _words("generic") | _words("modifiers")
    spellings = _spellings("words", "given_names")
    return Name(
        plain=plain,
        letters=tuple(spellings.get(word, word) for word in plain.split()),
        words=said,
        states=states,
        distinctive=said - states - telling_nothing,
        role=role,
        body=_bodies().get(said),
        stands_for=_seats().get(plain, _NOTHING),
    )


def _plain_person(name: str) -> str:
    # "J.K." are two of a person's names, where an organization's "U.N." is one word.
    plain, before, after = (normalize_name(part.replace(".", ". ")) for part in (name, *name.partition(",")[::2]))
    return _without_titles(before if before and _role_of(_words_in_order(after)) else plain)


def _role_of(words: Sequence[str]) -> str | None:
    """Return the head noun, the last before a preposition, if it is a role's."""
    head = next((i for i, word in enumerate(words) if i and word in _PREPOSITIONS), len(words))
    return words[head - 1] if words and words[head - 1] in _roles() else None


def _without_titles(plain: str) -> str:
    """Return a person's name without the offices before it, or the whole where it is nothing but an office."""
    end = position = 0
    while found := _before_name().match(plain, position):
        position = found.end() + 1
        if found[0] in _titles():
            end = position
    rest = plain[end:]
    return plain if not rest or rest.split()[0] in _PREPOSITIONS else rest


def _words_in_order(plain: str) -> list[str]:
    """Return the words in singular and one spelling, each state or bloc as one."""
    states, spellings = _words_of_states(), _data("bodies")["spellings"]
    text = " ".join(spellings.get(word, word) for word in plain.split())
    words = _state().sub(lambda found: states[found[0]], text).split()
    return [word if word.startswith("=") or word in _UNSAID else _singular(word) for word in words]


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") and len(word) > 5 else word[:-1]


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for any of the phrases as whole words, the longest first."""
    alternatives = "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))
    return re.compile(rf"(?<!\S)(?:{alternatives})(?!\S)")


def _data(name: str) -> Any:
    return read_table(__package__, name)


@functools.cache
def _words(key: str) -> frozenset[str]:
    return frozenset(_data("words")[key])


@functools.cache
def _titles() -> frozenset[str]:
    """Return the offices and honorifics that are no given names as well, normalised."""
    return frozenset(map(normalize_name, (titles().honorifics | titles().offices) - titles().given_names_too))


@functools.cache
def _before_name() -> re.Pattern[str]:
    """Return a pattern for what stands before a person's name: titles, and before them qualifiers and states."""
    qualifiers = map(normalize_name, titles().qualifiers)
    initials = (normalize_name(form.replace(".", ". ")) for form in _forms_of_states())
    return _pattern({*_titles(), *qualifiers, *_words_of_states(), *initials})


@functools.cache
def _roles() -> frozenset[str]:
    """Return the head nouns of unnamed parties."""
    return _words("roles") | titles().offices - titles().surnames_too


@functools.cache
def _spellings(file: str, key: str) -> dict[str, str]:
    """Return the name under which a table has each of its names, both normalised."""
    table: dict[str, Iterable[str]] = _data(file)[key]
    return {normalize_name(form): normalize_name(name) for name, forms in table.items() for form in (name, *forms)}


@functools.cache
def _state() -> re.Pattern[str]:
    return _pattern(_words_of_states())


@functools.cache
def _words_of_states() -> dict[str, str]:
    return {normalize_name(form): _word_of(name) for form, name in _forms_of_states().items()}


@functools.cache
def _forms_of_states() -> dict[str, str]:
    """Return the state or bloc of each of its names and adjectives."""
    return {form: one.name for one in (*states(), *blocs()) for form in (one.name, *one.names, *one.adjectives)}


def _word_of(state: str) -> str:
    return "=" + state.replace(" ", "_")


def _state_in(word: str) -> str:
    return word[1:].replace("_", " ")


@functools.cache
def _bodies() -> dict[frozenset[str], str]:
    forms = _spellings("bodies", "bodies")
    return {frozenset(_words_in_order(form)) - _UNSAID: name for form, name in forms.items()}


@functools.cache
def _seats() -> dict[str, frozenset[str]]:
    """Return the states and blocs for which each capital or seat stands, as words."""
    return {normalize_name(seat): frozenset(map(_word_of, names)) for seat, names in names_by_seat().items()}
