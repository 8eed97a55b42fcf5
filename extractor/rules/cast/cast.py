"""The cast: the parties of an article, where each is named, and whom a pronoun means."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from dataclasses import dataclass

from extractor.models.reply import ParticipantKind
from extractor.rules.lexicon import states_by_adjective, states_by_place
from extractor.rules.text import Sentence

_PRONOUN_KINDS: dict[str, tuple[ParticipantKind, ...]] = {
    **dict.fromkeys("he him his himself she her hers herself i me my".split(), ("person",)),
    **dict.fromkeys("it its itself".split(), ("organization", "state")),
    **dict.fromkeys("they them their themselves we us our".split(), ("group", "organization", "state")),
}
_GENDERS = {
    **dict.fromkeys("he him his himself".split(), "male"),
    **dict.fromkeys("she her hers herself".split(), "female"),
}
_WORD = re.compile(r"\w+")
_FARTHEST = 1200
"""Characters that a pronoun looks back."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase that names a party: its place with title and apposition, and the name by itself."""

    start: int
    end: int
    name: str
    kind: ParticipantKind
    role: str | None
    represents: str | None
    party: int
    """Position in `Cast.parties`."""
    is_anaphor: bool = False
    """Whether it is a bare noun that points back to a party ("the minister"), and no name of its own."""


@dataclass(frozen=True, slots=True)
class Party:
    """A party under all names of the article, the fullest first."""

    names: tuple[str, ...]
    kind: ParticipantKind
    role: str | None
    represents: str | None
    gender: str | None = None
    """"female" or "male", where given name or title tells."""


@dataclass(frozen=True)
class Cast:
    """The parties of an article and every place that names one, in text order; mentions do not overlap."""

    text: str
    sentences: tuple[Sentence, ...]
    parties: tuple[Party, ...]
    mentions: tuple[Mention, ...]

    def mentions_in(self, start: int, end: int) -> tuple[Mention, ...]:
        """Return the mentions that begin within the place, in text order."""
        first, last = (bisect_left(self.mentions, offset, key=lambda one: one.start) for offset in (start, end))
        return self.mentions[first:last]

    def party_of(self, mention: Mention) -> Party:
        """Return the party that the mention names."""
        return self.parties[mention.party]

    def mention_behind(self, position: int) -> Mention | None:
        """Return the mention to which the pronoun or bare noun at this offset points back."""
        own = self.mentions_in(position, position + 1)
        if own:
            return own[0]
        found = _WORD.match(self.text, position)
        kinds = _PRONOUN_KINDS.get(found[0].lower()) if found else None
        if kinds is None:
            return None
        word = found[0].lower() if found else ""
        gender = _GENDERS.get(word)
        before = [
            one
            for one in self.mentions_in(max(0, position - _FARTHEST), position)
            if one.kind in kinds and (gender is None or self.parties[one.party].gender in (None, gender))
        ]
        if not before:
            return None
        start = self._sentence_start(before[-1].start)
        if start == self._sentence_start(position) and (again := self._same_before(word, start, position)) is not None:
            return self.mention_behind(again)
        # The subject is likelier meant than what comes after it in its sentence.
        return next(one for one in before if one.start >= start)

    def mention_named(self, name: str) -> Mention | None:
        """Return the first mention of the party with this surname, state's name or state's adjective."""
        state = states_by_place().get(name.casefold()) or states_by_adjective().get(name)
        return self._by_short_name.get(name) or self._by_short_name.get(f"={state}")

    @functools.cached_property
    def _by_short_name(self) -> dict[str, Mention]:
        """The first mention by name, by a person's surname, and of a state by "=" and its plain name."""
        found: dict[str, Mention] = {}
        for mention in self.mentions:
            found.setdefault(mention.name, mention)
            if mention.kind == "person":
                found.setdefault(mention.name.split()[-1], mention)
            elif mention.kind == "state":
                found.setdefault(f"={states_by_place().get(mention.name.casefold())}", mention)
        return found

    def _same_before(self, word: str, start: int, position: int) -> int | None:
        """Return where the sentence already has this pronoun as a subject: "He said that he would go"."""
        if word not in ("he", "she"):
            return None
        found = re.compile(rf"\b{word}\b", re.IGNORECASE).search(self.text, max(start, position - _FARTHEST), position)
        return found.start() if found else None

    def _sentence_start(self, position: int) -> int:
        index = bisect_left(self.sentences, position + 1, key=lambda one: one.start) - 1
        return self.sentences[max(0, index)].start


EMPTY_CAST = Cast("", (), (), ())
