"""Waiting in tests for what must come, however busy the machine is, and no longer than it takes."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable

MOST_SECONDS = 60.0
"""Within them comes whatever comes at all."""


def wait_until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + MOST_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)


def wait_for_message(process: subprocess.Popen[str], words: str) -> None:
    """Read what a process says on stderr up to the line with these words."""
    assert process.stderr
    ending = threading.Timer(MOST_SECONDS, process.kill)
    ending.start()
    try:
        said = ""
        while words not in said:
            line = process.stderr.readline()
            said += line
            assert line, said
    finally:
        ending.cancel()
