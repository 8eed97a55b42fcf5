"""Merging of schema records: one article's data in one's own form, from several readings of its parts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from extractor.models import Path, PlacedQuote, Problem, SchemaRecord
from extractor.models.schema_extraction import REPLY
from extractor.tasks.checking import SchemaData, name_of_record
from extractor.tasks.places import Places
from extractor.tasks.renaming import Fate, Name, rename_problems
from extractor.tasks.task import Part

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(eq=False)
class _Item:
    """A record of a list, by all readings that have it."""

    name: str
    """Of its list."""
    content: dict[str, Any]
    quotes: list[PlacedQuote]
    """By their paths in the content and their places in the whole article."""
    begins: int
    first: list[Name]
    """What the readings call it that have it in the same words."""
    others: list[Name]
    is_at_home: bool
    filled: set[str]

    @property
    def readings(self) -> set[int]:
        """The numbers of all of them."""
        return {name[0] for name in (*self.first, *self.others)}


def merge_data(
    parts: Sequence[Part[SchemaData[ModelT]]], model: type[ModelT]
) -> tuple[SchemaData[ModelT], list[Problem]]:
    """Make one of what several readings of an article's parts, or of one part again, have found.

    The lists of records are put together in the order of the text. Records of two readings are one where the quotes
    that they have in the same fields overlap, and what one leaves empty the other fills. Of anything beside the lists
    the first reading counts that has it. Whether there is a record, those decide that read its words at home: what
    others have of it is left aside.
    """
    parts = sorted(parts, key=lambda part: part.start)
    items = _join(_alike([item for number, part in enumerate(parts) for item in _items(number, part)]))
    lists: dict[str, list[_Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: item.begins):
        lists[item.name].append(item)
    data, quotes = _put_together(parts, lists)
    problems = rename_problems(
        [part.problems for part in parts], _fates(parts, lists), lambda kind, number: name_of_record((kind, number - 1))
    )
    names = parts[0].records.lists
    if data is None:
        return SchemaData(None, lists=names), problems
    paths: list[Path] = [(name, number) for name in names for number in range(len(lists[name]))]
    beside = [record for part in parts for record in part.records.records if not record.path]
    records = [SchemaRecord(id=name_of_record(path), path=path) for path in paths]
    try:
        instance = model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        told = error.errors(include_url=False, include_input=False)[0]["msg"]
        return SchemaData(None, lists=names), [*problems, _not_whole(told)]
    return SchemaData(instance, data, tuple(quotes), names, (*records, *beside[:1])), problems


def _not_whole(told: str) -> Problem:
    return Problem(
        code="evidence_lost",
        kind=REPLY,
        record=REPLY,
        field="",
        value=None,
        message=f"what the parts of the article give is not of the form together ({told}); it is left out.",
        consequence="left_out",
    )


def _items(number: int, part: Part[SchemaData[Any]]) -> Iterator[_Item]:
    quotes: dict[Path, list[PlacedQuote]] = defaultdict(list)
    for quote in _moved(part):
        quotes[quote.path[:2]].append(quote.model_copy(update={"path": quote.path[2:]}))
    for record in part.records.records:
        if record.path and part.records.json_data is not None:
            name, index = str(record.path[0]), record.path[1]
            begins = min((quote.span.start for quote in quotes[record.path]), default=part.start)
            yield _Item(
                name=name,
                content=dict(part.records.json_data[name][index]),
                quotes=quotes[record.path],
                begins=begins,
                first=[(number, name, record.id)],
                others=[],
                is_at_home=part.start <= begins < part.end,
                filled=set(),
            )


def _moved(part: Part[SchemaData[Any]]) -> Iterator[PlacedQuote]:
    """Yield the quotes by their places in the whole article."""
    for quote in part.records.quotes_placed:
        yield quote.model_copy(update={"span": quote.span.moved(part.shown_from)})


def _alike(items: Iterable[_Item]) -> list[_Item]:
    """Return once what several readings have in the same words, those first that were read at home."""
    found: dict[tuple[str, str, tuple[PlacedQuote, ...]], _Item] = {}
    for item in items:
        key = (item.name, json.dumps(item.content, sort_keys=True, default=str), tuple(item.quotes))
        known = found.setdefault(key, item)
        if known is not item:
            known.first += item.first
            known.is_at_home |= item.is_at_home
    return sorted(found.values(), key=lambda item: not item.is_at_home)


def _join(items: Iterable[_Item]) -> list[_Item]:
    """Return the records of which those have read that were about their words."""
    found: list[_Item] = []
    places: dict[str, Places[_Item]] = defaultdict(Places)
    for item in items:
        spans = [quote.span for quote in item.quotes]
        overlapping = sorted(places[item.name].overlapping(spans), key=lambda each: -each[0])
        same = (one for _, one in overlapping if one.readings.isdisjoint(item.readings) and _is_same(one, item))
        known = next(same, None)
        if known is not None and item.is_at_home:
            _fill(known, item)
        elif item.is_at_home:
            found.append(item)
            places[item.name].add(item, spans)
    return found


def _is_same(one: _Item, other: _Item) -> bool:
    """Tell whether the quotes that both have in the same fields overlap, field by field."""
    ours, theirs = _by_field(one), _by_field(other)
    shared = ours.keys() & theirs.keys()
    return bool(shared) and all(
        any(first.span.overlap(second.span) for first in ours[path] for second in theirs[path]) for path in shared
    )


def _by_field(item: _Item) -> dict[Path, list[PlacedQuote]]:
    """Return the quotes by their paths without the numbers in lists."""
    fields: dict[Path, list[PlacedQuote]] = defaultdict(list)
    for quote in item.quotes:
        fields[tuple(step for step in quote.path if isinstance(step, str))].append(quote)
    return fields


def _fill(known: _Item, item: _Item) -> None:
    """Give a record what it leaves empty and the other one has."""
    for name, value in item.content.items():
        if known.content.get(name) in _EMPTY and value not in _EMPTY:
            known.content[name] = value
            known.quotes += (quote for quote in item.quotes if quote.path[0] == name)
            known.filled.add(name)
    known.begins = min((quote.span.start for quote in known.quotes), default=known.begins)
    known.others += (*item.first, *item.others)


_EMPTY: tuple[object, ...] = (None, "", [], {})


def _put_together(
    parts: Sequence[Part[SchemaData[Any]]], lists: Mapping[str, Sequence[_Item]]
) -> tuple[dict[str, Any] | None, list[PlacedQuote]]:
    """Return the data, each field from where it comes, and its quotes in its order."""
    read = [(part.records.json_data, list(_moved(part))) for part in parts if part.records.json_data is not None]
    if not read:
        return None, []
    data: dict[str, Any] = {}
    quotes: list[PlacedQuote] = []
    for name in dict.fromkeys(name for whole, _ in read for name in whole):
        if name in parts[0].records.lists:
            data[name] = [item.content for item in lists.get(name, ())]
            quotes += (quote for number, item in enumerate(lists.get(name, ())) for quote in _quotes_of(item, number))
        else:
            data[name], found = _beside(name, [(whole.get(name), placed) for whole, placed in read])
            quotes += found
    return data, quotes


def _quotes_of(item: _Item, number: int) -> list[PlacedQuote]:
    order = list(item.content)
    quotes = sorted(item.quotes, key=lambda quote: order.index(str(quote.path[0])))
    return [quote.model_copy(update={"path": (item.name, number, *quote.path)}) for quote in quotes]


def _beside(name: str, values: Sequence[tuple[Any, Sequence[PlacedQuote]]]) -> tuple[Any, list[PlacedQuote]]:
    """Return a field that is no list of records: all of a list, else the first value that there is."""
    if not any(isinstance(value, list) for value, _ in values):
        value, placed = next(((value, placed) for value, placed in values if value is not None), (None, []))
        return value, [quote for quote in placed if quote.path[0] == name]
    together: list[Any] = []
    quotes: list[PlacedQuote] = []
    for value, placed in values:
        for index, one in enumerate(value or ()):
            if one not in together:
                path = (name, len(together))
                quotes += (
                    quote.model_copy(update={"path": (*path, *quote.path[2:])})
                    for quote in placed
                    if quote.path[:2] == (name, index)
                )
                together.append(one)
    return together, quotes


def _fates(parts: Sequence[Part[SchemaData[Any]]], lists: Mapping[str, Sequence[_Item]]) -> dict[Name, Fate]:
    fates: dict[Name, Fate] = {
        (number, record.kind, record.id): Fate("", is_repeated=True)
        for number, part in enumerate(parts)
        for record in part.records.records
    }
    for name, items in lists.items():
        for number, item in enumerate(items):
            id = name_of_record((name, number))
            fates |= dict.fromkeys(item.first, Fate(id, settled=frozenset(item.filled)))
            fates |= dict.fromkeys(item.others, Fate(id, is_repeated=True))
    return fates
