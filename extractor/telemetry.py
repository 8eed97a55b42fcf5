"""Telemetry: OpenTelemetry spans of articles and requests, where that package is installed and set up."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import Any, Protocol

from extractor._version import __version__


class SpanMarks(Protocol):
    """A span under way, as far as it is used here."""

    def set_attribute(self, key: str, value: Any) -> None:
        """Note a value."""
        ...


class _Nothing:
    def set_attribute(self, key: str, value: Any) -> None:
        pass


@contextlib.contextmanager
def traced(name: str, attributes: dict[str, str]) -> Iterator[SpanMarks]:
    """Open a span, closed as failed where an error passes through it.

    Names follow OpenTelemetry's conventions for generative AI. No span holds an article's text or a key.
    """
    tracer = _tracer()
    if tracer is None:
        yield _Nothing()
        return
    # An error's message may quote the article: only its kind is noted.
    unsaid = {"record_exception": False, "set_status_on_exception": False}
    with tracer.start_as_current_span(name, attributes=attributes, **unsaid) as span:
        try:
            yield span
        except BaseException as error:
            from opentelemetry.trace import StatusCode

            span.set_attribute("error.type", type(error).__name__)
            span.set_status(StatusCode.ERROR)
            raise


@functools.cache
def _tracer() -> Any:
    try:
        from opentelemetry import trace
    except ImportError:
        return None
    return trace.get_tracer("extractor", __version__)
