"""The JSON Schema of a response model, in the strict form that servers can enforce."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

from pydantic import BaseModel

from extractor.models.quote import MARK

_NOISE = ("title", "default", "discriminator", MARK)
"""Nothing to a model that writes a reply."""
_TOLD = {
    "format": "in the format {}",
    "pattern": "matching {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} item(s)",
    "maxItems": "at most {} item(s)",
    "uniqueItems": "no item twice",
    "examples": "for example {}",
}
"""Keywords that some servers reject, and how they are told instead; Pydantic checks them on the reply all the same."""
_FORMATS = {"date": "YYYY-MM-DD", "date-time": "of ISO 8601"}
_CONSTANTS = ("enum", "const", "required")


@functools.cache
def response_format(model: type[BaseModel]) -> dict[str, Any]:
    """Return the field of a request that asks for a reply of the model's form.

    A form that servers cannot enforce, such as `dict[str, int]` with its unknown keys, is asked for without `strict`.
    """
    schema = strict_schema(model)
    name = re.sub(r"[^\w-]+", "_", model.__name__, flags=re.ASCII)[:64]
    return {"type": "json_schema", "json_schema": {"name": name, "strict": _is_enforceable(schema), "schema": schema}}


def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the model's JSON Schema with every object of known keys closed and every property required.

    That is the subset which OpenAI's strict mode, vLLM and llama.cpp accept. `$ref` with siblings is unfolded, since
    strict mode takes none beside it; but not within what it refers to, which would have no end.
    """
    schema = model.model_json_schema()
    strict: dict[str, Any] = _close(schema, schema.get("$defs", {}), frozenset())
    return strict


def _close(node: Any, definitions: dict[str, Any], within: frozenset[str]) -> Any:
    if isinstance(node, list):
        return [_close(item, definitions, within) for item in node]
    if not isinstance(node, dict):
        return node
    if (reference := node.get("$ref")) and len(node) > 1:
        if reference in within:
            return {"$ref": reference}
        within |= {reference}
        beside = {key: value for key, value in node.items() if key != "$ref"}
        node = {**definitions[reference.rpartition("/")[2]], **beside}
    closed: dict[str, Any] = {}
    for key, value in node.items():
        if key in ("properties", "$defs"):
            # Below these stand names chosen by the model's author, which may well be "title" or "format".
            closed[key] = {name: _close(child, definitions, within) for name, child in value.items()}
        elif key in _CONSTANTS:
            closed[key] = value
        elif key == "oneOf":
            closed["anyOf"] = _close(value, definitions, within)
        elif key not in _NOISE and key not in _TOLD:
            closed[key] = _close(value, definitions, within)
    if told := [words.format(_told(node[key])) for key, words in _TOLD.items() if key in node]:
        closed["description"] = " ".join(filter(None, (node.get("description"), f"({', '.join(told)})")))
    if (closed.get("type") == "object" or "properties" in closed) and not _is_open(closed):
        closed["additionalProperties"] = False
        closed["required"] = list(closed.get("properties", {}))
    return closed


def _told(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(json.dumps(item, ensure_ascii=False) for item in value)
    return _FORMATS.get(value, value)


def _is_open(node: dict[str, Any]) -> bool:
    return node.get("additionalProperties", False) is not False or "patternProperties" in node


def _is_enforceable(node: Any) -> bool:
    """Tell whether a schema says of every value what it is, in words that strict servers know."""
    if isinstance(node, list):
        return all(map(_is_enforceable, node))
    if not isinstance(node, dict):
        return True
    if _is_open(node) or "prefixItems" in node or not node.keys() & {"type", "$ref", "anyOf", "allOf", "enum", "const"}:
        return False
    named = [child for key in ("properties", "$defs") for child in node.get(key, {}).values()]
    others = [value for key, value in node.items() if key not in ("properties", "$defs", *_CONSTANTS)]
    is_typed_list = node.get("type") != "array" or "items" in node
    return is_typed_list and all(map(_is_enforceable, (*named, *others)))
