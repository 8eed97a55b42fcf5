"""Kept replies: every answer of a model on disk before it is read, and served again where the same is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from extractor.database import Database, time_now
from extractor.llm.exchange import Exchange, Request
from extractor.models import Attempt
from extractor.settings import Settings

_ATTEMPTS = TypeAdapter(tuple[Attempt, ...])


@dataclass(frozen=True)
class KeptReply:
    """An answer of a model, and the attempts that it took."""

    exchange: Exchange
    attempts: tuple[Attempt, ...]


class KeptReplies:
    """The replies and the ledger of attempts in a database."""

    def __init__(self, database: Database, settings: Settings, *, run: int | None = None) -> None:
        """Keep replies of the settings' endpoint in the database, and attempts under a row of its `runs`.

        Without a run only replies are kept.
        """
        self._database = database
        self._endpoint = f"{settings.model.partition('/')[0]} {settings.base_url or ''}".strip()
        self._run = run
        self._numbers = database.read("SELECT coalesce(max(id), 0) FROM attempts")[0][0]

    def find(self, request: Request) -> KeptReply | None:
        """Return the reply to this very request, if it was kept and its article did not fail by it."""
        rows = self._database.read(
            "SELECT headers, body, attempts FROM replies WHERE request = ? AND endpoint = ? AND is_served",
            (request.digest, self._endpoint),
        )
        if not rows:
            return None
        headers, body, attempts = rows[0]
        return KeptReply(Exchange(200, json.loads(headers), json.loads(body)), _ATTEMPTS.validate_json(attempts))

    async def keep(self, request: Request, exchange: Exchange, attempts: Sequence[Attempt]) -> None:
        """Write the reply down, and return once it is on disk. Raises StoreFailed."""
        await self.keep_by_digest(request.digest, exchange, attempts)

    async def keep_by_digest(self, digest: str, exchange: Exchange, attempts: Sequence[Attempt]) -> None:
        """Do as `keep` does, for a request of which only the digest is at hand."""
        headers = {name: value for name, value in exchange.headers.items() if name == "content-type"}
        await self._database.commit(
            "INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?, 1, ?)",
            (
                digest,
                self._endpoint,
                json.dumps(headers),
                json.dumps(exchange.body, ensure_ascii=False),
                _ATTEMPTS.dump_json(tuple(attempts)).decode(),
                time_now(),
            ),
        )

    async def forget(self, requests: Iterable[Request]) -> None:
        """Serve the replies to requests that failed no more: asked again, the model is to answer anew.

        In a run that is done with the article's outcome, in one transaction.
        """
        if self._run is None:
            for request in requests:
                await self._database.commit("UPDATE replies SET is_served = 0 WHERE request = ?", (request.digest,))

    def sent(self, request: Request) -> int:
        """Write down that a request goes out, and return its number in the ledger."""
        self._numbers += 1
        if self._run is None:
            # Any number of processes may share a cache, and none of them owns its numbers.
            return 0
        self._database.write(
            "INSERT INTO attempts (id, run, request, label, sent, state) VALUES (?, ?, ?, ?, ?, 'sent')",
            (self._numbers, self._run, request.digest, request.label, time_now()),
        )
        return int(self._numbers)

    def settled(self, number: int, attempt: Attempt) -> None:
        """Write down what came of a request."""
        if self._run is None:
            return
        usage = attempt.usage
        self._database.write(
            "UPDATE attempts SET state = ?, status = ?, seconds = ?, input_tokens = ?, cached_tokens = ?, "
            "output_tokens = ?, cost = ?, request_id = ?, error = ? WHERE id = ?",
            (
                "lost" if attempt.status is None else "answered",
                attempt.status,
                attempt.seconds,
                usage.input_tokens if usage else None,
                usage.cached_tokens if usage else None,
                usage.output_tokens if usage else None,
                attempt.cost,
                attempt.request_id,
                attempt.error,
                number,
            ),
        )
