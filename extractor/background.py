"""Running a coroutine from synchronous code, whether or not an event loop already runs there."""

from __future__ import annotations

import asyncio
import functools
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


_THREAD = "extractor"


def run_blocking(coroutine: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run the coroutine on the process's background loop and wait for its result.

    One loop serves all calls: a client's connections live on the loop where they were opened, and in a notebook or a
    web server the caller's thread already runs a loop that must not be entered again.
    """
    if threading.current_thread().name == _THREAD:
        coroutine.close()
        raise RuntimeError("extract() waits for itself here, in code that extract_many called; use extract_async().")
    future = start_in_background(coroutine)
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


def start_in_background(coroutine: Coroutine[Any, Any, ResultT]) -> Future[ResultT]:
    """Start the coroutine on the process's background loop."""
    return asyncio.run_coroutine_threadsafe(coroutine, _loop(os.getpid()))


@functools.cache
def _loop(process: int) -> asyncio.AbstractEventLoop:  # noqa: ARG001
    # Kept by process: the thread of a parent does not live on in its forks.
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name=_THREAD, daemon=True).start()
    return loop
