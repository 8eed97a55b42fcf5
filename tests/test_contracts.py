"""The published schemas, and the strict form that is sent."""

import json
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from extractor.contracts import schema_texts
from extractor.llm.schema import strict_schema
from extractor.models import Quote, Reply
from extractor.models.forms import form_of
from tests.conftest import ROOT


@pytest.mark.parametrize("name", sorted(schema_texts()))
def test_the_schemas_in_the_repository_are_those_of_the_models(name):
    assert (ROOT / "schemas" / name).read_text() == schema_texts()[name]


def objects(node):
    if isinstance(node, dict):
        if "properties" in node:
            yield node
        for value in node.values():
            yield from objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from objects(value)


def test_the_schema_that_is_sent_is_closed_and_requires_everything():
    for node in objects(strict_schema(Reply)):
        assert node["additionalProperties"] is False
        assert node["required"] == list(node["properties"])


def test_every_field_that_the_model_fills_in_is_described():
    for node in objects(strict_schema(Reply)):
        assert [name for name, field in node["properties"].items() if not field.get("description")] == []


class Inner(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    title: str = Field(default="x", max_length=5)
    format: Literal["a", "b"] = "a"
    words: Annotated[list[Quote], Field(min_length=1)] = []


class Outer(BaseModel):
    one: Inner = Field(description="With a sibling.")
    many: dict[str, list[Inner]] = {}
    either: Quote | None = None
    nested: list[tuple[Quote, ...]] = []
    plain: str | None = None


def test_names_that_are_keywords_too_survive_and_refs_have_no_siblings():
    schema = strict_schema(Outer)
    assert set(schema["$defs"]["Inner"]["properties"]) == {"title", "format", "words"}
    assert "default" not in json.dumps(schema)
    assert "maxLength" not in json.dumps(schema)
    assert schema["properties"]["one"]["description"] == "With a sibling."
    assert "$ref" not in schema["properties"]["one"]


def test_quotes_are_found_wherever_they_are_nested():
    outer = Outer(
        one=Inner(words=["a", "b"]), many={"k": [Inner(words=["c"])]}, either="d", nested=[("e",)], plain="no quote"
    )
    assert {quote.path: quote.text for quote in form_of(Outer).quotes(outer.model_dump(mode="json"))} == {
        ("one", "words", 0): "a",
        ("one", "words", 1): "b",
        ("many", "k", 0, "words", 0): "c",
        ("either",): "d",
        ("nested", 0, 0): "e",
    }
