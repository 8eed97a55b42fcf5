"""The records of a schema of one's own as the page of an evaluation shows them."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.evaluation.annotated import Place
from extractor.evaluation.schema.comparison import Judged
from extractor.evaluation.schema.scores import RecordScore, SchemaDocumentScore
from extractor.evaluation.schema.values import Items, Quoted, Value, shown_value, title_of
from extractor.evaluation.sections import Field, Record, Section, Verdict
from extractor.evaluation.sections import Value as ShownValue
from extractor.models.schema_extraction import REPLY


def schema_section(score: SchemaDocumentScore) -> Section:
    """Return both sides of an article, pairs joined, in gold order with the false alarms last."""
    groups: dict[str, list[Record]] = {kind: [] for kind in score.gold.records}
    for record in score.records:
        group = groups.setdefault(record.kind, [])
        group.append(_record(f"{record.kind}{len(group) + 1}" if record.path else REPLY, record))
    return Section(score.id, score.gold.text, score.counts, {kind: tuple(group) for kind, group in groups.items()})


def _record(label: str, record: RecordScore) -> Record:
    verdict: Verdict = "found" if record.is_found else "missed" if record.predicted is None else "false alarm"
    return Record(
        label,
        verdict,
        None if record.gold is None else title_of(record.gold),
        None if record.predicted is None else title_of(record.predicted),
        tuple(_fields(record)),
        tuple(_places(record.gold)),
        tuple(_places(record.predicted)),
    )


def _fields(record: RecordScore) -> Iterator[Field]:
    by_path: dict[str, list[Judged]] = {}
    for one in record.judged:
        if not one.is_object:
            by_path.setdefault(one.path, []).append(one)
    for path, judged in by_path.items():
        wrong = record.is_found and not all(one.is_right for one in judged)
        yield Field(
            path.removeprefix(f"{record.path}."),
            tuple(_shown(one.gold, one.predicted, "missed", wrong) for one in judged if one.gold is not None),
            tuple(_shown(one.predicted, one.gold, "false alarm", wrong) for one in judged if one.predicted is not None),
            "wrong" if wrong else "",
            wrong,
        )


def _shown(value: Value, other: Value, fault: str, compared: bool) -> ShownValue:
    return ShownValue(str(shown_value(value)), fault if compared and other is None else "")


def _places(value: Value) -> Iterator[Place]:
    if isinstance(value, Quoted):
        yield value.place
    elif isinstance(value, dict):
        for held in value.values():
            yield from _places(held)
    elif isinstance(value, Items):
        for item in value.items:
            yield from _places(item.value)
