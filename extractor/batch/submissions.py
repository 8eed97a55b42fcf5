"""Submissions: the requests that go out in batches, in files and in the database, from draft to answer."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from extractor.batch.journal import Journal
from extractor.batch.seen import Seen
from extractor.database import Row, time_now
from extractor.errors import StoreFailed
from extractor.llm import Exchange, Request
from extractor.llm.exchange import decode_body
from extractor.llm.ledger import cost_of, read_usage
from extractor.models import Attempt, Usage
from extractor.settings import Settings

if TYPE_CHECKING:
    from openai.types import Batch

log = logging.getLogger(__name__)

BATCH_SHARE = 0.5
"""What a request costs in a batch, of what it costs by itself."""
_AT_ONCE = 200
"""Lines that are on their way to the disk together."""
_SEPARATORS = {"\u2028": "\\u2028", "\u2029": "\\u2029", "\x85": "\\u0085"}
"""Line breaks to some readers of JSON Lines, though not to JSON."""


@dataclass(frozen=True)
class Limits:
    """What a file of requests may hold; the defaults are those of OpenAI's Batch API."""

    requests: int = 50_000
    bytes: int = 200_000_000


@dataclass(frozen=True)
class Submission:
    """A batch as the database has it."""

    id: str
    file_id: str | None
    batch_id: str | None
    requests: int
    most_cost: float
    created: datetime


@dataclass(frozen=True)
class _Answered:
    """A line of a file of answers."""

    digest: str
    exchange: Exchange | None
    """None where the request was not carried out."""
    error: str | None


