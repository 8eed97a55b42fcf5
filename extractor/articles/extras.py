"""Extras: libraries that only some formats need, loaded where they are used."""

from __future__ import annotations

import importlib
from typing import Any

from extractor.errors import ArticleError


def load(module: str, *, extra: str) -> Any:
    """Import a library of an extra. Raises ArticleError, which says how it is installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        wanted = f"pip install 'news-event-extractor[{extra}]'"
        raise ArticleError(f"needs a library that is not installed: {wanted}") from error
