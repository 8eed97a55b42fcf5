"""The page of an evaluation: how good a run is, and why, as one HTML file for a person."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

from extractor.evaluation.alignment import Pair, align_parties, dates_agree, intersection_over_union, places_agree
from extractor.evaluation.documents import ClaimUnit, Document, MeetingUnit, Party, Place
from extractor.evaluation.gold import GoldField
from extractor.evaluation.plot import cost_against_f1
from extractor.evaluation.report import HEADLINES, Run, effort_of, figures
from extractor.evaluation.scores import METRICS, DocumentScore, Scores
from extractor.models import Article, Extraction
from extractor.models.reply import MeetingStatus
from extractor.pages import cut_at_quotes, template_environment

if TYPE_CHECKING:
    from jinja2 import Template

Verdict = Literal["found", "missed", "false alarm", "not annotated"]
UnitT = TypeVar("UnitT", bound=MeetingUnit | ClaimUnit)
_STRONGEST = 0.6
"""Opacity of the fullest cell of the heat map: numbers stay legible on it, in the light and in the dark."""


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
    """A meeting or claim of the gold, of the prediction, or of both."""

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

    name: str
    known: tuple[str, ...]
    score: DocumentScore
    meetings: tuple[Record, ...]
    claims: tuple[Record, ...]

    def count(self, verdict: Verdict) -> int:
        """Return how many meetings and claims have a verdict."""
        return sum(one.verdict == verdict for one in (*self.meetings, *self.claims))

    def segments(self) -> list[Segment]:
        """Return the article's text, split wherever a quote begins or ends."""
        return segments(self.score.gold.text, (*self.meetings, *self.claims))


@dataclass(frozen=True)
class Cell:
    """A cell of the heat map."""

    gold: str
    predicted: str
    row: int
    column: int
    times: int
    opacity: float


def evaluation_page(scores: Scores, extractions: Sequence[Extraction], *, title: str, runs: Sequence[Run] = ()) -> str:
    """Return an evaluation as one HTML page that loads nothing and can be read without JavaScript.

    Articles and replies are taken for hostile: they are only ever text, and the page runs no script but its own. Of
    several `runs` it shows cost against F1.
    """
    articles = {one.article.id: one.article for one in extractions}
    rows = figures(scores)
    return _template().render(
        title=title,
        made=sorted({(one.provenance.model, one.provenance.prompt) for one in extractions}),
        replayed=any(one.provenance.replayed for one in extractions),
        figures=[{"name": METRICS[name][1], **rows[name]} for name in HEADLINES if name in rows],
        others=[{"name": METRICS[name][1], **row} for name, row in rows.items() if name not in HEADLINES],
        scores=scores,
        cells=heat_map(scores.statuses) if "status" in rows else [],
        effort=effort_of(extractions),
        picture=cost_against_f1(runs) if len(runs) > 1 else None,
        sections=[section_of(one, articles.get(one.gold.id)) for one in scores.documents],
    )


def section_of(score: DocumentScore, article: Article | None = None) -> Section:
    """Return both sides of an article, pairs joined, in gold order with the false alarms last."""
    known = (score.gold.id, article and article.source, article and article.published and str(article.published))
    name = (article and article.title) or score.gold.id
    gold, predicted = score.gold, score.predicted
    of_meeting, of_claim = functools.partial(_fields_of_meeting, gold), functools.partial(_fields_of_claim, gold)
    judged = gold.annotated
    return Section(
        name=name,
        known=tuple(one for one in known if one and one != name),
        score=score,
        meetings=tuple(
            _joined("M", "meetings" in judged, gold.meetings, predicted.meetings, score.meetings, of_meeting)
        ),
        claims=tuple(_joined("C", "claims" in judged, gold.claims, predicted.claims, score.claims, of_claim)),
    )


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


def heat_map(statuses: Mapping[tuple[str, str], int]) -> list[Cell]:
    """Return the confusion matrix of the statuses that occur; opacity is the share of the gold status."""
    order = get_args(MeetingStatus)
    names = sorted(
        {name for pair in statuses for name in pair}, key=lambda name: order.index(name) if name in order else 99
    )
    totals = {gold: sum(statuses.get((gold, given), 0) for given in names) for gold in names}
    return [
        Cell(gold, given, row, column, times, _STRONGEST * times / max(1, totals[gold]))
        for row, gold in enumerate(names)
        for column, given in enumerate(names)
        for times in [statuses.get((gold, given), 0)]
    ]


