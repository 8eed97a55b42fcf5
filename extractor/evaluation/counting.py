"""Counting: what is right in the meetings and claims of a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from extractor.evaluation.alignment import (
    Pair,
    Weights,
    align_claims,
    align_meetings,
    align_parties,
    dates_agree,
    intersection_over_union,
    match_parties,
    overlaps_of_claims,
    places_agree,
    repeats_among,
    weigh_meetings,
)
from extractor.evaluation.documents import AnnotatedField, ClaimUnit, Document, MeetingUnit
from extractor.evaluation.gold import GoldField
from extractor.evaluation.tally import Counts
from extractor.names import MatchKind

RecordT = TypeVar("RecordT", MeetingUnit, ClaimUnit)

HAPPENED = frozenset({"held", "ongoing"})

METRICS: Mapping[str, tuple[AnnotatedField, str]] = {
    "meetings": ("meetings", "meetings found"),
    "meetings@0.2": ("meetings", "meetings found, threshold 0.2"),
    "meetings@0.5": ("meetings", "meetings found, threshold 0.5"),
    "participants": ("participants", "participants, end to end"),
    "participants|aligned": ("participants", "participants of the meetings found"),
    "place strict": ("place", "places, same words"),
    "place": ("place", "places, one within the other"),
    "date strict": ("date", "dates, same value"),
    "date": ("date", "dates, compatible"),
    "timexes": ("timexes", "dates of meetings in words that are annotated"),
    "format": ("format", "format of the meetings found"),
    "status": ("status", "status of the meetings found"),
    "happened": ("status", "happened or not, of the meetings found"),
    "claims": ("claims", "claims, half the content's words and the source"),
    "claims content": ("claims", "claims, half the content's words"),
    "claims exact": ("claims", "claims, the content's very words and the source"),
    "claims tokens": ("claims", "words of the claims' contents"),
    "cue": ("cue", "cue of the claims found"),
    "modality": ("modality", "modality of the claims found"),
    "grounding": ("meetings", "quotes that stand in the article"),
    "whole meetings": ("meetings", "meetings with every annotated field right"),
}
"""Every metric: the field of the gold that it needs, and what it says in words."""


@dataclass(frozen=True)
class DocumentScore:
    """One article's counts, and which records were taken for each other."""

    gold: Document
    predicted: Document
    counts: Mapping[str, Counts]
    meetings: tuple[Pair, ...]
    claims: tuple[Pair, ...]
    statuses: Counter[tuple[str, str]]
    """How often a meeting of one status (gold) was given another (predicted)."""
    names: Counter[MatchKind]
    """How the names of the participants found match; of kind `metonym`, those given by a capital and not counted."""

    @property
    def id(self) -> str:
        """Id of the article."""
        return self.gold.id


def score_document(gold: Document, predicted: Document) -> DocumentScore:
    """Score one document; the order of its records does not matter, ties are settled by their order in the text."""
    gold, predicted = _in_text_order(gold), _in_text_order(predicted)
    weights, overlaps = weigh_meetings(gold, predicted), overlaps_of_claims(gold, predicted)
    meetings = align_meetings(weights)
    claims = align_claims(gold, predicted, overlaps, least=0.5)
    pairs = [(gold.meetings[pair.gold], predicted.meetings[pair.predicted]) for pair in meetings]
    counts = {
        **_count_meetings(gold, predicted, meetings, weights),
        **_count_participants(gold, predicted, pairs),
        **_count_values(gold, predicted, pairs),
        "timexes": _count_timexes(gold, predicted),
        **_count_claims(gold, predicted, claims, overlaps),
    }
    return DocumentScore(
        gold=gold,
        predicted=predicted,
        counts={name: counts[name] for name, (field, _) in METRICS.items() if field in gold.annotated},
        meetings=tuple(meetings),
        claims=tuple(claims),
        statuses=Counter((one.status or "–", other.status or "–") for one, other in pairs),
        names=sum((_kinds_of_names(one, other) for one, other in pairs), Counter()),
    )


def _in_text_order(document: Document) -> Document:
    return replace(
        document,
        meetings=_repeats_last(sorted(document.meetings, key=lambda one: (one.evidence, repr(one)))),
        claims=_repeats_last(sorted(document.claims, key=lambda one: (one.content, repr(one)))),
    )


def _repeats_last(records: list[RecordT]) -> tuple[RecordT, ...]:
    # So that a copy does not change which of the others stand at the same place, by which ties are settled.
    marked = sorted(zip(repeats_among(records), records, strict=True), key=lambda pair: pair[0])
    return tuple(record for _, record in marked)


def _count_meetings(gold: Document, predicted: Document, pairs: Sequence[Pair], weights: Weights) -> dict[str, Counts]:
    def found(aligned: Sequence[Pair]) -> Counts:
        return Counts(len(aligned), len(gold.meetings), len(predicted.meetings))

    quotes = sum(len(one.evidence) for one in predicted.meetings) + sum(len(one.content) for one in predicted.claims)
    given = quotes + predicted.ungrounded
    whole = [pair for pair in pairs if _is_whole(gold, gold.meetings[pair.gold], predicted.meetings[pair.predicted])]
    return {
        "meetings": found(pairs),
        "meetings@0.2": found(align_meetings(weights, 0.2)),
        "meetings@0.5": found(align_meetings(weights, 0.5)),
        "whole meetings": found(whole),
        "grounding": Counts(quotes, given, given),
    }


