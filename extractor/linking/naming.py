"""Naming: which parties of different articles are one, by names, whom they act for, their roles and their company."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from extractor.linking.clusters import Clusters
from extractor.linking.parties import (
    BodyKey,
    Form,
    Party,
    body_key,
    distinctive_words,
    person_form,
    plain,
    role_words,
    state_key,
)
from extractor.names import is_shorter_form, read_name

_MOST_WORDS = 6
"""Of a name whose shorter forms are looked up: there are three to that power."""
_MOST_SHORTER = 20
"""Names of organizations with the same telling words with which one is compared; more are not seen in news."""


class _Name(NamedTuple):
    """What is equal for parties that a name alone links."""

    space: str
    form: Hashable
    state: str | None


class Link(NamedTuple):
    """Why a name was linked."""

    reason: str
    score: float


@dataclass(slots=True)
class Node:
    """The parties that have one name and act for one state."""

    name: _Name
    parties: list[Party]
    links: list[Link] = field(default_factory=list)

    @property
    def roles(self) -> frozenset[str]:
        """The words of all their roles."""
        return frozenset().union(*(role_words(party.role) for party in self.parties))


@dataclass(frozen=True, slots=True)
class _Traits:
    """What parties that are one have in common."""

    states: frozenset[str]
    forms: tuple[Form, ...] = ()
    """A person's full names."""
    is_aliased: bool = False
    """Whether an article says that different full names are one person's."""


def link_parties(parties: Iterable[Party]) -> list[list[Node]]:
    """Return the parties by who they are; the order of the parties does not matter."""
    naming = _Naming(parties)
    naming.join_aliases()
    naming.join_unstated()
    naming.join_longer_bodies()
    naming.join_shorter_persons()
    naming.join_surnames()
    return naming.entities()


