"""Gold in a form of one's own: an article's data as the schema asks for it, with the words of every quote."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from extractor.evaluation.annotated import AnnotatedArticle
from extractor.evaluation.schema.paths import called, is_within, kinds_in, walk
from extractor.models import Path, SchemaExtraction
from extractor.models.forms import form_of


class SchemaGold(AnnotatedArticle):
    """What a correct extraction of one article says, in the form of one's own schema."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    task: str = Field(alias="schema")
    """Name of the schema's model, such as `Sanctions`."""
    annotated: frozenset[str] | None = Field(default=None, min_length=1)
    """The fields that were annotated, such as `sanctions.targets` or `sanctions.targets[].name`, each with all that it
    holds; nothing else is scored. Where null, everything was annotated."""
    data: dict[str, JsonValue]
    """The data by the names of the model's fields; a quote by its words."""

    def is_annotated(self, path: str) -> bool:
        """Tell whether a field was annotated, or one that it holds."""
        return self.annotated is None or any(is_within(path, one) or is_within(one, path) for one in self.annotated)

    @property
    def sizes(self) -> dict[str, int]:
        """How many records there are of each kind."""
        return {
            kind: len(items)
            for kind, items in self.data.items()
            if isinstance(items, list) and kinds_in([{kind: items}])
        }


def schema_gold_of(extraction: SchemaExtraction[Any]) -> SchemaGold:
    """Return an extraction in the form of gold, as if all of it were right."""
    article = extraction.article
    return SchemaGold(
        article=article.id,
        published=article.published.isoformat() if article.published else None,
        digest=article.digest,
        schema=extraction.provenance.task,
        data=extraction.json_data or {},
    )


def unknown_fields(gold: Mapping[str, SchemaGold]) -> Iterator[tuple[str, str]]:
    """Yield the name of each gold that says a field was annotated which the data of none has, with that field."""
    kinds = kinds_in(one.data for one in gold.values())
    values = [found for one in gold.values() for found in walk(one.data, "", kinds)]
    known = {path for path, _ in values}
    # What a field would hold is not seen where it is empty everywhere.
    empty = known - {path for path, value in values if value not in (None, [], {})}
    for name, one in gold.items():
        for field in sorted(one.annotated or ()):
            if field not in known and not any(is_within(field, path) for path in empty):
                yield name, field


def misfits(gold: SchemaGold, model: type[BaseModel]) -> Iterator[tuple[Path, str]]:
    """Yield what the schema's model says against the gold, as far as it is annotated: where in the data, and what."""
    if gold.task != model.__name__:
        yield ("schema",), f"it is {gold.task!r}, and the model is {model.__name__!r}"
        return
    form = form_of(model)
    yield from ((("data", *path), "the model has no such field") for path in form.unknown_fields(gold.data))
    try:
        model.model_validate_json(json.dumps(gold.data))
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            if gold.is_annotated(called(one["loc"], form.lists)):
                yield ("data", *one["loc"]), one["msg"]
