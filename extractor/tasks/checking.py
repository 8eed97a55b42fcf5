"""Checking a reply in a form of one's own: what the article bears out stays, all else is a problem."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from extractor.grounding import passage_of
from extractor.models import Article, Path, PlacedQuote, Problem, ProblemCode, SchemaRecord, Span, path_in_words
from extractor.models.forms import form_of
from extractor.models.schema_extraction import REPLY
from extractor.tasks.placing import place_reply
from extractor.tasks.tree import Tree

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True)
class SchemaReply(Generic[ModelT]):
    """A reply in a form of one's own: as an instance of the model, and as the JSON that it was made of."""

    data: ModelT
    json_data: Any


@dataclass(frozen=True)
class SchemaData(Generic[ModelT]):
    """What a reply in a form of one's own comes to."""

    data: ModelT | None
    json_data: Any = None
    quotes_placed: tuple[PlacedQuote, ...] = ()
    lists: tuple[str, ...] = ()
    records: tuple[SchemaRecord, ...] = ()


def check_data(reply: SchemaReply[ModelT], article: Article) -> tuple[SchemaData[ModelT], list[Problem]]:
    """Ground a reply: place its quotes, and leave out what rests on words that the article does not have.

    A quote that is not found goes: from its list, or to null where the model allows that, else with the object that
    needs it. A record whose model has quotes and which has none left goes, and so does one that repeats another. What
    is left of the JSON is validated once more by the model, whose validators see it as they saw the reply.
    """
    checking = _Checking(reply, article)
    return checking.read(), checking.problems


def name_of_record(path: Path) -> str:
    """Return the id of the record at a path of the reply."""
    if not path:
        return REPLY
    name, number = str(path[0]), int(path[1]) + 1
    # Lists called "phase" and "phase1" must not both have a "phase11".
    return f"{name}-{number}" if name[-1].isdigit() else f"{name}{number}"


def position_of(kind: str, id: str) -> int:
    """Return which of the reply's records of a kind has the id, from 0."""
    return int(id.removeprefix(kind).removeprefix("-")) - 1


