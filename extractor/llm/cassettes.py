"""Cassettes: exchanges kept in files that are found again by the digest of their request.

One JSON file a request, named by the digest, in the layout of vcrpy (`interactions` of `request` and `response`) with
the bodies as nested JSON, so that a person can read a recording and see in a diff what changed.
"""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from extractor.errors import CassetteMiss, ConfigurationError
from extractor.files import write_whole
from extractor.llm.exchange import Exchange, Request, Transport, digest_of

log = logging.getLogger(__name__)

KEPT_HEADERS = frozenset({"content-type", "retry-after", "retry-after-ms"})
"""An allow-list: keys, organizations, cookies and whatever a provider thinks of next never reach a file."""


def cassette_path(folder: Path, request: Request) -> Path:
    """Return where the exchanges of a request are kept."""
    return folder / f"{request.digest[:24]}.json"


class Recording:
    """Sends through another transport and keeps every exchange."""

    def __init__(self, inner: Transport, folder: Path) -> None:
        self._inner = inner
        self._folder = folder
        self._unfinished: dict[str, list[dict[str, Any]]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            writable = os.access(folder, os.W_OK)
        except OSError:
            writable = False
        if not writable:
            raise ConfigurationError(f"Nothing can be recorded in {str(folder)!r}: it is no folder to write to.")

    async def send(self, request: Request) -> Exchange:
        """Send the request once and write its exchange, beside those of its earlier attempts that failed."""
        exchange = await self._inner.send(request)
        interactions = self._unfinished.setdefault(request.digest, [])
        interactions.append(_interaction(request, exchange))
        if exchange.status < 400:
            del self._unfinished[request.digest]
        cassette = {"version": 1, "label": request.label, "interactions": interactions}
        text = json.dumps(cassette, ensure_ascii=False, indent=1) + "\n"
        try:
            await asyncio.to_thread(write_whole, cassette_path(self._folder, request), text)
        except OSError:
            # The answer is paid for; a recording that is missing can be made again.
            log.exception("an exchange for %s could not be recorded", request.label)
        return exchange


class Replaying:
    """Answers from a folder of cassettes, without a network.

    A request that was recorded several times (429, then 200) gets its exchanges in that order, and from then on the
    last. Raises ConfigurationError where the folder does not exist.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise ConfigurationError(f"There is no folder of cassettes at {str(folder)!r}.")
        self._folder = folder
        self._served: dict[str, int] = {}

    async def send(self, request: Request) -> Exchange:
        """Return the recorded exchange. Raises CassetteMiss, saying what differs from the nearest recording."""
        path = cassette_path(self._folder, request)
        try:
            interactions = read_cassette(path)["interactions"]
        except FileNotFoundError:
            raise CassetteMiss(self._explain(request), request.body) from None
        turn = self._served.get(request.digest, 0)
        if turn < len(interactions) - 1:
            self._served[request.digest] = turn + 1
        response = interactions[turn]["response"]
        headers = {name: values[0] for name, values in response["headers"].items()}
        return Exchange(response["status"]["code"], headers, response["body"])

    def _explain(self, request: Request) -> str:
        what = f"No exchange is recorded for {request.label or 'this request'!r} in {str(self._folder)!r}"
        recordings = self._parts_of_recordings
        if not recordings:
            return f"{what}: the folder holds no cassettes."
        wanted = _parts(request.body)
        name, label, parts = max(recordings, key=lambda entry: sum(map(_same, wanted.items(), entry[2].items())))
        differing = [part for part in wanted if wanted[part] != parts[part]]
        return (
            f"{what}. The nearest recording, {name} ({label}), differs in: {', '.join(differing)}. "
            "Record it with --record."
        )

    @functools.cached_property
    def _parts_of_recordings(self) -> list[tuple[str, str, dict[str, str]]]:
        found = []
        for path in sorted(self._folder.glob("*.json")):
            try:
                cassette = read_cassette(path)
            except ConfigurationError:
                continue
            body = cassette["interactions"][0]["request"]["body"]
            found.append((path.name, str(cassette.get("label", "")), _parts(body)))
        return found


def read_cassette(path: Path) -> dict[str, Any]:
    """Read a cassette. Raises FileNotFoundError, or ConfigurationError where it is damaged."""
    try:
        cassette: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        interactions = cassette["interactions"]
        if interactions[0]["response"]["status"]["code"] and isinstance(interactions[0]["request"]["body"], dict):
            return cassette
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ConfigurationError(f"The cassette {str(path)!r} is damaged: {error}.") from error
    raise ConfigurationError(f"The cassette {str(path)!r} is damaged.")


def _interaction(request: Request, exchange: Exchange) -> dict[str, Any]:
    return {
        "request": {
            "method": "POST",
            "uri": "/chat/completions",
            "headers": {"content-type": ["application/json"]},
            "body": dict(request.body),
        },
        "response": {
            "status": {"code": exchange.status, "message": ""},
            "headers": {name: [value] for name, value in exchange.headers.items() if name in KEPT_HEADERS},
            "body": exchange.body,
        },
    }


def _parts(body: Mapping[str, Any]) -> dict[str, str]:
    """Return a digest of each part of a request that may differ, under the name a person knows it by."""
    messages: Sequence[Mapping[str, Any]] = body.get("messages", ())
    parameters = {key: value for key, value in body.items() if key not in ("model", "messages", "response_format")}
    return {
        "the article or its metadata": digest_of(messages[1:2]),
        "the model": digest_of(body.get("model")),
        "the prompt": digest_of(messages[:1]),
        "the reply's schema": digest_of(body.get("response_format")),
        "the parameters": digest_of(parameters),
        "the correction that was asked for": digest_of(messages[2:]),
    }


def _same(one: tuple[str, str], other: tuple[str, str]) -> int:
    return int(one == other)