class Submissions:
    """The batches of a run's folder that were drafted, sent or collected.

    A batch's requests lie in a file from before it is sent until it is collected. Its row is written once the file and
    the rows of its requests are on disk, so that a row means that all of it is there.
    """

    def __init__(
        self,
        journal: Journal,
        settings: Settings,
        limits: Limits,
        *,
        endpoint: str,
        estimate: Callable[[Request], float],
    ) -> None:
        """Open the submissions in the journal's folder.

        `endpoint` is where the requests would go by themselves, `estimate` returns what one may cost at most.
        """
        self.limits = limits
        self._database = journal.database
        self._replies = journal.replies
        self._run = journal.run
        self._folder = journal.path.parent / "batches"
        self._settings = settings
        self._endpoint = endpoint
        self._estimate = estimate
        self._draft: _Draft | None = None
        self._drafted = Seen()

    def clear_away(self) -> None:
        """Remove what a process that was killed had not finished drafting."""
        self._database.write(
            "DELETE FROM attempts WHERE batch IS NOT NULL AND state = 'sent' "
            "AND batch NOT IN (SELECT id FROM batches WHERE state <> 'abandoned')"
        )
        kept = {f"{submission.id}.jsonl" for submission in self.uncollected()}
        for path in self._folder.glob("*"):
            if path.name not in kept:
                path.unlink()

    def begin_round(self) -> None:
        """Begin to draft anew; a request is drafted once a round."""
        self._drafted.close()
        self._drafted = Seen()

    async def draft(self, request: Request) -> None:
        """Put a request in the next batch, unless this round has it already. Raises StoreFailed."""
        with stored_or_stopped():
            await self._draft_new(request)

    async def end_round(self) -> None:
        """Make the last requests of the round a batch too."""
        if self._draft:
            last, self._draft = self._draft, None
            with stored_or_stopped():
                await self._seal(last)

    def drop_draft(self) -> None:
        """Forget the requests that are in no batch yet."""
        if self._draft:
            self._draft.close()
            self._draft.path.unlink()
            self._draft = None

    def uncollected(self) -> list[Submission]:
        """Return the batches whose answers are still to come, oldest first."""
        rows = self._database.read(
            "SELECT id, file_id, batch_id, requests, most_cost, created FROM batches "
            "WHERE state IN ('intended', 'submitted') ORDER BY created, id"
        )
        return [
            Submission(id, file_id, batch_id, requests, most_cost, datetime.fromisoformat(created))
            for id, file_id, batch_id, requests, most_cost, created in rows
        ]

    def file_of(self, submission: Submission) -> Path:
        """Return where the requests of a batch lie."""
        return self._folder / f"{submission.id}.jsonl"

    def answers_of(self, submission: Submission) -> tuple[Path, Path]:
        """Return where the answers to a batch are downloaded to: replies, errors."""
        return self._folder / f"{submission.id}.output", self._folder / f"{submission.id}.errors"

    async def note_file(self, submission: Submission, file_id: str) -> None:
        """Write down that the requests are uploaded."""
        await self._database.commit("UPDATE batches SET file_id = ? WHERE id = ?", (file_id, submission.id))

    async def note_batch(self, submission: Submission, batch_id: str | None) -> None:
        """Write down that the batch is submitted, or (None) that the provider did not take it yet."""
        await self._database.commit(
            "UPDATE batches SET batch_id = ?, state = ? WHERE id = ?",
            (batch_id, "submitted" if batch_id else "intended", submission.id),
        )

    async def abandon(self, submission: Submission) -> None:
        """Give a batch up of which nothing was carried out; its requests count as never sent."""
        self._database.write("UPDATE batches SET state = 'abandoned' WHERE id = ?", (submission.id,))
        await self._database.commit("DELETE FROM attempts WHERE batch = ? AND state = 'sent'", (submission.id,))
        self.file_of(submission).unlink(missing_ok=True)

    async def collect(self, submission: Submission, batch: Batch) -> None:
        """Keep what a batch has brought back, once it is downloaded; done again after a crash, it changes nothing.

        A request without an answer counts as not carried out, and not billed where the batch did not come to its end.
        """
        seconds = _seconds_of(batch)
        for path in filter(Path.exists, self.answers_of(submission)):
            with path.open("rb") as file:
                # A binary file is split at "\n" alone; an answer may hold U+2028.
                for lines in _batched(file):
                    await asyncio.gather(*(self._take(submission, line, seconds) for line in lines))
        cost, why = (None, "no answer came with its batch") if batch.status == "completed" else (0.0, batch.status)
        self._database.write(
            "UPDATE attempts SET state = 'lost', cost = ?, error = ?, run = ? WHERE batch = ? AND state = 'sent'",
            (cost, why if batch.status == "completed" else f"the batch is {why}", self._run, submission.id),
        )
        await self._database.commit("UPDATE batches SET state = 'collected' WHERE id = ?", (submission.id,))
        for path in (self.file_of(submission), *self.answers_of(submission)):
            path.unlink(missing_ok=True)

    def faults_of(self, request: Request) -> list[Exchange | None]:
        """Return what this run's batches brought back in the place of a reply, oldest first; None for no answer."""
        rows = self._database.read(
            "SELECT status, fault FROM attempts WHERE request = ? AND batch IS NOT NULL AND run = ? "
            "AND state <> 'sent' AND (status IS NULL OR status >= 400) ORDER BY id",
            (request.digest, self._run),
        )
        return [None if status is None else Exchange(status, {}, json.loads(fault)) for status, fault in rows]

    def close(self) -> None:
        """Close what is open."""
        self.drop_draft()
        self._drafted.close()

    async def _draft_new(self, request: Request) -> None:
        if not self._drafted.add(request.digest):
            return
        line = _line_of(request, self._endpoint)
        while self._draft and self._draft.is_full(len(line), self.limits):
            # Taken away first: others go on drafting while this one is on its way to the disk.
            full, self._draft = self._draft, None
            await self._seal(full)
        if self._draft is None:
            self._draft = _Draft(self._folder)
        self._draft.add(line, request, self._estimate(request))

    async def _seal(self, draft: _Draft) -> None:
        await asyncio.to_thread(draft.close)
        self._database.write(
            "INSERT INTO attempts (run, request, label, sent, state, batch) SELECT ?, json_extract(value, '$[0]'), "
            "json_extract(value, '$[1]'), ?, 'sent', ? FROM json_each(?)",
            (self._run, time_now(), draft.id, json.dumps(draft.requests)),
        )
        await self._database.commit(
            "INSERT INTO batches (id, run, state, requests, most_cost, created) VALUES (?, ?, 'intended', ?, ?, ?)",
            (draft.id, self._run, len(draft.requests), draft.most_cost, time_now()),
        )

    async def _take(self, submission: Submission, line: bytes, seconds: float) -> None:
        answered = _read_answer(line)
        known = answered and self._database.read(
            "SELECT id FROM attempts WHERE batch = ? AND request = ?", (submission.id, answered.digest)
        )
        if not (answered and known):
            log.warning("a line of the answers to batch %s is none that was asked for", submission.batch_id)
            return
        number = known[0][0]
        attempt = self._attempt_of(answered, seconds)
        exchange = answered.exchange
        self._replies.settled(number, attempt)
        is_fault = exchange is not None and exchange.status >= 400
        fault = json.dumps(exchange.body, ensure_ascii=False) if exchange and is_fault else None
        self._database.write("UPDATE attempts SET run = ?, fault = ? WHERE id = ?", (self._run, fault, number))
        if exchange and not is_fault:
            before = self._earlier_attempts(answered.digest, number)
            await self._replies.keep_by_digest(answered.digest, exchange, (*before, attempt))

    def _attempt_of(self, answered: _Answered, seconds: float) -> Attempt:
        exchange = answered.exchange
        if exchange is None:
            return Attempt(status=None, seconds=seconds, usage=None, cost=0.0, error=answered.error)
        usage = read_usage(exchange.body)
        listed = cost_of(usage, model=self._settings.model, price=self._settings.price) if usage else None
        return Attempt(
            status=exchange.status,
            seconds=seconds,
            usage=usage,
            cost=None if listed is None else listed * BATCH_SHARE,
            request_id=exchange.headers.get("x-request-id"),
            error=answered.error,
        )

    def _earlier_attempts(self, digest: str, number: int) -> list[Attempt]:
        rows = self._database.read(
            "SELECT status, seconds, input_tokens, cached_tokens, output_tokens, cost, request_id, error FROM attempts "
            "WHERE request = ? AND batch IS NOT NULL AND run = ? AND state <> 'sent' AND id < ? ORDER BY id",
            (digest, self._run, number),
        )
        return [_attempt_in(row) for row in rows]


