"""Pronouns that speak: which party "he said" means."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from extractor.models.reply import ParticipantKind
from extractor.rules.cast import Cast, Mention
from extractor.rules.claims.line import Line
from extractor.rules.claims.quotation import Quotation
from extractor.rules.claims.source import Source, kind_of_source
from extractor.rules.lexicon import words_of

_BODIES: tuple[ParticipantKind, ...] = ("organization", "state")
PRONOUNS: Mapping[str, tuple[ParticipantKind, ...]] = {
    "he": ("person",),
    "she": ("person",),
    "his": ("person",),
    "her": ("person",),
    "it": _BODIES,
    "its": _BODIES,
    "they": ("group", *_BODIES),
    "their": ("group", *_BODIES),
    "we": ("person", "group", *_BODIES),
    "i": ("person",),
}
"""Pronouns and possessives that can stand for a speaker, with the kinds of party they mean."""
_OPENING = ("leading", "determiners", "times", "days")
_REACH = 120
"""Characters before the subject of a sentence."""
_FARTHEST = 1500
"""Characters that a pronoun looks back."""
_OPPOSITES = {"he": "she", "his": "she", "she": "he", "her": "he"}
_GENDERS = {"he": "he", "his": "he", "she": "she", "her": "she"}


@dataclass
class Speakers:
    """Who has spoken so far, so that a pronoun can be resolved: whoever spoke last most likely goes on."""

    cast: Cast
    quotations: Sequence[Quotation]
    starts: Sequence[int]
    """Where the sentences begin."""
    _spoken: list[tuple[int, Source]] = field(default_factory=list)
    """The first speaker of each sentence, with the sentence's start."""
    _genders: dict[Source, str] = field(default_factory=dict)

    def note(self, line: Line, source: Source) -> None:
        """Remember that the source spoke in this sentence."""
        if not self._spoken or self._spoken[-1][0] != line.sentence.start:
            self._spoken.append((line.sentence.start, source))

    def resolve(self, line: Line, index: int) -> Source | None:
        """Return whom the pronoun means: the nearest sentence's first speaker or first party outside quotations."""
        word, position = line.words[index], line.tokens[index].start
        kinds = PRONOUNS.get(word, ())
        mention = self._mention_before(position, kinds, _OPPOSITES.get(word))
        speaker = self._speaker_before(position, kinds, _OPPOSITES.get(word))
        found: Source | None = mention.party if mention else None
        if speaker and not (mention and self._is_later(line, mention, speaker[0])):
            found = speaker[1]
        if found is not None and word in _GENDERS:
            self._genders.setdefault(found, _GENDERS[word])
        return found

    def _is_later(self, line: Line, mention: Mention, spoken: int) -> bool:
        """Tell whether the mention is of this very sentence, or of a later one than the last to speak."""
        if mention.start >= line.sentence.start:
            return True
        return self._sentence_start(mention.start) > spoken

    def _speaker_before(
        self, position: int, kinds: Sequence[ParticipantKind], opposite: str | None
    ) -> tuple[int, Source] | None:
        for start, source in reversed(self._spoken[-8:]):
            if position - start > _FARTHEST:
                return None
            if kind_of_source(source, self.cast) in kinds and self._genders.get(source, "") != opposite:
                return start, source
        return None

    def _mention_before(self, position: int, kinds: Sequence[ParticipantKind], opposite: str | None) -> Mention | None:
        """Return the subject of the nearest sentence whose subject fits."""
        mentions = self.cast.mentions_in(max(0, position - _FARTHEST), position)
        for _, sentence in groupby(reversed(mentions), key=lambda one: self._sentence_start(one.start)):
            subject: Mention | None = None
            for mention in [one for one in reversed(list(sentence)) if not self._is_quoted(one.start)]:
                is_fitting = mention.kind in kinds and self._genders.get(mention.party, "") != opposite
                if is_fitting and self._is_subject(mention):
                    subject = mention
                    break
            if subject:
                return subject
        return None

    def _is_subject(self, mention: Mention) -> bool:
        """Tell whether the mention begins its sentence, or follows a comma behind a fronted phrase."""
        start = self._sentence_start(mention.start)
        if mention.start - start > _REACH:
            return False
        before = self.cast.text[start : mention.start].lower().split()
        if all(any(word in words_of("function_words", kind) for kind in _OPENING) for word in before):
            return True
        is_apposition = self.cast.text[mention.end : mention.end + 1] == ","
        return not is_apposition and any(word.endswith(",") for word in before[-2:])

    def _is_quoted(self, position: int) -> bool:
        number = bisect_right(self.quotations, position, key=lambda one: one.start) - 1
        return number >= 0 and position < self.quotations[number].end

    def _sentence_start(self, position: int) -> int:
        return self.starts[bisect_right(self.starts, position) - 1]
