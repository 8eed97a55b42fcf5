"""Entities: parties that are one, as one record with what the articles say of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import get_args

from extractor.linking.dataset import Entity, Member
from extractor.linking.naming import link_parties
from extractor.linking.nodes import Node, is_seat
from extractor.linking.parties import Item, Party, person_form, plain
from extractor.models.reply import ParticipantKind

_MOST_NAMES = 50
"""Of one entity; the rest stand with its members."""
_FIRST_KIND = {kind: place for place, kind in enumerate(get_args(ParticipantKind))}


def link_entities(parties: Iterable[Party]) -> tuple[list[Entity], Mapping[Item, str]]:
    """Return the entities by id, and to which of them each party belongs."""
    entities = [_entity(nodes) for nodes in link_parties(parties)]
    entities.sort(key=lambda entity: entity.id)
    entity_of = {
        Item(member.article, member.record, member.via): entity.id for entity in entities for member in entity.members
    }
    return entities, entity_of


def _entity(nodes: Sequence[Node]) -> Entity:
    parties = [party for node in nodes for party in node.parties]
    names = Counter(party.name for party in parties)
    own = [party for party in parties if party.item.via == "itself"]
    named = own if own and own[0].kind != "state" else parties
    name = min(Counter(party.name for party in named).items(), key=_by_fullness(parties[0]))[0]
    members = sorted(
        (_member(node, party, name, is_alone=len(parties) == 1) for node in nodes for party in node.parties),
        key=lambda member: (member.article, member.record, member.via),
    )
    aliases = Counter(alias for party in parties for alias in party.aliases)
    return Entity(
        id=digest_of(*Item(members[0].article, members[0].record, members[0].via)),
        kind=min(
            Counter(party.kind for party in own or parties).items(), key=lambda one: (-one[1], _FIRST_KIND[one[0]])
        )[0],
        name=name,
        names=tuple(dict.fromkeys((name, *_commonest(names), *_commonest(aliases))))[:_MOST_NAMES],
        represents=_commonest(Counter(party.represents for party in parties if party.represents))[:_MOST_NAMES],
        roles=_commonest(Counter(party.role for party in parties if party.role))[:_MOST_NAMES],
        members=tuple(members),
    )


def _by_fullness(party: Party) -> Callable[[tuple[str, int]], tuple[bool, int, int, str]]:
    """Return the order of names by which the first is shown: full names, then common ones, then long ones."""

    def order(one: tuple[str, int]) -> tuple[bool, int, int, str]:
        name, count = one
        is_full = party.kind != "person" or len(person_form(name) or ()) > 1
        return (not is_full, -count, -len(name), name)

    return order


def _commonest(counted: Counter[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def _member(node: Node, party: Party, name: str, *, is_alone: bool) -> Member:
    if is_alone:
        return Member(*party.item[:2], (), 1.0, party.item.via)
    reasons, score = _why_named(node, party, name)
    told = tuple(dict.fromkeys((*reasons, *(link.reason for link in node.links))))
    return Member(*party.item[:2], told, min((score, *(link.score for link in node.links))), party.item.via)


def _why_named(node: Node, party: Party, name: str) -> tuple[list[str], float]:
    """Return why the name of one article makes the party this entity, before names are linked with names."""
    reasons = []
    if party.item.via == "represents":
        reasons.append("the participant acts for it")
    elif party.item.via == "office":
        reasons.append("the participant is the office that bears this name")
    if plain(party.name) == plain(name):
        return [*reasons, "the same name"], 1.0
    if node.name.space == "state":
        return (
            ([*reasons, f"{party.name!r} is its seat of government"], 0.8)
            if is_seat(party.name)
            else ([*reasons, f"{party.name!r} is a name of it"], 0.95)
        )
    if node.name.space == "within":
        return [*reasons, "the same words in the same text"], 0.9
    if node.links:
        return reasons, 1.0
    if node.name.space == "person":
        return [*reasons, f"{party.name!r} is a form of {name!r}"], 0.95
    return [*reasons, f"{party.name!r} and {name!r} have the same telling words"], 0.9


def digest_of(*parts: str) -> str:
    """Return a name that is the same wherever the parts are."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
