"""A loopback server for runs of thousands: what it does with each request is a function, and it counts by article."""

from __future__ import annotations

import asyncio
import functools
import json
import math
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.fault_server import Answer, completion, failure
from tests.replies import reply

NUMBER = re.compile(rb"Number (\d+)\.")
"""How an article says which it is."""


@dataclass(frozen=True)
class Asked:
    """One request."""

    article: int
    nth: int
    """Which request for this article it is, from 1."""
    number: int
    """Which request of all it is, from 1."""
    at: float
    """Seconds on the server's clock."""


Script = Callable[[Asked], Answer | None]
"""What to do with a request; None for a sound reply."""


class LoadServer:
    """Serves from a thread of its own; the same port can be closed and opened again."""

    def __init__(
        self,
        script: Script = lambda asked: None,
        *,
        latency: float = 0.0,
        good: Answer | None = None,
        holds_from: float = math.inf,
    ) -> None:
        """Answer after `latency` seconds; requests from the one numbered `holds_from` on wait to be released."""
        self.script = script or (lambda asked: None)
        self.latency = latency
        self.good = good or completion(reply())
        self.asked: list[Asked] = []
        self.requests: Counter[int] = Counter()
        """How many there were for each article."""
        self.statuses: Counter[int] = Counter()
        self.under_way = self.most_under_way = 0
        self._holds_from = holds_from
        self._held: list[Callable[[], None]] = []
        self._port = 0
        self._good = _encoded(self.good)
        self.open()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    def open(self) -> None:
        """Listen, on the same port as before."""
        self._connections: set[asyncio.Transport] = set()
        self._loop = asyncio.new_event_loop()
        listening = self._loop.create_server(lambda: _Connection(self), "127.0.0.1", self._port, backlog=1000)
        self._server = self._loop.run_until_complete(listening)
        self._port = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.is_open = True

    def release(self) -> None:
        """Give the answers that were held back, and hold none back any more."""
        self._loop.call_soon_threadsafe(self._release)

    def give(self, answer: Callable[[], None], *, delay: float) -> None:
        """Give an answer after a delay, or keep it until it is released."""
        if len(self.asked) >= self._holds_from:
            self._held.append(answer)
        else:
            self._loop.call_later(delay, answer)

    def close(self) -> None:
        """Cut all connections and listen no more."""
        self.is_open = False
        self._loop.call_soon_threadsafe(self._cut)
        self._thread.join()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _cut(self) -> None:
        self._server.close()
        for connection in list(self._connections):
            connection.abort()
        self._loop.call_soon(self._loop.stop)

    def _release(self) -> None:
        self._holds_from = math.inf
        for answer in self._held:
            answer()
        self._held.clear()

    def take(self, head: bytes, body: bytes) -> tuple[Answer, bytes]:
        """Return what to do with a request, and the bytes to send."""
        found = NUMBER.search(body)
        article = int(found[1]) if found else -1
        self.requests[article] += 1
        asked = Asked(article, self.requests[article], len(self.asked) + 1, time.monotonic())
        self.asked.append(asked)
        answer = self.script(asked)
        self.statuses[answer.status if answer else 200] += 1
        if answer is None:
            return replace(self.good, delay=self.latency), self._good
        return replace(answer, delay=answer.delay or self.latency), _encoded(answer)


class _Connection(asyncio.Protocol):
    def __init__(self, server: LoadServer) -> None:
        self._server = server
        self._received = bytearray()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._server._connections.add(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._server._connections.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", self._received[: max(0, head)])
        end = head + 4 + (int(length[1]) if length else 0)
        if head < 0 or len(self._received) < end:
            return
        request = bytes(self._received[:end])
        del self._received[:end]
        server = self._server
        server.under_way += 1
        server.most_under_way = max(server.most_under_way, server.under_way)
        answer, whole = server.take(request[:head], request[head:])
        server.give(functools.partial(self._answer, answer, whole), delay=answer.delay)

    def _answer(self, answer: Answer, whole: bytes) -> None:
        self._server.under_way -= 1
        if answer.drip:
            self._drip(whole, answer.drip)
        elif answer.cut_after is None:
            self._transport.write(whole)
        else:
            head = whole.find(b"\r\n\r\n") + 4
            self._transport.write(whole[: head + answer.cut_after] if answer.cut_after else b"")
            self._transport.close()

    def _drip(self, rest: bytes, pause: float) -> None:
        if rest and not self._transport.is_closing():
            self._transport.write(rest[:1])
            asyncio.get_running_loop().call_later(pause, self._drip, rest[1:], pause)


def _encoded(answer: Answer) -> bytes:
    body = answer.body.encode() if isinstance(answer.body, str) else json.dumps(answer.body).encode()
    headers = {"Content-Type": "application/json", **answer.headers, "Content-Length": str(len(body))}
    lines = [f"HTTP/1.1 {answer.status} X", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body


class Admission:
    """A script that admits so many requests a second and answers 429 with Retry-After to the rest."""

    def __init__(self, a_second: int, *, sliding: bool, says_when: bool = True) -> None:
        self.admitted = self.refused = 0
        self.times: list[float] = []
        """When each that was admitted came."""
        self._a_second = a_second
        self._sliding = sliding
        self._says_when = says_when
        self._recent: deque[float] = deque()

    def __call__(self, asked: Asked) -> Answer | None:
        begins = asked.at - 1.0 if self._sliding else math.floor(asked.at)
        while self._recent and self._recent[0] <= begins:
            self._recent.popleft()
        if len(self._recent) < self._a_second:
            self._recent.append(asked.at)
            self.admitted += 1
            self.times.append(asked.at)
            return None
        self.refused += 1
        free = self._recent[0] + 1.0 if self._sliding else begins + 1.0
        # In whole seconds, as the header has them.
        when = {"retry_after": str(max(1, math.ceil(free - asked.at)))} if self._says_when else {}
        return replace(failure(429, "slow down", "rate_limit_exceeded", **when), delay=0.001)
