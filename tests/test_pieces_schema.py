"""Long articles and further passes with a schema of one's own, and what they are estimated to take."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from extractor import Article, Extractor, Quote, Settings, extract, schema_task
from extractor.batch.estimate import estimate
from extractor.batch.execution import Plan
from extractor.llm import Exchange, Request
from extractor.models import SchemaExtraction
from tests.conftest import ScriptedModel

PARAGRAPHS = [
    f"Norwegian minister Lars Hegge met Kenyan minister Wanjiru Odhiambo in Oslo on May {day} to discuss quota {day}. "
    f"Hegge said that quota {day} was too low 🇳🇴 — «é» שלום."
    for day in range(1, 13)
]
LONG = Article(id="long", text="\n\n".join(PARAGRAPHS), title="Quotas", published="2024-05-20")
_ARTICLE = re.compile(r"Text:\n(.*)\nARTICLE \w+ ENDS", re.DOTALL)


def shown_in(body: dict[str, Any]) -> str:
    return _ARTICLE.search(body["messages"][1]["content"])[1]  # type: ignore[index]


class ReadingModel(ScriptedModel):
    """A model whose answer depends on what it is asked."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self._answer = answer

    async def send(self, request: Request) -> Exchange:
        self.replies = [self._answer(request.body)]
        return await super().send(request)


def test_an_estimate_counts_the_pieces(tmp_path):
    (tmp_path / "long.txt").write_text(LONG.text)
    sizes = [Settings(model="openai/gpt-5-mini", piece_characters=size) for size in (100_000, 500)]
    whole, cut_up = (estimate(Plan((tmp_path / "long.txt",), tmp_path / "out", one)) for one in sizes)
    assert (whole.to_read, cut_up.to_read) == (1, 1)
    assert cut_up.input_tokens > 3 * whole.input_tokens


class Quota(BaseModel):
    """A quota that is too low."""

    number: int
    words: Quote
    who: Quote | None = None


class Quotas(BaseModel):
    """Every quota that somebody finds too low."""

    total: str | None = None
    quotas: list[Quota]


def quotas_in(body: dict[str, Any]) -> dict[str, Any]:
    found = re.findall(r"quota (\d+) was too low", shown_in(body))
    return {
        "total": "many",
        "quotas": [
            {"number": int(number), "words": f"quota {number} was too low", "who": "Hegge said"} for number in found
        ],
    }


def test_records_of_ones_own_are_put_together_each_once_in_the_order_of_the_text():
    chosen = Settings(model="openai/m", piece_characters=500)
    found = extract(LONG, schema=Quotas, client=ReadingModel(quotas_in), settings=chosen)
    assert isinstance(found, SchemaExtraction)
    assert found.data is not None
    assert [quota.number for quota in found.data.quotas] == list(range(1, 13))
    assert found.data.total == "many"
    assert [record.id for record in found.records] == [*(f"quotas{number}" for number in range(1, 13)), "reply"]
    assert len(found.quotes_placed) == 24
    assert all(LONG.text[one.span.start : one.span.end] == one.span.text for one in found.quotes_placed)


def test_a_second_pass_adds_what_the_first_has_missed_and_nothing_twice():
    def answer(body: dict[str, Any]) -> dict[str, Any]:
        first = quotas_in({"messages": body["messages"][:2]})
        is_first = len(body["messages"]) == 2
        quotas = [quota for quota in first["quotas"] if (quota["number"] % 2 == 0) == is_first or quota["number"] == 4]
        return {"total": None, "quotas": quotas}

    model = ReadingModel(answer)
    found = extract(LONG, schema=Quotas, client=model, settings=Settings(model="openai/m", passes=2))
    assert found.data is not None
    assert [quota.number for quota in found.data.quotas] == list(range(1, 13))
    assert len(model.requests) == len(found.provenance.attempts) == 2
    shown = model.requests[1].body["messages"]
    assert json.loads(shown[2]["content"])["quotas"][0]["number"] == 2
    assert "Read the article again" in shown[3]["content"]


def test_a_task_with_a_prompt_of_its_own_has_passes_too(tmp_path):
    (tmp_path / "own.md").write_text("Every quota.\n<!-- more -->\nMore, in {{ statement_language }}!\n")
    model = ReadingModel(lambda body: {"total": None, "quotas": []} if len(body["messages"]) > 2 else quotas_in(body))
    task = schema_task(Quotas, prompt=tmp_path / "own.md")
    with Extractor(task=task, client=model, settings=Settings(model="openai/m", passes=3)) as extractor:
        extractor.extract(LONG)
    assert [request.body["messages"][-1]["content"] for request in model.requests[1:]] == ["More, in English!"]


@settings(max_examples=25)
@given(st.integers(120, 2_500))
def test_whatever_the_size_of_the_pieces_no_record_is_lost_and_none_is_there_twice(size):
    chosen = Settings(model="openai/m", piece_characters=size)
    found = extract(LONG, schema=Quotas, client=ReadingModel(quotas_in), settings=chosen)
    assert found.data is not None
    assert [quota.number for quota in found.data.quotas] == list(range(1, 13))
    assert all(LONG.text[one.span.start : one.span.end] == one.span.text for one in found.quotes_placed)
    assert found.problems == ()