class _Draft:
    """A file of requests that is being written."""

    def __init__(self, folder: Path) -> None:
        self.id = uuid.uuid4().hex
        self.path = folder / f"{self.id}.jsonl"
        self.requests: list[tuple[str, str]] = []
        """The digest and the label of each; with the limit of a file they are few enough to be held."""
        self.most_cost = 0.0
        self._size = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = self.path.open("wb")

    def is_full(self, more: int, limits: Limits) -> bool:
        """Tell whether another line of so many bytes would pass the limits."""
        return len(self.requests) >= limits.requests or self._size + more > limits.bytes

    def add(self, line: bytes, request: Request, most_cost: float) -> None:
        """Write a request behind the others."""
        self._file.write(line)
        self._size += len(line)
        self.most_cost += most_cost
        self.requests.append((request.digest, request.label))

    def close(self) -> None:
        """Write what is still in memory to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


@contextlib.contextmanager
def stored_or_stopped() -> Iterator[None]:
    """Turn what a full or failing disk raises into StoreFailed."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise StoreFailed(f"The requests or answers of a batch cannot be written: {error}.") from error


def _line_of(request: Request, endpoint: str) -> bytes:
    line = {"custom_id": request.digest, "method": "POST", "url": endpoint, "body": request.body}
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    for separator, escaped in _SEPARATORS.items():
        text = text.replace(separator, escaped)
    return f"{text}\n".encode()


def _read_answer(line: bytes) -> _Answered | None:
    """Read a line of an output or error file; None where it is neither."""
    value = decode_body(line.decode("utf-8", "replace"))
    if not isinstance(value, dict) or not isinstance(value.get("custom_id"), str):
        return None
    response = value.get("response")
    if isinstance(response, dict) and isinstance(response.get("status_code"), int):
        request_id = response.get("request_id")
        headers = {"x-request-id": str(request_id)} if request_id else {}
        exchange = Exchange(response["status_code"], headers, response.get("body"))
        told = str(exchange.error.get("message") or f"HTTP {exchange.status}")
        return _Answered(value["custom_id"], exchange, told if exchange.status >= 400 else None)
    error = value.get("error")
    why = error if isinstance(error, dict) else {}
    return _Answered(value["custom_id"], None, str(why.get("message") or why.get("code") or "not carried out"))


def _attempt_in(row: Row) -> Attempt:
    status, seconds, taken, cached, given, cost, request_id, error = row
    usage = None
    if taken is not None:
        usage = Usage(input_tokens=taken, cached_tokens=cached or 0, output_tokens=given or 0)
    return Attempt(status=status, seconds=seconds or 0.0, usage=usage, cost=cost, request_id=request_id, error=error)


def _seconds_of(batch: Batch) -> float:
    ended = batch.completed_at or batch.expired_at or batch.cancelled_at
    return float(max(0, ended - batch.created_at)) if ended else 0.0


def _batched(lines: Iterable[bytes]) -> Iterator[Sequence[bytes]]:
    remaining = iter(lines)
    while several := list(itertools.islice(remaining, _AT_ONCE)):
        yield several
