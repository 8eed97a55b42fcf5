"""Long articles through the whole library: cut, asked about piece by piece, and put together again."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from extractor import Article, Extractor, ModelRefused, Quote, Settings, extract, schema_task
from extractor.batch import read_outcomes
from extractor.batch.estimate import estimate
from extractor.batch.execution import Plan, Silent, execute
from extractor.batch.service import Pauses
from extractor.errors import ReplyTruncated
from extractor.llm import Exchange, Request
from extractor.models import SchemaExtraction
from extractor.pieces import cut
from extractor.rules import read_article
from tests.batch_api_server import BatchAPIServer
from tests.conftest import ScriptedModel
from tests.fault_server import completion
from tests.replies import TEXT, reply

PARAGRAPHS = [
    f"Norwegian minister Lars Hegge met Kenyan minister Wanjiru Odhiambo in Oslo on May {day} to discuss quota {day}. "
    f"Hegge said that quota {day} was too low 🇳🇴 — «é» שלום."
    for day in range(1, 13)
]
LONG = Article(id="long", text="\n\n".join(PARAGRAPHS), title="Quotas", published="2024-05-20")
_ARTICLE = re.compile(r"Text:\n(.*)\nARTICLE \w+ ENDS", re.DOTALL)


def shown_in(body: dict[str, Any]) -> str:
    return _ARTICLE.search(body["messages"][1]["content"])[1]  # type: ignore[index]


def read_by_rules(body: dict[str, Any]) -> dict[str, Any]:
    """Answer as a model that reads what it is shown, no more and no less."""
    return read_article(Article(text=shown_in(body), published=LONG.published)).model_dump()


class ReadingModel(ScriptedModel):
    """A model whose answer depends on what it is asked."""

    def __init__(self, answer: Any = read_by_rules) -> None:
        super().__init__()
        self._answer = answer

    async def send(self, request: Request) -> Exchange:
        answered = self._answer(request.body)
        if isinstance(answered, Exchange):
            self.requests.append(request)
            return answered
        self.replies = [answered]
        return await super().send(request)


def cut_off() -> Exchange:
    message = {"role": "assistant", "content": '{"participants": ['}
    return Exchange(200, {}, {"model": "m", "choices": [{"message": message, "finish_reason": "length"}]})


def read(model: ScriptedModel, article: Article = LONG, **settings: Any) -> Any:
    given_settings = Settings(**{"model": "openai/m", "piece_characters": 500, "mend": False, **settings})
    with Extractor(client=model, settings=given_settings) as extractor:
        return extractor.extract(article)


def without_ids(extraction: Any) -> tuple[list[Any], list[Any]]:
    names = {one.id: one.name for one in extraction.participants}
    meetings = [(sorted(names[id] for id in one.participants), one.date, one.evidence) for one in extraction.meetings]
    claims = [(names[one.source], one.content, one.cue) for one in extraction.claims]
    return meetings, claims


@given(st.text(max_size=400), st.integers(1, 90))
def test_pieces_follow_each_other_without_a_gap_and_none_is_too_long(text, size):
    pieces = cut(text, size)
    assert "".join(text[piece.start : piece.end] for piece in pieces) == text
    assert all(len(text[piece.start : piece.end]) <= size for piece in pieces)
    assert all(piece.shown_start <= piece.start <= piece.end <= piece.shown_end for piece in pieces)


def test_an_article_is_cut_at_its_paragraphs():
    pieces = cut(LONG.text, 500)
    assert len(pieces) > 3
    assert all(LONG.text[: piece.start].endswith("\n\n") for piece in pieces[1:])


def test_a_long_article_gives_what_it_gives_as_a_whole_with_offsets_in_the_whole():
    in_pieces, whole = read(ReadingModel()), read(ReadingModel(), piece_characters=100_000)
    assert without_ids(in_pieces) == without_ids(whole)
    assert len(in_pieces.meetings) == 12
    assert all(LONG.text[span.start : span.end] == span.text for _, _, span in in_pieces.quotes())
    assert [one.name for one in in_pieces.participants] == ["Lars Hegge", "Wanjiru Odhiambo"]
    assert len(in_pieces.participants[0].mentions) == 24


def test_each_piece_is_asked_about_with_title_and_date_and_says_which_it_is():
    model = ReadingModel()
    read(model)
    users = [request.body["messages"][1]["content"] for request in model.requests]
    assert len(users) == len(cut(LONG.text, 500))
    assert all("Title: Quotas" in user and "Published: 2024-05-20" in user for user in users)
    assert {re.search(r"part (\d+) of (\d+)", user)[0] for user in users} == {
        f"part {number} of {len(users)}" for number in range(1, len(users) + 1)
    }


def test_an_ordinary_article_is_asked_about_as_if_there_were_no_pieces():
    model = ReadingModel()
    read(model, Article(text=TEXT))
    assert len(model.requests) == 1
    assert " of a long article" not in model.requests[0].body["messages"][1]["content"]


def test_where_one_piece_fails_the_article_fails_with_the_requests_of_all():
    def answer(body: dict[str, Any]) -> Any:
        if "part 2 of" in body["messages"][1]["content"]:
            refusal = {"role": "assistant", "content": None, "refusal": "no"}
            return Exchange(200, {}, {"model": "m", "choices": [{"message": refusal, "finish_reason": "stop"}]})
        return read_by_rules(body)

    model = ReadingModel(answer)
    with pytest.raises(ModelRefused) as failed:
        read(model)
    assert len(failed.value.attempts) == len(model.requests) == len(cut(LONG.text, 500))


def test_a_piece_whose_reply_is_cut_off_is_read_in_halves():
    text = "\n\n".join(f"{paragraph} {'Nothing else was said about it. ' * 20}" for paragraph in PARAGRAPHS)

    def answer(body: dict[str, Any]) -> Any:
        return cut_off() if len(shown_in(body)) > 7_000 else read_by_rules(body)

    found = read(ReadingModel(answer), LONG.model_copy(update={"text": text}), piece_characters=20_000)
    assert len(found.meetings) == 12
    assert len(found.provenance.attempts) == 3
    with pytest.raises(ReplyTruncated):
        read(ReadingModel(lambda _: cut_off()), LONG)


def test_the_replies_about_pieces_are_kept_and_not_paid_for_again(tmp_path):
    first, second = ReadingModel(), ReadingModel()
    found = read(first, cache=tmp_path / "cache.db")
    assert without_ids(read(second, cache=tmp_path / "cache.db")) == without_ids(found)
    assert (len(first.requests) > 3, second.requests) == (True, [])


def test_a_long_article_goes_through_batches_to_the_same_records(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    server = BatchAPIServer(lambda body: completion(read_by_rules(body)))
    (tmp_path / "long.json").write_text(LONG.model_dump_json(exclude_none=True))
    settings = Settings(model="openai/m", base_url=server.url, deadline=20, piece_characters=500, mend=False)
    plan = Plan((tmp_path / "long.json",), tmp_path / "out", settings, via="batch", pauses=Pauses(0.001, 0.01))
    assert execute(plan, Silent()).outcomes == {"done": 1}
    server.close()
    (outcome,) = read_outcomes(tmp_path / "out")
    assert without_ids(outcome.extraction) == without_ids(read(ReadingModel()))


def test_an_estimate_counts_the_pieces(tmp_path):
    (tmp_path / "long.txt").write_text(LONG.text)
    settings = [Settings(model="openai/gpt-5-mini", piece_characters=size) for size in (100_000, 500)]
    whole, cut_up = (estimate(Plan((tmp_path / "long.txt",), tmp_path / "out", one)) for one in settings)
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
    settings = Settings(model="openai/m", piece_characters=500)
    found = extract(LONG, schema=Quotas, client=ReadingModel(quotas_in), settings=settings)
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


def test_a_second_pass_for_meetings_refers_to_the_participants_of_the_first():
    first = reply(claims=[])
    more = reply(participants=[], meetings=[], claims=reply()["claims"])
    found = read(ScriptedModel(first, more), Article(text=TEXT, published="2019-03-14"), passes=2)
    assert [found.participant(claim.source).name for claim in found.claims] == ["Lars Hegge"]
    assert [claim.meeting for claim in found.claims] == ["m1"]
    assert len(found.meetings) == 1


def test_where_a_second_pass_fails_the_first_is_kept_and_a_problem_tells():
    found = read(ScriptedModel(reply(), "no JSON at all"), Article(text=TEXT), passes=2)
    assert len(found.meetings) == 1
    assert [problem.code for problem in found.problems if problem.code == "pass_failed"] == ["pass_failed"]


def test_a_task_with_a_prompt_of_its_own_has_passes_too(tmp_path):
    (tmp_path / "own.md").write_text("Every quota.\n<!-- more -->\nMore, in {{ statement_language }}!\n")
    model = ReadingModel(lambda body: {"total": None, "quotas": []} if len(body["messages"]) > 2 else quotas_in(body))
    task = schema_task(Quotas, prompt=tmp_path / "own.md")
    with Extractor(task=task, client=model, settings=Settings(model="openai/m", passes=3)) as extractor:
        extractor.extract(LONG)
    assert [request.body["messages"][-1]["content"] for request in model.requests[1:]] == ["More, in English!"]
