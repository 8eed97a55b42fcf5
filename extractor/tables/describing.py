"""Describing: what the tables and columns hold, in the form that Datasette reads."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from extractor.files import write_whole

METADATA_NAME = "metadata.json"


def write_metadata(folder: Path) -> Path:
    """Write the descriptions and canned queries beside the database, and return where."""
    path = folder / METADATA_NAME
    write_whole(path, resources.files("extractor.tables").joinpath(METADATA_NAME).read_text(encoding="utf-8"))
    return path
