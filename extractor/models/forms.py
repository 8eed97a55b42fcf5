"""The form of a reply: which of a model's fields are lists of records."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from extractor.models.quote import arms


@functools.cache
def record_lists(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the fields that hold lists of models, in order. Each item of such a list is a record."""
    return tuple(name for name, field in model.model_fields.items() if _is_list_of_models(field.annotation))


def has_own_fields(model: type[BaseModel]) -> bool:
    """Tell whether the model has fields beside its lists of records."""
    return len(record_lists(model)) < len(model.model_fields)


def _is_list_of_models(annotation: Any) -> bool:
    for arm in map(_plain, arms(_plain(annotation))):
        origin = get_origin(arm)
        if isinstance(origin, type) and issubclass(origin, Sequence):
            return all(map(_is_model, arms(_plain(get_args(arm)[0]))))
    return False


def _is_model(annotation: Any) -> bool:
    plain = _plain(annotation)
    return isinstance(plain, type) and issubclass(plain, BaseModel)


def _plain(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