def _joined(
    letter: str,
    judged: bool,
    golds: Sequence[UnitT],
    others: Sequence[UnitT],
    pairs: Sequence[Pair],
    fields: Callable[[UnitT | None, UnitT | None], Iterable[Field]],
) -> Iterator[Record]:
    taken = {pair.gold: pair.predicted for pair in pairs}
    rows: list[tuple[UnitT | None, UnitT | None]] = []
    rows += [(one, others[taken[index]] if index in taken else None) for index, one in enumerate(golds)]
    rows += [(None, other) for index, other in enumerate(others) if index not in taken.values()]
    for number, (one, other) in enumerate(rows, 1):
        verdict: Verdict = "false alarm" if one is None else "missed" if other is None else "found"
        yield Record(
            f"{letter}{number}",
            verdict if judged else "not annotated",
            _title(one),
            _title(other),
            tuple(fields(one, other)),
            _places(one),
            _places(other),
        )


def _title(unit: MeetingUnit | ClaimUnit | None) -> str | None:
    return unit.title if isinstance(unit, MeetingUnit) else unit.statement if unit else None


def _places(unit: MeetingUnit | ClaimUnit | None) -> tuple[Place, ...]:
    return unit.evidence if isinstance(unit, MeetingUnit) else unit.content if unit else ()


def _fields_of_meeting(gold: Document, one: MeetingUnit | None, other: MeetingUnit | None) -> Iterator[Field]:
    yield _parties(one, other, "participants" in gold.annotated)
    yield _field(gold, "status", one, other, lambda unit: unit.status)
    yield _field(gold, "date", one, other, lambda unit: unit.date, dates_agree)
    yield _field(gold, "place", one, other, lambda unit: unit.place, places_agree)
    yield _field(gold, "format", one, other, lambda unit: unit.format)


def _fields_of_claim(gold: Document, one: ClaimUnit | None, other: ClaimUnit | None) -> Iterator[Field]:
    def overlap(value: Callable[[ClaimUnit], Iterable[Place]]) -> float:
        return intersection_over_union(*(gold.tokens_of(value(unit)) if unit else frozenset() for unit in (one, other)))

    def quoted(unit: ClaimUnit | None) -> tuple[Value, ...]:
        return tuple(Value(gold.text[start:end]) for start, end in _places(unit))

    def cue(unit: ClaimUnit) -> str | None:
        return gold.text[slice(*unit.cue)] if unit.cue else None

    same_cue = overlap(lambda unit: [unit.cue] if unit.cue else []) > 0
    # Claims are a pair only where their sources are the same party.
    yield _field(gold, "claims", one, other, lambda unit: unit.source.names[0], lambda *_: True, shown_as="source")
    yield _field(gold, "modality", one, other, lambda unit: unit.modality)
    yield _field(gold, "cue", one, other, cue, lambda *_: same_cue)
    shared = f"{100 * overlap(_places):.0f} % shared" if one and other else ""
    yield Field("content", quoted(one), quoted(other), shared)


def _field(
    gold: Document,
    name: GoldField,
    one: UnitT | None,
    other: UnitT | None,
    value: Callable[[UnitT], str | None],
    agree: Callable[[str, str], bool] = str.__eq__,
    shown_as: str = "",
) -> Field:
    given, found = (None if unit is None else value(unit) for unit in (one, other))
    right = given == found or (given is not None and found is not None and agree(given, found))
    wrong = one is not None and other is not None and name in gold.annotated and not right
    sides = [() if unit is None else (Value(value(unit) or "–"),) for unit in (one, other)]
    return Field(shown_as or name, sides[0], sides[1], "wrong" if wrong else "", wrong)


def _parties(one: MeetingUnit | None, other: MeetingUnit | None, judged: bool) -> Field:
    gold, predicted = (unit.parties if unit else () for unit in (one, other))
    compared = judged and one is not None and other is not None
    pairs = align_parties(gold, predicted) if compared else []

    def values(parties: tuple[Party, ...], paired: set[int], fault: str) -> tuple[Value, ...]:
        return tuple(
            Value(party.names[0], fault if compared and index not in paired else "")
            for index, party in enumerate(parties)
        )

    wrong = compared and not len(pairs) == len(gold) == len(predicted)
    return Field(
        "participants",
        values(gold, {pair.gold for pair in pairs}, "missed"),
        values(predicted, {pair.predicted for pair in pairs}, "false alarm"),
        "wrong" if wrong else "",
        wrong,
    )


@functools.cache
def _template() -> Template:
    percent = {"percent": lambda share: f"{100 * share:.1f}"}
    return template_environment(Path(__file__).parent, percent).get_template("page.html")