def _count_participants(
    gold: Document, predicted: Document, pairs: Sequence[tuple[MeetingUnit, MeetingUnit]]
) -> dict[str, Counts]:
    matched = sum(len(align_parties(one.parties, other.parties)) for one, other in pairs)
    return {
        "participants": Counts(
            matched,
            sum(len(one.parties) for one in gold.meetings),
            sum(len(one.parties) for one in predicted.meetings),
        ),
        "participants|aligned": Counts(
            matched, sum(len(one.parties) for one, _ in pairs), sum(len(other.parties) for _, other in pairs)
        ),
    }


def _count_values(
    gold: Document, predicted: Document, pairs: Sequence[tuple[MeetingUnit, MeetingUnit]]
) -> dict[str, Counts]:
    def of(name: str, agree: Callable[[str, str], bool]) -> Counts:
        both = [(getattr(one, name), getattr(other, name)) for one, other in pairs]
        return Counts(
            sum(agree(one, other) for one, other in both if one is not None and other is not None),
            sum(getattr(one, name) is not None for one in gold.meetings),
            sum(getattr(one, name) is not None for one in predicted.meetings),
        )

    aligned = len(pairs)
    same_format = sum(one.format == other.format for one, other in pairs)
    same_status = sum(one.status == other.status for one, other in pairs)
    same_fact = sum((one.status in HAPPENED) == (other.status in HAPPENED) for one, other in pairs)
    return {
        "place strict": of("place", lambda one, other: one.casefold() == other.casefold()),
        "place": of("place", places_agree),
        "date strict": of("date", lambda one, other: one == other),
        "date": of("date", dates_agree),
        "format": Counts(same_format, aligned, aligned),
        "status": Counts(same_status, aligned, aligned),
        "happened": Counts(same_fact, aligned, aligned),
    }


def _count_timexes(gold: Document, predicted: Document) -> Counts:
    """Count the dates that are given in words which the gold annotates; the others cannot be judged."""
    judged = [
        (told.value, given.value)
        for given in dict.fromkeys(predicted.timexes)
        for told in gold.timexes
        if told.place[0] < given.place[1] and given.place[0] < told.place[1]
    ]
    return Counts(sum(dates_agree(told, given) for told, given in judged), len(judged), len(judged))


def _count_claims(gold: Document, predicted: Document, pairs: Sequence[Pair], overlaps: Weights) -> dict[str, Counts]:
    def found(number: float) -> Counts:
        return Counts(number, len(gold.claims), len(predicted.claims))

    both = [(gold.claims[pair.gold], predicted.claims[pair.predicted]) for pair in pairs]
    ours = frozenset[int]().union(*(predicted.tokens_of(one.content) for one in predicted.claims))
    theirs = frozenset[int]().union(*(gold.tokens_of(one.content) for one in gold.claims))
    by_content = align_claims(gold, predicted, overlaps, least=0.5, same_source=False)
    exact = align_claims(gold, predicted, overlaps, least=1.0)
    same_cue = sum(
        intersection_over_union(gold.tokens_of([one.cue]), predicted.tokens_of([other.cue])) > 0
        for one, other in both
        if one.cue and other.cue
    )
    same_modality = sum(one.modality == other.modality for one, other in both)
    return {
        "claims": found(len(pairs)),
        "claims content": found(len(by_content)),
        "claims exact": found(len(exact)),
        "claims tokens": Counts(len(ours & theirs), len(theirs), len(ours)),
        "cue": Counts(same_cue, len(pairs), len(pairs)),
        "modality": Counts(same_modality, len(pairs), len(pairs)),
    }


def _is_whole(document: Document, one: MeetingUnit, other: MeetingUnit) -> bool:
    shared = len(align_parties(one.parties, other.parties))
    right: dict[GoldField, bool] = {
        "participants": shared == len(one.parties) == len(other.parties),
        "place": one.place == other.place or bool(one.place and other.place and places_agree(one.place, other.place)),
        "date": one.date == other.date,
        "format": one.format == other.format,
        "status": one.status == other.status,
    }
    return all(is_right for field, is_right in right.items() if field in document.annotated)


def _kinds_of_names(one: MeetingUnit, other: MeetingUnit) -> Counter[MatchKind]:
    paired = align_parties(one.parties, other.parties)
    kinds = [match_parties(one.parties[pair.gold], other.parties[pair.predicted]) for pair in paired]
    left = [party for index, party in enumerate(one.parties) if index not in {pair.gold for pair in paired}]
    metonyms = sum(any(match_parties(party, given) == "metonym" for given in other.parties) for party in left)
    return Counter(kind for kind in kinds if kind) + Counter({"metonym": metonyms})
