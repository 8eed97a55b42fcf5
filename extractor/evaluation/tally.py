"""Tally: what was right, counted a document at a time, whatever was extracted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar

Side = Literal["gold", "predicted"]


@dataclass(frozen=True)
class Counts:
    """What was right, what there was to find, and what was given."""

    matched: float = 0.0
    gold: float = 0.0
    predicted: float = 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.matched + other.matched, self.gold + other.gold, self.predicted + other.predicted)

    @property
    def precision(self) -> float:
        """The share of what was given that is right; 1 where nothing was given and nothing was to find."""
        return self._share(self.predicted)

    @property
    def recall(self) -> float:
        """The share of what there was to find that was found; 1 where nothing was to find and nothing was given."""
        return self._share(self.gold)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.gold + self.predicted
        return 2 * self.matched / total if total else 1.0

    def _share(self, whole: float) -> float:
        if whole:
            return self.matched / whole
        return 0.0 if self.gold or self.predicted else 1.0


class Counted(Protocol):
    """An article with its counts."""

    @property
    def id(self) -> str:
        """Id of the article."""

    @property
    def counts(self) -> Mapping[str, Counts]:
        """The counts of each metric that the article's gold allows."""


DocumentT = TypeVar("DocumentT", bound=Counted, covariant=True)


@dataclass(frozen=True)
class Unmatched:
    """A record that is on one side only."""

    article: str
    what: str
    title: str


@dataclass(frozen=True)
class Tally(ABC, Generic[DocumentT]):
    """The scores of a set of articles, of whatever task."""

    documents: tuple[DocumentT, ...]
    is_recall_only: bool = False
    """True where the gold does not claim to be complete, so that only recall means anything."""

    @property
    @abstractmethod
    def metrics(self) -> list[str]:
        """The metrics that the gold of any document allows, in the order in which they are shown."""

    @property
    @abstractmethod
    def headlines(self) -> list[str]:
        """The metrics that two runs are compared by, which is corrected for their number."""

    @abstractmethod
    def describe(self, metric: str) -> str:
        """Say in words what a metric is about."""

    @abstractmethod
    def unmatched(self, side: Side) -> Iterator[Unmatched]:
        """Yield the records of a side that have no partner: missed those of the gold, false those predicted."""

    @abstractmethod
    def remarks(self) -> list[str]:
        """Say in sentences what the counts do not."""

    @abstractmethod
    def details(self) -> dict[str, Any]:
        """Return what the counts do not say, for programs."""

    def micro(self, metric: str) -> Counts:
        """Return the counts of all documents together."""
        return sum((one.counts[metric] for one in self.documents if metric in one.counts), Counts())

    def macro_f1(self, metric: str) -> float:
        """Return the mean of the documents' F1."""
        values = [one.counts[metric].f1 for one in self.documents if metric in one.counts]
        return sum(values) / len(values)
