"""The JSON Schema of a response model, in the strict form that servers can enforce."""

from __future__ import annotations

import copy
from typing import Any

from pydantic import BaseModel

_NOT_ENFORCED = ("title", "default", "format", "pattern", "minLength", "maxLength", "minItems", "maxItems")
"""Either noise to the model or keywords that some servers reject; Pydantic checks them on the reply all the same."""


def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the model's JSON Schema with every object closed and every property required.

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
        elif key not in _NOT_ENFORCED:
            closed[key] = _close(value, definitions)
    if closed.get("type") == "object" or "properties" in closed:
        closed["additionalProperties"] = False
        closed["required"] = list(closed.get("properties", {}))
    return closed
