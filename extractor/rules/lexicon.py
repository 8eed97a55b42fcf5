"""The lexicon: the word lists and patterns in `data/`, read once."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any


@functools.cache
def read_list(file: str) -> Any:
    """Return what `data/<file>.json` holds."""
    return json.loads(resources.files(__package__).joinpath("data", f"{file}.json").read_text(encoding="utf-8"))


@functools.cache
def words_of(file: str, key: str) -> frozenset[str]:
    """Return the words of one list as a set."""
    return frozenset(read_list(file)[key])
