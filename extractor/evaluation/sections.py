"""Sections: what the page of an evaluation shows of an article, both sides beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from extractor.evaluation.annotated import Place
from extractor.evaluation.tally import Counts
from extractor.pages import cut_at_quotes

Verdict = Literal["found", "missed", "false alarm", "not annotated"]


@dataclass(frozen=True)
class Value:
    """A value of a field, and what is wrong with it, in words."""

    text: str
    fault: str = ""


@dataclass(frozen=True)
class Field:
    """A field of a record on both sides."""

    name: str
    gold: tuple[Value, ...] = ()
    predicted: tuple[Value, ...] = ()
    remark: str = ""
    wrong: bool = False


@dataclass(frozen=True)
class Record:
    """A record of the gold, of the prediction, or of both."""

    label: str
    verdict: Verdict
    gold: str | None
    predicted: str | None
    fields: tuple[Field, ...]
    gold_places: tuple[Place, ...]
    predicted_places: tuple[Place, ...]


@dataclass(frozen=True)
class Segment:
    """A stretch of text that the same records quote from end to end, by their labels."""

    text: str
    gold: tuple[str, ...]
    predicted: tuple[str, ...]
    begins: tuple[str, ...]

    @property
    def described(self) -> str:
        """Who quotes it, in words."""
        sides = {"gold": self.gold, "predicted": self.predicted}
        return "; ".join(f"{side}: {', '.join(labels)}" for side, labels in sides.items() if labels)


@dataclass(frozen=True)
class Section:
    """An article of the page."""

    id: str
    text: str
    counts: Mapping[str, Counts]
    groups: Mapping[str, tuple[Record, ...]]
    """Its records by what they are called."""

    @property
    def records(self) -> list[Record]:
        """The records of all groups."""
        return [record for group in self.groups.values() for record in group]

    def count(self, verdict: Verdict) -> int:
        """Return how many records have a verdict."""
        return sum(one.verdict == verdict for one in self.records)

    def segments(self) -> list[Segment]:
        """Return the article's text, split wherever a quote begins or ends."""
        return segments(self.text, self.records)


def segments(text: str, records: Iterable[Record]) -> list[Segment]:
    """Split a text wherever a quote of a record begins or ends; the segments joined are the text."""
    listed = list(records)
    quotes = [(*place, ("gold", one.label)) for one in listed for place in one.gold_places]
    quotes += [(*place, ("predicted", one.label)) for one in listed for place in one.predicted_places]

    def labels(side: str, found: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
        return tuple(label for of, label in found if of == side)

    return [
        Segment(
            one.text,
            labels("gold", one.labels),
            labels("predicted", one.labels),
            tuple(dict.fromkeys(label for _, label in one.begins)),
        )
        for one in cut_at_quotes(text, quotes)
    ]
