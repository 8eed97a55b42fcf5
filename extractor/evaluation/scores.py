"""Scores: how often the meetings and claims of a set of articles are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from extractor.evaluation import ceaf
from extractor.evaluation.baseline import words_baseline
from extractor.evaluation.ceaf import Counts as CeafCounts
from extractor.evaluation.ceaf import Variant
from extractor.evaluation.counting import HAPPENED, METRICS, DocumentScore, score_document
from extractor.evaluation.documents import Document
from extractor.evaluation.tally import Counts, Side, Tally, Unmatched
from extractor.names import MatchKind, normalize_name

_HEADLINES = ("meetings", "participants", "claims")
_VARIANTS: tuple[Variant, ...] = ("subset", "phi3_entity")


@dataclass(frozen=True)
class Scores(Tally[DocumentScore]):
    """The scores of a set of articles."""

    @property
    def metrics(self) -> list[str]:
        """The metrics that the gold of any document allows, in the order of `METRICS`."""
        return [name for name in METRICS if any(name in one.counts for one in self.documents)]

    @property
    def headlines(self) -> list[str]:
        """The metrics that two runs are compared by."""
        return [name for name in _HEADLINES if name in self.metrics]

    def describe(self, metric: str) -> str:
        """Say in words what a metric is about."""
        return METRICS[metric][1]

    def unmatched(self, side: Side) -> Iterator[Unmatched]:
        """Yield the meetings and claims of a side that have no partner."""
        for one in self.documents:
            yield from (Unmatched(one.id, "meeting", title) for title in _left(one, side, "meetings"))
            yield from (Unmatched(one.id, "claim", title) for title in _left(one, side, "claims"))

    def remarks(self) -> list[str]:
        """Say what was confused, how names match, and what comparable figures are."""
        confused = [(pair, times) for pair, times in sorted(self.statuses.items()) if pair[0] != pair[1]]
        macro, costly = 100 * self.status_macro_f1, self.planned_taken_for_held
        found = [f"Status: macro F1 {macro:.1f}; planned taken for held: {costly}"]
        found += [f"  {gold} taken for {given}: {times}" for (gold, given), times in confused]
        if self.names:
            kinds = ", ".join(f"{times} {kind}" for kind, times in self.names.most_common() if kind != "metonym")
            found.append(f"Names: {kinds}; capitals for governments, not counted: {self.names['metonym']}")
        if "meetings" in self.metrics:
            rme = ", ".join(f"{variant} F1 {100 * ceaf_rme(self, variant).f1:.1f}" for variant in _VARIANTS)
            found.append(f"CEAF-RME over participants, places and dates: {rme}")
            floor = 100 * baseline_scores(self).micro("meetings").f1
            found.append(f"Meeting words and names alone (baseline/words) reach F1 {floor:.1f} on meetings")
        return found

    def details(self) -> dict[str, Any]:
        """Return statuses, names and CEAF-RME."""
        return {
            "status_macro_f1": self.status_macro_f1,
            "planned_taken_for_held": self.planned_taken_for_held,
            "ceaf_rme": {
                variant: {"precision": found.precision, "recall": found.recall, "f1": found.f1}
                for variant in _VARIANTS
                for found in [ceaf_rme(self, variant)]
            },
            "names": dict(self.names),
            "statuses": [
                {"gold": gold, "predicted": given, "meetings": times}
                for (gold, given), times in sorted(self.statuses.items())
            ],
        }

    @property
    def names(self) -> Counter[MatchKind]:
        """How often the name of a participant matched in which way."""
        return sum((one.names for one in self.documents), Counter())

    @property
    def statuses(self) -> Counter[tuple[str, str]]:
        """The confusion matrix of status: (gold, predicted) to how often."""
        return sum((one.statuses for one in self.documents), Counter())

    @property
    def status_macro_f1(self) -> float:
        """The mean F1 of the statuses that occur, over the meetings found (1 where there is none)."""
        confusion = self.statuses
        statuses = {status for pair in confusion for status in pair}
        values = [
            Counts(
                confusion[status, status],
                sum(times for (gold, _), times in confusion.items() if gold == status),
                sum(times for (_, given), times in confusion.items() if given == status),
            ).f1
            for status in statuses
        ]
        return sum(values) / len(values) if values else 1.0

    @property
    def planned_taken_for_held(self) -> int:
        """How many meetings that were only planned or proposed were reported as having happened."""
        return sum(
            times
            for (gold, given), times in self.statuses.items()
            if gold in ("planned", "proposed") and given in HAPPENED
        )


def baseline_scores(scores: Scores) -> Scores:
    """Return what the meeting-word baseline scores on the same articles."""
    return Scores(
        tuple(score_document(one.gold, words_baseline(one.gold.id, one.gold.text)) for one in scores.documents)
    )


def ceaf_rme(scores: Scores, variant: Variant) -> CeafCounts:
    """Return CEAF-RME over participants, place and date, for comparison with the literature (see `ceaf`)."""
    return sum(
        (
            ceaf.ceaf_rme(_templates(one.gold), _templates(one.predicted), variant=variant)
            for one in scores.documents
            if "meetings" in one.gold.annotated
        ),
        CeafCounts(),
    )


def _templates(document: Document) -> list[ceaf.Template]:
    return [
        ceaf.Template(
            "meeting",
            {
                "participant": [[normalize_name(name) for name in party.names] for party in one.parties],
                "place": [[one.place.casefold()]] if one.place else [],
                "date": [[one.date]] if one.date else [],
            },
        )
        for one in document.meetings
    ]


def _left(score: DocumentScore, side: Side, kind: str) -> list[str]:
    if kind not in score.gold.annotated:
        return []
    paired = {getattr(pair, side) for pair in getattr(score, kind)}
    records = getattr(getattr(score, side), kind)
    return [
        getattr(record, "title", None) or record.statement
        for index, record in enumerate(records)
        if index not in paired
    ]
