"""The cast: who is named in an article, and which names are one party's."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.models.reply import ParticipantKind
from extractor.rules.text import Sentence


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Party:
    """A party under all names of the article, the fullest first."""

    names: tuple[str, ...]
    kind: ParticipantKind
    role: str | None
    represents: str | None


@dataclass(frozen=True)
class Cast:
    """The parties of an article and every place that names one, in text order; mentions do not overlap."""

    parties: tuple[Party, ...]
    mentions: tuple[Mention, ...]

    def mentions_in(self, start: int, end: int) -> tuple[Mention, ...]:
        """Return the mentions that begin within the place, in text order."""
        first, last = (bisect_left(self.mentions, offset, key=lambda one: one.start) for offset in (start, end))
        return self.mentions[first:last]

    def party_of(self, mention: Mention) -> Party:
        """Return the party that the mention names."""
        return self.parties[mention.party]

    def resolve_pronoun(self, position: int) -> Party | None:
        """Return the party that the pronoun or bare noun at this offset means ("she", "the minister"), if one fits."""
        return None


def read_cast(text: str, sentences: Sequence[Sentence]) -> Cast:
    """Find the parties that a text names."""
    return Cast((), ())
