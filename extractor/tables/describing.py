"""Describing: what the tables and columns hold, for Datasette and for the documentation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from extractor.files import write_whole

METADATA_NAME = "metadata.json"


def write_metadata(folder: Path, views: Mapping[str, str] | None = None) -> Path:
    """Write the descriptions and canned queries beside the database, and return where.

    `views` are those of the kinds of records that a run has: the kind of each by the name of its view.
    """
    path = folder / METADATA_NAME
    metadata = json.loads(_text())
    for name, kind in (views or {}).items():
        metadata["databases"]["events"]["tables"][name] = {
            "title": name,
            "description": f"Records of the kind {kind}, with a column a field. Their quotes stand in record_evidence.",
        }
    write_whole(path, json.dumps(metadata, indent=1, ensure_ascii=False))
    return path


def described_tables() -> dict[str, dict[str, Any]]:
    """Return title, description and columns of every table and view, by name."""
    tables: dict[str, dict[str, Any]] = json.loads(_text())["databases"]["events"]["tables"]
    return tables


def example_queries() -> dict[str, dict[str, str]]:
    """Return title and SQL of every canned query, by name."""
    queries: dict[str, dict[str, str]] = json.loads(_text())["databases"]["events"]["queries"]
    return queries


def schema_in_markdown() -> str:
    """Return the tables and columns as docs/dataset.md has them."""
    return "\n".join(_schema_lines())


def questions_in_markdown() -> str:
    """Return the example questions with their SQL as docs/dataset.md has them."""
    return "\n".join(
        f"{number}. {query['title']}\n\n```sql\n{query['sql']}\n```\n"
        for number, query in enumerate(example_queries().values(), 1)
    )


def _schema_lines() -> Iterator[str]:
    for name, table in described_tables().items():
        if "columns" in table:
            yield f"### `{name}`\n\n{table['description']}\n\n| column | what it holds |\n|---|---|"
            yield from (f"| `{column}` | {description} |" for column, description in table["columns"].items())
            yield ""


def _text() -> str:
    return resources.files("extractor.tables").joinpath(METADATA_NAME).read_text(encoding="utf-8")
