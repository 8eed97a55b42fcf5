"""The form of a reply: where its model's JSON Schema has quotes, and which of its lists are lists of records.

The schema is what Pydantic makes of whatever a model may hold: aliases, dataclasses, what is defined later. Paths are
those of the reply's JSON.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from extractor.models.quote import MARK, Path

Schema = Mapping[str, Any]
Leaving = Literal["item", "entry", "null"]
"""How a value is left out: an item goes from its list, an entry from its object, and another value becomes null."""


@dataclass(frozen=True)
class FoundQuote:
    """A quote in a reply."""

    path: Path
    text: str
    leaving: Leaving
    """What becomes of it where it does not stand in the article."""


class Form:
    """What is to be known of a reply model."""

    def __init__(self, model: type[BaseModel]) -> None:
        """Read the model's JSON Schema. Raises what Pydantic raises where it can make none."""
        schema = model.model_json_schema()
        self._definitions: Schema = schema.get("$defs", {})
        self._root = schema
        properties = self._resolve(schema).get("properties", {})
        self.lists = tuple(name for name, value in properties.items() if self._is_list_of_objects(value))
        """The fields whose items are records, in order."""
        self.has_own_fields = len(self.lists) < len(properties)
        """Whether there are fields beside them."""
        self.quote_fields = tuple(dict.fromkeys(self._named(schema, "", frozenset())))
        """Every field that is a quote, as it is written: `sanctions[].evidence[]`."""

    @functools.cached_property
    def is_object(self) -> bool:
        """Whether a reply is an object with fields, as replies must be."""
        return "properties" in self._resolve(self._root)

    @functools.cached_property
    def hides_quotes(self) -> bool:
        """Whether quotes stand where they cannot be followed, such as within JSON in a string."""
        return _has_hidden_marks(self._root)

    def quotes(self, reply: Any) -> list[FoundQuote]:
        """Return every quote of a reply in JSON, in its order."""
        return list({quote.path: quote for quote in self._quotes(reply, self._root, (), "null")}.values())

    def needs_quotes(self, reply: Any, record: Path) -> bool:
        """Tell whether the form of a record has quotes; the empty path is what stands beside the lists."""
        root = self._resolve(self._root).get("properties", {})
        if not record:
            return any(self._holds_quotes(value) for name, value in root.items() if name not in self.lists)
        value = reply[record[0]][record[1]]
        items = [arm["items"] for arm in self._arms(root[record[0]]) if "items" in arm]
        return any(self._holds_quotes(arm) for item in items for arm in self._arms_of(value, item))

    def unknown_fields(self, reply: Any) -> list[Path]:
        """Return where a reply in JSON has fields of which the form knows nothing."""
        return list(self._unknown(reply, self._root, ()))

    def _unknown(self, value: Any, schema: Schema, path: Path) -> Iterator[Path]:
        arms = self._arms_of(value, schema)
        if isinstance(value, dict):
            for name, item in value.items():
                others = [arm.get("additionalProperties", False) for arm in arms]
                inner = [arm["properties"][name] for arm in arms if name in arm.get("properties", {})]
                known = next(filter(None, (*inner, *others)), None)
                if known is None and {} not in (*inner, *others):
                    yield (*path, name)
                elif isinstance(known, dict):
                    yield from self._unknown(item, known, (*path, name))
        elif isinstance(value, list):
            items = [arm["items"] for arm in arms if isinstance(arm.get("items"), dict)]
            for index, item in enumerate(value if items else ()):
                yield from self._unknown(item, items[0], (*path, index))

    def _quotes(self, value: Any, schema: Schema, path: Path, leaving: Leaving) -> Iterator[FoundQuote]:
        for arm in self._arms_of(value, schema):
            if isinstance(value, str):
                if arm.get(MARK):
                    yield FoundQuote(path, value, leaving)
            elif isinstance(value, dict):
                yield from self._quotes_in_object(value, arm, path)
            elif isinstance(value, list):
                fixed = arm.get("prefixItems", [])
                for index, item in enumerate(value):
                    if index < len(fixed):
                        yield from self._quotes(item, fixed[index], (*path, index), "null")
                    elif isinstance(arm.get("items"), dict):
                        yield from self._quotes(item, arm["items"], (*path, index), "item")

    def _quotes_in_object(self, value: Mapping[str, Any], schema: Schema, path: Path) -> Iterator[FoundQuote]:
        properties, required = schema.get("properties", {}), schema.get("required", ())
        others = schema.get("additionalProperties")
        for name, item in value.items():
            if name in properties:
                is_nullable = any(arm.get("type") == "null" for arm in self._arms(properties[name]))
                leaving: Leaving = "null" if is_nullable or name in required else "entry"
                yield from self._quotes(item, properties[name], (*path, name), leaving)
            elif isinstance(others, dict):
                yield from self._quotes(item, others, (*path, name), "entry")

    def _arms_of(self, value: Any, schema: Schema) -> list[Schema]:
        """Return what a value may be; of several forms of objects those that it fits."""
        arms = list(self._arms(schema))
        if not isinstance(value, dict):
            return arms
        objects = [arm for arm in arms if _is_object(arm)]
        return [arm for arm in objects if _fits(value, arm)] or objects

    def _arms(self, schema: Schema) -> Iterator[Schema]:
        """Yield what a value may be, without the unions and references around it."""
        schema = self._resolve(schema)
        inner = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
        if inner:
            for arm in inner:
                yield from self._arms(arm)
        else:
            yield schema

    def _resolve(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self._definitions[schema["$ref"].rpartition("/")[2]]
        return schema

    def _is_list_of_objects(self, schema: Schema) -> bool:
        arms = [arm for arm in self._arms(schema) if arm.get("type") != "null"]
        return bool(arms) and all(
            isinstance(arm.get("items"), dict)
            and "prefixItems" not in arm
            and all(_is_object(item) and "properties" in item for item in self._arms(arm["items"]))
            for arm in arms
        )

    def _holds_quotes(self, schema: Schema) -> bool:
        return next(self._named(schema, "", frozenset()), None) is not None

    def _named(self, schema: Schema, path: str, within: frozenset[str]) -> Iterator[str]:
        if reference := schema.get("$ref"):
            # A model that holds itself is looked into once.
            if reference in within:
                return
            within |= {reference}
        for arm in self._inner(schema):
            yield from self._named(arm, path, within)
        schema = self._resolve(schema)
        if schema.get(MARK):
            yield path
        for name, value in schema.get("properties", {}).items():
            yield from self._named(value, f"{path}.{name}".removeprefix("."), within)
        for value in (schema.get("items"), schema.get("additionalProperties"), *schema.get("prefixItems", ())):
            if isinstance(value, dict):
                yield from self._named(value, f"{path}[]", within)

    def _inner(self, schema: Schema) -> list[Schema]:
        schema = self._resolve(schema)
        return [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]


@functools.cache
def form_of(model: type[BaseModel]) -> Form:
    """Return the form of a reply model."""
    return Form(model)


def _is_object(schema: Schema) -> bool:
    return schema.get("type") == "object" or "properties" in schema


def _fits(value: Mapping[str, Any], schema: Schema) -> bool:
    """Tell whether an object has what a schema requires, and its constants agree."""
    properties = schema.get("properties", {})
    return all(name in value for name in schema.get("required", ())) and all(
        value[name] == properties[name].get("const", value[name]) for name in properties.keys() & value.keys()
    )


def _has_hidden_marks(node: Any, *, is_hidden: bool = False) -> bool:
    if isinstance(node, list):
        return any(_has_hidden_marks(item, is_hidden=is_hidden) for item in node)
    if not isinstance(node, dict):
        return False
    if is_hidden and node.get(MARK) is True:
        return True
    return any(
        _has_hidden_marks(value, is_hidden=is_hidden or key in ("contentSchema", "propertyNames", "patternProperties"))
        for key, value in node.items()
    )
