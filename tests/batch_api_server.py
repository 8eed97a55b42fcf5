"""A loopback implementation of the files and batches of OpenAI's API, with failures by script."""

from __future__ import annotations

import email
import email.policy
import json
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fault_server import Answer
from tests.waiting import wait_until

Model = Callable[[dict[str, Any]], Answer]
"""What answers the body of a request: a completion, or an error by its status."""


@dataclass
class Fate:
    """What becomes of one batch."""

    status: str = "completed"
    """Its last state: completed, expired, cancelled or failed."""
    looks: int = 0
    """How often it is looked at until it comes to its last state."""
    carried_out: int | None = None
    """How many of its requests are carried out; None for all."""
    errors: list[dict[str, Any]] = field(default_factory=list)
    """Why it failed."""
    lines: Callable[[list[str]], list[str]] = lambda lines: lines[::-1]
    """What its output is made into; results come in no order."""
    expiries_told: bool = True
    """Whether the requests that were not carried out stand in the error file."""
    drops_answer: bool = False
    """Whether the connection is closed in place of the answer that it is made."""


class BatchAPIServer:
    """Serves `/v1/files` and `/v1/batches`; the batches meet the fates in order, and the last of them for ever.

    `faults` are statuses that the next requests get, by what they ask for, such as {"POST /v1/files": [503]}.
    """

    def __init__(self, model: Model, *fates: Fate, page: int = 100) -> None:
        self.model = model
        self.fates = list(fates) or [Fate()]
        self.page = page
        self.files: dict[str, bytes] = {}
        self.uploads: list[bytes] = []
        self.batches: dict[str, dict[str, Any]] = {}
        self.requests: list[str] = []
        self.faults: dict[str, list[int]] = {}
        self.file_states = ["processed"]
        """One after the other, each time a file is asked about."""
        self.bodies: list[dict[str, Any]] = []
        """Those of the requests that were carried out."""
        self.lock = threading.Lock()
        self._fate_of: dict[str, Fate] = {}
        self._looks: dict[str, int] = {}
        handler = type("Handler", (_Handler,), {"api": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait_until_idle(self) -> None:
        """Wait until all that was sent has been taken in, once those who sent it have closed their connections."""
        with socket.create_connection(self._server.server_address) as last:
            # Connections are accepted in their order: when this one is, so are those before it.
            wait_until(lambda: last.getsockname() in self._server.open)
        wait_until(lambda: not self._server.open)

    def made(self) -> int:
        return len(self.batches)

    def keep_file(self, content: bytes) -> str:
        self.files[name := f"file-{len(self.files) + 1}"] = content
        return name

    def file(self, id: str) -> dict[str, Any]:
        state = self.file_states.pop(0) if len(self.file_states) > 1 else self.file_states[0]
        return {"id": id, "object": "file", "purpose": "batch", "status": state}

    def make(self, asked: dict[str, Any]) -> tuple[dict[str, Any], Fate]:
        id = f"batch_{len(self.batches) + 1}"
        fate = self.fates.pop(0) if len(self.fates) > 1 else self.fates[0]
        self._fate_of[id], self._looks[id] = fate, 0
        content = self.files[asked["input_file_id"]]
        total = len(content.splitlines())
        self.batches[id] = {
            "id": id,
            "object": "batch",
            "created_at": int(time.time()),
            "status": "validating",
            "request_counts": {"total": total, "completed": 0, "failed": 0},
            **asked,
        }
        return self.batches[id], fate

    def look(self, id: str) -> dict[str, Any]:
        batch, fate = self.batches[id], self._fate_of[id]
        self._looks[id] += 1
        if batch["status"] in ("completed", "expired", "cancelled", "failed"):
            return batch
        if self._looks[id] <= fate.looks:
            states = ["validating", "in_progress", "finalizing" if fate.status == "completed" else "in_progress"]
            batch["status"] = states[min(self._looks[id], 3) - 1]
            return batch
        self._end(batch, fate)
        return batch

    def cancel(self, id: str) -> dict[str, Any]:
        self._fate_of[id] = Fate("cancelled", looks=self._looks[id] + 1, carried_out=1)
        self.batches[id]["status"] = "cancelling"
        return self.batches[id]

    def list(self, after: str | None) -> dict[str, Any]:
        newest_first = list(self.batches.values())[::-1]
        ids = [batch["id"] for batch in newest_first]
        start = ids.index(after) + 1 if after else 0
        page = newest_first[start : start + self.page]
        more = start + self.page < len(ids)
        return {"object": "list", "data": page, "has_more": more, "last_id": page[-1]["id"] if page else None}

    def _end(self, batch: dict[str, Any], fate: Fate) -> None:
        batch["status"] = fate.status
        batch[f"{fate.status}_at"] = batch["created_at"] + 90
        if fate.status == "failed":
            batch["errors"] = {"object": "list", "data": fate.errors}
            return
        lines = [json.loads(line) for line in self.files[batch["input_file_id"]].split(b"\n") if line]
        count = len(lines) if fate.carried_out is None else fate.carried_out
        good, bad = [], []
        for number, line in enumerate(lines):
            told = {"id": f"batch_req_{batch['id']}_{number}", "custom_id": line["custom_id"]}
            if number >= count:
                error = {"code": f"batch_{fate.status}", "message": "This request could not be executed in time."}
                if fate.expiries_told:
                    bad.append(json.dumps({**told, "response": None, "error": error}))
                continue
            self.bodies.append(line["body"])
            answer = self.model(line["body"])
            response = {"status_code": answer.status, "request_id": told["id"], "body": answer.body}
            kept = json.dumps({**told, "response": response, "error": None}, ensure_ascii=False)
            (good if answer.status < 400 else bad).append(kept)
        if good:
            batch["output_file_id"] = self.keep_file("".join(f"{one}\n" for one in fate.lines(good)).encode())
        if bad:
            batch["error_file_id"] = self.keep_file("".join(f"{one}\n" for one in bad).encode())
        batch["request_counts"] |= {"completed": len(good), "failed": len(bad)}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *arguments: Any) -> None:
        self.open: set[Any] = set()
        """The addresses of those whose connections are served."""
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(client_address)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        super().process_request_thread(request, client_address)
        self.open.remove(client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    api: BatchAPIServer

    def log_message(self, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        self._answer("POST", self.rfile.read(int(self.headers.get("Content-Length", 0))) or self._chunks())

    def do_GET(self) -> None:
        self._answer("GET", b"")

    def _answer(self, method: str, raw: bytes) -> None:
        url = urlsplit(self.path)
        with self.api.lock:
            what = f"{method} {url.path}"
            self.api.requests.append(what)
            if self.api.faults.get(what):
                status = self.api.faults[what].pop(0)
                return self._send(status, {"error": {"message": f"fault {status}", "code": None}})
            if what == "POST /v1/files":
                content = _file_in(self.headers["Content-Type"], raw)
                self.api.uploads.append(content)
                return self._send(200, self.api.file(self.api.keep_file(content)))
            if what == "POST /v1/batches":
                batch, fate = self.api.make(json.loads(raw))
                if fate.drops_answer:
                    self.close_connection = True
                    return None
                return self._send(200, batch)
            if what == "GET /v1/batches":
                return self._send(200, self.api.list(parse_qs(url.query).get("after", [None])[0]))
            if match := re.fullmatch(r"POST /v1/batches/(\w+)/cancel", what):
                return self._send(200, self.api.cancel(match[1]))
            if (match := re.fullmatch(r"GET /v1/batches/(\w+)", what)) and match[1] in self.api.batches:
                return self._send(200, self.api.look(match[1]))
            if (match := re.fullmatch(r"GET /v1/files/([\w-]+)", what)) and match[1] in self.api.files:
                return self._send(200, self.api.file(match[1]))
            if (match := re.fullmatch(r"GET /v1/files/([\w-]+)/content", what)) and match[1] in self.api.files:
                return self._send(200, self.api.files[match[1]])
            return self._send(404, {"error": {"message": f"no {what}"}})

    def _chunks(self) -> bytes:
        chunks = []
        while self.headers.get("Transfer-Encoding") == "chunked" and (size := int(self.rfile.readline(), 16)):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        return b"".join(chunks)

    def _send(self, status: int, body: Any) -> None:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/octet-stream" if isinstance(body, bytes) else "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)


def _file_in(content_type: str, raw: bytes) -> bytes:
    form = email.message_from_bytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + raw, policy=email.policy.HTTP
    )
    for part in form.iter_parts():
        if part.get_filename():
            return part.get_payload(decode=True)
    raise AssertionError("nothing was uploaded")
