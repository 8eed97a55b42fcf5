"""Tables: the word lists and records that a package has in its `data/`."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any


@functools.cache
def read_table(package: str, name: str) -> Any:
    """Return what `data/<name>.json` of a package holds, read once."""
    return json.loads(resources.files(package).joinpath("data", f"{name}.json").read_text(encoding="utf-8"))
