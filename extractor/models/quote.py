"""The marker that makes a string field a quote: words that must stand in the article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler

MARK = "x-quote"
"""The keyword of a quote in a model's JSON Schema; no model is shown it."""


@dataclass(frozen=True)
class QuoteMarker:
    """Tells grounding that a string field holds words copied from the article."""

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler.resolve_ref_schema(handler(core_schema)), MARK: True}


Quote = Annotated[str, QuoteMarker()]
"""A verbatim passage of the article. In any reply model, wherever it is nested, it is placed and verified."""

Path = tuple[str | int, ...]


def path_in_words(path: Path) -> str:
    """Return a path as it is written: `targets[0].name`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