class _Naming:
    def __init__(self, parties: Iterable[Party]) -> None:
        found: dict[_Name, list[Party]] = defaultdict(list)
        for party in sorted(parties, key=lambda party: party.item):
            found[_name_of(party)].append(party)
        # Stateless namesakes with different roles are told apart before anything is joined.
        named = [part for name, parties in found.items() for part in _by_role(name, parties)]
        named.sort(key=lambda one: (one[0].space, repr_of(one[0].form), one[0].state or ""))
        self._clusters = Clusters(_merge)
        self._nodes: list[Node] = []
        self._index: dict[_Name, int] = {}
        self._by_form: dict[tuple[str, Hashable], list[int]] = defaultdict(list)
        for name, of_name in named:
            forms = (name.form,) if name.space == "person" and isinstance(name.form, tuple) else ()
            number = self._clusters.add(_Traits(frozenset((name.state,)) if name.state else frozenset(), forms))
            self._nodes.append(Node(name, of_name))
            self._index.setdefault(name, number)
            self._by_form[name.space, name.form].append(number)

    def entities(self) -> list[list[Node]]:
        return [[self._nodes[number] for number in numbers] for numbers in self._clusters.sets()]

    def join_aliases(self) -> None:
        """Join a name with another that an article gives to the same party, where a third article has that one."""
        for number, node in enumerate(self._nodes):
            for name, said in sorted(_aliases_of(node), key=lambda one: (repr_of(one[0].form), one[1])):
                other = self._index.get(name)
                if other is not None and other != number:
                    reason = f"an article calls {node.parties[0].name!r} {said!r} as well"
                    self._join(number, other, Link(reason, 0.9), is_aliased=True)

    def join_unstated(self) -> None:
        """Join a name of which an article does not say for whom it acts with the only one for which others say it.

        Persons of one name with different roles are not joined, unless they are in the same company.
        """
        company = _Company(self._nodes, self._clusters.find)
        for numbers in list(self._by_form.values()):
            stated = [number for number in numbers if self._nodes[number].name.state]
            if len({self._nodes[number].name.state for number in stated}) != 1:
                continue
            for number in numbers:
                if number in stated:
                    continue
                roles = self._nodes[number].roles, self._nodes[stated[0]].roles
                is_apart = self._nodes[number].name.space == "person" and all(roles) and not roles[0] & roles[1]
                if not is_apart or company.of(number) & company.of(stated[0]) - {number, stated[0]}:
                    self._join(number, stated[0], Link("the same name; this article does not say for whom", 0.85))

    def join_longer_bodies(self) -> None:
        """Join "BBC News" with "BBC": an organization's name with one that lacks only what tells nothing."""
        blocks: dict[frozenset[str], list[int]] = defaultdict(list)
        for number, node in enumerate(self._nodes):
            if node.name.space == "organization" and (telling := distinctive_words(node.parties[0].name)):
                blocks[telling].append(number)
        for numbers in blocks.values():
            by_length = sorted(numbers, key=lambda number: len(self._words(number)))
            for longer in by_length:
                for shorter in by_length[:_MOST_SHORTER]:
                    if self._words(shorter) < self._words(longer):
                        names = (self._nodes[number].parties[0].name for number in (longer, shorter))
                        self._join(longer, shorter, Link("{!r} contains {!r}".format(*names), 0.8))

    def join_shorter_persons(self) -> None:
        """Join "Sergei Shoigu" with "Sergei K. Shoigu" where no other longer name fits it as well."""
        forms: dict[Form, list[Form]] = defaultdict(list)
        for space, form in list(self._by_form):
            if space == "person" and isinstance(form, tuple):
                forms[tuple(sorted(form))].append(form)
        longer: dict[Form, set[Form]] = defaultdict(set)
        for form in itertools.chain(*forms.values()):
            for shorter in {tuple(sorted(one)) for one in _shorter_forms(form)}:
                for one in forms.get(shorter, ()):
                    if one != form and is_shorter_form(one, form):
                        longer[one].add(form)
        for form in sorted(longer, key=lambda form: (-len(form), form)):
            for number in self._by_form["person", form]:
                fitting = [other for full in sorted(longer[form]) for other in self._by_form["person", full]]
                self._join_only(number, fitting)

    def _join_only(self, number: int, longer: Sequence[int]) -> None:
        """Join a name with the longer ones, if those that fit are one person's."""
        states = self._clusters.traits(number).states
        fitting = [one for one in longer if not _conflict(states, self._clusters.traits(one).states)]
        same_state = [one for one in fitting if states and self._clusters.traits(one).states == states]
        roles = self._nodes[number].roles
        for chosen, said, score in (
            (fitting, "no other longer name fits", 0.85),
            (same_state, "both act for the same state, and no other of its names fits", 0.85),
            ([one for one in same_state or fitting if roles & self._nodes[one].roles], "the roles agree", 0.75),
        ):
            if chosen and self._are_one([self._clusters.traits(one) for one in chosen]):
                for one in chosen:
                    reason = f"{self._shown(number)} is a shorter form of {self._shown(one)}; {said}"
                    is_sure = score > 0.8 and states and self._clusters.traits(one).states == states
                    self._join(number, one, Link(reason, 0.95 if is_sure else score))
                return

    @staticmethod
    def _are_one(traits: Sequence[_Traits]) -> bool:
        return all(_merge(one, other) is not None for one, other in itertools.combinations(traits, 2))

    def join_surnames(self) -> None:
        """Join "Shoigu" with the only full name that fits it in its article's neighbourhood."""
        company = _Company(self._nodes, self._clusters.find)
        by_word: dict[str, dict[int, None]] = defaultdict(dict)
        by_first: dict[str, dict[int, None]] = defaultdict(dict)
        for number, node in enumerate(self._nodes):
            if node.name.space == "person" and isinstance(node.name.form, tuple):
                by_word[node.name.form[-1]][self._clusters.find(number)] = None
                by_first[node.name.form[0]][self._clusters.find(number)] = None
                for form in {form for party in node.parties for alias in party.aliases if (form := person_form(alias))}:
                    if len(form) == 1:
                        by_word[form[0]][self._clusters.find(number)] = None
        bare = [number for number, node in enumerate(self._nodes) if node.name.space == "surname"]
        alone: list[int] = []
        chosen: list[tuple[int, int, Link]] = []
        for number in bare:
            word = _surname(self._nodes[number])
            candidates = by_word.get(word) or by_first.get(word) or {}
            states = self._clusters.traits(number).states
            fitting = [one for one in candidates if not _conflict(states, self._clusters.traits(one).states)]
            if not fitting:
                alone.append(number)
            elif best := self._best(number, fitting, company):
                chosen.append((number, *best))
        for number, other, link in chosen:
            self._join(number, other, link)
        self._join_bare(alone, company)

    def _best(self, number: int, fitting: Sequence[int], company: _Company) -> tuple[int, Link] | None:
        """Return the full name for which more speaks than for any other, and what that is."""
        node = self._nodes[number]
        ranked = []
        for one in fitting:
            said: list[tuple[str, int]] = []
            if company.articles(one) & company.articles(number):
                said.append(("the article has the full name too", 4))
            if node.name.state and node.name.state in self._clusters.traits(one).states:
                said.append(("both act for the same state", 2))
            if node.roles & company.roles(one):
                said.append(("the roles agree", 1))
            if company.of(number) & company.of(one) - {one}:
                said.append(("articles of both name the same other people", 1))
            ranked.append((sum(points for _, points in said), one, said))
        ranked.sort(key=lambda entry: -entry[0])
        points, best, said = ranked[0]
        if not points or (len(ranked) > 1 and ranked[1][0] == points):
            return None
        reason = f"the surname of {self._shown(best)}; {', and '.join(text for text, _ in said)}"
        return best, Link(reason, min(0.9, 0.55 + 0.1 * points))

    def _join_bare(self, numbers: Sequence[int], company: _Company) -> None:
        """Join surnames of which no article has the full name: for one state, or in the same company."""
        firsts: dict[Hashable, int] = {}
        for number in numbers:
            node = self._nodes[number]
            if node.name.state:
                first = firsts.setdefault((_surname(node), node.name.state), number)
                self._join_later(number, first, Link("the same surname, for the same state", 0.7))
        for number in numbers:
            for other in sorted(company.of(number)):
                first = firsts.setdefault((_surname(self._nodes[number]), other), number)
                link = Link("the same surname, in articles that name the same other people", 0.6)
                self._join_later(number, first, link)

    def _join_later(self, number: int, first: int, link: Link) -> None:
        if number != first and self._clusters.find(number) != self._clusters.find(first):
            self._join(number, first, link)

    def _join(self, number: int, other: int, link: Link, *, is_aliased: bool = False) -> None:
        if is_aliased:
            self._clusters.change(number, replace(self._clusters.traits(number), is_aliased=True))
        if self._clusters.join(number, other):
            self._nodes[number].links.append(link)

    def _words(self, number: int) -> frozenset[str]:
        form = self._nodes[number].name.form
        return form.words if isinstance(form, BodyKey) else frozenset()

    def _shown(self, number: int) -> str:
        return repr(min(party.name for party in self._nodes[number].parties))


