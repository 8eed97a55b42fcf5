"""Linking: whether what belongs together in different articles was put together, against other people's clusters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field
from rich import box
from rich.table import Table

from extractor.errors import ConfigurationError
from extractor.evaluation.adapters.records import Annotation, Record, read_records, verify_words
from extractor.evaluation.coreference import b_cubed, b_cubed_counts, ceaf_e, clusters_of, conll_f1, lea, muc

Labels = Mapping[str, str]
"""From an item to its cluster. Items are articles, by their ids, or mentions, as `article@offset`."""


@dataclass(frozen=True)
class LinkedSet:
    """Items of which others annotated which belong together."""

    name: str
    labels: Labels
    words: Labels
    """By what words each item is named, for the baseline that links equal words."""


class _Mention(Annotation):
    kind: str
    text: str
    start: int
    chain: str | None
    evaluated: bool


class _MentionRecord(Record):
    mentions: list[_Mention]


class _ClusterRecord(Record):
    cluster: str = Field(min_length=1)


class _Link(Record):
    text: str = ""
    cluster: str = Field(min_length=1)


def read_ecbplus(path: Path) -> LinkedSet:
    """Read ECB+'s event mentions (Cybulska & Vossen 2014), those that its authors checked and score.

    A mention without a chain is alone.
    """
    labels: dict[str, str] = {}
    words: dict[str, str] = {}
    for record, mentions in read_records(path, _MentionRecord, _evaluated_events):
        for one in mentions:
            item = f"{record.id}@{one.start}"
            labels[item] = one.chain or item
            words[item] = one.text.casefold()
    return LinkedSet("ecbplus", labels, words)


def read_clusters(path: Path) -> LinkedSet:
    """Read articles with the label of the event that each is about."""
    found = [record for record, _ in read_records(path, _ClusterRecord, lambda record: record)]
    return LinkedSet(
        "clusters", {one.id: one.cluster for one in found}, {one.id: (one.title or one.id).casefold() for one in found}
    )


LINKED_SETS: Mapping[str, Callable[[Path], LinkedSet]] = {"ecbplus": read_ecbplus, "clusters": read_clusters}
"""Every adapter to clusters, by the name of what it reads."""


def read_links(path: Path, gold: LinkedSet) -> Labels:
    """Read a clustering of the gold's items: JSON Lines with `id` and `cluster`.

    Raises ConfigurationError where an item of the gold is missing or another is there: the score of a part is no score.
    """
    labels = {record.id: record.cluster for record, _ in read_records(path, _Link, lambda link: link)}
    if missing := [item for item in gold.labels if item not in labels]:
        raise ConfigurationError(f"{str(path)!r} has no cluster for {len(missing)} items, the first is {missing[0]!r}.")
    if unknown := [item for item in labels if item not in gold.labels]:
        raise ConfigurationError(f"{str(path)!r} has items that the gold does not have, the first is {unknown[0]!r}.")
    return labels


def score_links(gold: LinkedSet, labels: Labels) -> dict[str, Any]:
    """Return precision, recall and F1 by MUC, B-cubed, CEAF-e and LEA, and CoNLL F1.

    The interval of B-cubed F1 is a bootstrap over the gold's clusters.
    """
    from extractor.evaluation.significance import interval

    truth, given = clusters_of(gold.labels), clusters_of(labels)
    scores: dict[str, Any] = {"items": len(gold.labels), "gold_clusters": len(truth), "given_clusters": len(given)}
    for name, metric in (("muc", muc), ("b_cubed", b_cubed), ("ceaf_e", ceaf_e), ("lea", lea)):
        found = metric(truth, given)
        scores[name] = {"precision": found.precision, "recall": found.recall, "f1": found.f1}
    bounds = interval(b_cubed_counts(truth, given), _b_cubed_f1)
    scores["b_cubed"] |= {"low": bounds.low, "high": bounds.high}
    return {**scores, "conll_f1": conll_f1(truth, given)}


def baselines(gold: LinkedSet) -> dict[str, Labels]:
    """Return what needs no linking: every item alone, all together, and those of equal words together."""
    return {
        "baseline/alone": {item: item for item in gold.labels},
        "baseline/together": dict.fromkeys(gold.labels, "all"),
        "baseline/words": gold.words,
    }


def links_view(rows: Mapping[str, Mapping[str, Any]]) -> Table:
    """Return the scores as a table, a row a clustering."""
    table = Table(box=box.HORIZONTALS, pad_edge=False)
    table.add_column("links", overflow="fold")
    for heading in ("MUC", "B³ P", "B³ R", "B³ F1", "95 %", "CEAF-e", "CoNLL", "LEA", "clusters"):
        table.add_column(heading, justify="right")
    for name, row in rows.items():
        cubed = row["b_cubed"]
        table.add_row(
            name,
            _percent(row["muc"]["f1"]),
            *(_percent(cubed[part]) for part in ("precision", "recall", "f1")),
            f"{100 * cubed['low']:.0f}–{100 * cubed['high']:.0f}",
            _percent(row["ceaf_e"]["f1"]),
            _percent(row["conll_f1"]),
            _percent(row["lea"]["f1"]),
            f"{row['given_clusters']} of {row['gold_clusters']}",
        )
    return table


def _evaluated_events(record: _MentionRecord) -> list[_Mention]:
    events = [one for one in record.mentions if one.kind == "action" and one.evaluated]
    for one in events:
        verify_words(record.text, [(one.start, one.start + len(one.text))], one.text)
    return events


def _b_cubed_f1(counts: Any) -> Any:
    right_given, right_gold, _ = (counts[..., column] for column in range(3))
    # Items cancel out of the harmonic mean of two means over the same items.
    return 2 * right_given * right_gold / (right_given + right_gold) / counts[..., 2]


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
