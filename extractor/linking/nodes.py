"""Nodes: the parties that have one name and act for one state, before names are linked with names."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from extractor.linking.forms import are_compatible
from extractor.linking.parties import BodyKey, Form, Party, body_key, person_form, plain, role_words, state_key
from extractor.names import is_shorter_form, read_name


class Name(NamedTuple):
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

    name: Name
    parties: list[Party]
    links: list[Link] = field(default_factory=list)

    @property
    def roles(self) -> frozenset[str]:
        """The words of all their roles."""
        return frozenset().union(*(role_words(party.role) for party in self.parties))


def nodes_of(parties: Iterable[Party]) -> list[Node]:
    """Return the parties by their names, in an order that does not depend on theirs."""
    found: dict[Name, list[Party]] = defaultdict(list)
    for party in sorted(parties, key=lambda party: party.item):
        found[name_of(party)].append(party)
    # Stateless namesakes with different roles are told apart before anything is joined.
    nodes = [Node(name, part) for name, parties in found.items() for part in _by_role(name, parties)]
    return sorted(nodes, key=lambda node: (node.name.space, repr_of(node.name.form), node.name.state or ""))


def name_of(party: Party) -> Name:
    """Return what links the party with others by its name alone."""
    state = party.state
    if party.kind == "person":
        form = _fullest_form(party)
        if form is None:
            key = body_key(party.name, "office", state)
        elif len(form) > 1:
            return Name("person", form, state)
        else:
            return Name("surname", (form[0], party.digest, role_words(party.role)), state)
    else:
        whole = state_key(party.name) if party.kind != "group" else None
        if whole or party.kind == "state":
            return Name("state", whole or plain(party.name), None)
        key = body_key(party.name, party.kind, state)
    if key is None:
        return Name("within", (party.digest, party.kind, plain(party.name)), None)
    return Name(key.kind, replace_state(key), key.state)


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


def aliases_of(node: Node) -> Iterator[tuple[Name, str]]:
    """Yield the other names that articles give to its parties, and how they write them; shorter forms left out."""
    for party in node.parties:
        for alias in party.aliases:
            if node.name.space == "person":
                form = person_form(alias)
                if form and len(form) > 1 and form != node.name.form and not are_compatible(form, node.name.form):
                    yield Name("person", form, node.name.state), alias
            elif node.name.space in ("organization", "group", "body"):
                key = body_key(alias, party.kind, party.state)
                if key:
                    yield Name(key.kind, replace_state(key), key.state), alias


def _by_role(name: Name, parties: list[Party]) -> Iterator[list[Party]]:
    """Yield the parties of one name by role where nothing says for whom they act; those without a role are together."""
    if name.space != "person" or name.state:
        yield parties
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
        yield of_role


def surname_of(node: Node) -> str:
    """Return the word that is all that is known of a person's name."""
    form = node.name.form
    return str(form[0]) if isinstance(form, tuple) else ""


def repr_of(form: Hashable) -> str:
    """Return a form as text that does not depend on the order of sets."""
    if isinstance(form, (tuple, frozenset)):
        parts = sorted(form) if isinstance(form, frozenset) else form
        return "(" + ",".join(repr_of(part) for part in parts) + ")"
    return str(form)


def is_seat(name: str) -> bool:
    """Tell whether a name of a state is that of its seat of government."""
    return bool(read_name(name, False).stands_for)
