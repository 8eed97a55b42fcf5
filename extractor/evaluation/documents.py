"""Documents: what gold and predictions are turned into, so that one scorer serves every source."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from extractor.evaluation.annotated import Place
from extractor.evaluation.gold import ALL_FIELDS, GoldArticle, GoldField
from extractor.evaluation.predictions import pair_articles
from extractor.grounding import Passage, QuoteGroup
from extractor.models import Extraction, Participant

AnnotatedField = GoldField | Literal["timexes"]
"""Time expressions are annotated by sources of their own, and never in our gold."""

_SENTENCE_END = re.compile(r"[.!?。！？]['\"”’»)]*\s+|\n+")
_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True)
class Party:
    """A party by its names: the one it is listed under, then its aliases."""

    names: tuple[str, ...]
    kind: str
    is_unresolved: bool = False
    """Of gold: named by a pronoun alone, so that only its place in the text tells who it is."""


@dataclass(frozen=True)
class MeetingUnit:
    """A meeting as the scorer sees it; None and empty where nothing is given."""

    title: str
    parties: tuple[Party, ...]
    date: str | None
    place: str | None
    country: str | None
    format: str | None
    status: str | None
    evidence: tuple[Place, ...]


@dataclass(frozen=True)
class ClaimUnit:
    """A claim as the scorer sees it."""

    statement: str
    source: Party
    cue: Place | None
    content: tuple[Place, ...]
    modality: str | None


@dataclass(frozen=True)
class Timex:
    """Words that tell a date, and the date in ISO 8601."""

    place: Place
    value: str


@dataclass(frozen=True)
class Document:
    """One article's meetings and claims, from gold or from a model."""

    id: str
    text: str
    meetings: tuple[MeetingUnit, ...]
    claims: tuple[ClaimUnit, ...]
    annotated: frozenset[AnnotatedField] = ALL_FIELDS
    """Of gold: what was annotated; nothing else is scored."""
    ungrounded: int = 0
    """Of predictions: quotes that the model gave and the article does not have."""
    timexes: tuple[Timex, ...] = ()
    """Of gold: every date in words; of predictions: those of the meetings."""

    def sentences_of(self, places: Iterable[Place]) -> frozenset[int]:
        """Return the numbers of the sentences in which the places begin."""
        return frozenset(bisect_right(self._sentence_starts, start) for start, _ in places)

    def tokens_of(self, places: Iterable[Place]) -> frozenset[int]:
        """Return the offsets of the words within the places."""
        return frozenset(
            start + match.start() for start, end in places for match in _TOKEN.finditer(self.text[start:end])
        )

    @functools.cached_property
    def _sentence_starts(self) -> list[int]:
        return [0, *(match.end() for match in _SENTENCE_END.finditer(self.text))]


def document_of_extraction(extraction: Extraction) -> Document:
    """Return what an extraction says, for the scorer."""
    parties = {one.id: _party(one) for one in extraction.participants}
    return Document(
        id=extraction.article.id,
        text=extraction.article.text,
        meetings=tuple(
            MeetingUnit(
                title=one.title,
                parties=tuple(parties[id] for id in one.participants),
                date=one.date,
                place=one.place_text.text if one.place_text else None,
                country=one.country,
                format=one.format,
                status=one.status,
                evidence=tuple((span.start, span.end) for span in one.evidence),
            )
            for one in extraction.meetings
        ),
        claims=tuple(
            ClaimUnit(
                statement=one.statement,
                source=parties[one.source],
                cue=(one.cue.start, one.cue.end) if one.cue else None,
                content=tuple((span.start, span.end) for span in one.content),
                modality=one.modality,
            )
            for one in extraction.claims
        ),
        ungrounded=sum(problem.code == "quote_not_found" for problem in extraction.problems),
        timexes=tuple(
            Timex((one.date_text.start, one.date_text.end), one.date)
            for one in extraction.meetings
            if one.date_text and one.date
        ),
    )


def document_of_gold(gold: GoldArticle, text: str) -> Document:
    """Return what the gold says of a text, for the scorer.

    Raises ConfigurationError where the text is another than the one annotated, or does not have a quote.
    """
    gold.check_text(text)
    parties = {one.id: Party((one.name, *one.aliases), one.kind) for one in gold.participants}
    groups = [
        *(QuoteGroup(one.evidence) for one in gold.meetings),
        *(QuoteGroup([one.cue, *one.content]) for one in gold.claims),
    ]
    placed = gold.place(Passage(text), groups)
    return Document(
        id=gold.article,
        text=text,
        meetings=tuple(
            MeetingUnit(
                title=one.title,
                parties=tuple(parties[id] for id in one.participants),
                date=one.date,
                place=one.place_text,
                country=one.country,
                format=one.format,
                status=one.status,
                evidence=places,
            )
            for one, places in zip(gold.meetings, placed, strict=False)
        ),
        claims=tuple(
            ClaimUnit(
                statement=one.statement,
                source=parties[one.source],
                cue=places[0],
                content=places[1:],
                modality=one.modality,
            )
            for one, places in zip(gold.claims, placed[len(gold.meetings) :], strict=True)
        ),
        annotated=gold.annotated,
    )


def pair_documents(
    gold: Sequence[GoldArticle], predictions: Mapping[str, Extraction]
) -> list[tuple[Document, Document]]:
    """Return gold and prediction of each article, in the order of the gold.

    Raises ConfigurationError where an article is on one side only, or its text is not the one annotated.
    """
    return [
        (document_of_gold(one, prediction.article.text), document_of_extraction(prediction))
        for one, prediction in pair_articles(gold, predictions)
    ]


def _party(participant: Participant) -> Party:
    return Party((participant.name, *participant.aliases), participant.kind)