class _Checking(Generic[ModelT]):
    """One pass over one reply; collects the problems as it goes."""

    def __init__(self, reply: SchemaReply[ModelT], article: Article) -> None:
        self.problems: list[Problem] = []
        self._reply = reply
        self._model = type(reply.data)
        self._form = form_of(self._model)
        self._tree = Tree(reply.json_data)
        self._placed = place_reply(reply.json_data, self._form, passage_of(article.text))
        self._asked: dict[Path, list[Path]] = defaultdict(list)
        """The paths of the quotes of each record."""
        for path in self._placed:
            self._asked[self._record_of(path)].append(path)

    def read(self) -> SchemaData[ModelT]:
        """Return what the article bears out."""
        self._settle_quotes()
        self._validate()
        borne_out = [path for path in list(self._records()) if self._has_evidence(path)]
        self._leave_out_repeated(borne_out)
        data = self._validate()
        data = data and self._without_changed_records(data, borne_out)
        moved = self._tree.moved
        if data is None or (not self._form.lists and not borne_out):
            return SchemaData(None, lists=self._form.lists)
        return SchemaData(
            data,
            self._tree.rest(),
            tuple(PlacedQuote(path=moved[path], span=span) for path, span in self._spans() if path in moved),
            self._form.lists,
            tuple(SchemaRecord(id=name_of_record(path), path=moved[path]) for path in borne_out if path in moved),
        )

    def _records(self) -> Iterator[Path]:
        """Yield the paths of the records that are there."""
        for name in self._form.lists:
            items = self._reply.json_data.get(name) or ()
            yield from ((name, index) for index in range(len(items)) if self._tree.has((name, index)))
        if self._form.has_own_fields:
            yield ()

    def _spans(self) -> Iterator[tuple[Path, Span]]:
        return ((path, placed.span) for path, placed in self._placed.items() if placed.span)

    def _settle_quotes(self) -> None:
        """Put the article's own words in the place of the reply's, and leave out what the article does not have."""
        seen: set[tuple[Path, Span]] = set()
        for path, placed in self._placed.items():
            quote, span = placed.quote, placed.span
            if span is None:
                self._tree.leave_out(path, quote.leaving)
                self._tell(path, "quote_not_found", quote.text, f"the words {quote.text!r} do not stand in the article")
            elif quote.leaving == "item" and (path[:-1], span) in seen:
                self._tree.leave_out(path, quote.leaving)
            else:
                self._tree.put(path, span.text)
                seen.add((path[:-1], span))

    def _has_evidence(self, record: Path) -> bool:
        """Tell whether a record has words of the article, or needs none; one that has not is left out.

        What stands beside lists of records stays, since they have words of their own.
        """
        asked = self._asked[record]
        if any(self._placed[path].span and self._tree.has(path) for path in asked):
            return True
        if not self._form.needs_quotes(self._reply.json_data, record) or (not record and self._form.lists):
            return True
        if asked:
            self._leave_out(record, "evidence_lost", "none of its quotes stands in the article")
        elif record or any(self._reply.json_data.values()):
            self._leave_out(record, "no_evidence", "no quote is given")
        return False

    def _leave_out_repeated(self, records: list[Path]) -> None:
        first: dict[tuple[object, ...], Path] = {}
        rest, moved = self._tree.rest(), self._tree.moved
        for record in filter(None, records):
            name, index = moved[record]
            starts = [span.start for path in self._asked[record] if path in moved and (span := self._placed[path].span)]
            said = (name, json.dumps(rest[name][index], sort_keys=True), *starts)
            other = first.setdefault(said, record)
            if other != record:
                self._leave_out(record, "repeated_record", f"it says the same as {name_of_record(other)}")

    def _validate(self) -> ModelT | None:
        """Return the model of what is left; an object that cannot be without what is left out goes with it."""
        while (rest := self._tree.rest()) is not None:
            if not self._tree.is_changed:
                return self._reply.data
            try:
                return self._model.model_validate_json(json.dumps(rest))
            except ValidationError as error:
                for fault in error.errors(include_url=False, include_input=False):
                    self._leave_out_around(self._tree.whole_path(fault["loc"]), fault["msg"])
        return None

    def _leave_out_around(self, path: Path, why: str) -> None:
        """Leave out the innermost object at or around a path."""
        while not isinstance(self._tree.at(path), dict):
            path = path[:-1]
        if self._tree.has(path):
            self._leave_out(path, "evidence_lost", f"it is not of the form without what is left out of it ({why})")

    def _without_changed_records(self, data: ModelT, records: list[Path]) -> ModelT | None:
        """Leave out records that are of another model of their union without what is left out of them."""
        for record in filter(None, records):
            before = _record_in(self._reply.data, record)
            if record in self._tree.moved and type(before) is not type(_record_in(data, self._tree.moved[record])):
                self._leave_out(record, "evidence_lost", f"it is no {type(before).__name__} without what is left out")
        return self._validate() if any(not self._tree.has(record) for record in records) else data

    def _leave_out(self, path: Path, code: ProblemCode, why: str) -> None:
        self._tree.leave_out(path)
        self._tell(path, code, None, why)

    def _tell(self, path: Path, code: ProblemCode, value: str | None, why: str) -> None:
        record = self._record_of(path)
        id, field = name_of_record(record), path_in_words(path[len(record) :])
        self.problems.append(
            Problem(
                code=code,
                kind=str(record[0]) if record else REPLY,
                record=id,
                field=field,
                value=value,
                message=f"{f'{id}.{field}' if field else id}: {why}; it is left out.",
                consequence="left_out",
            )
        )

    def _record_of(self, path: Path) -> Path:
        return path[:2] if len(path) > 1 and path[0] in self._form.lists else ()


def _record_in(data: BaseModel, record: Path) -> object:
    """Return the record at a path of the JSON in the instance that was made of it; None where that cannot be told."""
    names = [
        name
        for name, field in type(data).model_fields.items()
        if record[0] in (field.validation_alias, field.alias, name)
    ]
    records = getattr(data, names[0], None) if names else None
    return records[int(record[1])] if isinstance(records, list | tuple) else None
