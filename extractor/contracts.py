"""The contracts: JSON Schemas of what goes in and comes out, for users of other languages."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from extractor.evaluation import GoldArticle, SchemaGold
from extractor.files import write_whole
from extractor.llm.schema import strict_schema
from extractor.models import Article, Extraction, Outcome, Reply

CONTRACTS: dict[str, type[BaseModel]] = {
    "article": Article,
    "extraction": Extraction,
    "gold": GoldArticle,
    "outcome": Outcome,
    "schema_gold": SchemaGold,
}


def schema_texts() -> dict[str, str]:
    """Return the text of each schema file by its name."""
    schemas = {name: model.model_json_schema(mode="serialization") for name, model in CONTRACTS.items()}
    schemas["reply"] = strict_schema(Reply)
    return {
        f"{name}.schema.json": json.dumps(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2, ensure_ascii=False
        )
        + "\n"
        for name, schema in schemas.items()
    }


def write_schemas(folder: Path) -> list[Path]:
    """Write the schema files into the folder and return their paths."""
    paths = []
    for name, text in schema_texts().items():
        write_whole(folder / name, text)
        paths.append(folder / name)
    return paths


def stale_schemas(folder: Path) -> list[str]:
    """Return the names of the schema files in the folder that are missing or differ from the models."""
    return [
        name
        for name, text in schema_texts().items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]
