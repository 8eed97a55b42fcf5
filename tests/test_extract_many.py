"""Many articles from code: each has an outcome as it comes, whatever happens to the others."""

import asyncio
import threading

import pytest

from extractor import Extractor
from extractor.errors import ConfigurationError
from extractor.llm import Exchange
from extractor.models import Article
from tests.conftest import ScriptedModel
from tests.replies import TEXT, reply
from tests.waiting import MOST_SECONDS


def outcomes(model, texts, **options):
    articles = [Article(id=f"a{n}", text=text) for n, text in enumerate(texts)]
    with Extractor(model="openai/m", client=model) as extractor:
        return {one.article_id: one for one in extractor.extract_many(articles, concurrency=2, **options)}


def test_a_fault_of_our_own_in_one_article_does_not_cost_the_others():
    class Faulty(ScriptedModel):
        async def send(self, request):
            if request.label == "a1":
                raise ZeroDivisionError("a bug")
            return await super().send(request)

    found = outcomes(Faulty(reply()), [f"{n}. {TEXT}" for n in range(4)])
    assert found["a1"].failure.kind == "ZeroDivisionError"
    assert [id for id, outcome in sorted(found.items()) if outcome.extraction] == ["a0", "a2", "a3"]


class Slow(ScriptedModel):
    """Takes as long over the first article as others are to be read meanwhile, and counts how many are under way."""

    running = most = 0

    def __init__(self, *replies, others):
        super().__init__(*replies)
        self.others = others

    async def send(self, request):
        self.running += 1
        self.most = max(self.most, self.running)
        if request.label == "a0":
            async with asyncio.timeout(MOST_SECONDS):
                while self.others:
                    await asyncio.sleep(0.005)
        await asyncio.sleep(0)
        self.running -= 1
        return await super().send(request)

    def see(self, outcome):
        self.others -= 1


def test_a_slow_article_does_not_hold_up_the_others_and_no_more_run_than_asked():
    model = Slow(reply(), others=5)
    found = outcomes(model, [f"{n}. {TEXT}" for n in range(6)], on_result=model.see)
    assert [outcome.kind for outcome in found.values()] == ["done"] * 6
    assert list(found)[-1] == "a0"
    assert model.most == 2


def test_articles_are_taken_as_they_are_needed():
    taken = []

    def articles():
        for number in range(1_000):
            taken.append(number)
            yield f"{number}. {TEXT}"

    with Extractor(model="openai/m", client=ScriptedModel(reply())) as extractor:
        some = extractor.extract_many(articles(), concurrency=3)
        for _ in range(5):
            next(some)
        some.close()
    assert len(taken) < 30


def test_each_outcome_is_handed_on_as_it_comes():
    seen = []
    with Extractor(model="openai/m", client=ScriptedModel(reply())) as extractor:
        found = list(extractor.extract_many([TEXT, "Nothing."], on_result=lambda one: seen.append(one.article_id)))
    assert sorted(seen) == sorted(one.article_id for one in found)


def test_it_works_in_a_running_event_loop():
    async def notebook():
        async with Extractor(model="openai/m", client=ScriptedModel(reply())) as extractor:
            return [one.kind async for one in extractor.extract_many_async([TEXT] * 3)]

    assert asyncio.run(notebook()) == ["done"] * 3


def test_what_would_fail_every_article_is_raised_after_those_under_way():
    class Refusing(ScriptedModel):
        refused = None

        async def send(self, request):
            if request.label == "a1":
                self.refused = asyncio.current_task()
                return Exchange(401, {}, {"error": {"message": "revoked"}})
            async with asyncio.timeout(MOST_SECONDS):
                while not (self.refused and self.refused.done()):
                    await asyncio.sleep(0.005)
            return await super().send(request)

    got = []
    articles = [Article(id=f"a{n}", text=f"{n}. {TEXT}") for n in range(50)]
    with Extractor(model="openai/m", client=Refusing(reply())) as extractor:
        with pytest.raises(ConfigurationError, match="revoked"):
            got.extend(one.article_id for one in extractor.extract_many(articles, concurrency=2))
        assert [one.kind for one in extractor.extract_many(articles[:1])] == ["done"]
    assert got == ["a0"]


def test_no_thread_is_left_when_the_caller_leaves():
    before = threading.active_count()
    with Extractor(model="openai/m", client=Slow(reply(), others=1)) as extractor:
        next(extractor.extract_many((f"{n}. {TEXT}" for n in range(100)), concurrency=4))
    assert threading.active_count() <= before + 6
