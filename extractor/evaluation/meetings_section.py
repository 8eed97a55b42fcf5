"""The meetings and claims of an article as the page of an evaluation shows them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from extractor.evaluation.alignment import Pair, align_parties, dates_agree, intersection_over_union, places_agree
from extractor.evaluation.annotated import Place
from extractor.evaluation.counting import DocumentScore
from extractor.evaluation.documents import ClaimUnit, Document, MeetingUnit, Party
from extractor.evaluation.gold import GoldField
from extractor.evaluation.sections import Field, Record, Section, Value, Verdict

UnitT = TypeVar("UnitT", bound=MeetingUnit | ClaimUnit)


def meetings_section(score: DocumentScore) -> Section:
    """Return both sides of an article, pairs joined, in gold order with the false alarms last."""
    gold, predicted = score.gold, score.predicted
    of_meeting, of_claim = functools.partial(_fields_of_meeting, gold), functools.partial(_fields_of_claim, gold)
    judged = gold.annotated
    meetings = _joined("M", "meetings" in judged, gold.meetings, predicted.meetings, score.meetings, of_meeting)
    claims = _joined("C", "claims" in judged, gold.claims, predicted.claims, score.claims, of_claim)
    return Section(gold.id, gold.text, score.counts, {"Meetings": tuple(meetings), "Claims": tuple(claims)})


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
