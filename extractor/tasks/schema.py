"""A task of one's own: any Pydantic model, with instructions in words."""

from __future__ import annotations

import inspect
import itertools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from extractor.errors import ConfigurationError
from extractor.models import Article, Problem, SchemaExtraction
from extractor.models.forms import record_lists
from extractor.models.quote import quote_fields
from extractor.models.schema_extraction import REPLY
from extractor.prompts import frame_prompt
from extractor.tasks.checking import SchemaData, check_data, position_of
from extractor.tasks.task import MOST_MENDED, Task

ModelT = TypeVar("ModelT", bound=BaseModel)

MENDABLE = frozenset({"quote_not_found", "no_evidence"})
"""What the model can put right when told."""


def schema_task(
    schema: type[ModelT], *, instructions: str | None = None, prompt: Path | None = None
) -> Task[ModelT, SchemaData[ModelT], SchemaExtraction[ModelT]]:
    """Return the task of reading articles into a model of one's own.

    `instructions` say in words what to look for, within the system message that tells how to quote; without them the
    model's docstring does. `prompt` is a file of them; where it has sections such as `<!-- system -->`, these are the
    messages in the place of the built-in ones. Raises ConfigurationError.
    """
    if not (isinstance(schema, type) and issubclass(schema, BaseModel)):
        raise ConfigurationError(f"The schema is to be a Pydantic model, and {schema!r} is none.")
    if schema.model_json_schema().get("type") != "object":
        raise ConfigurationError(f"{schema.__name__} is no object: give a model that has the list as a field.")
    if instructions and prompt:
        raise ConfigurationError("Give either instructions or a prompt.")
    words = _read(prompt) if prompt else instructions or inspect.getdoc(schema) or ""
    return Task(
        name=schema.__name__,
        reply_model=schema,
        prompt=frame_prompt(schema.__name__, words, quotes=quote_fields(schema)),
        check=check_data,
        mend=_mend,
        mendable=MENDABLE,
        nothing=SchemaData(None, lists=record_lists(schema)),
        extraction=SchemaExtraction[schema],  # type: ignore[valid-type]
    )


def _read(path: Path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The prompt {str(path)!r} cannot be read: {error}.") from error


def _mend(first: ModelT, second: ModelT, problems: Sequence[Problem], article: Article) -> ModelT:
    """Return the first reply with its faulty records replaced by those of the second in which less is wrong."""
    faults = Counter((problem.kind, problem.record) for problem in problems)
    mended = first
    for (kind, id), before in itertools.islice(faults.items(), MOST_MENDED):
        candidate = _replaced(mended, second, kind, id)
        if candidate and _count_faults(_alone(candidate, kind, id), article) < before:
            mended = candidate
    return mended


def _replaced(reply: ModelT, second: ModelT, kind: str, id: str) -> ModelT | None:
    """Return the reply with one record from the second; None where that has not the same records in the same order."""
    lists = record_lists(type(reply))
    if kind not in lists:
        own = {name: getattr(second, name) for name in type(reply).model_fields if name not in lists}
        return reply.model_copy(update=own)
    records, others = list(getattr(reply, kind)), list(getattr(second, kind) or ())
    if len(records) != len(others):
        return None
    position = position_of(kind, id)
    records[position] = others[position]
    return reply.model_copy(update={kind: records})


def _alone(reply: ModelT, kind: str, id: str) -> ModelT:
    """Return the reply with one record alone."""
    kept = {kind: [getattr(reply, kind)[position_of(kind, id)]]} if kind != REPLY else {}
    return reply.model_copy(update={name: kept.get(name, []) for name in record_lists(type(reply))})


def _count_faults(reply: BaseModel, article: Article) -> int:
    return sum(problem.code in MENDABLE for problem in check_data(reply, article)[1])
