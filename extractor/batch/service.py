"""The batch service of a provider: files up and down, batches made, found and looked at."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from extractor.errors import ConfigurationError, ExtractorError, QuotaExhausted, RunStopped
from extractor.llm.exchange import Exchange
from extractor.llm.pacing import asked_pause
from extractor.llm.retrying import is_quota_exhausted, is_transient

if TYPE_CHECKING:
    from openai import APIError, AsyncOpenAI
    from openai.types import Batch, FileObject

log = logging.getLogger(__name__)

ResultT = TypeVar("ResultT")

_STATES_OF_FILES = frozenset({"pending", "running"})
"""In which Azure has a file that no batch can be made of yet; elsewhere it is ready at once."""
_MARK = "extractor"
"""The key of a batch's metadata under which it carries our own id for it."""
_TRANSFER_TIMEOUT = 600.0
"""Seconds; a file of requests has up to 200 MB."""
_CLOCKS_APART = timedelta(days=1)
"""How far the provider's clock may be from ours."""


@dataclass(frozen=True)
class Pauses:
    """Seconds between two looks at the same thing."""

    first: float = 5.0
    longest: float = 120.0
    growth: float = 1.5

    def after(self, pause: float) -> float:
        """Return the pause that follows one; the first follows 0."""
        return min(max(self.first, pause * self.growth), self.longest)


class BatchService:
    """The `files` and `batches` of an openai client.

    What may pass (a lost connection, 429, 5xx) is tried again with growing pauses, for up to `patience` seconds. Every
    method raises ConfigurationError, QuotaExhausted or RunStopped.
    """

    def __init__(self, client: AsyncOpenAI, *, endpoint: str, pauses: Pauses, patience: float) -> None:
        """Use a client. `endpoint` is where the requests of the batches would go by themselves."""
        # The SDK would make a batch again without looking whether the first request for it got through.
        self._client = client.with_options(max_retries=0, timeout=_TRANSFER_TIMEOUT)
        self._endpoint: Any = endpoint
        self._pauses = pauses
        self._patience = patience

    async def upload(self, path: Path) -> str:
        """Upload a file of requests and return the provider's id of it."""

        async def send() -> FileObject:
            with path.open("rb") as file:
                return await self._client.files.create(file=(path.name, file, "application/jsonl"), purpose="batch")

        uploaded = await self._patiently(send)
        id, pause = uploaded.id, 0.0
        while str(uploaded.status) in _STATES_OF_FILES:
            pause = self._pauses.after(pause)
            await asyncio.sleep(pause)
            uploaded = await self._patiently(lambda: self._client.files.retrieve(id))
        return id

    async def create(self, file_id: str, mark: str, *, since: datetime) -> Batch:
        """Make a batch of an uploaded file, marked with our own id for it; where an answer is lost, no second one."""
        is_tried = False

        async def make() -> Batch:
            nonlocal is_tried
            if is_tried and (found := await self._find([mark], since)):
                return found[mark]
            is_tried = True
            return await self._client.batches.create(
                input_file_id=file_id, endpoint=self._endpoint, completion_window="24h", metadata={_MARK: mark}
            )

        return await self._patiently(make)

    async def find(self, marks: Collection[str], *, since: datetime) -> dict[str, Batch]:
        """Return the batches made since a moment that carry one of our ids, by it; failed ones aside."""
        return await self._patiently(lambda: self._find(marks, since))

    async def look_at(self, batch_id: str) -> Batch:
        """Return a batch as it is now."""
        return await self._patiently(lambda: self._client.batches.retrieve(batch_id))

    async def download(self, file_id: str, path: Path) -> None:
        """Write a file of answers to a path."""

        async def receive() -> None:
            async with self._client.files.with_streaming_response.content(file_id) as response:
                with path.open("wb") as file:
                    async for chunk in response.iter_bytes():
                        file.write(chunk)

        await self._patiently(receive)

    async def close(self) -> None:
        """Close the client's connections."""
        await self._client.close()

    async def _find(self, marks: Collection[str], since: datetime) -> dict[str, Batch]:
        found: dict[str, Batch] = {}
        oldest = (since - _CLOCKS_APART).timestamp()
        async for batch in self._client.batches.list(limit=100):  # newest first; the SDK turns the pages
            if batch.created_at < oldest or len(found) == len(set(marks)):
                break
            mark = (batch.metadata or {}).get(_MARK)
            if mark and mark in marks and batch.status != "failed":
                found.setdefault(mark, batch)
        return found

    async def _patiently(self, call: Callable[[], Awaitable[ResultT]]) -> ResultT:
        import openai

        pause = waited = 0.0
        refusal: Exchange | None
        while True:
            try:
                return await call()
            except openai.APIError as error:
                refusal = _read_refusal(error)
                if (refusal and not is_transient(refusal)) or waited >= self._patience:
                    raise _translate(error, refusal) from error
                reason = str(error)
            except Exception as error:
                refusal = None
                if not _is_of_connection(error):
                    raise
                if waited >= self._patience:
                    raise RunStopped(f"The connection to the provider's batch service was lost: {error}.") from error
                reason = str(error)
            pause = max(self._pauses.after(pause), (asked_pause(refusal) if refusal else None) or 0.0)
            log.info("the batch service failed (%s); waiting %.1f s", reason, pause)
            await asyncio.sleep(pause)
            waited += pause


def _read_refusal(error: APIError) -> Exchange | None:
    """Return what the service answered; None where no answer came."""
    import openai

    if not isinstance(error, openai.APIStatusError):
        return None
    body = error.body if isinstance(error.body, dict) else {"message": str(error.body or error.message)}
    # The SDK hands out what is within `error`.
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    return Exchange(error.status_code, headers, body if "error" in body else {"error": body})


def _translate(error: APIError, refusal: Exchange | None) -> ExtractorError:
    if refusal is None or is_transient(refusal):
        return RunStopped(f"The provider's batch service cannot be reached or fails: {error.message}.")
    message = str(refusal.error.get("message") or error.message).rstrip(".")
    if is_quota_exhausted(refusal):
        return QuotaExhausted(f"The account has no quota left: {message}.")
    if refusal.status in (401, 403):
        return ConfigurationError(f"The batch service refused the key ({refusal.status}): {message}.")
    if refusal.status == 404:
        return ConfigurationError(
            f"The endpoint has no batch service, or what was sent to it with another key or is gone (404): {message}. "
            "Give the key and the address that the run began with, or begin anew with another --out."
        )
    return ConfigurationError(f"The batch service rejected the request ({refusal.status}): {message}.")


def _is_of_connection(error: Exception) -> bool:
    """Tell whether a download was cut, for which the SDK has no error of its own."""
    return type(error).__module__.partition(".")[0] in ("httpx", "httpx2", "httpcore", "httpcore2", "aiohttp")
