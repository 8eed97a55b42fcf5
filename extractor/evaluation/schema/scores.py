"""Scores: how often the records of a schema, their fields and their quotes are right."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extractor.evaluation.schema.comparison import Judged, joined, judge
from extractor.evaluation.schema.documents import DocumentPair, SchemaDocument, pair_documents
from extractor.evaluation.schema.gold import SchemaGold
from extractor.evaluation.schema.likeness import likeness
from extractor.evaluation.schema.values import Value, shown_value, title_of
from extractor.evaluation.tally import Counts, Side, Tally, Unmatched
from extractor.models import SchemaExtraction
from extractor.models.schema_extraction import REPLY

# With spaces, so that no field of a schema is called so.
RECORDS, IN_PART, VALUES, WHOLE, GROUNDED = _WHOLES = (
    "all records",
    "records in part",
    "all values",
    "whole records",
    "grounded quotes",
)
_IN_WORDS = {
    RECORDS: "records found",
    IN_PART: "records found, each by how alike it is",
    VALUES: "values, end to end",
    WHOLE: "records right in every field",
    GROUNDED: "quotes that stand in the article",
}


@dataclass(frozen=True)
class RecordScore:
    """A record of the gold and the predicted one that is taken for it, or one that is on one side only."""

    path: str
    """The name of its list; empty for the reply."""
    gold: Value
    predicted: Value
    judged: tuple[Judged, ...]
    """What its fields hold."""

    @property
    def kind(self) -> str:
        """The name of its list, or `reply`."""
        return self.path or REPLY

    @property
    def is_found(self) -> bool:
        """Tell whether it is on both sides."""
        return self.gold is not None and self.predicted is not None

    @property
    def is_whole(self) -> bool:
        """Tell whether it is on both sides, with every annotated field right."""
        return self.is_found and all(one.is_right for one in self.judged)


@dataclass(frozen=True)
class SchemaDocumentScore:
    """One article's counts, and which records were taken for each other."""

    gold: SchemaDocument
    predicted: SchemaDocument
    annotation: SchemaGold
    counts: Mapping[str, Counts]
    records: tuple[RecordScore, ...]

    @property
    def id(self) -> str:
        """Id of the article."""
        return self.gold.id


@dataclass(frozen=True)
class SchemaScores(Tally[SchemaDocumentScore]):
    """The scores of a set of articles by a schema of one's own."""

    @property
    def metrics(self) -> list[str]:
        """Those of all fields together, then the kinds of records, each followed by its fields."""
        return list(dict.fromkeys(metric for one in self.documents for metric in one.counts))

    @property
    def headlines(self) -> list[str]:
        """The metrics that two runs are compared by."""
        return [metric for metric in (RECORDS, VALUES, WHOLE) if metric in self.metrics]

    def describe(self, metric: str) -> str:
        """Say in words what a metric is about; a field is called by its path."""
        return _IN_WORDS.get(metric, metric)

    def unmatched(self, side: Side) -> Iterator[Unmatched]:
        """Yield the records of a side that have no partner."""
        for one in self.documents:
            for record in one.records:
                value = getattr(record, side)
                if value is not None and not record.is_found:
                    yield Unmatched(one.id, record.kind, title_of(value))

    def remarks(self) -> list[str]:
        """Say nothing: the counts say it all."""
        return []

    def details(self) -> dict[str, Any]:
        """Return the fields that are wrong in the records found."""
        return {
            "wrong": [
                {
                    "article": one.id,
                    "field": field.path,
                    "gold": shown_value(field.gold),
                    "predicted": shown_value(field.predicted),
                }
                for one in self.documents
                for record in one.records
                if record.is_found
                for field in record.judged
                if not field.is_right and not field.is_object
            ]
        }


def score_schema(gold: Sequence[SchemaGold], predictions: Mapping[str, SchemaExtraction[Any]]) -> SchemaScores:
    """Score extractions by a schema of one's own, by article id, against the gold.

    Raises ConfigurationError where an article is on one side only or its text is not the one annotated.
    """
    scores = [_score(pair) for pair in pair_documents(gold, predictions)]
    metrics = _in_order(metric for one in scores for metric in one.counts)
    return SchemaScores(tuple(replace(one, counts=_filled(one, metrics)) for one in scores))


def _score(pair: DocumentPair) -> SchemaDocumentScore:
    records = tuple(_records(pair.gold, pair.predicted))
    return SchemaDocumentScore(pair.gold, pair.predicted, pair.annotation, _counted(pair, records), records)


def _records(gold: SchemaDocument, predicted: SchemaDocument) -> Iterator[RecordScore]:
    for kind, items in gold.records.items():
        for one, other in joined(items, predicted.records[kind]):
            yield _record(kind, one, other)
    if gold.reply or predicted.reply:
        yield _record("", gold.reply or None, predicted.reply or None)


def _record(path: str, gold: Value, predicted: Value) -> RecordScore:
    return RecordScore(path, gold, predicted, tuple(judge(gold, predicted, path)))


def _counted(pair: DocumentPair, records: Iterable[RecordScore]) -> dict[str, Counts]:
    found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])

    def count(metric: str, gold: Value, predicted: Value, matched: float) -> None:
        row = found[metric]
        row[0] += matched
        row[1] += gold is not None
        row[2] += predicted is not None

    for metric in (*((RECORDS,) if pair.gold.records else ()), IN_PART, VALUES, WHOLE, *pair.gold.records):
        count(metric, None, None, 0)
    for record in records:
        sides = record.gold, record.predicted
        for metric in (RECORDS, record.path) if record.path else ():
            count(metric, *sides, record.is_found)
        count(IN_PART, *sides, likeness(*sides))
        count(WHOLE, *sides, record.is_whole)
        for one in record.judged:
            if not one.is_object:
                count(VALUES, one.gold, one.predicted, one.is_right)
            # Beside the lists there is one record, which is the same whatever it holds.
            if record.is_found or not record.path:
                count(one.path, one.gold, one.predicted, one.is_right)
    given = pair.predicted.quotes + pair.predicted.ungrounded
    return {metric: Counts(*row) for metric, row in found.items()} | {
        GROUNDED: Counts(pair.predicted.quotes, given, given)
    }


def _in_order(metrics: Iterable[str]) -> list[str]:
    of_fields: dict[str, dict[str, None]] = {}
    found = set()
    for metric in metrics:
        found.add(metric)
        if metric not in _WHOLES:
            of_fields.setdefault(re.split(r"[.\[]", metric, maxsplit=1)[0], {})[metric] = None
    return [metric for metric in _WHOLES if metric in found] + [one for group in of_fields.values() for one in group]


def _filled(score: SchemaDocumentScore, metrics: Iterable[str]) -> dict[str, Counts]:
    """Return the counts with those of fields that were neither to find nor given."""
    return {
        metric: score.counts.get(metric, Counts())
        for metric in metrics
        if metric in score.counts or (metric not in _WHOLES and score.annotation.is_annotated(metric))
    }
