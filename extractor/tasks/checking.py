"""Checking a reply in a form of one's own: what the article bears out stays, all else is a problem."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from extractor.grounding import passage_of
from extractor.models import Article, Path, PlacedQuote, Problem, ProblemCode, SchemaRecord, Span, path_in_words
from extractor.models.forms import has_own_fields, record_lists
from extractor.models.quote import holds_quotes
from extractor.models.schema_extraction import REPLY
from extractor.tasks.placing import place_reply
from extractor.tasks.tree import Tree

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True)
class SchemaData(Generic[ModelT]):
    """What a reply in a form of one's own comes to; named as `SchemaExtraction` names it."""

    data: ModelT | None
    quotes_placed: tuple[PlacedQuote, ...] = ()
    lists: tuple[str, ...] = ()
    records: tuple[SchemaRecord, ...] = ()


def check_data(reply: ModelT, article: Article) -> tuple[SchemaData[ModelT], list[Problem]]:
    """Ground a reply: place its quotes, and leave out what rests on words that the article does not have.

    A quote that is not found goes: from its list, or to null where the model allows that, else with the object that
    needs it. A record whose model has quotes and which has none left goes, and so does one that repeats another.
    """
    checking = _Checking(reply, article)
    return checking.read(), checking.problems


def record_id(path: Path) -> str:
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

    def __init__(self, reply: ModelT, article: Article) -> None:
        self.problems: list[Problem] = []
        self._reply = reply
        self._model = type(reply)
        self._lists = record_lists(self._model)
        self._tree = Tree(reply.model_dump(mode="json", by_alias=False))
        self._placed = place_reply(reply, passage_of(article.text))
        self._asked: dict[Path, list[Path]] = defaultdict(list)
        """The paths of the quotes of each record."""
        for path in self._placed:
            self._asked[self._record_of(path)].append(path)

    def read(self) -> SchemaData[ModelT]:
        """Return what the article bears out."""
        self._settle_quotes()
        self._valid()
        borne_out = [path for path in list(self._records()) if self._has_evidence(path)]
        self._leave_out_repeated(borne_out)
        data = self._valid()
        moved = self._tree.moved
        if data is None or (not self._lists and not borne_out):
            return SchemaData(None, lists=self._lists)
        return SchemaData(
            data,
            tuple(PlacedQuote(path=moved[path], span=span) for path, span in self._spans() if path in moved),
            self._lists,
            tuple(SchemaRecord(id=record_id(path), path=moved[path]) for path in borne_out if path in moved),
        )

    def _records(self) -> Iterator[Path]:
        """Yield the paths of the records that are there."""
        for name in self._lists:
            yield from (
                (name, index) for index in range(len(self._tree.at((name,)) or ())) if self._tree.has((name, index))
            )
        if has_own_fields(self._model):
            yield ()

    def _spans(self) -> Iterator[tuple[Path, Span]]:
        return ((path, span) for path, (_, span) in self._placed.items() if span)

    def _settle_quotes(self) -> None:
        """Put the article's own words in the place of the reply's, and leave out what the article does not have."""
        seen: set[tuple[Path, Span]] = set()
        for path, (quote, span) in self._placed.items():
            if span is None:
                self._leave_out(path, "quote_not_found", quote, f"the words {quote!r} do not stand in the article")
            elif isinstance(path[-1], int) and (path[:-1], span) in seen:
                self._tree.leave_out(path)
            else:
                self._tree.put(path, span.text)
                seen.add((path[:-1], span))

    def _has_evidence(self, record: Path) -> bool:
        """Tell whether a record has words of the article, or needs none; one that has not is left out."""
        asked = self._asked[record]
        if any(self._placed[path][1] and self._tree.has(path) for path in asked) or not self._needs_quotes(record):
            return True
        if asked:
            self._leave_out(record, "evidence_lost", None, "none of its quotes stands in the article")
        elif record or any(self._own_fields()):
            self._leave_out(record, "no_evidence", None, "no quote is given")
        return False

    def _needs_quotes(self, record: Path) -> bool:
        if not record:
            return holds_quotes(self._model, but=self._lists)
        return holds_quotes(type(getattr(self._reply, str(record[0]))[record[1]]))

    def _own_fields(self) -> Iterator[Any]:
        return (value for name, value in self._tree.at(()).items() if name not in self._lists)

    def _leave_out_repeated(self, records: list[Path]) -> None:
        first: dict[tuple[object, ...], Path] = {}
        rest, moved = self._tree.rest(), self._tree.moved
        starts: dict[Path, list[int]] = defaultdict(list)
        for path, span in self._spans():
            if path in moved:
                starts[self._record_of(path)].append(span.start)
        for record in filter(None, records):
            name, index = moved[record]
            said = (name, json.dumps(rest[name][index], sort_keys=True), *starts[record])
            other = first.setdefault(said, record)
            if other != record:
                self._leave_out(record, "repeated_record", None, f"it says the same as {record_id(other)}")

    def _valid(self) -> ModelT | None:
        """Return the model of what is left; an object that cannot be without what is left out goes with it."""
        while (rest := self._tree.rest()) is not None:
            if not self._tree.is_changed:
                return self._reply
            try:
                return self._model.model_validate_json(json.dumps(rest), by_alias=False, by_name=True)
            except ValidationError as error:
                for fault in error.errors(include_url=False, include_input=False):
                    self._leave_out_around(self._tree.whole_path(fault["loc"]), fault["msg"])
        return None

    def _leave_out_around(self, path: Path, why: str) -> None:
        """Leave out the innermost object at or around a path."""
        while not isinstance(self._tree.at(path), Mapping):
            path = path[:-1]
        if self._tree.has(path):
            self._leave_out(path, "evidence_lost", None, f"what it needs is left out ({why})")

    def _leave_out(self, path: Path, code: ProblemCode, value: str | None, why: str) -> None:
        # What stands beside lists of records that have their own words cannot be taken away from around them.
        is_kept = not path and bool(self._lists)
        if not is_kept:
            self._tree.leave_out(path, is_entry=bool(path) and isinstance(self._asked_at(path[:-1]), Mapping))
        record = self._record_of(path)
        id, field = record_id(record), path_in_words(path[len(record) :])
        name = f"{id}.{field}" if field else id
        self.problems.append(
            Problem(
                code=code,
                kind=str(record[0]) if record else REPLY,
                record=id,
                field=field,
                value=value,
                message=f"{name}: {why}; it is {'kept' if is_kept else 'left out'}.",
                consequence="kept" if is_kept else "left_out",
            )
        )

    def _asked_at(self, path: Path) -> object:
        """Return what the reply has at a path."""
        value: Any = self._reply
        for step in path:
            value = getattr(value, str(step)) if isinstance(value, BaseModel) else value[step]
        return value

    def _record_of(self, path: Path) -> Path:
        return path[:2] if len(path) > 1 and path[0] in self._lists else ()
