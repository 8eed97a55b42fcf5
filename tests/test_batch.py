"""Many articles: each has an outcome, whatever happens to the others."""

import asyncio

from extractor import Extractor
from extractor.articles import Found
from extractor.batch import run_articles
from extractor.models import Article
from tests.conftest import ScriptedModel
from tests.replies import TEXT, reply


def outcomes(model, texts, concurrency=2):
    async def collect():
        found = [Found(f"a{n}", f"a{n}", Article(id=f"a{n}", text=text)) for n, text in enumerate(texts)]
        async with Extractor(model="openai/m", client=model) as extractor:
            return [one async for one in run_articles(found, extractor, concurrency=concurrency)]

    return {outcome.article_id: outcome for outcome in asyncio.run(collect())}


def test_a_fault_of_our_own_in_one_article_does_not_cost_the_others():
    class Faulty(ScriptedModel):
        async def send(self, request):
            if request.label == "a1":
                raise ZeroDivisionError("a bug")
            return await super().send(request)

    found = outcomes(Faulty(reply()), [TEXT] * 4)
    assert found["a1"].failure.kind == "ZeroDivisionError"
    assert [id for id, outcome in sorted(found.items()) if outcome.extraction] == ["a0", "a2", "a3"]


def test_a_slow_article_does_not_hold_up_the_others_and_no_more_run_than_asked():
    class Slow(ScriptedModel):
        running = most = 0

        async def send(self, request):
            self.running += 1
            self.most = max(self.most, self.running)
            await asyncio.sleep(0.3 if request.label == "a0" else 0)
            self.running -= 1
            return await super().send(request)

    model = Slow(reply())
    assert list(outcomes(model, [TEXT] * 6))[-1] == "a0"
    assert model.most == 2
