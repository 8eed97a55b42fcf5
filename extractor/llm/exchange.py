"""One request and one answer, as they cross the wire."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Request:
    """The body of a chat completion, and a label that tells a person what it was for."""

    body: Mapping[str, Any]
    label: str = ""

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 of the body as canonical JSON: two requests are the same where the model sees the same."""
        return digest_of(self.body)


@dataclass(frozen=True)
class Exchange:
    """What the endpoint answered, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Any
    """Decoded JSON, or the text where it is none."""

    @property
    def error(self) -> Mapping[str, Any]:
        """The `error` object of an OpenAI-style error body; empty where there is none."""
        found = self.body.get("error") if isinstance(self.body, Mapping) else None
        if isinstance(found, str):
            return {"message": found}
        return found if isinstance(found, Mapping) else {}


class ConnectionLost(Exception):
    """No answer came: refused, reset, cut or timed out.

    `is_unsent` is true where no connection was made, so that nothing can have been read or billed.
    """

    def __init__(self, message: str, *, is_unsent: bool = False) -> None:
        super().__init__(message)
        self.is_unsent = is_unsent


class Transport(Protocol):
    """Whatever can send one request and bring back one exchange."""

    async def send(self, request: Request) -> Exchange:
        """Send the request once. Raises ConnectionLost where no answer came."""
        ...


def digest_of(value: object) -> str:
    """Return the SHA-256, in hex, of a JSON value in canonical form."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def decode_body(text: str) -> Any:
    """Return the JSON value of a body, or the body itself where it is not JSON; half surrogate pairs become U+FFFD."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    # JSON can escape what no file or terminal can be given.
    return _without_surrogates(value) if "\\ud" in text.lower() else value


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return [_without_surrogates(item) for item in value] if isinstance(value, list) else value
