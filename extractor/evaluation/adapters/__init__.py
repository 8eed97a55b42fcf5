"""Adapters: other people's annotations, from JSON Lines, as gold for the scorer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from extractor.errors import ConfigurationError
from extractor.evaluation.adapters.events import read_rams, read_wikievents
from extractor.evaluation.adapters.meantime import read_meantime
from extractor.evaluation.adapters.polnear import read_polnear
from extractor.evaluation.adapters.records import AdaptedSet

__all__ = ["ADAPTERS", "AdaptedSet", "read_adapted"]

ADAPTERS: Mapping[str, Callable[[Path], AdaptedSet]] = {
    "polnear": read_polnear,
    "wikievents": read_wikievents,
    "rams": read_rams,
    "meantime": read_meantime,
}
"""Every adapter to articles with records, by the name of what it reads."""


def read_adapted(name: str, path: Path) -> AdaptedSet:
    """Read a file of annotations through the adapter of this name.

    Raises ConfigurationError where there is no such adapter, or the file cannot be read or is malformed.
    """
    if name not in ADAPTERS:
        raise ConfigurationError(f"There is no adapter {name!r}; there are: {', '.join(ADAPTERS)}.")
    return ADAPTERS[name](path)