class _Company:
    """In whose company a person is named: the other people whose full names the same articles have."""

    def __init__(self, nodes: Sequence[Node], find: Callable[[int], int]) -> None:
        self._articles: dict[int, set[str]] = defaultdict(set)
        self._roles: dict[int, set[str]] = defaultdict(set)
        self._people: dict[str, set[int]] = defaultdict(set)
        self._of: dict[int, frozenset[int]] = {}
        for number, node in enumerate(nodes):
            if node.name.space not in ("person", "surname"):
                continue
            root = find(number)
            articles = {party.item.article for party in node.parties}
            self._articles[root] |= articles
            self._roles[root] |= node.roles
            if node.name.space == "person":
                for article in articles:
                    self._people[article].add(root)

    def articles(self, root: int) -> set[str]:
        return self._articles[root]

    def roles(self, root: int) -> set[str]:
        return self._roles[root]

    def of(self, root: int) -> frozenset[int]:
        if root not in self._of:
            self._of[root] = frozenset().union(*(self._people[article] for article in self._articles[root]))
        return self._of[root]


def _name_of(party: Party) -> _Name:
    """Return what links the party with others by its name alone."""
    state = party.state
    if party.kind == "person":
        form = _fullest_form(party)
        if form is None:
            key = body_key(party.name, "office", state)
        elif len(form) > 1:
            return _Name("person", form, state)
        else:
            return _Name("surname", (form[0], party.digest, role_words(party.role)), state)
    else:
        whole = state_key(party.name) if party.kind != "group" else None
        if whole or party.kind == "state":
            return _Name("state", whole or plain(party.name), None)
        key = body_key(party.name, party.kind, state)
    if key is None:
        return _Name("within", (party.digest, party.kind, plain(party.name)), None)
    return _Name(key.kind, replace_state(key), key.state)


