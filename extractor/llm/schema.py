"""The JSON Schema of a response model, in the strict form that servers can enforce."""

from __future__ import annotations

import copy
import functools
import re
from typing import Any

from pydantic import BaseModel

_NOISE = ("title", "default", "discriminator")
"""Nothing to a model that writes a reply."""
_TOLD = {
    "format": "in the format {}",
    "pattern": "matching {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} item(s)",
    "maxItems": "at most {} item(s)",
}
"""Keywords that some servers reject, and how they are told instead; Pydantic checks them on the reply all the same."""
_FORMATS = {"date": "YYYY-MM-DD", "date-time": "of ISO 8601"}


@functools.cache
def response_format(model: type[BaseModel]) -> dict[str, Any]:
    """Return the field of a request that asks for a reply of the model's form.

    A form with keys that are not known beforehand, such as `dict[str, int]`, cannot be enforced strictly.
    """
    is_strict = not _has_open_objects(model.model_json_schema())
    name = re.sub(r"[^\w-]+", "_", model.__name__, flags=re.ASCII)[:64]
    return {
        "type": "json_schema",
        "json_schema": {"name": name, "strict": is_strict, "schema": strict_schema(model)},
    }


def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the model's JSON Schema with every object of known keys closed and every property required.

    That is the subset which OpenAI's strict mode, vLLM and llama.cpp accept. `$ref` with siblings is unfolded, since
    strict mode takes none beside it.
    """
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    strict: dict[str, Any] = _close(copy.deepcopy(schema), definitions)
    return strict


def _close(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_close(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node and len(node) > 1:
        target = definitions[node["$ref"].rpartition("/")[2]]
        node = {**copy.deepcopy(target), **{key: value for key, value in node.items() if key != "$ref"}}
    closed: dict[str, Any] = {}
    for key, value in node.items():
        if key in ("properties", "$defs"):
            # Below these stand names chosen by the model's author, which may well be "title" or "format".
            closed[key] = {name: _close(child, definitions) for name, child in value.items()}
        elif key == "oneOf":
            closed["anyOf"] = _close(value, definitions)
        elif key not in _NOISE and key not in _TOLD:
            closed[key] = _close(value, definitions)
    if told := [words.format(_FORMATS.get(node[key], node[key])) for key, words in _TOLD.items() if key in node]:
        closed["description"] = " ".join(filter(None, (node.get("description"), f"({', '.join(told)})")))
    if (closed.get("type") == "object" or "properties" in closed) and not _is_open(closed):
        closed["additionalProperties"] = False
        closed["required"] = list(closed.get("properties", {}))
    return closed


def _is_open(node: dict[str, Any]) -> bool:
    return node.get("additionalProperties", False) is not False or "patternProperties" in node


def _has_open_objects(node: Any) -> bool:
    if isinstance(node, list):
        return any(map(_has_open_objects, node))
    if not isinstance(node, dict):
        return False
    children = [value for key, value in node.items() if key not in ("properties", "$defs")]
    named = [child for key in ("properties", "$defs") for child in node.get(key, {}).values()]
    return _is_open(node) or any(map(_has_open_objects, (*children, *named)))
