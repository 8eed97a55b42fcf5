"""Rows: a sentence as words, where each mention of a party is one word."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extractor.rules.cast import Cast, Mention
from extractor.rules.text import Sentence

_LISTED = frozenset((",", "and", "&", "plus"))
_ENDING_LIST = frozenset(("and", "&", "plus"))
_MOST_LISTED = 12


class Word(NamedTuple):
    """A word, or a mention in place of its words; `lower` is then empty."""

    lower: str
    start: int
    end: int
    mention: Mention | None
    text: str


@dataclass(frozen=True)
class Row:
    """The words of one sentence."""

    sentence: Sentence
    words: tuple[Word, ...]

    @functools.cached_property
    def persons(self) -> tuple[tuple[int, int], ...]:
        """The places of the persons, in text order."""
        return tuple((one.start, one.end) for one in self.words if one.mention and one.mention.kind == "person")

    def lower(self, index: int) -> str:
        """Return the word in small letters, empty for a mention and beyond either end."""
        return self.words[index].lower if 0 <= index < len(self.words) else ""

    def mention(self, index: int) -> Mention | None:
        """Return the mention that stands there, if one does."""
        return self.words[index].mention if 0 <= index < len(self.words) else None

    def says(self, index: int, phrase: Sequence[str]) -> bool:
        """Tell whether the words of the phrase stand here."""
        return all(self.lower(index + offset) == word for offset, word in enumerate(phrase))

    def text_between(self, first: int, last: int) -> str:
        """Return the words from one index to another in small letters, spaced, each mention as "@"."""
        return " ".join(word.lower or "@" for word in self.words[max(0, first) : last])

    def listed_from(self, index: int) -> tuple[list[Mention], int]:
        """Return the mentions that are listed from here on ("A, B and C"), and the index behind them.

        Without a closing "and" the list is its first mention alone: what follows a comma may be a new clause.
        """
        first = self.mention(index)
        if first is None:
            return [], index
        found, closed, behind, after = [first], 1, index + 1, index + 1
        while len(found) < _MOST_LISTED:
            if self.lower(after) in ("of", "from") and self.mention(after + 1) is not None:
                after += 2  # "the government of President A and the rebels"
            joint = self._joint_from(after)
            if joint is None:
                break
            after, ends = joint
            mention = self.mention(after)
            if mention is None:
                break
            found.append(mention)
            after += 1
            if ends:
                closed, behind = len(found), after
        return found[:closed], behind

    def listed_until(self, index: int) -> list[Mention]:
        """Return the mentions that are listed up to here, in text order."""
        last = self.mention(index)
        if last is None:
            return []
        found = [last]
        position = index
        is_open = True
        while len(found) < _MOST_LISTED:
            before = position - 1
            ends = self.lower(before) in _ENDING_LIST
            if ends and self.lower(before - 1) == ",":
                before -= 1
            opens_line = self.lower(before) == "," and before == 1 and self.sentence.is_headline
            if not ends and not opens_line and (is_open or self.lower(before) != ","):
                break
            mention = self.mention(before - 1)
            if mention is None:
                break
            found.insert(0, mention)
            position = before - 1
            is_open = False
        return found

    def _joint_from(self, index: int) -> tuple[int, bool] | None:
        """Return the index behind what joins two listed mentions, and whether the last of the list follows."""
        if self.lower(index) == "," and self.lower(index + 1) in _ENDING_LIST:
            return index + 2, True
        if self.says(index, ("and", "with")) or self.says(index, ("and", "later")):
            return index + 2, True
        if self.says(index, ("as", "well", "as")):
            return index + 3, True
        if self.says(index, ("along", "with")) or self.says(index, ("together", "with")):
            return index + 2, True
        word = self.lower(index)
        return (index + 1, word in _ENDING_LIST) if word in _LISTED else None


def read_row(sentence: Sentence, cast: Cast) -> Row:
    """Return a sentence's words, with its mentions in place of theirs."""
    return Row(sentence, tuple(_words(sentence, cast)))


def _words(sentence: Sentence, cast: Cast) -> Iterator[Word]:
    mentions = iter(cast.mentions_in(sentence.start, sentence.end))
    mention = next(mentions, None)
    behind = -1
    for token in sentence.tokens:
        if token.start < behind:
            continue
        if mention is not None and token.start >= mention.start:
            behind = mention.end
            yield Word("", mention.start, mention.end, mention, cast.text[mention.start : mention.end])
            mention = next(mentions, None)
        else:
            yield Word(token.lower, token.start, token.end, None, token.text)
