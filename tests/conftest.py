"""What the tests share: the fault server, the seeds, and a model that answers without a network."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from extractor.llm import Exchange, Request
from tests.fault_server import Answer, FaultServer
from tests.load_server import LoadServer

# How long an example takes is no test's business, and the first one often imports a library. In CI the examples are
# always the same, so that a change is judged by what it changed.
settings.register_profile("unhurried", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("unhurried")

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
GOLD = ROOT / "tests" / "gold"
CASSETTES = ROOT / "cassettes"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed; Debian and Ubuntu have one: apt-get install chromium"
)


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "EXTRACTOR_MODEL", "EXTRACTOR_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def fault_server() -> Iterator[Callable[..., FaultServer]]:
    servers: list[FaultServer] = []

    def start(*script: Answer) -> FaultServer:
        servers.append(FaultServer(*script))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def load_server() -> Iterator[Callable[..., LoadServer]]:
    servers: list[LoadServer] = []

    def start(*arguments: Any, **options: Any) -> LoadServer:
        servers.append(LoadServer(*arguments, **options))
        return servers[-1]

    yield start
    for server in servers:
        if server.is_open:
            server.close()


class ScriptedModel:
    """Stands where an openai client would: answers each request with the next reply, without a network."""

    def __init__(self, *replies: Any) -> None:
        self.replies = list(replies)
        self.requests: list[Request] = []

    async def send(self, request: Request) -> Exchange:
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        content = reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
        message = {"role": "assistant", "content": content}
        body = {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "scripted",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
        }
        return Exchange(200, {}, body)


class NestedBodies:
    """vcrpy's serializer for our cassettes, whose bodies are JSON values rather than strings of JSON."""

    @staticmethod
    def deserialize(text: str) -> dict[str, Any]:
        cassette: dict[str, Any] = json.loads(text)
        for interaction in cassette["interactions"]:
            interaction["request"]["body"] = json.dumps(interaction["request"]["body"])
            interaction["response"]["body"] = {"string": json.dumps(interaction["response"]["body"])}
        return cassette

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        raise AssertionError("the tests only replay")


def same_body(one: Any, other: Any) -> bool:
    # vcrpy's own matcher ignores the body by default and is quadratic where it does not.
    return bool(json.loads(one.body) == json.loads(other.body))


@pytest.fixture
def seed_cassettes(tmp_path: Path) -> Callable[[], Any]:
    """A function that opens all cassettes of the seeds in vcrpy, to be replayed only."""
    import vcr

    machine = vcr.VCR(record_mode="none", serializer="nested", match_on=["method", "recorded_body"])
    machine.register_serializer("nested", NestedBodies)
    machine.register_matcher("recorded_body", same_body)
    cassettes = [json.loads(path.read_text()) for path in sorted(CASSETTES.glob("*.json"))]
    merged = tmp_path / "seeds.json"
    interactions = [interaction for cassette in cassettes for interaction in cassette["interactions"]]
    merged.write_text(json.dumps({"version": 1, "interactions": interactions}))
    return lambda: machine.use_cassette(str(merged))
