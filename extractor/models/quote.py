"""The marker that makes a string field a quote: words that must stand in the article."""

from __future__ import annotations

import functools
import types
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


@dataclass(frozen=True)
class QuoteMarker:
    """Tells grounding that a string field holds words copied from the article."""


Quote = Annotated[str, QuoteMarker()]
"""A verbatim passage of the article. In any reply model, wherever it is nested, it is placed and verified."""

Path = tuple[str | int, ...]


def path_in_words(path: Path) -> str:
    """Return a path as it is written: `targets[0].name`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def find_quotes(reply: BaseModel) -> Iterator[tuple[Path, str]]:
    """Yield every `Quote` in the reply with its path, such as `("meetings", 0, "evidence", 1)`, in field order."""
    yield from _quotes_in_model(reply, ())


def holds_quotes(model: type[BaseModel], *, but: Collection[str] = ()) -> bool:
    """Tell whether a model may hold quotes, in other fields than those of `but`."""
    return any(name not in but for name, _ in _quote_fields(model))


def quote_fields(model: type[BaseModel]) -> list[str]:
    """Return every field that is a quote as it is written: `sanctions[].evidence[]`."""
    return list(dict.fromkeys(_named(model, "", frozenset())))


def _named(annotation: Any, path: str, within: frozenset[type]) -> Iterator[str]:
    annotation, marked = _unwrap(annotation, False)
    if marked:
        yield path
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, inner in _annotations(annotation) if annotation not in within else ():
            yield from _named(inner, f"{path}.{name}".removeprefix("."), within | {annotation})
    elif (origin := get_origin(annotation)) in (Union, types.UnionType):
        for arm in get_args(annotation):
            yield from _named(arm, path, within)
    elif isinstance(origin, type):
        for argument in get_args(annotation):
            yield from _named(argument, f"{path}[]", within)


def _quotes_in_model(model: BaseModel, path: Path) -> Iterator[tuple[Path, str]]:
    for name, annotation in _quote_fields(type(model)):
        yield from _quotes_in_value(getattr(model, name), annotation, False, (*path, name))


@functools.cache
def _quote_fields(model: type[BaseModel]) -> tuple[tuple[str, Any], ...]:
    """Return name and annotation of the fields that may hold quotes, so that the others cost no time."""
    return tuple(
        (name, annotation) for name, annotation in _annotations(model) if _may_hold_quotes(annotation, frozenset())
    )


def _annotations(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        # Pydantic takes the marks off the annotation's outside; here they are put back.
        yield name, Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def _may_hold_quotes(annotation: Any, within: frozenset[type]) -> bool:
    annotation, marked = _unwrap(annotation, False)
    if marked:
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        # A model that holds itself is looked into once.
        inner = [] if annotation in within else _annotations(annotation)
        return any(_may_hold_quotes(one, within | {annotation}) for _, one in inner)
    return any(_may_hold_quotes(argument, within) for argument in get_args(annotation))


def _quotes_in_value(value: object, annotation: Any, marked: bool, path: Path) -> Iterator[tuple[Path, str]]:
    annotation, marked = _unwrap(annotation, marked)
    if isinstance(value, str):
        if marked or any(_unwrap(arm, False)[1] for arm in arms(annotation)):
            yield path, value
    elif isinstance(value, BaseModel):
        yield from _quotes_in_model(value, path)
    elif isinstance(value, Mapping):
        inner = next((args[1] for arm in arms(annotation) if len(args := get_args(arm)) == 2), None)
        for key, item in value.items():
            yield from _quotes_in_value(item, inner, marked, (*path, str(key)))
    elif isinstance(value, Sequence):
        inner = next((args[0] for arm in arms(annotation) if (args := get_args(arm))), None)
        for index, item in enumerate(value):
            yield from _quotes_in_value(item, inner, marked, (*path, index))


def _unwrap(annotation: Any, marked: bool) -> tuple[Any, bool]:
    if get_origin(annotation) is Annotated:
        annotation, *marks = get_args(annotation)
        marked = marked or any(isinstance(mark, QuoteMarker) for mark in marks)
    return annotation, marked


def arms(annotation: Any) -> tuple[Any, ...]:
    """Return the members of a union; of anything else, itself."""
    if get_origin(annotation) in (Union, types.UnionType):
        return get_args(annotation)
    return (annotation,)
