"""Naming: which parties of different articles are one, by names, whom they act for, their roles and their company."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

from extractor.linking.clusters import Clusters
from extractor.linking.company import Company
from extractor.linking.forms import are_compatible, shorter_forms
from extractor.linking.nodes import Link, Name, Node, aliases_of, nodes_of, repr_of, surname_of
from extractor.linking.parties import BodyKey, Form, Party, distinctive_words, person_form
from extractor.names import is_shorter_form

_MOST_SHORTER = 20
"""Names of organizations with the same telling words with which one is compared; more are not seen in news."""


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
        self._nodes = nodes_of(parties)
        self._clusters = Clusters(_merge)
        self._index: dict[Name, int] = {}
        self._by_form: dict[tuple[str, Hashable], list[int]] = defaultdict(list)
        for number, name in enumerate(node.name for node in self._nodes):
            forms = (name.form,) if name.space == "person" and isinstance(name.form, tuple) else ()
            self._clusters.add(_Traits(frozenset((name.state,)) if name.state else frozenset(), forms))
            self._index.setdefault(name, number)
            self._by_form[name.space, name.form].append(number)

    def entities(self) -> list[list[Node]]:
        return [[self._nodes[number] for number in numbers] for numbers in self._clusters.sets()]

    def join_aliases(self) -> None:
        """Join a name with another that an article gives to the same party, where a third article has that one."""
        for number, node in enumerate(self._nodes):
            for name, said in sorted(aliases_of(node), key=lambda one: (repr_of(one[0].form), one[1])):
                other = self._index.get(name)
                if other is not None and other != number:
                    reason = f"an article calls {node.parties[0].name!r} {said!r} as well"
                    self._join(number, other, Link(reason, 0.9), is_aliased=True)

    def join_unstated(self) -> None:
        """Join a name of which an article does not say for whom it acts with the only one for which others say it.

        Persons of one name with different roles are not joined, unless they are in the same company.
        """
        company = Company(self._nodes, self._clusters.find)
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
            for shorter in {tuple(sorted(one)) for one in shorter_forms(form)}:
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
        company = Company(self._nodes, self._clusters.find)
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
            word = surname_of(self._nodes[number])
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

    def _best(self, number: int, fitting: Sequence[int], company: Company) -> tuple[int, Link] | None:
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

    def _join_bare(self, numbers: Sequence[int], company: Company) -> None:
        """Join surnames of which no article has the full name: for one state, or in the same company."""
        firsts: dict[Hashable, int] = {}
        for number in numbers:
            node = self._nodes[number]
            if node.name.state:
                first = firsts.setdefault((surname_of(node), node.name.state), number)
                self._join_later(number, first, Link("the same surname, for the same state", 0.7))
        for number in numbers:
            for other in sorted(company.of(number)):
                first = firsts.setdefault((surname_of(self._nodes[number]), other), number)
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


def _conflict(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other and one != other)


def _merge(one: _Traits, other: _Traits) -> _Traits | None:
    """Return what two sets have in common, or None: different states, or given names that cannot be one person's."""
    if _conflict(one.states, other.states):
        return None
    is_aliased = one.is_aliased or other.is_aliased
    if not is_aliased and not all(are_compatible(first, second) for first in one.forms for second in other.forms):
        return None
    return _Traits(one.states | other.states, tuple(sorted({*one.forms, *other.forms})), is_aliased)
