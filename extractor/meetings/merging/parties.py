"""Parties: which participants of several readings of one article are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set

from extractor.models import Participant
from extractor.names import normalize_name, read_name, state_of

Key = tuple[str, ...]


def find_parties(readings: Sequence[Sequence[Participant]]) -> list[list[int]]:
    """Return the parties of an article, each as the positions of its participants among those of all readings.

    Participants are one party that have the same name, persons also where first and last name are the same; a single
    name is the one person who bears it, and a name is whoever has it for another name. What one reading lists as two
    stays two, though, and a delegation of one state is not that of another.
    """
    numbers = [number for number, participants in enumerate(readings) for _ in participants]
    return _Joining([one for participants in readings for one in participants], numbers).parties


class _Joining:
    """Puts participants of several readings together."""

    def __init__(self, participants: Sequence[Participant], readings: Sequence[int]) -> None:
        self.parties: list[list[int]] = []
        self._participants = participants
        self._readings = readings
        self._by_key: dict[Key, list[list[int]]] = defaultdict(list)
        short = [position for position, one in enumerate(participants) if _is_short(one)]
        for position in sorted(set(range(len(participants))) - set(short)):
            self._place(position, self._by_key[_key_of(participants[position])])
        bearers = self._bearers()
        for position in short:
            known = bearers[_words(participants[position].name)[0]]
            alike = self._by_key[_key_of(participants[position])]
            self._place(position, [*known, *alike] if len(known) == 1 else alike)
        self._join_by_aliases({word for word, known in bearers.items() if known})
        self.parties = sorted(sorted(party) for party in self.parties if party)

    def _place(self, position: int, known: list[list[int]]) -> None:
        """Add a participant to the first party that it may be, one that is written alike if there is one."""
        one = self._participants[position]
        fitting = [party for party in known if self._may_be_one(party, [position])]
        alike = (party for party in fitting if any(_is_alike(self._participants[member], one) for member in party))
        party = next(alike, next(iter(fitting), None))
        if party is None:
            party = []
            self.parties.append(party)
            self._by_key[_key_of(one)].append(party)
        party.append(position)

    def _may_be_one(self, party: Sequence[int], others: Sequence[int]) -> bool:
        return not any(
            self._readings[one] == self._readings[other]
            or _conflict(self._participants[one], self._participants[other])
            for one in party
            for other in others
        )

    def _bearers(self) -> dict[str, list[list[int]]]:
        """Return the persons with full names by their last names, and by their first where it is nobody's last."""
        lasts: dict[str, list[list[int]]] = defaultdict(list)
        firsts: dict[str, list[list[int]]] = defaultdict(list)
        for party in self.parties:
            for words in {_words(self._participants[position].name) for position in party}:
                if self._participants[party[0]].kind == "person" and len(words) > 1:
                    for bearers, word in ((lasts, words[-1]), (firsts, words[0])):
                        if party not in bearers[word]:
                            bearers[word].append(party)
        return defaultdict(list, firsts | lasts)

    def _join_by_aliases(self, borne: Set[str]) -> None:
        """Join each party to the one that has its name for another name; whose single names are was decided before."""
        known: dict[Key, list[list[int]]] = defaultdict(list)
        for party in self.parties:
            for key in dict.fromkeys(key for position in party for key in _other_keys(self._participants[position])):
                known[key].append(party)
        joined_to: dict[int, list[int]] = {}
        for party in self.parties:
            named = [self._participants[position] for position in party]
            keys = {_key_of(one) for one in named if not (_is_short(one) and _words(one.name)[0] in borne)}
            others = [one for key in keys for one in known[key] if one is not party]
            if len(others) != 1:
                continue
            (other,) = others
            while id(other) in joined_to:
                other = joined_to[id(other)]
            if other is not party and self._may_be_one(other, party):
                other += party
                party.clear()
                joined_to[id(party)] = other


def _key_of(participant: Participant) -> Key:
    words = _words(participant.name)
    if participant.kind == "state":
        return (state_of(participant.name) or " ".join(words),)
    if participant.kind == "person" and _is_named(participant):
        return tuple(dict.fromkeys((words[0], words[-1])))
    return (" ".join(words),)


def _other_keys(participant: Participant) -> Iterable[Key]:
    return [_key_of(participant.model_copy(update={"name": alias})) for alias in participant.aliases if alias.strip()]


def _words(name: str) -> tuple[str, ...]:
    """Return the words as they are compared; a name of nothing but marks is one word."""
    return tuple(filter(None, map(normalize_name, name.split()))) or (name.casefold(),)


def _is_short(participant: Participant) -> bool:
    return participant.kind == "person" and _is_named(participant) and len(_words(participant.name)) == 1


def _is_named(participant: Participant) -> bool:
    """Tell whether a person has a name, and not an office alone."""
    return read_name(participant.name, True).role is None


def _conflict(one: Participant, other: Participant) -> bool:
    if (one.kind == "person") != (other.kind == "person"):
        return True
    if "state" in (one.kind, other.kind) or (one.kind == "person" and _is_named(one) and _is_named(other)):
        return False
    states = {acted_for(each) for each in (one, other)} - {None}
    return len(states) > 1


def acted_for(participant: Participant) -> str | None:
    """Return the state or body for which the party acts, of a state itself, in one spelling."""
    name = participant.name if participant.kind == "state" else participant.represents
    return (state_of(name) or normalize_name(name)) if name else None


def _is_alike(one: Participant, other: Participant) -> bool:
    return (one.name, one.kind, one.represents) == (other.name, other.kind, other.represents)


def name_party(members: Sequence[Participant]) -> Participant:
    """Return a party under the fullest of its names, with all that its participants have, in the order of the text."""
    first = members[0]
    names = list(dict.fromkeys(name for one in members for name in (one.name, *one.aliases)))
    if first.kind in ("person", "organization"):
        names.sort(key=lambda name: -len(name.split()))
    elif first.kind == "state":
        # Its own name, and not its capital's.
        names.sort(key=lambda name: not read_name(name, False).states)
    return first.model_copy(
        update={
            "name": names[0],
            "aliases": tuple(names[1:]),
            "role": max((one.role for one in members if one.role), key=len, default=None),
            "represents": next((one.represents for one in members if one.represents), None),
        }
    )
