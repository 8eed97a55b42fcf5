"""Runs of the command in tests: a folder of numbered articles in, everything that can be seen of the run out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from extractor.batch import read_outcomes
from extractor.cli import app
from extractor.models import Outcome
from tests.conftest import ROOT
from tests.load_server import LoadServer
from tests.replies import TEXT
from tests.waiting import MOST_SECONDS


@dataclass(frozen=True)
class Ended:
    """A run that has ended; making it asserts that every article is accounted for."""

    code: int
    messages: str
    end: dict[str, Any]

    def __post_init__(self) -> None:
        end = self.end
        assert sum(end["outcomes"].values()) + end["known"] + end["pending"] == end["inputs"], self

    @property
    def kinds(self) -> dict[str, int]:
        found: dict[str, int] = self.end["outcomes"]
        return found


def write_articles(folder: Path, count: int, *, begin: int = 0) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(begin, begin + count):
        (folder / f"a{number}.txt").write_text(f"Number {number}. {TEXT}")
    return folder


def arguments_of(server: LoadServer, folder: Path, out: Path, *more: object) -> list[str]:
    given = ["run", folder, "--out", out, "--model", "openai/m", "--base-url", server.url, "--json", *more]
    return [str(one) for one in given]


def run(server: LoadServer, folder: Path, out: Path, *more: object) -> Ended:
    """Run the command in this process."""
    result = CliRunner(env={"COLUMNS": "400"}).invoke(app, arguments_of(server, folder, out, *more))
    assert result.stdout, (result.stderr, result.exception)
    return Ended(result.exit_code, result.stderr, json.loads(result.stdout.splitlines()[-1]))


def start(
    server: LoadServer, folder: Path, out: Path, *more: object, before: Callable[[], None] | None = None
) -> subprocess.Popen[str]:
    """Start the command as a process of its own."""
    command = [sys.executable, "-m", "extractor", *arguments_of(server, folder, out, *more)]
    environment = {name: value for name, value in os.environ.items() if name != "OPENAI_API_KEY"} | {"COLUMNS": "400"}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=before
    )


def ended(process: subprocess.Popen[str]) -> Ended:
    """Wait for a process that was started."""
    try:
        events, messages = process.communicate(timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired:
        kill(process)
        raise
    assert events, messages
    return Ended(process.returncode, messages, json.loads(events.splitlines()[-1]))


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def dataset(out: Path) -> dict[str, Any]:
    """Return the outcomes by path, without what differs between two runs that went the same way: times."""
    return {Path(outcome.path).name: _without_times(outcome) for outcome in read_outcomes(out)}


def _without_times(outcome: Outcome) -> Any:
    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: strip(one) for key, one in value.items() if key not in ("seconds", "extracted_at", "path")}
        return [strip(one) for one in value] if isinstance(value, list) else value

    return strip(outcome.model_dump(mode="json"))
