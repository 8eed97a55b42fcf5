"""Alignment: which predicted record is which gold record, one to one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from extractor.evaluation.documents import ClaimUnit, Document, MeetingUnit, Party
from extractor.names import MatchKind, match_names
from extractor.normalize import Interval, parse_iso

THRESHOLD = 0.3
"""Least weight of a pair of meetings; fixed on development data before any model was scored."""
_WEIGHTS = {"participants": 0.5, "date": 0.2, "place": 0.15, "evidence": 0.15}
_SERVING: tuple[MatchKind, ...] = ("exact", "alias", "contained", "role")
"""Matches that count; a capital that stands for a government is reported apart."""


@dataclass(frozen=True)
class Pair:
    """A gold record and the predicted one that is taken for it, by their positions."""

    gold: int
    predicted: int
    weight: float


Weights = Sequence[Sequence[float]]
"""For each gold record a row, for each predicted one a column: how well they fit, 0 where they cannot be one."""


def align(weights: Weights) -> list[Pair]:
    """Return the one-to-one pairs of positive weight with the greatest sum of weights, in gold order.

    Of equal sums the one whose pairs stand in the same order in both lists is taken (Kuhn 1955, through scipy).
    """
    fitting = [(row, column) for row, line in enumerate(weights) for column, weight in enumerate(line) if weight > 0]
    if len({row for row, _ in fitting}) == len({column for _, column in fitting}) == len(fitting):
        chosen = fitting
    else:
        chosen = _assign(weights)
    return [Pair(row, column, weights[row][column]) for row, column in chosen if weights[row][column] > 0]


def _assign(weights: Weights) -> list[tuple[int, int]]:
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    table = np.array(weights)
    apart = np.abs(np.subtract.outer(np.arange(table.shape[0]), np.arange(table.shape[1])))
    # A nudge towards the diagonal, too small to change which sum is greatest, settles ties by text order.
    nudged = table - np.where(table > 0, 1e-9 * apart, 0.0)
    found = linear_sum_assignment(nudged, maximize=True)
    return [(int(row), int(column)) for row, column in zip(*found, strict=True)]


def align_parties(gold: Sequence[Party], predicted: Sequence[Party]) -> list[Pair]:
    """Pair the parties that are the same by the name rule; no prediction serves two gold parties."""
    return align([[_sameness(match_parties(one, other)) for other in predicted] for one in gold])


def match_parties(gold: Party, predicted: Party) -> MatchKind | None:
    """Return how two parties' names match, by the rule for the gold party's kind."""
    return match_names(gold.names, predicted.names, gold.kind)


def weigh_meetings(gold: Document, predicted: Document) -> Weights:
    """Return how well each gold meeting and each predicted one fit.

    The weight is 0.5 participant F1 + 0.2 date + 0.15 place + 0.15 evidence in the same sentence, over what the gold
    has, scaled to 1; it is 0 without a participant or the evidence's sentence in common, and for a prediction that
    only repeats an earlier one: a copy must not find what the first did not.
    """
    repeats = repeats_among(predicted.meetings)
    told = [gold.sentences_of(one.evidence) for one in gold.meetings]
    given = [predicted.sentences_of(other.evidence) for other in predicted.meetings]
    return [
        [
            0.0 if is_repeat else _meeting_weight(one, other, bool(here & there))
            for other, there, is_repeat in zip(predicted.meetings, given, repeats, strict=True)
        ]
        for one, here in zip(gold.meetings, told, strict=True)
    ]


def align_meetings(weights: Weights, threshold: float = THRESHOLD) -> list[Pair]:
    """Pair the meetings whose weight reaches the threshold."""
    return align([[weight if weight >= threshold else 0.0 for weight in line] for line in weights])


def overlaps_of_claims(gold: Document, predicted: Document) -> Weights:
    """Return the overlap (IoU of the words) of each gold claim's content with each predicted one's; 0 for copies."""
    repeats = repeats_among(predicted.claims)
    told = [gold.tokens_of(one.content) for one in gold.claims]
    given = [predicted.tokens_of(other.content) for other in predicted.claims]
    return [
        [
            0.0 if is_repeat else intersection_over_union(here, there)
            for there, is_repeat in zip(given, repeats, strict=True)
        ]
        for here in told
    ]


def repeats_among(records: Sequence[MeetingUnit] | Sequence[ClaimUnit]) -> list[bool]:
    """Tell of each record whether an earlier one says the same."""
    seen: set[Hashable] = set()
    repeats = []
    for record in records:
        said = _what_it_says(record)
        repeats.append(said in seen)
        seen.add(said)
    return repeats


def _what_it_says(record: MeetingUnit | ClaimUnit) -> Hashable:
    return replace(record, title="") if isinstance(record, MeetingUnit) else (record.source, record.content)


def align_claims(
    gold: Document, predicted: Document, overlaps: Weights, *, least: float, same_source: bool = True
) -> list[Pair]:
    """Pair the claims whose contents overlap by at least so much, with the same source unless told otherwise."""

    def weight(one: ClaimUnit, other: ClaimUnit, overlap: float) -> float:
        return overlap if overlap >= least and (not same_source or _have_same_source(one, other)) else 0.0

    return align(
        [
            [weight(one, other, overlap) for other, overlap in zip(predicted.claims, line, strict=True)]
            for one, line in zip(gold.claims, overlaps, strict=True)
        ]
    )


def _have_same_source(gold: ClaimUnit, predicted: ClaimUnit) -> bool:
    if not gold.source.is_unresolved:
        return match_parties(gold.source, predicted.source) in _SERVING
    # "He said": who that is was not annotated. The same word of saying has the same source in the sentence.
    if gold.cue is None or predicted.cue is None:
        return False
    return gold.cue[0] < predicted.cue[1] and predicted.cue[0] < gold.cue[1]


def intersection_over_union(one: frozenset[int], other: frozenset[int]) -> float:
    """Return the share of the words of both that both have."""
    return len(one & other) / len(one | other) if one or other else 0.0


def dates_agree(gold: str, predicted: str) -> bool:
    """Tell whether two ISO dates are compatible: they overlap, and the coarser holds the finer."""
    one, other = parse_iso(gold), parse_iso(predicted)
    return one is not None and other is not None and intervals_agree(one, other)


def intervals_agree(gold: Interval, predicted: Interval) -> bool:
    """Tell whether one interval of days holds the other."""
    return (gold.first <= predicted.first and predicted.last <= gold.last) or (
        predicted.first <= gold.first and gold.last <= predicted.last
    )


def places_agree(gold: str, predicted: str) -> bool:
    """Tell whether one place's words hold the other's: "Damascus" and "central Damascus"."""
    one, other = set(gold.casefold().split()), set(predicted.casefold().split())
    return bool(one and other) and (one <= other or other <= one)


def _sameness(kind: MatchKind | None) -> float:
    # A whole name is preferred to a part of one where both are there.
    return 0.0 if kind not in _SERVING else 2.0 if kind == "exact" else 1.0


def _meeting_weight(one: MeetingUnit, other: MeetingUnit, in_same_sentence: bool) -> float:
    shared = len(align_parties(one.parties, other.parties))
    if not shared and not in_same_sentence:
        return 0.0
    agreement = {"participants": 2 * shared / ((len(one.parties) + len(other.parties)) or 1)}
    if one.date is not None:
        agreement["date"] = float(other.date is not None and dates_agree(one.date, other.date))
    if one.place is not None:
        agreement["place"] = float(other.place is not None and places_agree(one.place, other.place))
    agreement["evidence"] = float(in_same_sentence)
    return sum(_WEIGHTS[name] * value for name, value in agreement.items()) / sum(_WEIGHTS[name] for name in agreement)
