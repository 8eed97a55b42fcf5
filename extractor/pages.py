"""What every HTML page is made with: templates that escape, digests for its policy, and texts cut at their quotes."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from jinja2 import Environment

LabelT = TypeVar("LabelT")


@dataclass(frozen=True)
class Segment(Generic[LabelT]):
    """A stretch of text that the same quotes hold from end to end."""

    text: str
    start: int
    labels: tuple[LabelT, ...]
    begins: tuple[LabelT, ...]
    """Of the quotes that begin with it."""


def cut_at_quotes(text: str, quotes: Iterable[tuple[int, int, LabelT]]) -> list[Segment[LabelT]]:
    """Cut a text wherever a quote `(start, end, label)` begins or ends; the segments joined are the text."""
    begins: dict[int, list[LabelT]] = {}
    changes: dict[int, list[tuple[int, LabelT]]] = {0: [], len(text): []}
    for start, end, label in quotes:
        begins.setdefault(start, []).append(label)
        changes.setdefault(start, [])
        changes.setdefault(end, [])
        if start < end:
            changes[start].append((1, label))
            changes[end].append((-1, label))
    open_quotes: dict[LabelT, int] = {}
    segments: list[Segment[LabelT]] = []
    for start, end in itertools.pairwise(sorted(changes)):
        for step, label in changes[start]:
            open_quotes[label] = open_quotes.get(label, 0) + step
            if not open_quotes[label]:
                del open_quotes[label]
        first = tuple(dict.fromkeys(begins.get(start, ())))
        segments.append(Segment(text[start:end], start, tuple(open_quotes), first))
    return segments


def digest_of_source(source: str) -> str:
    """Return the source of a style or script as the Content-Security-Policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"


def template_environment(folder: Path, filters: Mapping[str, object]) -> Environment:
    """Return the templates of a folder; what they are given is escaped, and what they are not given is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
        loader=FileSystemLoader(folder),
    )
    environment.filters |= {"digest": digest_of_source, **filters}
    return environment