def replace_state(key: BodyKey) -> BodyKey:
    """Return the key without its state."""
    return key._replace(state=None)


def _fullest_form(party: Party) -> Form | None:
    """Return the longest of a person's names of which the name it goes by is a shorter form; None for an office."""
    form = person_form(party.name)
    if form is None or role_words(party.role).issuperset(form):
        return None
    aliases = (alias for name in party.aliases if (alias := person_form(name)))
    fuller = (alias for alias in aliases if len(alias) > len(form) and is_shorter_form(form, alias))
    return max((form, *fuller), key=lambda one: (len(one), one))


def _aliases_of(node: Node) -> Iterator[tuple[_Name, str]]:
    for party in node.parties:
        for alias in party.aliases:
            if node.name.space == "person":
                form = person_form(alias)
                if form and len(form) > 1 and form != node.name.form and not _is_compatible(form, node.name.form):
                    yield _Name("person", form, node.name.state), alias
            elif node.name.space in ("organization", "group", "body"):
                key = body_key(alias, party.kind, party.state)
                if key:
                    yield _Name(key.kind, replace_state(key), key.state), alias


def _is_compatible(one: Form, other: object) -> bool:
    if not isinstance(other, tuple):
        return False
    shorter, longer = sorted((one, other), key=len)
    return one == other or is_shorter_form(shorter, longer)


def _by_role(name: _Name, parties: list[Party]) -> Iterator[tuple[_Name, list[Party]]]:
    """Yield the parties of one name by role where nothing says for whom they act; those without a role are together."""
    if name.space != "person" or name.state:
        yield name, parties
        return
    by_roles: dict[frozenset[str], list[Party]] = defaultdict(list)
    for party in parties:
        by_roles[role_words(party.role)].append(party)
    groups: list[tuple[frozenset[str], list[Party]]] = []
    for words in sorted(by_roles, key=sorted):
        sharing = [group for group in groups if group[0] & words]
        groups = [group for group in groups if group not in sharing]
        together = frozenset(words).union(*(group[0] for group in sharing))
        groups.append((together, [*by_roles[words], *itertools.chain(*(group[1] for group in sharing))]))
    if len(groups) == 2 and any(not words for words, _ in groups):
        groups = [(groups[0][0] | groups[1][0], [*groups[0][1], *groups[1][1]])]
    for _, of_role in groups:
        yield name, of_role


def _shorter_forms(form: Form) -> Iterator[Form]:
    """Yield what a full name becomes where words are left out or stand as initials, two words at least being left."""
    if len(form) > _MOST_WORDS:
        return
    for words in itertools.product(*((word, word[0], "") for word in form)):
        left = tuple(word for word in words if word)
        if len(left) > 1 and any(len(word) > 1 for word in left):
            yield left


def _surname(node: Node) -> str:
    form = node.name.form
    return str(form[0]) if isinstance(form, tuple) else ""


def _conflict(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other and one != other)


def _merge(one: _Traits, other: _Traits) -> _Traits | None:
    """Return what two sets have in common, or None: different states, or given names that cannot be one person's."""
    if _conflict(one.states, other.states):
        return None
    is_aliased = one.is_aliased or other.is_aliased
    if not is_aliased and not all(_is_compatible(first, second) for first in one.forms for second in other.forms):
        return None
    return _Traits(one.states | other.states, tuple(sorted({*one.forms, *other.forms})), is_aliased)


def repr_of(form: Hashable) -> str:
    """Return a form as text that does not depend on the order of sets."""
    if isinstance(form, (tuple, frozenset)):
        parts = sorted(form) if isinstance(form, frozenset) else form
        return "(" + ",".join(repr_of(part) for part in parts) + ")"
    return str(form)


def is_seat(name: str) -> bool:
    """Tell whether a name of a state is that of its seat of government."""
    return bool(read_name(name, False).stands_for)
