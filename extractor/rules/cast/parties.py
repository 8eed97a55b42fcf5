"""Parties: which phrases of an article name one party."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extractor.models.reply import ParticipantKind
from extractor.reference import titles
from extractor.rules.cast.cast import Cast, Mention, Party
from extractor.rules.cast.phrases import Draft, read_phrases
from extractor.rules.cast.units import given_names
from extractor.rules.lexicon import words_of
from extractor.rules.text import Sentence


def read_cast(text: str, sentences: Sequence[Sentence]) -> Cast:
    """Find the parties that a text names."""
    drafts = read_phrases(text, sentences)
    casting = _Casting(text, drafts)
    return Cast(text, tuple(sentences), tuple(casting.parties()), tuple(casting.mentions()))


@dataclass
class _Member:
    """A party while it is collected."""

    kind: ParticipantKind
    names: list[str]
    roles: list[str]
    represents: str | None
    head: str = ""
    honorifics: list[str] = field(default_factory=list)
    seats: set[str] = field(default_factory=set)
    """Of a state: the names that are its capital's."""


class _Casting:
    """Sorts the phrases of one text into parties: full names first, then what is shorter."""

    def __init__(self, text: str, drafts: Sequence[Draft]) -> None:
        self._text = text
        self._drafts = drafts
        self._members: list[_Member] = []
        self._by_key: dict[tuple[str, str], int] = {}
        self._by_last: dict[str, int] = {}
        self._by_first: dict[str, int | None] = {}
        self._party: list[int | None] = [None] * len(drafts)
        for index, draft in enumerate(drafts):
            if self._is_full(draft):
                self._party[index] = self._place_full(draft)
        self._add_acronyms()
        for index, draft in enumerate(drafts):
            if self._party[index] is None:
                self._party[index] = self._place_short(index, draft)

    def parties(self) -> Iterator[Party]:
        """Yield the parties in the order in which they were found."""
        for one in self._members:
            names = list(dict.fromkeys(one.names))
            if one.kind in ("person", "organization"):
                names.sort(key=lambda name: -len(name.split()))
            elif one.kind == "state":
                names.sort(key=lambda name: name in one.seats)
            role = max(one.roles, key=len, default=None)
            gender = _gender_of(names, one) if one.kind == "person" else None
            yield Party(tuple(names), one.kind, role, None if one.kind == "state" else one.represents, gender)

    def mentions(self) -> Iterator[Mention]:
        """Yield the mentions in text order, those without a party left out."""
        for draft, party in zip(self._drafts, self._party, strict=True):
            if party is not None:
                member = self._members[party]
                represents = draft.represents or member.represents
                yield Mention(
                    draft.start,
                    draft.end,
                    draft.name,
                    member.kind,
                    draft.role,
                    None if member.kind == "state" else represents,
                    party,
                    draft.is_bare and draft.name not in member.names,
                )

    def _is_full(self, draft: Draft) -> bool:
        if draft.sort in _PERSONAL:
            return " " in draft.name or (draft.sort in ("apposed",) and bool(draft.role))
        return not draft.is_bare

    def _place_full(self, draft: Draft) -> int | None:
        if draft.sort in _PERSONAL:
            if draft.sort == "named" and self._is_place(draft):
                return None
            kind: ParticipantKind = draft.kind or self._kind_of_name(draft)
            if kind == "person":
                return self._place_person(draft)
            return self._merge(("name", draft.name.casefold()), draft, kind)
        if draft.kind == "state":
            return self._merge(("state", draft.represents or draft.name), draft, "state")
        if draft.sort == "office" and (known := self._holder_of(draft)) is not None:
            return self._join(known, draft, is_named=False)
        return self._merge((draft.kind or "", draft.name.casefold()), draft, draft.kind or "group")

    def _place_person(self, draft: Draft) -> int:
        words = draft.name.split()
        key = (words[0].casefold(), words[-1].casefold())
        return self._merge(("person", " ".join(dict.fromkeys(key))), draft, "person")

    def _place_short(self, index: int, draft: Draft) -> int | None:
        if draft.is_bare:
            return self._point_back(index, draft)
        key = draft.name.casefold()
        for known in (self._by_last.get(key), self._by_first.get(key)):
            if known is not None:
                return self._join(known, draft)
        if (known := self._by_key.get(("acronym", draft.name))) is not None:
            return self._join(known, draft)
        if (known := self._by_key.get(("name", key))) is not None:
            return self._join(known, draft)
        if draft.kind == "person":
            return self._place_person(draft)
        kind = self._kind_of_single(draft)
        if kind is None:
            return None
        return self._place_person(draft) if kind == "person" else self._merge(("name", key), draft, kind)

    def _point_back(self, index: int, draft: Draft) -> int | None:
        """Return the nearest earlier party that the bare noun fits, or a party of its own."""
        for before in range(index - 1, max(-1, index - 60), -1):
            party = self._party[before]
            if party is None:
                continue
            member = self._members[party]
            if member.kind == draft.kind and self._fits(member, draft.head):
                return party
        return self._merge((draft.kind or "", draft.name.casefold()), draft, draft.kind or "group")

    def _fits(self, member: _Member, head: str) -> bool:
        if member.kind == "person":
            return any(_has_words(role, head) for role in member.roles) or member.head == head
        return member.head == head or any(name.lower().split()[-1] == head for name in member.names)

    def _holder_of(self, draft: Draft) -> int | None:
        """Return the person who holds this office by name, where the article has one ("the Turkish minister")."""
        said = frozenset(draft.name.lower().split())
        for index, member in enumerate(self._members):
            if member.kind != "person" or draft.represents is None or member.represents != draft.represents:
                continue
            roles = [role for role in member.roles if _has_words(role, draft.head)]
            if any(self._qualifiers(said) <= frozenset(role.lower().split()) for role in roles):
                return index
        return None

    def _qualifiers(self, words: frozenset[str]) -> frozenset[str]:
        return frozenset(word for word in words if word in titles().qualifiers)

    def _is_place(self, draft: Draft) -> bool:
        first = draft.name.split()[0]
        return first not in given_names() and _word_before(self._text, draft.start) in _PLACING

    def _kind_of_name(self, draft: Draft) -> ParticipantKind:
        if draft.has_article or draft.name.isupper():
            return "organization"
        return "person"

    def _kind_of_single(self, draft: Draft) -> ParticipantKind | None:
        before = _word_before(self._text, draft.start)
        after = _word_after(self._text, draft.end)
        if before in _PLACING and not draft.has_article:
            return None
        if draft.has_article or draft.name.isupper() or len(draft.name) < 3:
            return "organization" if len(draft.name) > 1 else None
        if after == "and":
            after = _word_after(self._text, self._text.find("and", draft.end) + 4).partition(" ")[0]
            after = _word_after(self._text, self._text.find(after, draft.end) + len(after)) if after else ""
        if after in words_of("nouns", "human_verbs") or before in _BEFORE_PERSON or draft.name in given_names():
            return "person"
        return "organization" if after[:1].isalpha() and not after[0].isupper() else None

    def _merge(self, key: tuple[str, str], draft: Draft, kind: ParticipantKind) -> int:
        party = self._by_key.get(key)
        if party is None:
            party = len(self._members)
            self._by_key[key] = party
            self._members.append(_Member(kind, [], [], None, draft.head))
        self._join(party, draft)
        return party

    def _join(self, party: int, draft: Draft, *, is_named: bool = True) -> int:
        member = self._members[party]
        if is_named:
            member.names.append(draft.name)
            if member.kind == "person" and draft.sort in _PERSONAL:
                first, last = draft.name.split()[0].casefold(), draft.name.split()[-1].casefold()
                self._by_last[last] = party
                if first != last:
                    self._by_first[first] = party if self._by_first.get(first, party) == party else None
        if draft.role and draft.role not in member.roles:
            member.roles.append(draft.role)
        if draft.sort == "place":
            member.seats.add(draft.name)
        if draft.sort == "honoured":
            member.honorifics.append(self._text[draft.start : draft.end].split()[0])
        if draft.represents:
            member.represents = member.represents or draft.represents
        return party

    def _add_acronyms(self) -> None:
        """Tie "International Monetary Fund (IMF)", and bodies whose initials the article uses."""
        for index, draft in enumerate(self._drafts):
            party = self._party[index]
            if party is None or self._members[party].kind != "organization":
                continue
            initials = "".join(word[0] for word in draft.name.split() if word[0].isupper())
            if len(initials) > 2 and self._text.find(f"({initials})", draft.end, draft.end + len(initials) + 3) >= 0:
                self._by_key["acronym", initials] = party


_PERSONAL = frozenset(("possessed", "of_state", "titled", "apposed", "called", "plural", "honoured", "named"))
_PLACING = frozenset("in at near outside across inside throughout".split())
_BEFORE_PERSON = frozenset("with by told met and said says".split())


def _has_words(role: str, words: str) -> bool:
    return f" {words} " in f" {role.lower()} "


def _gender_of(names: Sequence[str], member: _Member) -> str | None:
    words = [names[0].split()[0], *member.honorifics]
    said = " ".join([member.head, *member.roles]).lower().split()
    for gender in ("female", "male"):
        if any(word in words_of("given_names", gender) for word in words[:1]):
            return gender
        telling = words_of("given_names", f"{gender}_words")
        if any(word.lower().strip(".") in telling for word in (*words[1:], *said)):
            return gender
    return None


def _word_before(text: str, start: int) -> str:
    words = text[max(0, start - 20) : start].split()
    return words[-1].lower() if words else ""


def _word_after(text: str, end: int) -> str:
    words = text[end : end + 25].split(None, 1)
    return words[0].strip(".,;:") if words else ""
