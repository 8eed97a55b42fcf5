"""Libraries that only some parts need, and that are installed as extras."""

from __future__ import annotations

import importlib
from typing import Any

from extractor.errors import ConfigurationError


def require(module: str, *, extra: str) -> Any:
    """Import a module. Raises ConfigurationError, which says how to install it, where it is missing."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        raise ConfigurationError(
            f"This needs {package}, which is not installed: pip install 'news-event-extractor[{extra}]'."
        ) from error
